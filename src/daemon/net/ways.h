/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Gateways and who chose which, between the state store and root.
 *
 * A choice is whatever was said last about a client, by whichever node; a node that said something
 * earlier withdraws it when it hears that.  "As if nobody had chosen" is said like any other
 * choice.
 */
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct store;
struct ways;

/* Borrows the store; `say` sends to root. */
struct ways *ways_new(struct store *store,
                      void (*say)(void *data, const struct net_message *message), void *data);
void ways_free(struct ways *ways);
AUTO_DEFINE(ways_free, struct ways);

void ways_set_own(struct ways *ways, const struct net_gateway *gateway, uint64_t now);
void ways_choose(struct ways *ways, const struct net_choice *choice, uint64_t now);
/* Tells root what has changed. */
void ways_tick(struct ways *ways, uint64_t now);
