/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* A way to the Internet that gives out addresses (DHCP, DHCPv6, router advertisements). */
#include "net/names.h"
#include "proto/proto.h"

struct wan_options {
	uint32_t priority;
};

static const struct field fields[] = {
	FIELD_UINT(struct wan_options, priority, 0, PLAN_UPLINK_PRIORITY_MAX, 0,
	           "Of several uplinks of a node the lowest that works is used."),
};
static SHAPE(wan_shape, "wan", "a way to the Internet by DHCP", struct wan_options, fields);

/* OpenWrt has one network of that name; more uplinks go by the names of their ports. */
static void add_network(const struct proto_node *node, const struct proto_port *port,
                        const struct proto_vlan *vlan)
{
	struct plan_network network = {
		.name = PROTO_WAN,
		.ifname = vlan->ifname,
		.device = vlan->id ? name_section(node->plan->arena, port->ifname, "_dev") : NULL,
		.proto = "dhcp",
	};

	if (plan_find(node->plan, PLAN_NETWORK, PROTO_WAN))
		network.name = name_section(node->plan->arena, port->ifname, "_wan");
	plan_add_network(node->plan, &network);
}

/*
 * In the general list it means nothing for a port: not every cable leads to the Internet.  The
 * board's own WAN port has a section of its own.
 */
static void wan_plan_port(const struct proto_node *node, const struct proto_use *use,
                          const struct proto_port *port)
{
	const struct wan_options *options = port->options;
	struct plan_uplink uplink = { .method = "dhcp" };
	struct plan_link *link;
	struct proto_vlan vlan;

	if (!port->specific || proto_vlan_of(node, use, port, &vlan) < 0)
		return;
	link = proto_add_vlan(node, use, port, &vlan);
	if (!link)
		return;
	if (vlan.id == 0 && proto_is_bridged(link)) {
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "%s cannot be the way to the Internet, it is part of %s", port->ifname,
		         link->master);
		return;
	}
	uplink.ifname = vlan.ifname;
	uplink.priority = options ? options->priority : 0;
	proto_add_uplink(node, &uplink);
	add_network(node, port, &vlan);
}

const struct proto proto_wan = {
	.name = "wan",
	.package = "lime-proto-wan",
	.doc = "A way to the Internet by DHCP",
	.vlan = { "0", PLAN_VLAN_8021Q },
	.port_options = &wan_shape,
	.port_prefix = "wan_",
	.plan_port = wan_plan_port,
};
