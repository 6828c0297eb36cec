/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/cloud.h"

#include <assert.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "node/node.h"
#include "plan/plan.h"
#include "platform/linux/cloud/mesh.h"

void cloud_done(struct cloud *cloud)
{
	free(cloud->nodes);
	*cloud = (struct cloud){ 0 };
}

/* A device of the mesh has the last three bytes of its node's MAC (LibreMesh's rule, which is
 * frozen), and these give the node's address. */
struct ip cloud_address(const struct node *node, const struct mac *mac)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *text = config_get(node->config, "network", "main_ipv4_address", NULL);
	struct template_ids ids = node->identity.ids;
	struct prefix address = { { 0 } };

	memcpy(ids.mac.byte + 3, mac->byte + 3, 3);
	if (!text || identity_address(arena, text, &ids, IP_V4,
	                              node->identity.anygw4.ip.family != IP_NONE, &address))
		return (struct ip){ 0 };
	/* An address that does not depend on the MAC is this node's and tells nothing of others. */
	if (ip_equal(&address.ip, &node->identity.ipv4.ip))
		return (struct ip){ 0 };
	return address.ip;
}

struct reading {
	const struct node *node;
	struct cloud *cloud;
	size_t room;
	size_t n_elsewhere;
};

static bool is_same_node(const struct mac *a, const struct mac *b)
{
	return memcmp(a->byte + 3, b->byte + 3, 3) == 0;
}

static struct cloud_node *find_node(const struct cloud *cloud, const struct mac *mac)
{
	for (size_t i = 0; i < cloud->n_nodes; i++) {
		if (is_same_node(&cloud->nodes[i].mac, mac))
			return &cloud->nodes[i];
	}
	return NULL;
}

const struct cloud_node *cloud_find(const struct cloud *cloud, const struct mac *mac)
{
	return find_node(cloud, mac);
}

bool cloud_node_is_direct(const struct cloud_node *node)
{
	return is_same_node(&node->mac, &node->via);
}

static struct cloud_node *append_node(struct reading *reading)
{
	struct cloud *cloud = reading->cloud;

	if (cloud->n_nodes == reading->room) {
		reading->room = reading->room ? 2 * reading->room : 16;
		cloud->nodes = realloc(cloud->nodes, reading->room * sizeof(*cloud->nodes));
		assert(cloud->nodes);
	}
	return &cloud->nodes[cloud->n_nodes++];
}

/* A neighbour is on the list once for each of its devices: the best way to it stays. */
static void add_node(const struct mesh_row *row, void *data)
{
	struct reading *reading = data;
	struct cloud *cloud = reading->cloud;
	struct cloud_node *node;
	struct mac mac = row->node;

	if (!row->best || cloud->n_nodes == CLOUD_NODES_MAX)
		return;
	node = find_node(cloud, &row->node);
	if (node && node->tq >= row->tq && node->kbps >= row->kbps)
		return;
	if (!node)
		node = append_node(reading);
	else if (memcmp(&node->mac, &mac, sizeof(mac)) < 0)
		mac = node->mac; /* always the same one */
	*node = (struct cloud_node){
		.mac = mac,
		.ip = cloud_address(reading->node, &row->node),
		.via = row->neighbour,
		.tq = row->tq,
		.kbps = row->kbps,
		.seen_ms = row->seen_ms,
	};
	(void)if_indextoname((unsigned)row->port, node->port);
}

static bool is_node(const struct reading *reading, const struct mac *mac)
{
	return is_same_node(mac, &reading->node->identity.ids.mac) ||
	       cloud_find(reading->cloud, mac);
}

static void note_neighbour(const struct mesh_row *row, void *data)
{
	struct reading *reading = data;
	struct cloud_node *node = find_node(reading->cloud, &row->neighbour);

	if (node)
		node->neighbour = true;
}

static void count_here(const struct mesh_row *row, void *data)
{
	struct reading *reading = data;

	if (!row->leaving && !row->tagged && !row->pinned && !(row->client.byte[0] & 1) &&
	    !is_node(reading, &row->client))
		reading->cloud->n_clients++;
}

static void count_elsewhere(const struct mesh_row *row, void *data)
{
	struct reading *reading = data;

	if (row->best && !row->tagged && !(row->client.byte[0] & 1) &&
	    !is_node(reading, &row->client))
		reading->n_elsewhere++;
}

static int compare_nodes(const void *a, const void *b)
{
	const struct cloud_node *left = a, *right = b;

	if (left->neighbour != right->neighbour)
		return left->neighbour ? -1 : 1;
	return memcmp(left->mac.byte + 3, right->mac.byte + 3, 3);
}

void cloud_read(const struct node *node, struct cloud *cloud)
{
	struct reading reading = { .node = node, .cloud = cloud };
	const struct plan_item *item = plan_next(node->plan, PLAN_ANYCAST, NULL);
	const struct plan_anycast *anycast = item ? item->value : NULL;
	struct mesh mesh;

	*cloud = (struct cloud){ 0 };
	if (!anycast || !*anycast->cloud || mesh_open(&mesh) < 0)
		return;
	cloud->index = (int)if_nametoindex(anycast->cloud);
	strncpy(cloud->ifname, anycast->cloud, IFNAME_SIZE - 1);
	/* What the kernel does not answer is not there. */
	(void)mesh_read(&mesh, cloud->index, MESH_ORIGINATORS, add_node, &reading);
	(void)mesh_read(&mesh, cloud->index, MESH_NEIGHBOURS, note_neighbour, &reading);
	(void)mesh_read(&mesh, cloud->index, MESH_LOCAL_CLIENTS, count_here, &reading);
	(void)mesh_read(&mesh, cloud->index, MESH_GLOBAL_CLIENTS, count_elsewhere, &reading);
	mesh_close(&mesh);
	/* Every node also has its mesh device on the list, under an address that is made up. */
	if (reading.n_elsewhere > cloud->n_nodes)
		cloud->n_clients += reading.n_elsewhere - cloud->n_nodes;
	if (cloud->n_nodes)
		qsort(cloud->nodes, cloud->n_nodes, sizeof(*cloud->nodes), compare_nodes);
}
