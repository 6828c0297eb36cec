/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The state store in the process `net`, and all that talks about it.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct event_base;
struct net_state;
struct web;

/* The key is copied; `say` sends to root. */
struct net_state *net_state_new(struct event_base *base, const struct net_key *key,
                                void (*say)(void *data, const struct net_message *message),
                                void *data);
void net_state_free(struct net_state *state);
AUTO_DEFINE(net_state_free, struct net_state);

/* As the store counts it: greater than the key's if a neighbour remembered more. */
uint32_t net_state_epoch(const struct net_state *state);

void net_state_set_node(struct net_state *state, const struct net_node *node);
/* What root has this node say. */
void net_state_put_row(struct net_state *state, const struct net_row *row, size_t value_size);
/* The clients of this node, one by one, then the end of the list. */
void net_state_set_scope(struct net_state *state, const struct net_scope *scope);
void net_state_add_lease(struct net_state *state, const struct net_lease *lease);
void net_state_end_leases(struct net_state *state);
/* Questions about the state, and their end. */
void net_state_ask(struct net_state *state, const struct net_ask *ask);
void net_state_forget(struct net_state *state, const struct net_ask *ask);
/* What it serves to people; lives as long as the state. */
struct web *net_state_web(struct net_state *state);
/* This node's own gateway, and what somebody chose here. */
void net_state_set_gateway(struct net_state *state, const struct net_gateway *gateway);
void net_state_choose(struct net_state *state, const struct net_choice *choice);
/* Borrows the socket. */
void net_state_listen(struct net_state *state, enum net_service service, int listener);
void net_state_unlisten(struct net_state *state, enum net_service service, int listener);
/* Borrows the sockets until the link is gone. */
void net_state_add_link(struct net_state *state, const struct net_link *added, int datagrams,
                        int echo);
void net_state_remove_link(struct net_state *state, uint32_t index);
