/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * One gateway everywhere: an address and a MAC that all nodes of a cloud share, so that a client
 * that walks keeps its gateway.  README.md tells how it is kept from leaking.
 */
#include <string.h>

#include "base/arena.h"
#include "plan/numbers.h"
#include "proto/proto.h"

#define DEVICE "anygw"

#define DHCP_LEASE_S  3600
#define RA_LEASE_S    86400
#define RA_INTERVAL_S 120
/* Bytes: passes through batman-adv, VLANs and tunnels of any neighbour without being cut. */
#define CLIENT_MTU 1350

struct anygw_options {
	const char *mac; /* a template; the identity has what comes out */
	uint32_t dhcp_start, dhcp_limit;
};

static const struct field fields[] = {
	FIELD_STRING(struct anygw_options, mac, "aa:aa:aa:%N1:%N2:aa",
	             "The MAC that all nodes share; %Nn is a byte of the network's id."),
	FIELD_UINT(struct anygw_options, dhcp_start, 1, UINT32_MAX, 2,
	           "First address that is given out, counted from the network's own."),
	FIELD_UINT(struct anygw_options, dhcp_limit, 0, UINT32_MAX, 0,
	           "How many addresses are given out; 0: all there are."),
};
static SHAPE(anygw_shape, "anygw", "the gateway that all nodes share", struct anygw_options,
             fields);

extern const struct proto proto_anygw;

static void add_device(const struct proto_node *node)
{
	const struct identity *id = node->id;
	struct plan_link link = {
		.name = DEVICE,
		.kind = PLAN_LINK_MACVLAN,
		.parent = PROTO_BRIDGE,
		.mac = id->anygw_mac,
	};
	struct plan_address address = { .ifname = DEVICE, .no_prefix_route = true, .no_dad = true };

	plan_add_link(node->plan, &link);
	address.address = id->anygw4;
	plan_add_address(node->plan, &address);
	address.address = id->anygw6;
	plan_add_address(node->plan, &address);
	plan_add_network(node->plan, &(struct plan_network){
					     .name = PROTO_ANYGW,
					     .ifname = DEVICE,
					     .device = "lm_net_br_lan_anygw_dev",
					     .proto = "static",
					     .ipv4 = id->anygw4,
					     .ipv6 = id->anygw6,
				     });
}

/* What leaves with the shared address leaves by its device, and so with its MAC. */
static void add_way_back(struct plan *plan, const struct prefix *address)
{
	struct prefix host = { address->ip, (uint8_t)ip_bits(&address->ip) };

	plan_add_rule(plan, &(struct plan_rule){
				    .from = host,
				    .table = TABLE_ANYGW,
				    .priority = RULE_PRIORITY_ANYGW,
			    });
	plan_add_route(plan, &(struct plan_route){
				     .destination = prefix_network(address),
				     .ifname = DEVICE,
				     .table = TABLE_ANYGW,
			     });
}

/* Two devices of this node are on one wire: each answers for its own addresses only.  The
 * link-local address comes from the shared MAC, so it is not asked about either. */
static void add_sysctls(struct plan *plan)
{
	plan_add_sysctl(plan, "net/ipv4/conf/" PROTO_BRIDGE "/arp_ignore", "1");
	plan_add_sysctl(plan, "net/ipv4/conf/" PROTO_BRIDGE "/arp_announce", "2");
	plan_add_sysctl(plan, "net/ipv4/conf/" DEVICE "/arp_ignore", "1");
	plan_add_sysctl(plan, "net/ipv4/conf/" DEVICE "/arp_announce", "2");
	plan_add_sysctl(plan, "net/ipv6/conf/" DEVICE "/accept_dad", "0");
}

/* Those of all clouds begin alike, and clouds meet where cables do. */
#define SHARED_MASK "ff:ff:ff:00:00:00"
#define SHARED_BITS "aa:aa:aa:00:00:00"

static const struct plan_chain chains[] = {
	{ "bridge", "anygw_prerouting", "filter", "prerouting", "-300", "accept" },
	{ "bridge", "anygw_forward", "filter", "forward", "0", "accept" },
	{ "bridge", "anygw_postrouting", "filter", "postrouting", "300", "accept" },
};

/* What gives clients their addresses stays at the node where they are. */
static const char *const private_rules[] = {
	"udp dport { 67, 68, 546, 547 } drop",
	"icmpv6 type { nd-router-solicit, nd-router-advert } drop",
};

/* `end` is "saddr" or "daddr". */
static void drop_shared(const struct proto_node *node, const char *chain, const char *match,
                        const char *end)
{
	const struct mac *mac = &node->id->anygw_mac;
	char text[MAC_TEXT_SIZE];

	plan_add_filter(node->plan, "bridge", chain,
	                "%sether %s & " SHARED_MASK " == " SHARED_BITS " drop", match, end);
	if (mac->byte[0] != 0xaa || mac->byte[1] != 0xaa || mac->byte[2] != 0xaa)
		plan_add_filter(node->plan, "bridge", chain, "%sether %s %s drop", match, end,
		                mac_format(mac, text));
}

