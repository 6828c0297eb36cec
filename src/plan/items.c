/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What kinds of items there are, and what each consists of: the one table that
 * names, printing, JSON, comparison and documentation come from.
 */
#include <string.h>

#include "base/buf.h"
#include "plan/plan.h"

#define ANY_UINT UINT32_MAX

static const struct field hostname_fields[] = {
	FIELD_STRING(struct plan_hostname, hostname, NULL, "The name of this node."),
};
static SHAPE(hostname_shape, "hostname", "the name of this node", struct plan_hostname,
             hostname_fields);

static const struct field sysctl_fields[] = {
	FIELD_STRING(struct plan_sysctl, path, NULL, "Which setting, below /proc/sys."),
	FIELD_STRING(struct plan_sysctl, value, NULL, "What the kernel is told."),
};
static SHAPE(sysctl_shape, "sysctl", "a setting of the kernel", struct plan_sysctl, sysctl_fields);

static const char *const link_kinds[] = {
	[PLAN_LINK_PORT] = "port",       [PLAN_LINK_BRIDGE] = "bridge", [PLAN_LINK_VLAN] = "vlan",
	[PLAN_LINK_MACVLAN] = "macvlan", [PLAN_LINK_BATADV] = "batadv", NULL,
};
static const char *const link_kind_docs[] = {
	[PLAN_LINK_PORT] = "A socket or a radio: it is there by itself, and weft only uses it.",
	[PLAN_LINK_BRIDGE] = "A switch made of software: joins its members into one network.",
	[PLAN_LINK_VLAN] = "A network of its own on the wire or air that its parent uses.",
	[PLAN_LINK_MACVLAN] = "A second Ethernet address on its parent.",
	[PLAN_LINK_BATADV] = "The door to the cloud: batman-adv carries frames to all its nodes.",
};
static const char *const vlan_protocols[] = {
	[PLAN_VLAN_8021AD] = "8021ad",
	[PLAN_VLAN_8021Q] = "8021q",
	NULL,
};
static const char *const batadv_algos[] = {
	[PLAN_BATADV_IV] = "BATMAN_IV",
	[PLAN_BATADV_V] = "BATMAN_V",
	NULL,
};
static const char *const batadv_gateways[] = {
	[PLAN_BATADV_GATEWAY_OFF] = "off",
	[PLAN_BATADV_GATEWAY_CLIENT] = "client",
	NULL,
};

static const struct field link_fields[] = {
	FIELD_STRING(struct plan_link, name, NULL, "The name of the network device."),
	FIELD_ENUM(struct plan_link, kind, link_kinds, 0, "What sort of network device it is."),
	FIELD_STRING(struct plan_link, parent, NULL, "The device that this one sits on."),
	FIELD_STRING(struct plan_link, master, NULL,
	             "The bridge or mesh that this device is a member of."),
	FIELD_MAC(struct plan_link, mac, NULL, "Its Ethernet address, if not the one it has."),
	FIELD_UINT(struct plan_link, mtu, 0, 65535, 0,
	           "The longest packet in bytes; for a port, at least this."),
	FIELD_UINT(struct plan_link, vlan_id, 0, ANY_UINT, 0, "The number of the VLAN."),
	FIELD_ENUM(struct plan_link, vlan_protocol, vlan_protocols, 0,
	           "How the VLAN's number is written into frames."),
	FIELD_ENUM(struct plan_link, routing_algo, batadv_algos, 0,
	           "How batman-adv finds its ways; the same in all of a cloud."),
	FIELD_UINT(struct plan_link, orig_interval, 0, ANY_UINT, 0,
	           "Milliseconds between two announcements of this node in the mesh."),
	FIELD_BOOL(struct plan_link, bridge_loop_avoidance, 0,
	           "Keeps frames from circling where two nodes share a cable."),
	FIELD_BOOL(struct plan_link, distributed_arp_table, 0,
	           "Nodes answer for the addresses of others' clients."),
	FIELD_BOOL(struct plan_link, multicast_optimization, 0,
	           "Multicast goes only where somebody listens; otherwise it is flooded."),
	FIELD_ENUM(struct plan_link, gateway_mode, batadv_gateways, 0,
	           "Whether batman-adv picks a gateway for DHCP requests."),
};
static SHAPE(link_shape, "link", "a network device", struct plan_link, link_fields);

