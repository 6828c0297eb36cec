/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What can be asked of the way of packets (api/host.h).  What the story has is what the status has,
 * and what the plan says.
 */
#include <errno.h>
#include <string.h>

#include "api/request.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "cli/read.h"
#include "daemon/babel.h"
#include "daemon/help.h"
#include "daemon/self.h"
#include "daemon/status_parts.h"
#include "daemon/tracer.h"
#include "daemon/way.h"
#include "net/mac.h"
#include "plan/plan.h"
#include "platform/linux/service/babel_monitor.h"

#define NODES_MAX 64

static struct daemon *daemon_of(struct host *host)
{
	return container_of(host, struct daemon, host);
}

static int host_path(struct host *host, struct request *request, unsigned family)
{
	if (family != IP_V4 && family != IP_V6) {
		diag_add(request->diag, DIAG_ERROR, &(struct origin){ .where = "family" },
		         "it is 4 or 6");
		return -EINVAL;
	}
	tracer_print(daemon_of(host)->tracer, family, &request->result);
	return 0;
}

/* ---- the story ---- */

static void copy_text(struct json *json, struct json_object *from, const char *name)
{
	const char *text = read_text(from, name);

	if (*text)
		json_text(json, name, text);
}

static void add_client(struct json_object *status, const struct mac *wanted, struct json *json)
{
	size_t n = read_count(status, "clients");
	char text[MAC_TEXT_SIZE];

	mac_format(wanted, text);
	for (size_t i = 0; i < n; i++) {
		struct json_object *client = read_element(status, "clients", i);
		struct json_object *ipv6 = read_member(client, "ipv6");
		BUF_AUTO addresses = { 0 };

		if (strcmp(read_text(client, "mac"), text) != 0)
			continue;
		json_open(json, "client", '{');
		copy_text(json, client, "name");
		copy_text(json, client, "mac");
		copy_text(json, client, "ipv4");
		copy_text(json, client, "port");
		if (ipv6) {
			read_print(ipv6, &addresses);
			json_raw(json, "ipv6", addresses.text);
		}
		json_close(json, '}');
		return;
	}
}

static void add_anycast(const struct plan *plan, struct json *json)
{
	const struct plan_item *item = plan_next(plan, PLAN_ANYCAST, NULL);
	const struct plan_anycast *anycast = item ? item->value : NULL;

	if (!anycast)
		return;
	json_open(json, "anycast", '{');
	status_add_mac(json, "mac", &anycast->mac);
	status_add_ip(json, "ipv4", &anycast->ipv4);
	status_add_ip(json, "ipv6", &anycast->ipv6);
	json_text(json, "interface", anycast->ifname);
	json_close(json, '}');
}

/* The rules of the bridge are those that keep the shared address inside. */
static void add_rules(const struct plan *plan, struct json *json)
{
	const struct plan_item *i = NULL;

	json_open(json, "filter", '[');
	while ((i = plan_next(plan, PLAN_FILTER, i))) {
		const struct plan_filter *filter = i->value;
		BUF_AUTO line = { 0 };

		if (strcmp(filter->family, "bridge") != 0)
			continue;
		buf_printf(&line, "%s: %s", filter->chain, filter->rule);
		json_text(json, NULL, line.text);
	}
	json_close(json, ']');
}

static const struct plan_link *find_link(const struct plan *plan, const char *ifname,
                                         const char *master)
{
	const struct plan_item *i = NULL;

	while ((i = plan_next(plan, PLAN_LINK, i))) {
		const struct plan_link *link = i->value;

		if (link->kind != PLAN_LINK_VLAN)
			continue;
		if (ifname ? !strcmp(link->name, ifname)
		           : master && link->master && !strcmp(link->master, master))
			return link;
	}
	return NULL;
}

static void add_cloud_names(struct json_object *cloud, struct json *json)
{
	size_t n = read_count(cloud, "nodes");

	json_number(json, "n_nodes", (int64_t)n + 1);
	json_open(json, "nodes", '[');
	for (size_t i = 0; i < n && i < NODES_MAX; i++) {
		struct json_object *node = read_element(cloud, "nodes", i);
		const char *name = read_text(node, "name");

		json_text(json, NULL, *name ? name : read_text(node, "ipv4"));
	}
	json_close(json, ']');
}

