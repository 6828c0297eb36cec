/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The first start of a node: which networks it hears, and how it becomes a part of one of them or
 * begins one (docs/first-start.md).  What it does takes some seconds and is done step by step, so
 * that whoever asks sees how far it is.
 *
 * Networks are heard on cables, as neighbours of Babel, which uses the same VLAN in all networks.
 * Whoever hears them otherwise, over the air, adds them by first_hear().
 */
#include <stdbool.h>

#include "net/ip.h"

struct buf;
struct daemon;
struct diag;
struct first;

#define FIRST_CONFIRM_S 300

struct first *first_new(struct daemon *daemon);
void first_free(struct first *first);

/* A node is heard: at this address, on this device. */
void first_hear(struct first *first, const struct ip *ip, const char *port);

struct first_join {
	const char *network; /* its id or name, or NULL */
	const char *invite;  /* what was scanned, or NULL */
	const char *secret, *name;
	const char *by;
};

struct first_start {
	const char *network_name, *wifi_password, *name, *country;
	const char *by;
};

/* One JSON object each. */
void first_state(struct first *first, struct buf *out);
void first_networks(struct first *first, struct buf *out);
void first_progress(struct first *first, struct buf *out);
int first_invite(struct first *first, struct buf *out, struct diag *diag);
/* They begin; first_progress() tells how it goes on. */
int first_join(struct first *first, const struct first_join *join, struct buf *out,
               struct diag *diag);
int first_start(struct first *first, const struct first_start *start, struct buf *out,
                struct diag *diag);
