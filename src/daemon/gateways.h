/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Gateways: which there are, how the way to each is, who chose which, and what this node's own
 * uplink is to others.  All of it follows what happens, and nothing of it waits for a reload.
 *
 * What is known is kept in a file of the run folder, so that a daemon that begins anew steers whom
 * the one before it steered.
 */
#include <stdbool.h>

#include "base/compiler.h"
#include "net/mac.h"

struct buf;
struct daemon;
struct diag;
struct gateways;
struct identity;
struct net_choices;
struct net_gateways;
struct plan;

/* Borrows the daemon, whose other parts are there until it is freed. */
struct gateways *gateways_new(struct daemon *daemon);
/* The kernel stays as it is. */
void gateways_free(struct gateways *gateways);

/* Before a plan is applied: what others shall not use is not announced to them. */
void gateways_prepare(struct gateways *gateways, struct plan *plan);
/* After it was. */
void gateways_update(struct gateways *gateways, const struct plan *plan,
                     const struct identity *identity);
/* Nobody is steered any more, and nothing offered, until the next update. */
void gateways_stop(struct gateways *gateways);
/* Takes away what it made of the kernel, and what one before it made; `folder` is the daemon's. */
int gateways_down(const char *folder, struct diag *diag);

/* What net says: of net_root_options. */
void gateways_net_started(void *data);
void gateways_heard(void *data, const struct net_gateways *heard);
void gateways_heard_choices(void *data, const struct net_choices *heard);

/* What somebody wants. */
struct gateways_wish {
	const char *gateway; /* its name; NULL: automatic */
	struct mac client;   /* all zero: the whole node */
	const char *by;      /* who wants it */
};
/* -EINVAL and the like, with what is wrong in `diag`; else what it leads to is in `out`, as JSON.
 */
int gateways_choose(struct gateways *gateways, const struct gateways_wish *wish, struct diag *diag,
                    struct buf *out);

/* All that is known as one JSON object: docs/gateways.md.  `asker` may be all zero. */
void gateways_print(const struct gateways *gateways, const struct mac *asker, struct buf *out);
