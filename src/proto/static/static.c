/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Addresses of a port as configured; with a gateway the port is a way to the Internet. */
#include "net/names.h"
#include "proto/proto.h"

struct static_options {
	struct prefix ipv4, ipv6;
	struct ip gateway_ipv4, gateway_ipv6;
	uint32_t priority;
};

static const struct field fields[] = {
	FIELD_PREFIX(struct static_options, ipv4, NULL, "Address and length, or an address alone."),
	FIELD_IP(struct static_options, gateway_ipv4, NULL, "The way to the Internet for IPv4."),
	FIELD_PREFIX(struct static_options, ipv6, NULL, "Address and length, or an address alone."),
	FIELD_IP(struct static_options, gateway_ipv6, NULL, "The way to the Internet for IPv6."),
	FIELD_UINT(struct static_options, priority, 0, PLAN_UPLINK_PRIORITY_MAX, 0,
	           "Of several uplinks of a node the lowest that works is used."),
};
static SHAPE(static_shape, "static", "fixed addresses of a port", struct static_options, fields);

/* One address family of the section. */
struct side {
	const char *option, *gateway_option;
	enum ip_family family;
	const struct prefix *address;
	const struct ip *gateway;
};

static void mistake(const struct proto_node *node, const struct proto_port *port,
                    const char *option, const char *text)
{
	struct origin origin = proto_origin(&port->origins, option);

	diag_add(node->diag, DIAG_ERROR, &origin, "%s", text);
}

/* Where a gateway cannot be reached the kernel refuses the route.  Link-local ones always can. */
/* A network larger than that would take the way to all others. */
#define LENGTH_MIN 8

/* What the kernel would refuse, or take in a way that nobody means; NULL: neither. */
static const char *address_fault(const struct prefix *address)
{
	if (ip_reserved(&address->ip))
		return "no device can have this address: it is of those for groups, for the "
		       "machine itself or for no network";
	return address->length < LENGTH_MIN ? "a network larger than /8 cannot be" : NULL;
}

static bool is_reached(const struct prefix *address, const struct ip *gateway)
{
	return (gateway->family == IP_V6 && ip_is_link_local(gateway)) ||
	       prefix_contains(address, gateway);
}

/* The first and the last address of an IPv4 network; one of two addresses has neither (RFC 3021).
 */
static bool is_networks_own(const struct prefix *address, const struct ip *ip)
{
	struct ip first = prefix_network(address).ip, last = prefix_last(address);

	return ip->family == IP_V4 && address->length <= 30 &&
	       (ip_equal(ip, &first) || ip_equal(ip, &last));
}

static const char *gateway_fault(const struct prefix *address, const struct ip *gateway)
{
	if (ip_equal(&address->ip, gateway))
		return "the gateway is the address of the node itself";
	if (!is_reached(address, gateway))
		return "the gateway is not in the network of the address";
	if (is_networks_own(address, gateway))
		return "the gateway is the address of the network, or of all its hosts";
	return NULL;
}

static void check_side(const struct proto_node *node, const struct proto_port *port,
                       const struct side *side)
{
	enum ip_family address = side->address->ip.family, gateway = side->gateway->family;
	const char *kind = side->family == IP_V4 ? "this has to be an IPv4 address"
	                                         : "this has to be an IPv6 address";
	const char *fault;

	if (address != IP_NONE && address != side->family)
		mistake(node, port, side->option, kind);
	if (gateway != IP_NONE && gateway != side->family)
		mistake(node, port, side->gateway_option, kind);
	if (gateway != IP_NONE && address == IP_NONE)
		mistake(node, port, side->gateway_option, "a gateway without an address");
	if (address != side->family)
		return;
	fault = address_fault(side->address);
	if (fault)
		mistake(node, port, side->option, fault);
	fault = gateway == side->family ? gateway_fault(side->address, side->gateway) : NULL;
	if (fault)
		mistake(node, port, side->gateway_option, fault);
}

static void add_side(const struct proto_node *node, const struct side *side,
                     const struct plan_uplink *uplink)
{
	struct plan_address address = { .ifname = uplink->ifname, .address = *side->address };
	struct plan_route route = {
		.destination = { .ip = { .family = side->family } },
		.via = *side->gateway,
		.ifname = uplink->ifname,
		.table = uplink->table,
	};

	if (side->address->ip.family != IP_NONE)
		plan_add_address(node->plan, &address);
	if (side->gateway->family != IP_NONE)
		plan_add_route(node->plan, &route);
}

static void check_port(const struct proto_node *node, const struct proto_use *use,
                       const struct proto_port *port)
{
	/* One that was written and makes no sense was reported by who read it. */
	if (!proto_origin(&port->origins, "static_ipv4").file &&
	    !proto_origin(&port->origins, "static_ipv6").file)
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "static needs static_ipv4 or static_ipv6 in its section");
	if (proto_is_bridged(proto_port_link(node, port)))
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "%s cannot have addresses of its own, it is part of " PROTO_BRIDGE,
		         port->ifname);
}

static void add_port(const struct proto_node *node, const struct proto_port *port,
                     const struct static_options *o)
{
	struct plan_uplink uplink = {
		.ifname = port->ifname,
		.method = "static",
		.gateway4 = o->gateway_ipv4,
		.gateway6 = o->gateway_ipv6,
		.priority = o->priority,
	};
	const struct side sides[] = {
		{ "static_ipv4", "static_gateway_ipv4", IP_V4, &o->ipv4, &o->gateway_ipv4 },
		{ "static_ipv6", "static_gateway_ipv6", IP_V6, &o->ipv6, &o->gateway_ipv6 },
	};

	if (uplink.gateway4.family != IP_NONE || uplink.gateway6.family != IP_NONE)
		proto_add_uplink(node, &uplink);
	for (size_t i = 0; i < ARRAY_LENGTH(sides); i++) {
		check_side(node, port, &sides[i]);
		add_side(node, &sides[i], &uplink);
	}
	plan_add_network(node->plan,
	                 &(struct plan_network){
				 .name = name_section(node->plan->arena, port->ifname, "_static"),
				 .ifname = port->ifname,
				 .proto = "static",
				 .ipv4 = o->ipv4,
				 .ipv6 = o->ipv6,
				 .gateway4 = o->gateway_ipv4,
				 .gateway6 = o->gateway_ipv6,
			 });
}

/* In the general list it means nothing: addresses are of one port. */
static void static_plan_port(const struct proto_node *node, const struct proto_use *use,
                             const struct proto_port *port)
{
	if (!port->specific)
		return;
	check_port(node, use, port);
	add_port(node, port, port->options);
}

const struct proto proto_static = {
	.name = "static",
	.doc = "Fixed addresses of a port",
	.port_options = &static_shape,
	.port_prefix = "static_",
	.plan_port = static_plan_port,
};
