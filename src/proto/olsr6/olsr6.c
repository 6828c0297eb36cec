/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Routing with olsrd for IPv6, on OpenWrt: only configured, olsrd's own script starts it. */
#include "base/arena.h"
#include "proto/proto.h"

#define PACKAGE "olsrd6"

static void olsr6_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	struct prefix network = prefix_network(&node->id->ipv6);
	char text[IP_TEXT_SIZE];
	const char *const hna[] = {
		arena_printf(node->plan->arena, "netaddr=%s", ip_format(&network.ip, text)),
		arena_printf(node->plan->arena, "prefix=%u", network.length),
		NULL,
	};

	(void)use;
	proto_add_olsrd(node, PACKAGE, "6", "::1");
	plan_add_setting(node->plan, PACKAGE, "Hna6", "limehna", hna);
}

static void olsr6_plan_port(const struct proto_node *node, const struct proto_use *use,
                            const struct proto_port *port)
{
	struct plan_network network = { .proto = "static", .ipv6 = node->id->ipv6 };
	struct proto_vlan vlan;

	if (proto_vlan_of(node, use, port, &vlan) < 0 || !proto_add_vlan(node, use, port, &vlan))
		return;
	proto_add_network(node, use, port, &vlan, "_olsr6", &network);
	proto_add_olsrd_interface(node, PACKAGE, network.name);
}

const struct proto proto_olsr6 = {
	.name = "olsr6",
	.package = "lime-proto-olsr6",
	.extra = true,
	.doc = "Routing with olsrd for IPv6 (OpenWrt)",
	.not_on_ap = true,
	.vlan = { "15", PLAN_VLAN_8021AD },
	.plan_node = olsr6_plan_node,
	.plan_port = olsr6_plan_port,
};
