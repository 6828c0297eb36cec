/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The cloud: one layer-2 network over all nodes with the same SSID (batman-adv).
 *
 * Each port gets a VLAN whose number comes from the network's id, so that neighbouring clouds
 * do not mix.  The VLAN has a MAC of its own: bridge loop avoidance would take two interfaces of a
 * node with the same MAC for one.
 */
#include <string.h>

#include "proto/proto.h"

struct batadv_options {
	uint32_t orig_interval;
	unsigned routing_algo;
	bool bridge_loop_avoidance;
};

static const char *const algos[] = {
	[PLAN_BATADV_IV] = "BATMAN_IV",
	[PLAN_BATADV_V] = "BATMAN_V",
	NULL,
};

static const struct field fields[] = {
	FIELD_UINT(struct batadv_options, orig_interval, 40, 600000, 2000,
	           "Milliseconds between two announcements of this node in its cloud."),
	FIELD_ENUM(struct batadv_options, routing_algo, algos, PLAN_BATADV_IV,
	           "How ways are found; the same on every node of a cloud."),
	FIELD_BOOL(struct batadv_options, bridge_loop_avoidance, true,
	           "Keeps frames from circling where two nodes share a cable. Costs 30 seconds "
	           "without broadcasts after a start."),
};
static SHAPE(batadv_shape, "batadv", "the cloud of a node", struct batadv_options, fields);

extern const struct proto proto_batadv;

static void batadv_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	const struct batadv_options *options = proto_options(node, &proto_batadv);
	/* Each node serves its own clients: their requests must not be answered elsewhere. */
	bool anygw = proto_is_used(node, "anygw");
	struct plan_link link = {
		.name = PROTO_CLOUD,
		.kind = PLAN_LINK_BATADV,
		.master = anygw || proto_is_used(node, "lan") ? PROTO_BRIDGE : NULL,
		.routing_algo = options->routing_algo,
		.orig_interval = options->orig_interval,
		.bridge_loop_avoidance = options->bridge_loop_avoidance,
		.distributed_arp_table = !anygw,
		.gateway_mode = anygw ? PLAN_BATADV_GATEWAY_CLIENT : PLAN_BATADV_GATEWAY_OFF,
	};

	(void)use;
	plan_add_link(node->plan, &link);
	plan_add_network(node->plan,
	                 &(struct plan_network){ .name = PROTO_CLOUD, .proto = "batadv" });
}

static void batadv_plan_port(const struct proto_node *node, const struct proto_use *use,
                             const struct proto_port *port)
{
	struct plan_network network = { .proto = "batadv_hardif", .master = PROTO_CLOUD };
	uint32_t mtu = identity_batadv_mtu(port->ifname);
	struct plan_link *link;
	struct proto_vlan vlan;

	if (strcmp(port->ifname, PROTO_BRIDGE) == 0) {
		diag_add(node->diag, DIAG_ERROR, &port->origin,
		         "the cloud is a part of " PROTO_BRIDGE " and cannot run over it");
		return;
	}
	if (proto_vlan_of(node, use, port, &vlan) < 0)
		return;
	link = proto_add_vlan(node, use, port, &vlan);
	if (!link)
		return;
	/* Without a VLAN the port is not ours to change: its MAC is known to others. */
	if (vlan.id)
		link->mac = identity_batadv_mac(port->ifname, &node->id->ids.mac);
	if (vlan.id == 0 && proto_is_for_clients(node, port)) {
		diag_add(node->diag, DIAG_WARNING, &use->origin,
		         "batadv without a VLAN leaves out %s, which is for clients", port->ifname);
		return;
	}
	if (!proto_set_master(node, use, port, link, PROTO_CLOUD))
		return;
	if (vlan.id || link->mtu < mtu)
		link->mtu = mtu;
	proto_add_network(node, use, port, &vlan, "_batadv", &network);
}

const struct proto proto_batadv = {
	.name = "batadv",
	.package = "lime-proto-batadv",
	.doc = "The cloud: one network over all nodes with the same SSID (batman-adv)",
	.options = &batadv_shape,
	.prefix = "batadv_",
	.not_on_ap = true,
	.plan_node = batadv_plan_node,
	.vlan = { "%N1", PLAN_VLAN_8021AD },
	.plan_port = batadv_plan_port,
};
