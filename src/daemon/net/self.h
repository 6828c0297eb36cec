/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The process `net` as its own parts see it; for src/daemon/net alone.
 */
#include <stddef.h>

#include "daemon/net/message.h"

struct event;
struct event_base;
struct net_state;

#define NET_LINKS_MAX 32

/* A device of the mesh and our sockets on it. */
struct net_mesh_link {
	struct net_link link;
	int datagrams, echo;
};

struct net {
	int socket; /* to root */
	struct event_base *base;
	struct event *readable;
	struct net_state *state;       /* NULL until root has told the key */
	uint32_t epoch;                /* that root knows of */
	int listeners[NET_N_SERVICES]; /* -1: none */
	struct net_mesh_link links[NET_LINKS_MAX];
	size_t n_links;
};

/* Says something to root. */
void net_say(struct net *net, const struct net_message *message);
