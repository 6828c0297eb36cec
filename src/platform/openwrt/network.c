/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * /etc/config/network: what netifd makes of the links, addresses, routes and rules of a plan.
 *
 * Sections whose names begin with lm_net_ are weft's, and so is bat0: those that the plan does
 * not ask for go.  Of the sections that OpenWrt itself makes (lan, wan, wan6, br-lan) only what the
 * plan says changes.
 */
#include "platform/openwrt/network.h"

#include <string.h>

#include "base/arena.h"
#include "net/names.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/openwrt/bridge.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

/* netifd's largest metric: the shared address is never the one that packets leave with. */
#define METRIC_LAST 2147483647U

static const struct plan_network *network_of(const struct plan *plan, const char *name)
{
	const struct plan_item *item = plan_find(plan, PLAN_NETWORK, name);

	return item ? item->value : NULL;
}

/* The way back from the shared address, in both families. */
static const struct {
	const char *rule, *rule_type, *route, *route_type;
	enum ip_family family;
} ways_back[] = {
	{ "lm_net_anygw_rule4", "rule", "lm_net_anygw_route4", "route", IP_V4 },
	{ "lm_net_anygw_rule6", "rule6", "lm_net_anygw_route6", "route6", IP_V6 },
};

/* Of the types that weft writes; others of such a name are a person's. */
static bool is_own(const struct uci_section *section)
{
	static const char *const types[] = { "interface", "device", "route",
		                             "route6",    "rule",   "rule6" };

	if (strcmp(section->name, NETWORK_CLOUD) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		if (strcmp(section->type, types[i]) == 0)
			return strncmp(section->name, NETWORK_PREFIX, strlen(NETWORK_PREFIX)) == 0;
	}
	return false;
}

static bool is_way_back(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(ways_back); i++) {
		if (strcmp(name, ways_back[i].rule) == 0 || strcmp(name, ways_back[i].route) == 0)
			return true;
	}
	return false;
}

static bool is_planned(const struct plan *plan, const char *name)
{
	const struct plan_item *item = NULL;

	if (is_way_back(name))
		return network_of(plan, NETWORK_ANYGW);
	while ((item = plan_next(plan, PLAN_SETTING, item))) {
		const struct plan_setting *setting = item->value;

		if (strcmp(setting->package, "network") == 0 && strcmp(setting->section, name) == 0)
			return true;
	}
	while ((item = plan_next(plan, PLAN_NETWORK, item))) {
		const struct plan_network *network = item->value;

		if (strcmp(network->name, name) == 0 ||
		    (network->device && strcmp(network->device, name) == 0))
			return true;
	}
	return false;
}

static bool is_gone(const struct uci_section *section, const void *plan)
{
	return is_own(section) && !is_planned(plan, section->name);
}

static void set_addresses(struct edit *edit, const struct plan_network *network)
{
	char text[PREFIX_TEXT_SIZE];

	if (network->ipv4.ip.family == IP_V4) {
		struct ip netmask = prefix_netmask(&network->ipv4);

		edit_set(edit, "ipaddr", ip_format(&network->ipv4.ip, text));
		edit_set(edit, "netmask", ip_format(&netmask, text));
	}
	if (network->gateway4.family == IP_V4)
		edit_set(edit, "gateway", ip_format(&network->gateway4, text));
	if (network->ipv6.ip.family == IP_V6)
		edit_set(edit, "ip6addr", prefix_format(&network->ipv6, text));
	if (network->gateway6.family == IP_V6)
		edit_set(edit, "ip6gw", ip_format(&network->gateway6, text));
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), more = strlen(end);

	return length > more && strcmp(text + length - more, end) == 0;
}