static const struct field address_fields[] = {
	FIELD_STRING(struct plan_address, ifname, NULL, "The device that has the address."),
	FIELD_PREFIX(struct plan_address, address, NULL,
	             "The address, and how many of its bits name the network."),
	FIELD_BOOL(struct plan_address, no_prefix_route, 0,
	           "The address brings no route to its network."),
	FIELD_BOOL(struct plan_address, no_dad, 0,
	           "The address is shared on purpose, so nobody is asked whether it is taken."),
};
static SHAPE(address_shape, "address", "an address of this node", struct plan_address,
             address_fields);

static const struct field route_fields[] = {
	FIELD_PREFIX(struct plan_route, destination, NULL, "Where packets go that take this way."),
	FIELD_PREFIX(struct plan_route, from, NULL, "Only packets from here take it."),
	FIELD_IP(struct plan_route, via, NULL,
	         "The neighbour that passes them on; without one the destination is on the link."),
	FIELD_STRING(struct plan_route, ifname, NULL, "The device that they leave by."),
	FIELD_UINT(struct plan_route, table, 0, ANY_UINT, 0,
	           "The routing table; 254 is the one that everything uses."),
	FIELD_UINT(struct plan_route, metric, 0, ANY_UINT, 0,
	           "Of two ways to one place the lower number wins."),
	FIELD_UINT(struct plan_route, protocol, 0, 255, 0,
	           "The mark that tells who made the route; not set: weft's own."),
	FIELD_BOOL(struct plan_route, learnt, 0,
	           "Somebody else said so; the node goes on without it if it cannot be had."),
};
static SHAPE(route_shape, "route", "a way to a network", struct plan_route, route_fields);

static const struct field rule_fields[] = {
	FIELD_PREFIX(struct plan_rule, from, NULL, "Packets from here."),
	FIELD_PREFIX(struct plan_rule, to, NULL, "Packets to there."),
	FIELD_STRING(struct plan_rule, oif, NULL,
	             "Packets of programs that insist on this device."),
	FIELD_UINT(struct plan_rule, fwmark, 0, ANY_UINT, 0, "Packets with this mark."),
	FIELD_UINT(struct plan_rule, fwmark_mask, 0, ANY_UINT, 0,
	           "The bits of the mark that count."),
	FIELD_UINT(struct plan_rule, table, 0, ANY_UINT, 0,
	           "The routing table that decides about them."),
	FIELD_UINT(struct plan_rule, priority, 0, ANY_UINT, 0,
	           "Rules are asked in this order, low numbers first."),
};
static SHAPE(rule_shape, "rule", "a choice of routing table for some packets", struct plan_rule,
             rule_fields);

static const struct field radio_fields[] = {
	FIELD_STRING(struct plan_radio, radio, NULL, "The radio."),
	FIELD_STRING(struct plan_radio, option, NULL, "What is set."),
	FIELD_STRING(struct plan_radio, value, NULL, "To what."),
};
static SHAPE(radio_shape, "radio", "a setting of a radio", struct plan_radio, radio_fields);

static const struct field wifi_fields[] = {
	FIELD_STRING(struct plan_wifi, ifname, NULL, "The name of the network device."),
	FIELD_STRING(struct plan_wifi, radio, NULL, "The radio that it is on."),
	FIELD_STRING(struct plan_wifi, mode, NULL,
	             "ap: devices join it; mesh and adhoc: nodes hear each other; sta: this node "
	             "joins another's."),
	FIELD_STRING(struct plan_wifi, network, NULL, "The network it belongs to."),
	FIELD_STRING(struct plan_wifi, ssid, NULL, "The name that is on the air."),
	FIELD_LIST(struct plan_wifi, options, NULL, "Further settings of the radio's interface."),
};
static SHAPE(wifi_shape, "wifi", "an interface of a radio", struct plan_wifi, wifi_fields);

