/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The state of the node as JSON (docs/wire/control.md).
 */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/cloud.h"
#include "daemon/names.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "net/identity.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/cloud/fdb.h"
#include "platform/linux/kernel/defaults.h"

static void add_prefix(struct json *json, const char *name, const struct prefix *prefix)
{
	char text[PREFIX_TEXT_SIZE];

	if (prefix->ip.family != IP_NONE)
		json_text(json, name, prefix_format(prefix, text));
}

static void add_ip(struct json *json, const char *name, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	if (ip->family != IP_NONE)
		json_text(json, name, ip_format(ip, text));
}

static void add_mac(struct json *json, const char *name, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	json_text(json, name, mac_format(mac, text));
}

/* The lines of a text, as an array. */
static void add_lines(struct json *json, const char *name, const struct buf *lines)
{
	const char *rest = buf_text(lines);

	json_open(json, name, '[');
	while (*rest) {
		const char *end = strchrnul(rest, '\n');
		BUF_AUTO line = { 0 };

		buf_add_bytes(&line, rest, (size_t)(end - rest));
		json_text(json, NULL, buf_text(&line));
		rest = *end ? end + 1 : end;
	}
	json_close(json, ']');
}

static void add_node(const struct daemon *daemon, struct json *json)
{
	const struct node *node = daemon->accepted.node;

	json_open(json, "node", '{');
	json_text(json, "version", WEFT_VERSION);
	json_number(json, "pid", getpid());
	json_number(json, "uptime_s", (clock_ms() - daemon->since_ms) / 1000);
	if (node) {
		json_text(json, "name", node->identity.hostname);
		json_text(json, "domain", node->identity.domain);
		add_mac(json, "mac", &node->identity.ids.mac);
		add_prefix(json, "ipv4", &node->identity.ipv4);
		add_prefix(json, "ipv6", &node->identity.ipv6);
	}
	json_close(json, '}');
}

static void add_configuration(const struct daemon *daemon, struct json *json)
{
	static const char *const words[] = {
		[ACCEPTED_NOTHING] = "none",
		[ACCEPTED_FILES] = "current",
		[ACCEPTED_LAST_GOOD] = "last good",
	};

	json_open(json, "configuration", '{');
	json_text(json, "state", words[daemon->accepted.source]);
	json_bool(json, "applied", daemon->plan && !daemon->failure.length);
	add_lines(json, "mistakes", &daemon->accepted.mistakes);
	add_lines(json, "refused", &daemon->refused);
	add_lines(json, "failure", &daemon->failure);
	json_close(json, '}');
}

/* --- clouds --- */

static void add_cloud_node(const struct daemon *daemon, const struct cloud_node *node,
                           struct json *json)
{
	json_open(json, NULL, '{');
	json_text(json, "name", names_of(daemon->names, &node->ip, 0));
	add_ip(json, "ipv4", &node->ip);
	add_mac(json, "mac", &node->mac);
	json_bool(json, "neighbour", mac_equal(&node->mac, &node->via));
	add_mac(json, "via", &node->via);
	json_text(json, "port", node->port);
	if (node->kbps)
		json_number(json, "kbps", node->kbps);
	else
		json_number(json, "quality_percent", node->tq * 100 / 255);
	json_number(json, "seen_ms", node->seen_ms);
	json_close(json, '}');
}

