/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The address of a lease whose DHCP client has died and cannot take it back any more. */
#include "base/compiler.h"

struct prefix;

/* 0 also if it is not there (any more). */
int uplink_address_remove(const char *ifname, const struct prefix *address) MUST_CHECK;
