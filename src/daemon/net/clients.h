/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The clients of the cloud in net's store: those of this node, which root tells, become rows; rows
 * of all others become lines for root's dnsmasq.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct clients;
struct store;

/* `say` sends to root.  The store is borrowed, and watched from now on. */
struct clients *clients_new(struct store *store,
                            void (*say)(void *data, const struct net_message *message), void *data);
void clients_free(struct clients *clients);
AUTO_DEFINE(clients_free, struct clients);

void clients_set_scope(struct clients *clients, const struct net_scope *scope);

/* One of those that this node's server has now; the list counts with its end. */
void clients_add(struct clients *clients, const struct net_lease *lease);
/* `keep`: what this node said before it started may still be true. */
void clients_end(struct clients *clients, bool keep, uint64_t now);

/* Tells root what is new, if anything is and it has settled; true if there may be more soon. */
void clients_tick(struct clients *clients, uint64_t now);
