/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Networks of the Internet's that providers delegate (RFC 8415, section 6.3) and all nodes of a
 * cloud advertise to their clients (option gateway_pd).  Pure.
 *
 * The gateway that got one announces by Babel a default route for packets from there alone, so
 * they leave by the provider whose addresses they have.  It also announces a route from there to
 * the first address of its cloud's own network (fd...::/128), which nobody has: that is how other
 * nodes of that cloud know the network for theirs, and those of other clouds for none of theirs.
 * When the gateway dies both are withdrawn, and all nodes take the network back from their clients.
 */
#include <stdbool.h>
#include <stddef.h>

#include "net/ip.h"

struct babel_state;
struct plan;

#define DELEGATED_MAX 4

struct delegated {
	struct prefix networks[DELEGATED_MAX];
	size_t count;
};

bool delegated_equal(const struct delegated *a, const struct delegated *b);

/* What other nodes of this plan's cloud have got.  Nothing if the plan takes none, or for NULL. */
void delegated_hear(const struct plan *plan, const struct babel_state *babel,
                    struct delegated *heard);

/* Adds what follows from the plan's own ways out for such networks, and from those of others. */
void delegated_add(struct plan *plan, const struct delegated *heard);