static const struct field chain_fields[] = {
	FIELD_STRING(struct plan_chain, family, NULL,
	             "bridge: frames between ports of a bridge; inet: IPv4 and IPv6 packets."),
	FIELD_STRING(struct plan_chain, chain, NULL, "The name of the chain."),
	FIELD_STRING(struct plan_chain, type, NULL, "filter: lets pass or not; nat: rewrites."),
	FIELD_STRING(struct plan_chain, hook, NULL, "Where on their way packets are looked at."),
	FIELD_STRING(struct plan_chain, priority, NULL, "Its turn among others at this place."),
	FIELD_STRING(struct plan_chain, policy, NULL, "What happens when no rule decides."),
};
static SHAPE(chain_shape, "chain", "a list of filter rules at one place of the packets' way",
             struct plan_chain, chain_fields);

static const struct field filter_fields[] = {
	FIELD_STRING(struct plan_filter, family, NULL, "The family of its chain."),
	FIELD_STRING(struct plan_filter, chain, NULL, "The chain it is in."),
	FIELD_STRING(struct plan_filter, rule, NULL, "The rule, in the language of nftables."),
};
static SHAPE(filter_shape, "filter", "a rule for packets or frames", struct plan_filter,
             filter_fields);

static const struct field dhcp_fields[] = {
	FIELD_STRING(struct plan_dhcp, ifname, NULL, "The device whose network is served."),
	FIELD_IP(struct plan_dhcp, first, NULL, "The first address that is given out."),
	FIELD_IP(struct plan_dhcp, last, NULL, "The last address that is given out."),
	FIELD_IP(struct plan_dhcp, netmask, NULL,
	         "What clients are told about the network's size."),
	FIELD_UINT(struct plan_dhcp, lease, 0, ANY_UINT, 0, "Seconds that an address is lent for."),
	FIELD_IP(struct plan_dhcp, router, NULL, "The way out that clients are told."),
	FIELD_IP(struct plan_dhcp, dns, NULL, "The name server that clients are told."),
	FIELD_UINT(struct plan_dhcp, mtu, 0, 65535, 0,
	           "The longest packet that clients are told to send (option 26)."),
	FIELD_STRING(struct plan_dhcp, domain, NULL, "The domain that clients are told."),
};
static SHAPE(dhcp_shape, "dhcp", "a server that gives IPv4 addresses to clients", struct plan_dhcp,
             dhcp_fields);

static const struct field ra_fields[] = {
	FIELD_STRING(struct plan_ra, ifname, NULL, "The device whose network is served."),
	FIELD_PREFIX(struct plan_ra, prefix, NULL, "The network that clients make addresses in."),
	FIELD_UINT(struct plan_ra, mtu, 0, 65535, 0,
	           "The longest packet that clients are told to send."),
	FIELD_UINT(struct plan_ra, interval, 0, ANY_UINT, 0, "Seconds between announcements."),
	FIELD_UINT(struct plan_ra, lease, 0, ANY_UINT, 0,
	           "Seconds that an address is good for after an announcement."),
	FIELD_IP(struct plan_ra, dns, NULL, "The name server that clients are told."),
	FIELD_STRING(struct plan_ra, domain, NULL, "The domain that clients are told."),
	FIELD_BOOL(struct plan_ra, delegated, 0,
	           "Networks that uplinks bring are advertised too, while they are there."),
};
static SHAPE(ra_shape, "ra", "announcements that give clients IPv6 addresses", struct plan_ra,
             ra_fields);

