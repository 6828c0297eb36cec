/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Routing with bmx7, on OpenWrt: only configured, bmx7's own script starts it.
 *
 * Everything else goes through tunnels that bmx7 makes by itself, to whoever announces the
 * network; the nodes' own addresses are what they are found by.
 */
#include <string.h>

#include "base/arena.h"
#include "proto/proto.h"

#define PACKAGE "bmx7"
#define PORT    6270 /* UDP */

struct bmx7_options {
	uint32_t mtu;
	bool publish_ownip;
	bool over_batman;
	const char *pref_gw;
	const char *wifi_rate_max;
	bool enable_pki;
	const char *over_librenet6;
};

static const struct field fields[] = {
	FIELD_UINT(struct bmx7_options, mtu, 1280, 9000, 1500, "Longest packet of its VLANs."),
	FIELD_BOOL(struct bmx7_options, publish_ownip, false,
	           "Announces the node's own addresses too."),
	FIELD_BOOL(struct bmx7_options, over_batman, false, "Speaks through the cloud too."),
	FIELD_STRING(struct bmx7_options, pref_gw, "none",
	             "The node whose way to the Internet is taken before all others."),
	FIELD_STRING(struct bmx7_options, wifi_rate_max, "auto",
	             "The most that a radio is thought to carry, in bits per second."),
	FIELD_BOOL(struct bmx7_options, enable_pki, false,
	           "Trusts only nodes whose keys are in /etc/bmx7/trustedNodes."),
	FIELD_STRING(struct bmx7_options, over_librenet6, NULL,
	             "If set, speak on the tunnel librenet6 too."),
};
static SHAPE(bmx7_shape, "bmx7", "routing with bmx7", struct bmx7_options, fields);

extern const struct proto proto_bmx7;

/* Sections that are the same on every node. */
static const struct {
	const char *type, *name, *options[4];
} sections[] = {
	{ "plugin", "config", { "plugin=bmx7_config.so" } },
	{ "plugin", "json", { "plugin=bmx7_json.so" } },
	{ "plugin", "topology", { "plugin=bmx7_topology.so" } },
	{ "plugin", "iwinfo", { "plugin=bmx7_iwinfo.so" } },
	{ "plugin", "sms", { "plugin=bmx7_sms.so" } },
	{ "plugin", "ptun", { "plugin=bmx7_tun.so" } },
	{ "ipVersion", "ipVersion", { "ipVersion=6" } },
	{ "tunOut", "nodes", { "tunOut=nodes", "network=172.16.0.0/12" } },
	{ "tunOut", "clouds", { "tunOut=clouds", "network=10.0.0.0/8" } },
	{ "tunOut", "inet4", { "tunOut=inet4", "network=0.0.0.0/0", "maxPrefixLen=0" } },
	{ "tunOut", "inet6", { "tunOut=inet6", "network=::/0", "maxPrefixLen=0" } },
	{ "tunOut", "publicv6", { "tunOut=publicv6", "network=2000::/3", "maxPrefixLen=64" } },
};

static const char *option(const struct proto_node *node, const char *name, const char *value)
{
	return arena_printf(node->plan->arena, "%s=%s", name, value);
}

static void add(const struct proto_node *node, const char *type, const char *name,
                const char *const *options)
{
	plan_add_setting(node->plan, PACKAGE, type, name, options);
}

/* bgp's list of the protocols that it exchanges routes with has this one. */
static bool is_exchanged(const struct proto_node *node)
{
	for (size_t i = 0; i < node->n_uses; i++) {
		const struct proto_use *use = &node->uses[i];

		if (strcmp(use->proto->name, "bgp") == 0 && use->args[1] &&
		    proto_list_has(use->args[1], "bmx7"))
			return true;
	}
	return false;
}

/* What bird has learnt goes on into bmx7 one by one: the networks of others are too many to be
 * joined or announced ahead. */
static void add_exchange(const struct proto_node *node)
{
	add(node, "plugin", "table", (const char *const[]){ "plugin=bmx7_table.so", NULL });
	add(node, "redistTable", "fromBird",
	    (const char *const[]){ "redistTable=fromBird", "table=254", "bandwidth=100", "proto=12",
	                           "aggregatePrefixLen=128", NULL });
}

static void add_general(const struct proto_node *node, const struct bmx7_options *o)
{
	const bool exchanged = is_exchanged(node);
	const char *const pki = o->enable_pki ? "trustedNodesDir=/etc/bmx7/trustedNodes" : NULL;
	const char *const general[] = {
		"dbgMuteTimeout=1000000",
		"tunOutTimeout=100000",
		"configSync=0",
		"syslog=0",
		exchanged ? "proactiveTunRoutes=0" : pki,
		exchanged ? "linkSignatureLen=0" : NULL,
		exchanged ? pki : NULL,
		NULL,
	};
	char ipv4[PREFIX_TEXT_SIZE], ipv6[PREFIX_TEXT_SIZE];
	const char *const tunnels[] = {
		"tunDev=main",
		option(node, "tun4Address", prefix_format(&node->id->ipv4, ipv4)),
		option(node, "tun6Address", prefix_format(&node->id->ipv6, ipv6)),
		NULL,
	};

	add(node, "bmx7", "general", general);
	if (exchanged)
		add_exchange(node);
	add(node, "tunDev", "main", tunnels);
	for (size_t i = 0; i < ARRAY_LENGTH(sections); i++)
		add(node, sections[i].type, sections[i].name, sections[i].options);
}

