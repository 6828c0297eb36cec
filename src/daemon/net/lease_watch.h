/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Tells whenever dnsmasq has written its file of leases.
 *
 * Watching the file costs no process for each lease, as a script of dnsmasq's would, and misses
 * nothing that happened while nobody listened.
 */
#include "base/compiler.h"

struct event_base;
struct lease_watch;
struct leases;

/* Called once at the beginning, too.  The leases are only lent. */
typedef void lease_watch_fn(void *data, const struct leases *leases);

/* `path` is dnsmasq's file, with its folder.  NULL and errno if the kernel cannot watch it. */
struct lease_watch *lease_watch_new(struct event_base *base, const char *path, lease_watch_fn *fn,
                                    void *data);
void lease_watch_free(struct lease_watch *watch);
AUTO_DEFINE(lease_watch_free, struct lease_watch);

/* Tells now. */
void lease_watch_tell(struct lease_watch *watch);
