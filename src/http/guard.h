/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whether a request was meant for this node.  A page of somebody else can make a browser send
 * requests here, by a name of theirs that suddenly means our address (DNS rebinding) or across
 * sites; the browser tells by which name it came and from which page.
 */
#include <stdbool.h>
#include <stddef.h>

/* Whether `host`, as in the field of that name, is an address, with or without a port. */
bool guard_is_address(const char *host);
/* Whether it is this name, with or without a port; letters may be of either case. */
bool guard_is_name(const char *host, const char *name);
/* Whether `origin` is a page of this very host: "SCHEMEHOST", as "http://" and "casa.lan". */
bool guard_is_same_site(const char *origin, const char *scheme, const char *host);