static void add_cloud(const struct plan *plan, struct json_object *status, struct json *json)
{
	struct json_object *cloud = read_element(status, "clouds", 0);
	const char *ifname = read_text(cloud, "interface");
	const struct plan_link *link = find_link(plan, NULL, ifname);

	if (!cloud)
		return;
	json_open(json, "cloud", '{');
	json_text(json, "network_name", read_text(cloud, "ssid"));
	json_text(json, "network_id", read_text(cloud, "network_id"));
	if (link)
		json_number(json, "vlan", link->vlan_id);
	json_text(json, "interface", ifname);
	add_cloud_names(cloud, json);
	json_close(json, '}');
}

static void add_babel(const struct daemon *daemon, struct json *json)
{
	const struct plan_item *item = plan_next(daemon->plan, PLAN_BABEL_INTERFACE, NULL);
	const struct plan_babel_interface *interface = item ? item->value : NULL;
	const struct plan_link *link = interface ? find_link(daemon->plan, interface->ifname, NULL)
	                                         : NULL;
	const struct babel_route *route = way_installed(babel_state(daemon->babel), IP_V4);

	if (!interface)
		return;
	json_open(json, "babel", '{');
	if (link)
		json_number(json, "vlan", link->vlan_id);
	if (route) {
		json_open(json, "next", '{');
		status_add_name(daemon, json, &route->via, route->ifname);
		status_add_ip(json, "address", &route->via);
		json_text(json, "port", route->ifname);
		json_number(json, "cost", route->metric);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void add_exit(struct json_object *status, struct json *json)
{
	struct json_object *way = read_element(status, "internet", 0);
	struct json_object *why = read_member(way, "why");
	BUF_AUTO lines = { 0 };

	if (!way)
		return;
	json_open(json, "exit", '{');
	json_number(json, "family", read_number(way, "family"));
	json_text(json, "by", read_text(way, "by"));
	copy_text(json, way, "name");
	copy_text(json, way, "port");
	if (why)
		read_print(why, &lines);
	json_raw(json, "why", why ? lines.text : "[]");
	json_close(json, '}');
}

/* What a person types to see the same. */
static void add_commands(const struct plan *plan, struct json_object *status, struct json *json)
{
	const char *cloud = read_text(read_element(status, "clouds", 0), "interface");
	const struct plan_item *item = plan_next(plan, PLAN_BABEL, NULL);
	BUF_AUTO line = { 0 };

	json_open(json, "commands", '[');
	json_text(json, NULL, "weft status");
	json_text(json, NULL, "weft plan explain anygw");
	json_text(json, NULL, "nft list table bridge weft");
	if (*cloud) {
		buf_printf(&line, "batctl meshif %s neighbors", cloud);
		json_text(json, NULL, line.text);
	}
	if (item) {
		const struct plan_babel *babel = item->value;

		buf_done(&line);
		buf_printf(&line, "echo dump | nc ::1 %u", babel->local_port);
		json_text(json, NULL, line.text);
	}
	json_text(json, NULL, "ip route show default");
	json_text(json, NULL, "weft gateway");
	json_close(json, ']');
}

static int host_story(struct host *host, struct request *request, const struct mac *client)
{
	struct daemon *daemon = daemon_of(host);
	struct json json = { .out = &request->result };
	struct json_object *status;

	if (!daemon->plan) {
		diag_add(request->diag, DIAG_ERROR, NULL, "no network is in force on this node");
		return -ENOENT;
	}
	status = daemon_status_object(daemon);
	json_open(&json, NULL, '{');
	add_client(status, client, &json);
	add_anycast(daemon->plan, &json);
	add_rules(daemon->plan, &json);
	add_cloud(daemon->plan, status, &json);
	add_babel(daemon, &json);
	add_exit(status, &json);
	add_commands(daemon->plan, status, &json);
	json_close(&json, '}');
	read_free(status);
	return 0;
}

const struct host_way_ops daemon_way_ops = {
	.path = host_path,
	.story = host_story,
};