static const struct field dns_fields[] = {
	FIELD_STRING(struct plan_dns, domain, NULL,
	             "The domain that is answered here and never asked for elsewhere."),
	FIELD_LIST(struct plan_dns, servers, NULL, "Who is asked for all other names."),
};
static SHAPE(dns_shape, "dns", "the name server of this node", struct plan_dns, dns_fields);

static const struct field name_fields[] = {
	FIELD_LIST(struct plan_name, names, NULL, "The names."),
	FIELD_IP(struct plan_name, ipv4, NULL, "The IPv4 address they stand for."),
	FIELD_IP(struct plan_name, ipv6, NULL, "The IPv6 address they stand for."),
};
static SHAPE(name_shape, "name", "names that this node answers for", struct plan_name, name_fields);

static const struct field babel_fields[] = {
	FIELD_UINT(struct plan_babel, local_port, 0, 65535, 0,
	           "Where babeld tells what it knows, to programs on this node only."),
};
static SHAPE(babel_shape, "babel", "the routing between clouds", struct plan_babel, babel_fields);

static const struct field babel_interface_fields[] = {
	FIELD_STRING(struct plan_babel_interface, ifname, NULL, "The device."),
	FIELD_STRING(struct plan_babel_interface, type, NULL,
	             "How the cost of a neighbour is measured: wireless, wired or tunnel."),
	FIELD_UINT(struct plan_babel_interface, hello_interval, 0, ANY_UINT, 0,
	           "Seconds between two hellos; not set: as babeld likes."),
};
static SHAPE(babel_interface_shape, "babel_interface", "a device that Babel speaks on",
             struct plan_babel_interface, babel_interface_fields);

static const struct field babel_filter_fields[] = {
	FIELD_STRING(struct plan_babel_filter, filter, NULL,
	             "redistribute: what this node announces of its own; in, out: what it takes "
	             "from and tells its neighbours; install: what it gives to the kernel."),
	FIELD_PREFIX(struct plan_babel_filter, prefix, NULL, "Routes to networks in this one."),
	FIELD_UINT(struct plan_babel_filter, prefix_le_plus_1, 0, 129, 0,
	           "One more than the longest length of prefix that is meant."),
	FIELD_UINT(struct plan_babel_filter, protocol, 0, 255, 0, "Routes that have this mark."),
	FIELD_STRING(struct plan_babel_filter, ifname, NULL, "Routes of this device."),
	FIELD_BOOL(struct plan_babel_filter, local, 0, "This node's own addresses."),
	FIELD_BOOL(struct plan_babel_filter, deny, 0, "These are left out."),
	FIELD_UINT(struct plan_babel_filter, metric, 0, ANY_UINT, 0,
	           "The cost they are announced with."),
};
static SHAPE(babel_filter_shape, "babel_filter", "what Babel announces and takes",
             struct plan_babel_filter, babel_filter_fields);

static const struct field uplink_fields[] = {
	FIELD_STRING(struct plan_uplink, ifname, NULL, "The device."),
	FIELD_STRING(struct plan_uplink, method, NULL,
	             "dhcp: the address is asked for; static: it is configured."),
	FIELD_UINT(struct plan_uplink, table, 0, ANY_UINT, 0,
	           "The routing table that its way out is kept in."),
	FIELD_UINT(struct plan_uplink, priority, 0, PLAN_UPLINK_PRIORITY_MAX, 0,
	           "Of several on one node the lowest that works is used."),
	FIELD_IP(struct plan_uplink, gateway4, NULL, "Its way out for IPv4, if configured."),
	FIELD_IP(struct plan_uplink, gateway6, NULL, "Its way out for IPv6, if configured."),
	FIELD_BOOL(struct plan_uplink, delegate, 0,
	           "The provider is asked for a network of the Internet's, for the cloud."),
};
static SHAPE(uplink_shape, "uplink", "a way to the Internet", struct plan_uplink, uplink_fields);