/* A network of weft's own, whole. */
static void render_network(struct uci_document *document, const struct plan_network *network)
{
	EDIT_AUTO edit = edit_begin(document, "interface", network->name);

	edit_set(&edit, "proto", network->proto);
	edit_set(&edit, "auto", "1");
	/* LibreMesh still says it the old way in the sections of `static`. */
	if (network->ifname)
		edit_set(&edit, ends_with(network->name, "_static") ? "ifname" : "device",
		         network->ifname);
	if (network->mtu)
		edit_set_number(&edit, "mtu", network->mtu);
	if (network->master)
		edit_set(&edit, "master", network->master);
	set_addresses(&edit, network);
	if (strcmp(network->name, NETWORK_ANYGW) == 0)
		edit_set_number(&edit, "metric", METRIC_LAST);
}

/* The device that a network sits on, where it is one that weft makes. */
static void render_device(const struct render *render, struct uci_document *document,
                          const struct plan_network *network)
{
	static const char *const vlan_types[] = {
		[PLAN_VLAN_8021AD] = "8021ad",
		[PLAN_VLAN_8021Q] = "8021q",
	};
	const struct plan_link *link = plan_link(render->plan, network->ifname);
	EDIT_AUTO edit = edit_begin(document, "device", network->device);
	char text[MAC_TEXT_SIZE];

	edit_set(&edit, "type",
	         link->kind == PLAN_LINK_MACVLAN ? "macvlan" : vlan_types[link->vlan_protocol]);
	edit_set(&edit, "name", link->name);
	edit_set(&edit, "ifname", name_device_parent(render->arena, link->parent));
	if (link->vlan_id)
		edit_set_number(&edit, "vid", link->vlan_id);
	if (!mac_is_zero(&link->mac))
		edit_set(&edit, "macaddr", mac_format(&link->mac, text));
	if (link->mtu)
		edit_set_number(&edit, "mtu", link->mtu);
}

static void render_cloud(const struct render *render, struct uci_document *document)
{
	static const char *const algos[] = {
		[PLAN_BATADV_IV] = "BATMAN_IV",
		[PLAN_BATADV_V] = "BATMAN_V",
	};
	const struct plan_link *link = plan_link(render->plan, NETWORK_CLOUD);
	EDIT_AUTO edit = edit_begin(document, "interface", NETWORK_CLOUD);

	edit_set(&edit, "proto", "batadv");
	edit_set(&edit, "routing_algo", algos[link->routing_algo]);
	edit_set(&edit, "bridge_loop_avoidance", link->bridge_loop_avoidance ? "1" : "0");
	edit_set(&edit, "multicast_mode", link->multicast_optimization ? "1" : "0");
	edit_set_number(&edit, "orig_interval", link->orig_interval);
	if (link->gateway_mode != PLAN_BATADV_GATEWAY_CLIENT)
		return;
	edit_set(&edit, "distributed_arp_table", link->distributed_arp_table ? "1" : "0");
	edit_set(&edit, "gw_mode", "client");
}

/* What leaves with the shared address leaves by its device. */
static void render_way_back(struct uci_document *document, const struct plan_network *anygw,
                            size_t which)
{
	bool v4 = ways_back[which].family == IP_V4;
	const struct prefix *address = v4 ? &anygw->ipv4 : &anygw->ipv6;
	struct prefix host = { address->ip, (uint8_t)ip_bits(&address->ip) };
	struct prefix target = prefix_network(address);
	struct ip netmask = prefix_netmask(&target);
	EDIT_AUTO rule = edit_begin(document, ways_back[which].rule_type, ways_back[which].rule);
	EDIT_AUTO route = edit_begin(document, ways_back[which].route_type, ways_back[which].route);
	char text[PREFIX_TEXT_SIZE];

	edit_set(&rule, "src", prefix_format(&host, text));
	edit_set_number(&rule, "lookup", TABLE_ANYGW);
	edit_set(&route, "interface", NETWORK_ANYGW);
	edit_set(&route, "target", v4 ? ip_format(&target.ip, text) : prefix_format(&target, text));
	if (v4)
		edit_set(&route, "netmask", ip_format(&netmask, text));
	edit_set_number(&route, "table", TABLE_ANYGW);
}

struct uci_section *network_device(const struct uci_document *document, const char *name)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, "device") == 0 && strcmp(edit_value(s, "name"), name) == 0)
			return s;
	}
	return NULL;
}

