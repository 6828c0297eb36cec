/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * dnsmasq's configuration, from a plan (dnsmasq(8)).  Pure.
 */
#include <stddef.h>

#include "base/compiler.h"

struct buf;
struct diag;
struct plan;
struct uplink;

/* Appends it.  -ENOENT if the plan wants no dnsmasq, -EINVAL with `diag`. */
int dnsmasq_render(const struct plan *plan, const char *folder, struct buf *out,
                   struct diag *diag) MUST_CHECK;

/* The file of resolvers: it is read again without a restart.  Those of the uplinks come first,
 * since they are near. */
void dnsmasq_render_servers(const struct plan *plan, const struct uplink *uplinks, size_t n_uplinks,
                            struct buf *out);