static const struct field probes_fields[] = {
	FIELD_LIST(struct plan_probes, targets, NULL,
	           "Who is asked, and how, whether the Internet is there."),
};
static SHAPE(probes_shape, "probes", "how uplinks are tried", struct plan_probes, probes_fields);

static const struct field offer_fields[] = {
	FIELD_STRING(struct plan_offer, offer, NULL, "whom this node's uplink is for"),
	FIELD_STRING(struct plan_offer, words, NULL, "what its owner says about it"),
	FIELD_STRING(struct plan_offer, hours, NULL, "when others may use it"),
	FIELD_LIST(struct plan_offer, members, NULL, "the nodes and clouds it is for"),
	FIELD_UINT(struct plan_offer, limit_kbps, 0, UINT32_MAX, 0,
	           "kbit/s for all others together"),
};
static SHAPE(offer_shape, "offer", "what this node's uplink is to others", struct plan_offer,
             offer_fields);

static const struct field order_fields[] = {
	FIELD_LIST(struct plan_order, gateways, NULL, "their names, the best first"),
};
static SHAPE(order_shape, "order", "which gateways clients use that chose none", struct plan_order,
             order_fields);

static const struct field state_fields[] = {
	FIELD_LIST(struct plan_state, conversations, NULL,
	           "In which conversations: weft, async, http."),
};
static SHAPE(state_shape, "state", "what is told to neighbours", struct plan_state, state_fields);

static const struct field web_fields[] = {
	FIELD_BOOL(struct plan_web, https, false, "Also by HTTPS."),
};
static SHAPE(web_shape, "web", "how the page is served", struct plan_web, web_fields);

static const struct field anycast_fields[] = {
	FIELD_STRING(struct plan_anycast, ifname, NULL, "The device that has the shared address."),
	FIELD_STRING(struct plan_anycast, bridge, NULL, "The bridge that clients are on."),
	FIELD_STRING(struct plan_anycast, cloud, NULL,
	             "The mesh that must know where each client is."),
	FIELD_MAC(struct plan_anycast, mac, NULL, "The Ethernet address that all nodes share."),
	FIELD_IP(struct plan_anycast, ipv4, NULL, "The IPv4 address that all nodes share."),
	FIELD_IP(struct plan_anycast, ipv6, NULL, "The IPv6 address that all nodes share."),
};
static SHAPE(anycast_shape, "anycast",
             "an address that every node answers for itself, so that a client that walks keeps its "
             "gateway",
             struct plan_anycast, anycast_fields);

static const struct field network_fields[] = {
	FIELD_STRING(struct plan_network, name, NULL, "What other files call it."),
	FIELD_STRING(struct plan_network, ifname, NULL, "The device."),
	FIELD_STRING(struct plan_network, device, NULL, "What files call the device."),
	FIELD_STRING(struct plan_network, proto, NULL, "How the device gets its addresses."),
	FIELD_STRING(struct plan_network, master, NULL, "The cloud that the device is a port of."),
	FIELD_STRING(struct plan_network, babel, NULL, "The device that Babel speaks on by it."),
	FIELD_PREFIX(struct plan_network, ipv4, NULL, "Its IPv4 address."),
	FIELD_PREFIX(struct plan_network, ipv6, NULL, "Its IPv6 address."),
	FIELD_IP(struct plan_network, gateway4, NULL, "Its way out for IPv4."),
	FIELD_IP(struct plan_network, gateway6, NULL, "Its way out for IPv6."),
	FIELD_UINT(struct plan_network, mtu, 0, 65535, 0, "The longest packet it carries."),
};
static SHAPE(network_shape, "network", "what a device is for, in OpenWrt's words",
             struct plan_network, network_fields);

