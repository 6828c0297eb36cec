/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Routing with olsrd for IPv4, on OpenWrt: only configured, olsrd's own script starts it. */
#include "base/arena.h"
#include "proto/proto.h"

#define PACKAGE "olsrd"

static void olsr_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	struct prefix network = prefix_network(&node->id->ipv4);
	struct ip netmask = prefix_netmask(&network);
	struct arena *arena = node->plan->arena;
	char text[IP_TEXT_SIZE];
	const char *hna[3] = {
		arena_printf(arena, "netaddr=%s", ip_format(&network.ip, text)),
	};

	(void)use;
	hna[1] = arena_printf(arena, "netmask=%s", ip_format(&netmask, text));
	proto_add_olsrd(node, PACKAGE, "4", "127.0.0.1");
	plan_add_setting(node->plan, PACKAGE, "Hna4", "limehna", hna);
}

/* Every node has another address on the VLAN, made of its port's MAC. */
static void olsr_plan_port(const struct proto_node *node, const struct proto_use *use,
                           const struct proto_port *port)
{
	const struct mac mac = proto_port_mac(node, port);
	struct plan_network network = {
		.proto = "static",
		.ipv4 = { { IP_V4, { 169, 254, mac.byte[4], mac.byte[5] } }, 16 },
	};
	struct proto_vlan vlan;

	if (proto_vlan_of(node, use, port, &vlan) < 0 || !proto_add_vlan(node, use, port, &vlan))
		return;
	proto_add_network(node, use, port, &vlan, "_olsr", &network);
	proto_add_olsrd_interface(node, PACKAGE, network.name);
}

const struct proto proto_olsr = {
	.name = "olsr",
	.package = "lime-proto-olsr",
	.extra = true,
	.doc = "Routing with olsrd for IPv4 (OpenWrt)",
	.not_on_ap = true,
	.vlan = { "14", PLAN_VLAN_8021AD },
	.plan_node = olsr_plan_node,
	.plan_port = olsr_plan_port,
};
