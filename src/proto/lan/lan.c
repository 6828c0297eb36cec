/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The network of this node's clients: a bridge of its ports, with the node's own addresses.
 *
 * The bridge has the node's MAC, so that it does not change when ports come and go.
 */
#include <string.h>

#include "proto/proto.h"

#define LAN_MTU 1500 /* bytes; as LibreMesh, whatever the ports could do */

static void lan_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	const struct identity *id = node->id;
	struct plan_link bridge = {
		.name = PROTO_BRIDGE,
		.kind = PLAN_LINK_BRIDGE,
		.mac = id->ids.mac,
		.mtu = LAN_MTU,
	};
	struct plan_address address4 = { .ifname = PROTO_BRIDGE, .address = id->ipv4 };
	struct plan_address address6 = { .ifname = PROTO_BRIDGE, .address = id->ipv6 };

	(void)use;
	plan_add_link(node->plan, &bridge);
	plan_add_address(node->plan, &address4);
	plan_add_address(node->plan, &address6);
	plan_add_network(node->plan, &(struct plan_network){
					     .name = PROTO_LAN,
					     .ifname = PROTO_BRIDGE,
					     .proto = "static",
					     .ipv4 = id->ipv4,
					     .ipv6 = id->ipv6,
					     .mtu = LAN_MTU,
				     });
}

/* "eth0_29": a VLAN of another protocol, never a port of clients. */
static bool is_vlan_name(const char *ifname)
{
	const char *underscore = strrchr(ifname, '_');

	return underscore && underscore[1] &&
	       underscore[1 + strspn(underscore + 1, "0123456789")] == '\0';
}

/* Access points join the bridge by themselves, when their radio is up. */
static void lan_plan_port(const struct proto_node *node, const struct proto_use *use,
                          const struct proto_port *port)
{
	if (port->wireless || (port->between_nodes && !port->specific) ||
	    is_vlan_name(port->ifname) || strcmp(port->ifname, PROTO_BRIDGE) == 0 ||
	    !plan_link(node->plan, PROTO_BRIDGE))
		return;
	(void)!proto_set_master(node, use, port, proto_port_link(node, port), PROTO_BRIDGE);
}

const struct proto proto_lan = {
	.name = "lan",
	.doc = "The bridge of this node's clients",
	.on_dsa_ports = true,
	.plan_node = lan_plan_node,
	.plan_port = lan_plan_port,
};