static void add_filters(const struct proto_node *node)
{
	struct plan *plan = node->plan;

	for (size_t i = 0; i < ARRAY_LENGTH(chains); i++)
		plan_add_chain(plan, &chains[i]);
	drop_shared(node, "anygw_forward", "", "daddr");
	drop_shared(node, "anygw_prerouting", "iifname \"" PROTO_CLOUD "\" ", "saddr");
	drop_shared(node, "anygw_prerouting", "iifname \"" PROTO_CLOUD "\" ", "daddr");
	drop_shared(node, "anygw_postrouting", "oifname \"" PROTO_CLOUD "\" ", "saddr");
	for (size_t i = 0; i < ARRAY_LENGTH(private_rules); i++) {
		plan_add_filter(plan, "bridge", "anygw_prerouting", "iifname \"%s\" %s",
		                PROTO_CLOUD, private_rules[i]);
		plan_add_filter(plan, "bridge", "anygw_postrouting", "oifname \"%s\" %s",
		                PROTO_CLOUD, private_rules[i]);
	}
}

static void add_dhcp(const struct proto_node *node, const struct proto_use *use)
{
	const struct anygw_options *options = proto_options(node, &proto_anygw);
	const struct identity *id = node->id;
	struct prefix network = prefix_network(&id->anygw4);
	uint32_t room = prefix_pool_size(&network, options->dhcp_start);
	uint32_t count = options->dhcp_limit ? options->dhcp_limit : room;
	struct plan_dhcp dhcp = {
		.ifname = DEVICE,
		.first = ip_add(&network.ip, options->dhcp_start),
		.last = ip_add(&network.ip, options->dhcp_start + count - 1),
		.netmask = prefix_netmask(&network),
		.lease = DHCP_LEASE_S,
		.router = id->anygw4.ip,
		.dns = id->anygw4.ip,
		.mtu = CLIENT_MTU,
		.domain = id->domain,
	};
	const char *wrong = options->dhcp_limit ? "anygw_dhcp_limit" : "anygw_dhcp_start";
	struct origin origin = proto_origin(&node->origins, wrong);
	char text[PREFIX_TEXT_SIZE];

	if (room == 0 || count > room) {
		/* In a network of one or two addresses there are no clients, and a node can do
		 * without a pool; elsewhere somebody miscounted. */
		diag_add(
			node->diag, prefix_pool_size(&network, 1) ? DIAG_ERROR : DIAG_WARNING,
			origin.file ? &origin : &use->origin,
			"the DHCP range does not fit into %s: it begins at %u, and there is room for "
			"%u",
			prefix_format(&network, text), options->dhcp_start, room);
		return;
	}
	plan_add_dhcp(node->plan, &dhcp);
}

static void add_ra(const struct proto_node *node)
{
	struct plan_ra ra = {
		.ifname = DEVICE,
		.prefix = prefix_network(&node->id->anygw6),
		.mtu = CLIENT_MTU,
		.interval = RA_INTERVAL_S,
		.lease = RA_LEASE_S,
		.dns = node->id->anygw6.ip,
		.domain = node->id->domain,
		.delegated = node->gateway_pd,
	};

	plan_add_ra(node->plan, &ra);
}

/* Any node answers to these: people know them by heart, and apps have them built in. */
static const char *const shared_names[] = { "anygw", "thisnode.info", "minodo.info", "meuno.info" };

static void add_shared_names(const struct proto_node *node)
{
	const struct identity *id = node->id;
	const char *names[ARRAY_LENGTH(shared_names) + 1];
	struct plan_name name = {
		.names = { names, ARRAY_LENGTH(shared_names) },
		.ipv4 = id->anygw4.ip,
		.ipv6 = id->anygw6.ip,
	};
	bool known = false;

	for (size_t i = 0; i < ARRAY_LENGTH(shared_names); i++) {
		names[i] = shared_names[i];
		known = known || strcmp(names[i], id->domain) == 0;
	}
	if (!known)
		names[name.names.count++] = id->domain;
	plan_add_name(node->plan, &name);
}

static void add_own_names(const struct proto_node *node)
{
	const struct identity *id = node->id;
	const char *names[] = {
		id->hostname,
		arena_printf(node->plan->arena, "%s.%s", id->hostname, id->domain),
	};
	struct plan_name name = {
		.names = { names, ARRAY_LENGTH(names) },
		.ipv4 = id->ipv4.ip,
		.ipv6 = id->ipv6.ip,
	};

	plan_add_name(node->plan, &name);
}

static void add_anycast(const struct proto_node *node)
{
	struct plan_anycast anycast = {
		.ifname = DEVICE,
		.bridge = PROTO_BRIDGE,
		.cloud = proto_is_used(node, "batadv") ? PROTO_CLOUD : "",
		.mac = node->id->anygw_mac,
		.ipv4 = node->id->anygw4.ip,
		.ipv6 = node->id->anygw6.ip,
	};

	plan_add_anycast(node->plan, &anycast);
}

static void anygw_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	if (!proto_is_used(node, "lan")) {
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "anygw needs lan: it serves the clients on that bridge");
		return;
	}
	add_device(node);
	add_way_back(node->plan, &node->id->anygw4);
	add_way_back(node->plan, &node->id->anygw6);
	add_sysctls(node->plan);
	add_filters(node);
	add_dhcp(node, use);
	add_ra(node);
	add_own_names(node);
	add_shared_names(node);
	add_anycast(node);
}

const struct proto proto_anygw = {
	.name = "anygw",
	.package = "lime-proto-anygw",
	.doc = "One gateway address that every node answers for its own clients",
	.options = &anygw_shape,
	.prefix = "anygw_",
	.plan_node = anygw_plan_node,
};