static void add_clouds(const struct daemon *daemon, const struct identity *identity,
                       const struct cloud *cloud, struct json *json)
{
	const uint8_t *id = identity->ids.network;
	char text[8];

	json_open(json, "clouds", '[');
	if (*cloud->ifname) {
		snprintf(text, sizeof(text), "%02x%02x%02x", id[0], id[1], id[2]);
		json_open(json, NULL, '{');
		json_text(json, "ssid", identity->ap_ssid);
		json_text(json, "network_id", text);
		json_text(json, "interface", cloud->ifname);
		json_number(json, "clients", (int64_t)cloud->n_clients);
		json_open(json, "nodes", '[');
		for (size_t i = 0; i < cloud->n_nodes; i++)
			add_cloud_node(daemon, &cloud->nodes[i], json);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* --- cables --- */

static void add_cables(const struct daemon *daemon, struct json *json)
{
	static const char *const words[] = {
		[SEGMENT_ALONE] = "alone",
		[SEGMENT_LOWEST] = "answers",
		[SEGMENT_HIGHER] = "silent",
		[SEGMENT_FOREIGN] = "silent beside another kind of node",
	};
	const struct segment_port *port;
	char name[IFNAME_SIZE];

	json_open(json, "cables", '[');
	for (size_t i = 0; (port = runtime_segment(daemon->runtime, i, name)); i++) {
		json_open(json, NULL, '{');
		json_text(json, "port", name);
		json_text(json, "state", words[port->reason]);
		if (port->reason != SEGMENT_ALONE)
			add_mac(json, "other", &port->other);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* --- the way out --- */

static const char *protocol_word(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_GATEWAY_GOOD:
	case PROTOCOL_GATEWAY_FAIR:
	case PROTOCOL_GATEWAY_POOR:
	case PROTOCOL_WEFT:
		return "own uplink";
	case RTPROT_BABEL:
		return "another node";
	default:
		return "somebody else's route";
	}
}

/* Of each family the route with the lowest metric in the main table is used. */
static bool is_used(const struct default_route *routes, int n_routes, int which)
{
	for (int i = 0; i < n_routes; i++) {
		if (routes[i].table == TABLE_MAIN && routes[i].family == routes[which].family &&
		    (routes[i].metric < routes[which].metric ||
		     (routes[i].metric == routes[which].metric && i < which)))
			return false;
	}
	return true;
}

static int add_gateways(struct json *json)
{
	struct default_route routes[DEFAULTS_MAX];
	int n_routes = defaults_read(routes), used = 0;

	json_open(json, "gateways", '[');
	for (int i = 0; i < n_routes; i++) {
		if (routes[i].table != TABLE_MAIN)
			continue;
		json_open(json, NULL, '{');
		json_number(json, "family", routes[i].family);
		add_ip(json, "via", &routes[i].via);
		json_text(json, "port", routes[i].ifname);
		json_number(json, "metric", routes[i].metric);
		json_text(json, "by", protocol_word(routes[i].protocol));
		json_bool(json, "used", is_used(routes, n_routes, i));
		used += is_used(routes, n_routes, i);
		json_close(json, '}');
	}
	json_close(json, ']');
	return used;
}

/* --- clients --- */

static void add_client(const struct daemon *daemon, const struct fdb_entry *entry,
                       struct json *json)
{
	int64_t now = clock_ms(), since = runtime_since(daemon->runtime, &entry->mac, entry->port);
	char port[IF_NAMESIZE] = "";

	json_open(json, NULL, '{');
	add_mac(json, "mac", &entry->mac);
	if (if_indextoname((unsigned)entry->port, port))
		json_text(json, "port", port);
	if (since >= 0)
		json_number(json, "here_s", (now - since) / 1000);
	json_number(json, "idle_s", entry->idle_ms / 1000);
	json_close(json, '}');
}

static void add_clients(const struct daemon *daemon, const struct cloud *cloud, struct json *json)
{
	const struct plan_item *item = plan_next(daemon->plan, PLAN_ANYCAST, NULL);
	const struct plan_anycast *anycast = item ? item->value : NULL;
	FDB_AUTO fdb = { 0 };
	struct nl nl;

	json_open(json, "clients", '[');
	if (anycast && nl_open(&nl, NETLINK_ROUTE) == 0) {
		(void)fdb_read(&nl, (int)if_nametoindex(anycast->bridge), &fdb);
		nl_close(&nl);
	}
	for (size_t i = 0; i < fdb.count; i++) {
		if (!fdb.entries[i].fixed && fdb.entries[i].port != cloud->index)
			add_client(daemon, &fdb.entries[i], json);
	}
	json_close(json, ']');
}

/* --- what is wrong, the worst first --- */

static void add_problems(const struct daemon *daemon, const struct cloud *cloud, struct json *json)
{
	json_open(json, "problems", '[');
	if (daemon->failure.length)
		json_text(json, NULL, "what the configuration asks for could not be made true");
	if (daemon->accepted.source == ACCEPTED_NOTHING)
		json_text(json, NULL,
		          "the configuration cannot be used, and there is no earlier one");
	if (daemon->accepted.source == ACCEPTED_LAST_GOOD && daemon->accepted.mistakes.length)
		json_text(json, NULL,
		          "the configuration cannot be used; the last good one is in force");
	if (daemon->plan && *cloud->ifname && !cloud->n_nodes)
		json_text(json, NULL, "no other node of the cloud is heard");
	json_close(json, ']');
}

void daemon_refresh_names(struct daemon *daemon)
{
	CLOUD_AUTO cloud = { 0 };

	if (daemon->plan)
		cloud_read(daemon->accepted.node, &cloud);
	for (size_t i = 0; i < cloud.n_nodes; i++)
		(void)names_of(daemon->names, &cloud.nodes[i].ip, 0);
}

static void add_net(const struct daemon *daemon, struct json *json)
{
	json_open(json, "net", '{');
	json_number(json, "pid", net_root_pid(daemon->net));
	json_number(json, "restarts", (int64_t)net_root_restarts(daemon->net));
	json_number(json, "links", (int64_t)net_root_n_links(daemon->net));
	json_close(json, '}');
}

void daemon_status(struct daemon *daemon, struct buf *out)
{
	const struct node *node = daemon->plan ? daemon->accepted.node : NULL;
	struct json json = { .out = out };
	CLOUD_AUTO cloud = { 0 };

	if (node)
		cloud_read(node, &cloud);
	json_open(&json, NULL, '{');
	add_problems(daemon, &cloud, &json);
	add_node(daemon, &json);
	add_configuration(daemon, &json);
	programs_print_json(daemon->programs, &json);
	add_net(daemon, &json);
	if (node) {
		add_clouds(daemon, &node->identity, &cloud, &json);
		add_cables(daemon, &json);
		(void)add_gateways(&json);
		add_clients(daemon, &cloud, &json);
	}
	json_close(&json, '}');
}
