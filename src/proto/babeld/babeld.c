/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Routing between clouds, and to gateways (Babel, RFC 8966).
 *
 * What a node announces is its cloud's network and, while it has a healthy uplink, a default route;
 * never single addresses.  All clouds share the VLAN, so that they find each other.
 */
#include <string.h>

#include "plan/numbers.h"
#include "proto/proto.h"

#define MTU_SMALL 1496 /* bytes beside an 802.1ad tag on hardware that knows 1500 */

struct babeld_options {
	const char *over_librenet6;
	uint32_t wired_hello_interval;
};

static const struct field fields[] = {
	FIELD_STRING(struct babeld_options, over_librenet6, NULL,
	             "If set, speak on the tunnel librenet6 too."),
	FIELD_UINT(struct babeld_options, wired_hello_interval, 0, 60, 1,
	           "Seconds between hellos on cables; 0 leaves it to babeld, as on radios."),
};
static SHAPE(babeld_shape, "babeld", "routing between clouds", struct babeld_options, fields);

extern const struct proto proto_babeld;

#define LE(length_) ((length_) + 1)
#define V4(a_, b_, length_)                          \
	{                                            \
		{ IP_V4, { (a_), (b_) } }, (length_) \
	}
#define V6(a_, length_)                        \
	{                                      \
		{ IP_V6, { (a_) } }, (length_) \
	}

/*
 * The first that matches decides.  A filter without `local` passes over the node's own
 * addresses; one with a metric allows.  Default routes are announced only with a number that
 * says how good they are: anybody may put another default route into a node.
 */
static const struct plan_babel_filter filters[] = {
	{ .prefix = V6(0xfc, 7) },
	{ .prefix = V6(0x20, 3) },
	{ .prefix = V6(0, 0), .prefix_le_plus_1 = LE(0), .protocol = PROTOCOL_GATEWAY_GOOD },
	{ .prefix = V6(0, 0),
	  .prefix_le_plus_1 = LE(0),
	  .protocol = PROTOCOL_GATEWAY_FAIR,
	  .metric = BABEL_METRIC_FAIR },
	{ .prefix = V6(0, 0),
	  .prefix_le_plus_1 = LE(0),
	  .protocol = PROTOCOL_GATEWAY_POOR,
	  .metric = BABEL_METRIC_POOR },
	{ .prefix = V4(10, 0, 8) },
	{ .prefix = V4(172, 16, 12) },
	{ .prefix = V4(0, 0, 0), .prefix_le_plus_1 = LE(0), .protocol = PROTOCOL_GATEWAY_GOOD },
	{ .prefix = V4(0, 0, 0),
	  .prefix_le_plus_1 = LE(0),
	  .protocol = PROTOCOL_GATEWAY_FAIR,
	  .metric = BABEL_METRIC_FAIR },
	{ .prefix = V4(0, 0, 0),
	  .prefix_le_plus_1 = LE(0),
	  .protocol = PROTOCOL_GATEWAY_POOR,
	  .metric = BABEL_METRIC_POOR },
	{ .local = true, .deny = true },
	{ .deny = true },
};

static void babeld_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	const struct babeld_options *options = proto_options(node, &proto_babeld);
	struct plan_babel babel = { .local_port = PORT_BABELD };
	struct plan_babel_interface librenet6 = { .ifname = "librenet6", .type = "tunnel" };

	(void)use;
	plan_add_babel(node->plan, &babel);
	for (size_t i = 0; i < ARRAY_LENGTH(filters); i++) {
		struct plan_babel_filter filter = filters[i];

		filter.filter = "redistribute";
		plan_add_babel_filter(node->plan, &filter);
	}
	if (!options->over_librenet6)
		return;
	/* Somebody else's tunnel: a device that is there by itself, or comes later. */
	plan_add_link(node->plan, &(struct plan_link){ .name = librenet6.ifname });
	plan_add_babel_interface(node->plan, &librenet6);
}

/* By their names: Ethernet devices and the ports of switches. */
static bool is_small(const struct proto_port *port)
{
	static const char *const beginnings[] = { "eth", "en", "lan" };

	for (size_t i = 0; i < ARRAY_LENGTH(beginnings); i++) {
		if (strncmp(port->ifname, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return false;
}

/* Radios need slow hellos, they share the air; on a cable a second costs nothing. */
static void add_interface(const struct proto_node *node, const struct proto_port *port,
                          const char *ifname)
{
	const struct babeld_options *options = proto_options(node, &proto_babeld);
	struct plan_babel_interface interface = {
		.ifname = ifname,
		.type = "wireless",
		.hello_interval = port->wireless ? 0 : options->wired_hello_interval,
	};
	struct plan_address address = { .ifname = ifname, .address = node->id->ipv4 };

	address.address.length = 32;
	plan_add_address(node->plan, &address);
	plan_add_babel_interface(node->plan, &interface);
}

static void babeld_plan_port(const struct proto_node *node, const struct proto_use *use,
                             const struct proto_port *port)
{
	struct plan_network network = { .proto = "static", .ipv4 = node->id->ipv4 };
	struct plan_link *link;
	struct proto_vlan vlan;

	if (proto_vlan_of(node, use, port, &vlan) < 0)
		return;
	link = proto_add_vlan(node, use, port, &vlan);
	if (!link)
		return;
	if (vlan.id && is_small(port))
		link->mtu = MTU_SMALL;
	if (vlan.id == 0 && proto_is_for_clients(node, port)) {
		diag_add(node->diag, DIAG_WARNING, &use->origin,
		         "babeld without a VLAN leaves out %s, which is for clients", port->ifname);
		return;
	}
	if (vlan.id == 0 && proto_is_bridged(link)) {
		diag_add(node->diag, proto_fault(port), &use->origin,
		         "babeld without a VLAN cannot use %s, it is part of %s", port->ifname,
		         link->master);
		return;
	}
	add_interface(node, port, vlan.ifname);
	network.ipv4.length = 32;
	network.babel = vlan.ifname;
	proto_add_network(node, use, port, &vlan, "_babeld", &network);
}

const struct proto proto_babeld = {
	.name = "babeld",
	.package = "lime-proto-babeld",
	.doc = "Routing between clouds and to gateways (Babel)",
	.options = &babeld_shape,
	.prefix = "babeld_",
	.not_on_ap = true,
	.plan_node = babeld_plan_node,
	.vlan = { "17", PLAN_VLAN_8021AD },
	.plan_port = babeld_plan_port,
};
