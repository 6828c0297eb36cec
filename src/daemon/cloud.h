/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The nodes of this node's cloud, as batman-adv knows them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/facts.h"
#include "net/ip.h"
#include "net/mac.h"

struct node;

#define CLOUD_NODES_MAX 1024

struct cloud_node {
	struct mac mac;         /* in the mesh; it has one for each device */
	struct ip ip;           /* its own address, from its MAC; IP_NONE if that cannot be told */
	struct mac via;         /* the neighbour on the way; one of its own if it is one */
	char port[IFNAME_SIZE]; /* the device that leads there */
	bool neighbour;         /* it is heard; a way over others may be better all the same */
	uint8_t tq;             /* of 255 */
	uint32_t kbps;          /* instead, where the mesh measures rates */
	uint32_t seen_ms;       /* ago */
};

struct cloud {
	char ifname[IFNAME_SIZE]; /* "bat0", "" without a cloud */
	int index;
	struct cloud_node *nodes; /* owned; neighbours first, then by their addresses */
	size_t n_nodes;
	size_t n_clients; /* of the whole cloud, this node's included; nodes' own addresses are not
	                   */
};

void cloud_done(struct cloud *cloud);
#define CLOUD_AUTO __attribute__((cleanup(cloud_done))) struct cloud

/* Empty without a cloud, or where the kernel does not answer. */
void cloud_read(const struct node *node, struct cloud *cloud);

/* The node of the cloud that an address, of any of its devices, belongs to; NULL if there is none.
 * Pure. */
const struct cloud_node *cloud_find(const struct cloud *cloud, const struct mac *mac);
/* Whether the best way to it has no other node on it. */
bool cloud_node_is_direct(const struct cloud_node *node);

/* The address of the node that has this address in the mesh; pure. */
struct ip cloud_address(const struct node *node, const struct mac *mac);
