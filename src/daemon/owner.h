/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whose network this machine's is.
 *
 * On Linux it is weft's own: the daemon makes every item of the plan true, and runs the programs
 * that it takes.  On OpenWrt netifd has made it, and procd runs babeld and dnsmasq, all told by
 * the files that lime-config wrote; the daemon is a guest there.  It does what goes on all the time
 * (announcing clients, silence on shared cables, the default routes of uplinks, the shared state),
 * creates no device, gives no address and starts no program of the network.
 */
#include <stdbool.h>

#include "base/compiler.h"

struct backend;

struct owner {
	bool guest;
	char *leases; /* dnsmasq's file */
};

/* What OpenWrt leaves in every root of its own: etc/openwrt_release. */
bool owner_is_guest(const char *root);
/* `folder` is RUN/weft. */
void owner_init(struct owner *owner, bool guest, const char *root, const char *folder);
void owner_done(struct owner *owner);

struct backend *owner_backend_new(bool guest, const char *folder);