static const struct field setting_fields[] = {
	FIELD_STRING(struct plan_setting, package, NULL, "Whose file it is in."),
	FIELD_STRING(struct plan_setting, section, NULL, "The name of the section."),
	FIELD_STRING(struct plan_setting, type, NULL, "What the section is about."),
	FIELD_LIST(struct plan_setting, options, NULL, "What it says."),
};
static SHAPE(setting_shape, "setting", "what another program is told", struct plan_setting,
             setting_fields);

static const struct field file_fields[] = {
	FIELD_STRING(struct plan_file, path, NULL, "Where it is."),
	FIELD_STRING(struct plan_file, text, NULL, "What it says."),
};
static SHAPE(file_shape, "file", "a file of another program", struct plan_file, file_fields);

#define KEYS(...)  ((const struct plan_key[]){ __VA_ARGS__, { NULL } })
#define NEEDS(...) ((const struct plan_need[]){ __VA_ARGS__, { NULL } })

static const struct plan_key no_keys[] = { { NULL } };
static const struct plan_need no_needs[] = { { NULL } };

const struct plan_kind_info plan_kinds[PLAN_N_KINDS] = {
	[PLAN_HOSTNAME] = { "hostname", "hostnames", &hostname_shape, no_keys, no_needs },
	[PLAN_LINK] = { "link", "links", &link_shape, KEYS({ "name" }),
	                NEEDS({ "parent", "sits on it" }, { "master", "is a member of it" }) },
	[PLAN_SYSCTL] = { "sysctl", "sysctls", &sysctl_shape, KEYS({ "path" }), no_needs },
	[PLAN_ADDRESS] = { "address", "addresses", &address_shape,
	                   KEYS({ "address" }, { "ifname", "dev" }),
	                   NEEDS({ "ifname", "is one of its addresses" }) },
	[PLAN_ROUTE] = { "route", "routes", &route_shape,
	                 KEYS({ "destination" }, { "from", "from" }, { "ifname", "dev" },
	                      { "table", "table" }, { "metric", "metric" }),
	                 NEEDS({ "ifname", "leaves by it" }) },
	[PLAN_RULE] = { "rule", "rules", &rule_shape,
	                KEYS({ "priority" }, { "from", "from" }, { "to", "to" }, { "oif", "oif" },
	                     { "fwmark", "fwmark" }, { "fwmark_mask", "mask" }),
	                NEEDS({ "oif", "is for programs that insist on it" }) },
	[PLAN_RADIO] = { "radio", "radios", &radio_shape, KEYS({ "radio" }, { "option" }),
	                 no_needs },
	[PLAN_WIFI] = { "wifi", "wifis", &wifi_shape, KEYS({ "ifname" }), no_needs },
	[PLAN_CHAIN] = { "chain", "chains", &chain_shape, KEYS({ "family" }, { "chain" }),
	                 no_needs },
	[PLAN_FILTER] = { "filter", "filters", &filter_shape,
	                  KEYS({ "family" }, { "chain" }, { "rule" }), no_needs, .order_keys = 2 },
	[PLAN_DHCP] = { "dhcp", "dhcps", &dhcp_shape, KEYS({ "ifname" }),
	                NEEDS({ "ifname", "serves clients on it" }) },
	[PLAN_RA] = { "ra", "ras", &ra_shape, KEYS({ "ifname" }),
	              NEEDS({ "ifname", "serves clients on it" }) },
	[PLAN_DNS] = { "dns", "dns", &dns_shape, no_keys, no_needs },
	[PLAN_NAME] = { "name", "names", &name_shape, KEYS({ "names" }), no_needs },
	[PLAN_BABEL] = { "babel", "babel", &babel_shape, no_keys, no_needs },
	[PLAN_BABEL_INTERFACE] = { "babel_interface", "babel_interfaces", &babel_interface_shape,
	                           KEYS({ "ifname" }), NEEDS({ "ifname", "speaks on it" }) },
	[PLAN_BABEL_FILTER] = { "babel_filter", "babel_filters", &babel_filter_shape,
	                        KEYS({ "filter" }, { "local", "local" }, { "prefix", "ip" },
	                             { "prefix_le_plus_1", "le", 1 }, { "protocol", "proto" },
	                             { "ifname", "if" }),
	                        NEEDS({ "ifname", "is about its routes" }), .order_keys = 1 },
	[PLAN_UPLINK] = { "uplink", "uplinks", &uplink_shape, KEYS({ "ifname" }),
	                  NEEDS({ "ifname", "is by way of it" }) },
	[PLAN_PROBES] = { "probes", "probes", &probes_shape, no_keys, no_needs, .runtime = true },
	[PLAN_OFFER] = { "offer", "offers", &offer_shape, no_keys, no_needs, .runtime = true },
	[PLAN_ORDER] = { "order", "orders", &order_shape, no_keys, no_needs, .runtime = true },
	[PLAN_STATE] = { "state", "state", &state_shape, no_keys, no_needs, .runtime = true },
	[PLAN_WEB] = { "web", "web", &web_shape, no_keys, no_needs, .runtime = true },
	[PLAN_ANYCAST] = { "anycast", "anycasts", &anycast_shape, KEYS({ "ifname" }),
	                   NEEDS({ "ifname", "is its shared address" },
	                         { "bridge", "serves clients on it" },
	                         { "cloud", "tells it where clients are" }),
	                   .runtime = true },
	[PLAN_NETWORK] = { "network", "networks", &network_shape, KEYS({ "name" }), no_needs,
	                   .openwrt = true },
	[PLAN_SETTING] = { "setting", "settings", &setting_shape,
	                   KEYS({ "package" }, { "section" }), no_needs, .openwrt = true },
	[PLAN_FILE] = { "file", "files", &file_shape, KEYS({ "path" }), no_needs, .openwrt = true },
};