static void add_own_address(const struct proto_node *node, const char *name, struct prefix address)
{
	char text[PREFIX_TEXT_SIZE];

	address.length = (uint8_t)ip_bits(&address.ip);
	add(node, "tunIn", name,
	    (const char *const[]){ option(node, "tunIn", name),
	                           option(node, "network", prefix_format(&address, text)), NULL });
}

static void add_preferred(const struct proto_node *node, const char *name, const char *network,
                          const char *gateway)
{
	add(node, "tunOut", name,
	    (const char *const[]){ option(node, "tunOut", name), option(node, "network", network),
	                           "maxPrefixLen=0", option(node, "gwName", gateway), "rating=1000",
	                           NULL });
}

static void add_device(const struct proto_node *node, const char *name, const char *ifname,
                       const char *rate)
{
	add(node, "dev", name,
	    (const char *const[]){ option(node, "dev", ifname),
	                           rate ? option(node, "rateMax", rate) : NULL, NULL });
}

/* The cloud is one hop for bmx7, however long it is: it would take it before everything else. */
static void keep_out_of_cloud(const struct proto_node *node)
{
	static const struct {
		struct plan_chain chain;
		const char *direction;
	} ways[] = {
		{ { "bridge", "bmx7_prerouting", "filter", "prerouting", "-300", "accept" },
		  "iifname" },
		{ { "bridge", "bmx7_postrouting", "filter", "postrouting", "300", "accept" },
		  "oifname" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
		const struct plan_chain *chain = &ways[i].chain;

		plan_add_chain(node->plan, chain);
		plan_add_filter(node->plan, chain->family, chain->chain,
		                "%s \"" PROTO_CLOUD "\" ether type ip6 udp sport %d udp dport %d "
		                "drop",
		                ways[i].direction, PORT, PORT);
	}
}

static void bmx7_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	const struct bmx7_options *o = proto_options(node, &proto_bmx7);
	bool lan = proto_is_used(node, "lan");

	(void)use;
	add_general(node, o);
	if (o->publish_ownip) {
		add_own_address(node, "myIP4", node->id->ipv4);
		add_own_address(node, "myIP6", node->id->ipv6);
	}
	if (strcmp(o->pref_gw, "none") != 0) {
		add_preferred(node, "inet4p", "0.0.0.0/0", o->pref_gw);
		add_preferred(node, "inet6p", "::/0", o->pref_gw);
	}
	if (o->over_librenet6)
		add_device(node, "librenet6", "librenet6", NULL);
	if (lan)
		add_device(node, "lm_net_br_lan", PROTO_BRIDGE, NULL);
	if (lan && proto_is_used(node, "batadv") && !o->over_batman)
		keep_out_of_cloud(node);
}

/* "eth0" or "eth0.1", without a `net` section: the bridge of the clients does it. */
static bool is_plain_ethernet(const char *ifname)
{
	return strncmp(ifname, "eth", 3) == 0 && ifname[3] >= '0' && ifname[3] <= '9';
}

/* bmx7 wants an IPv4 address on a radio; where it comes from does not matter. */
static void set_address(const struct proto_node *node, const struct proto_port *port,
                        struct plan_network *network)
{
	const struct mac mac = proto_port_mac(node, port);

	network->proto = "static";
	network->ipv4 = (struct prefix){
		{ IP_V4, { 169, 254, mac.byte[4], mac.byte[5] } },
		32,
	};
}

static void bmx7_plan_port(const struct proto_node *node, const struct proto_use *use,
                           const struct proto_port *port)
{
	const struct bmx7_options *o = proto_options(node, &proto_bmx7);
	struct plan_network network = { .proto = "none" };
	struct plan_link *link;
	struct proto_vlan vlan;

	if ((!port->specific && is_plain_ethernet(port->ifname)) ||
	    proto_vlan_of(node, use, port, &vlan) < 0)
		return;
	link = proto_add_vlan(node, use, port, &vlan);
	if (!link)
		return;
	if (vlan.id)
		link->mtu = o->mtu;
	else
		network.proto = "static";
	if (port->wireless)
		set_address(node, port, &network);
	proto_add_network(node, use, port, &vlan, "_bmx7", &network);
	add_device(node, network.name, vlan.ifname,
	           port->wireless && strcmp(o->wifi_rate_max, "auto") != 0 ? o->wifi_rate_max
	                                                                   : NULL);
}

const struct proto proto_bmx7 = {
	.name = "bmx7",
	.package = "lime-proto-bmx7",
	.extra = true,
	.doc = "Routing with bmx7 (OpenWrt)",
	.options = &bmx7_shape,
	.prefix = "bmx7_",
	.not_on_ap = true,
	.vlan = { "18", PLAN_VLAN_8021AD },
	.plan_node = bmx7_plan_node,
	.plan_port = bmx7_plan_port,
};
