/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The program as the hook of dhcpcd: RUN/weft/uplink-event is a link to it.  It hands what the
 * environment says to the daemon whose folder the link is in.
 */
#include <stdbool.h>

bool hook_is_called_as(const char *path);
/* An exit status. */
int hook_main(const char *path);