/* OpenWrt's own section: what else it says stays. */
static void render_lan(const struct render *render, struct uci_document *document)
{
	const struct plan_network *lan = network_of(render->plan, NETWORK_LAN);
	struct edit edit;

	if (!lan) {
		bridge_join(render, document);
		return;
	}
	edit = edit_begin(document, "interface", NETWORK_LAN);
	edit_set(&edit, "device", NETWORK_BRIDGE);
	/* As OpenWrt had it before it knew sections for devices. */
	uci_delete_option(document, edit.section, "type");
	uci_delete_option(document, edit.section, "ifname");
	edit_set(&edit, "proto", "static");
	set_addresses(&edit, lan);
	edit_set_number(&edit, "mtu", lan->mtu);
	bridge_render(render, document);
}

/* The bridge that OpenWrt makes of the ports of a WAN that has several; NULL if there is none. */
static const char *bridge_of(const struct uci_document *document, const char *port)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		const struct uci_option *ports = uci_option(s, "ports");
		const char *name = edit_value(s, "name");

		if (strcmp(s->type, "device") != 0 || !ports || strcmp(name, NETWORK_BRIDGE) == 0)
			continue;
		for (const struct uci_value *v = ports->values; v; v = v->next) {
			if (strcmp(v->text, port) == 0)
				return name;
		}
	}
	return NULL;
}

bool network_is_weft_wan(const struct uci_section *section)
{
	const char *proto = edit_value(section, "proto");

	return strcmp(proto, "dhcp") == 0 || strcmp(proto, "dhcpv6") == 0 ||
	       strcmp(proto, "none") == 0 || !*proto;
}

static void render_wan(const struct render *render, struct uci_document *document)
{
	const struct plan_network *wan = network_of(render->plan, NETWORK_WAN);
	struct uci_section *section = uci_section(document, NETWORK_WAN);
	struct uci_section *section6 = uci_section(document, NETWORK_WAN6);
	const char *bridge = wan ? bridge_of(document, wan->ifname) : NULL;

	if (section6 && network_is_weft_wan(section6))
		uci_set(document, section6, "proto", "none");
	/* A modem, or somebody's own settings: it works, and we know nothing about it. */
	if (section && !network_is_weft_wan(section))
		return;
	if (section && !wan)
		uci_set(document, section, "proto", "none");
	if (!wan)
		return;
	section = uci_add_section(document, "interface", NETWORK_WAN);
	uci_set(document, section, "proto", "dhcp");
	uci_set(document, section, "device", bridge ? bridge : wan->ifname);
}

/* A further WAN port that is in the first one's bridge is no network of its own. */
static bool is_in_bridge(const struct uci_document *document, const struct plan_network *network)
{
	return strcmp(network->proto, "dhcp") == 0 && !network->device &&
	       bridge_of(document, network->ifname);
}

static void render_own(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = NULL;

	while ((item = plan_next(render->plan, PLAN_NETWORK, item))) {
		const struct plan_network *network = item->value;

		if (network->device)
			render_device(render, document, network);
		if (strcmp(network->name, NETWORK_CLOUD) == 0)
			render_cloud(render, document);
		else if (strncmp(network->name, NETWORK_PREFIX, strlen(NETWORK_PREFIX)) == 0 &&
		         !is_in_bridge(document, network))
			render_network(document, network);
	}
}

static void render_file(const struct render *render, struct uci_document *document)
{
	const struct plan_network *anygw = network_of(render->plan, NETWORK_ANYGW);
	struct uci_section *globals = uci_section(document, "globals");

	/* The cloud's prefix is the configuration's to give. */
	if (globals)
		uci_delete_option(document, globals, "ula_prefix");
	edit_delete_sections(document, is_gone, render->plan);
	render_lan(render, document);
	render_wan(render, document);
	render_own(render, document);
	for (size_t i = 0; anygw && i < ARRAY_LENGTH(ways_back); i++)
		render_way_back(document, anygw, i);
}

extern const struct renderer renderer_network;
const struct renderer renderer_network = {
	.package = "network",
	.needs_file = true,
	.render = render_file,
};
