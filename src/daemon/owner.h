/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whose network it is that the daemon runs beside.
 *
 * On Linux it is weft's own: the daemon makes every item of the plan true, and runs the programs
 * that it takes.  On OpenWrt netifd has made it, and procd runs babeld and dnsmasq, all told by
 * the files that lime-config wrote; the daemon is a guest there.  It looks, and speaks with other
 * nodes: it changes no device, address, route or filter, and starts no program of the network.
 */
#include <stdbool.h>

#include "base/compiler.h"

struct backend;
struct diag;

struct owner {
	bool guest;
	char *leases; /* dnsmasq's file */
};

/* What OpenWrt leaves in every root of its own: etc/openwrt_release. */
bool owner_is_guest(const char *root);
/* `folder` is RUN/weft. */
void owner_init(struct owner *owner, bool guest, const char *root, const char *folder);
void owner_done(struct owner *owner);

/* A guest's has nothing to do. */
struct backend *owner_backend_new(bool guest, const char *folder);

/* -EPERM with words for a person, where settings are not for the daemon to change. */
int owner_check_settings(const struct owner *owner, struct diag *diag) MUST_CHECK;
