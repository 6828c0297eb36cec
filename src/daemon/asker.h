/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Which device asks. */
#include <stdbool.h>

struct ip;
struct mac;
struct plan;

/*
 * The MAC of the client that has this address, as the kernel has learnt it on the devices where
 * clients are.  False if there is none, of nodes elsewhere for instance; an address may be IPv4 in
 * IPv6 (::ffff:10.13.0.7).
 */
bool asker_find(const struct plan *plan, const struct ip *address, struct mac *mac);