static void print_key(const struct plan_key *key, const struct field *field, const void *value,
                      struct buf *out)
{
	uint32_t number;

	if (key->word)
		buf_add(out, key->word);
	if (field->type == FIELD_TYPE_BOOL)
		return;
	if (key->word)
		buf_add_char(out, ' ');
	if (key->plus) {
		memcpy(&number, (const char *)value + field->at, sizeof(number));
		buf_printf(out, "%u", number - key->plus);
		return;
	}
	field_print(field, value, out);
}

void plan_item_name(enum plan_kind kind, const void *value, struct buf *out)
{
	const struct plan_kind_info *info = &plan_kinds[kind];
	const char *space = "";

	if (!info->keys->field)
		buf_add(out, info->name);
	for (const struct plan_key *key = info->keys; key->field; key++) {
		const struct field *field = shape_field(info->shape, key->field);

		if (!field_is_set(field, value))
			continue;
		buf_add(out, space);
		space = " ";
		print_key(key, field, value, out);
	}
}

/* Which kind of link a choice belongs to; of the others nothing is to be said. */
static const struct {
	const char *field;
	enum plan_link_kind kind;
} link_choices[] = {
	{ "vlan_protocol", PLAN_LINK_VLAN },
	{ "routing_algo", PLAN_LINK_BATADV },
	{ "gateway_mode", PLAN_LINK_BATADV },
};

bool plan_field_matters(enum plan_kind kind, const void *value, const struct field *field)
{
	const struct plan_link *link = value;

	if (field->type != FIELD_TYPE_ENUM)
		return field_is_set(field, value);
	if (kind != PLAN_LINK)
		return true;
	for (size_t i = 0; i < ARRAY_LENGTH(link_choices); i++) {
		if (strcmp(field->name, link_choices[i].field) == 0)
			return link->kind == link_choices[i].kind;
	}
	return true;
}

const char *plan_field_doc(enum plan_kind kind, const void *value, const struct field *field)
{
	const struct plan_link *link = value;

	if (kind == PLAN_LINK && strcmp(field->name, "kind") == 0)
		return link_kind_docs[link->kind];
	return field->doc;
}
