/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What LimeApp reads of the network around this node.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/web/ubus.h"
#include "net/ip.h"

/* Calls with each other node of the clouds, until it returns true. */
static bool each_node(struct json_object *status, bool (*see)(struct json_object *node, void *data),
                      void *data)
{
	struct json_object *clouds = ubus_get(status, "clouds");

	for (size_t i = 0; clouds && i < json_object_array_length(clouds); i++) {
		struct json_object *nodes = ubus_get(json_object_array_get_idx(clouds, i), "nodes");

		for (size_t j = 0; nodes && j < json_object_array_length(nodes); j++) {
			if (see(json_object_array_get_idx(nodes, j), data))
				return true;
		}
	}
	return false;
}

static bool add_name(struct json_object *node, void *data)
{
	const char *name = ubus_get_text(node, "name");

	if (*name)
		json_object_array_add(data, json_object_new_string(name));
	return false;
}

static enum ubus_code cloud_nodes(struct ubus_call *ubus)
{
	struct json_object *nodes = ubus_add_list(ubus->result, "nodes");

	(void)add_name(ubus_get(ubus->told[0], "node"), nodes);
	(void)each_node(ubus->told[0], add_name, nodes);
	return ubus_done(ubus);
}

/* --- lime-metrics --- */

static struct json_object *way_of(struct json_object *status, int family)
{
	struct json_object *ways = ubus_get(status, "internet");

	for (size_t i = 0; ways && i < json_object_array_length(ways); i++) {
		struct json_object *way = json_object_array_get_idx(ways, i);

		if (json_object_get_int(ubus_get(way, "family")) == family)
			return way;
	}
	return NULL;
}

static bool has_way(struct json_object *status, int family)
{
	const char *by = ubus_get_text(way_of(status, family), "by");

	return *by && strcmp(by, "none") != 0;
}

static enum ubus_code internet_status(struct ubus_call *ubus)
{
	bool v4 = has_way(ubus->told[0], 4), v6 = has_way(ubus->told[0], 6);

	ubus_add_bool(ubus_add_object(ubus->result, "IPv4"), "working", v4);
	ubus_add_bool(ubus_add_object(ubus->result, "IPv6"), "working", v6);
	ubus_add_bool(ubus_add_object(ubus->result, "DNS"), "working", v4 || v6);
	return ubus_done(ubus);
}

/* "10.13.0.1/16" without what is behind the slash. */
static void add_hop(struct json_object *hop, const char *name, const char *address)
{
	BUF_AUTO ip = { 0 };

	buf_add_bytes(&ip, address, strcspn(address, "/"));
	ubus_add(hop, "ip", buf_text(&ip));
	ubus_add(hop, "hostname", name);
}

static bool is_of_another(struct json_object *way)
{
	return !strcmp(ubus_get_text(way, "by"), "another node");
}

static void add_self(struct json_object *hop, struct json_object *status)
{
	struct json_object *node = ubus_get(status, "node");

	add_hop(hop, ubus_get_text(node, "name"), ubus_get_text(node, "ipv4"));
}

static enum ubus_code get_gateway(struct ubus_call *ubus)
{
	struct json_object *status = ubus->told[0], *way = way_of(status, 4), *error;

	if (has_way(status, 4)) {
		struct json_object *gateway = ubus_add_object(ubus->result, "gateway");

		if (is_of_another(way))
			add_hop(gateway, ubus_get_text(way, "name"), ubus_get_text(way, "via"));
		else
			add_self(gateway, status);
		return ubus_done(ubus);
	}
	error = ubus_add_object(ubus->result, "error");
	ubus_add(error, "msg", "Not found. No gateway available.");
	ubus_add(error, "code", "1");
	ubus_add(ubus->result, "status", "error");
	return UBUS_OK;
}

/* Never empty: this node is the first hop. */
static enum ubus_code get_path(struct ubus_call *ubus)
{
	struct json_object *path = ubus_add_list(ubus->result, "path"), *hop;
	struct json_object *way = way_of(ubus->told[0], 4);

	hop = json_object_new_object();
	add_self(hop, ubus->told[0]);
	json_object_array_add(path, hop);
	if (is_of_another(way)) {
		hop = json_object_new_object();
		add_hop(hop, ubus_get_text(way, "name"), ubus_get_text(way, "via"));
		json_object_array_add(path, hop);
	}
	return ubus_done(ubus);
}

/* What has been measured of a node on the way; NULL: nothing. */
struct measured {
	const char *target;
	struct json_object *loss;
	double mbps;
	bool self;
};

static bool is_target(struct json_object *node, void *data)
{
	struct measured *measured = data;
	size_t length = strlen(measured->target);
	const char *ip = ubus_get_text(node, "ipv4");

	if (strncmp(ip, measured->target, length) != 0 || (ip[length] && ip[length] != '/'))
		return false;
	measured->mbps = json_object_get_double(ubus_get(node, "kbps")) / 1000;
	return true;
}

static void measure(const struct ubus_call *ubus, struct measured *measured)
{
	struct json_object *status = ubus->told[0];
	struct json_object *gateway = ubus_find_item(ubus_get(ubus->told[1], "gateways"), "address",
	                                             measured->target);
	struct json_object *node = ubus_get(status, "node");

	measured->self = is_target(node, measured);
	(void)each_node(status, is_target, measured);
	measured->loss = ubus_get(ubus_get(gateway, "path"), "loss_percent");
}

/* The original runs a shell with what it is given here, for ten seconds.  Weft measures all the
 * time, and tells what it has. */
static enum ubus_code tell_metrics(struct ubus_call *ubus, bool bandwidth)
{
	struct measured measured = { .target = ubus_text(ubus, "target") };
	BUF_AUTO loss = { 0 };
	BUF_AUTO speed = { 0 };
	struct ip ip;

	if (!measured.target || !ip_parse(measured.target, &ip))
		return ubus_fail(ubus, "target is no address");
	measure(ubus, &measured);
	if (!measured.self && !measured.loss && measured.mbps <= 0)
		return ubus_fail(ubus, "nothing has been measured of this node");
	buf_printf(&loss, "%d", json_object_get_int(measured.loss));
	buf_printf(&speed, "%.2f", measured.mbps);
	ubus_add(ubus->result, "loss", loss.text);
	if (bandwidth)
		ubus_add(ubus->result, "bandwidth", speed.text);
	return ubus_done(ubus);
}

static enum ubus_code get_metrics(struct ubus_call *ubus)
{
	return tell_metrics(ubus, true);
}

static enum ubus_code get_loss(struct ubus_call *ubus)
{
	return tell_metrics(ubus, false);
}

/* --- nodes by their addresses, names and places --- */

static bool has_mac(struct json_object *node, const char *mac)
{
	struct json_object *macs = ubus_get(node, "macs");

	for (size_t i = 0; macs && i < json_object_array_length(macs); i++) {
		if (!strcasecmp(json_object_get_string(json_object_array_get_idx(macs, i)), mac))
			return true;
	}
	return false;
}

/* The end of a link that has this address. */
static struct json_object *find_end(struct json_object *links, const char *mac)
{
	for (size_t i = 0; links && i < json_object_array_length(links); i++) {
		struct json_object *link = json_object_array_get_idx(links, i);
		struct json_object *end = ubus_find_item(ubus_get(link, "ends"), "address", mac);

		if (end && *ubus_get_text(end, "name"))
			return end;
	}
	return NULL;
}

static struct json_object *find_by_mac(struct ubus_call *ubus, const char *mac)
{
	struct json_object *nodes = ubus_get(ubus->told[0], "nodes");

	for (size_t i = 0; nodes && i < json_object_array_length(nodes); i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);

		if (has_mac(node, mac))
			return node;
	}
	return find_end(ubus_get(ubus->told[1], "links"), mac);
}

static enum ubus_code bathost(struct ubus_call *ubus)
{
	const char *text = ubus_text(ubus, "mac"), *iface = ubus_text(ubus, "outgoing_iface");
	struct json_object *node, *found, *end;
	struct mac mac;

	if (!text || !mac_parse(text, &mac))
		return ubus_fail(ubus, "invalid mac");
	node = find_by_mac(ubus, text);
	if (!node) {
		ubus_add(ubus->result, "error", "Couldn't retrieve hostname");
		return ubus_fail(ubus, "Couldn't retrieve hostname");
	}
	end = find_end(ubus_get(ubus->told[1], "links"), text);
	found = ubus_add_object(ubus->result, "bathost");
	ubus_copy(found, "hostname", node, "name", "");
	ubus_copy(found, "iface", end, "port", iface ? iface : "");
	return ubus_done(ubus);
}

static bool is_mac(const char *text)
{
	struct mac mac;

	return mac_parse(text, &mac);
}

static void add_end(struct json_object *data, const char *own, const char *other)
{
	if (is_mac(own) && !has_mac(data, own))
		json_object_array_add(ubus_get(data, "macs"), json_object_new_string(own));
	if (is_mac(other))
		json_object_array_add(ubus_get(data, "links"), json_object_new_string(other));
}

/* LibreMesh's links are the addresses of the other ends. */
static void add_links(struct json_object *data, struct json_object *links, const char *id)
{
	for (size_t i = 0; links && i < json_object_array_length(links); i++) {
		struct json_object *ends = ubus_get(json_object_array_get_idx(links, i), "ends");
		struct json_object *one = json_object_array_get_idx(ends, 0);
		struct json_object *two = json_object_array_get_idx(ends, 1);

		if (!strcmp(ubus_get_text(one, "node"), id))
			add_end(data, ubus_get_text(one, "address"), ubus_get_text(two, "address"));
		else if (!strcmp(ubus_get_text(two, "node"), id))
			add_end(data, ubus_get_text(two, "address"), ubus_get_text(one, "address"));
	}
}

static struct json_object *describe(const struct ubus_call *ubus, struct json_object *node)
{
	struct json_object *data = json_object_new_object(), *place, *macs;

	ubus_copy(data, "hostname", node, "name", "");
	place = ubus_add_object(data, "coordinates");
	ubus_copy(place, "lat", node, "latitude", "FIXME");
	ubus_copy(place, "lon", node, "longitude", "FIXME");
	macs = ubus_add_list(data, "macs");
	for (size_t i = 0; i < json_object_array_length(ubus_get(node, "macs")); i++)
		json_object_array_add(macs, json_object_get(json_object_array_get_idx(
						    ubus_get(node, "macs"), i)));
	(void)ubus_add_list(data, "links");
	add_links(data, ubus_get(ubus->told[1], "links"), ubus_get_text(node, "id"));
	return data;
}

static bool is_shown(struct json_object *node)
{
	const char *name = ubus_get_text(node, "name");

	return *name && strcmp(name, "result") != 0 &&
	       strcmp(ubus_get_text(node, "state"), "forgotten") != 0;
}

/* At the top for one version of LimeApp, below "result" for the other. */
static enum ubus_code all_nodes(struct ubus_call *ubus)
{
	struct json_object *nodes = ubus_get(ubus->told[0], "nodes");
	struct json_object *result = json_object_new_object();

	for (size_t i = 0; nodes && i < json_object_array_length(nodes); i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i), *row;
		const char *name = ubus_get_text(node, "name");

		if (!is_shown(node))
			continue;
		row = json_object_new_object();
		ubus_add_number(row, "bleachTTL", 29);
		ubus_add(row, "author", name);
		json_object_object_add(row, "data", describe(ubus, node));
		json_object_object_add(result, name, json_object_get(row));
		json_object_object_add(ubus->result, name, row);
	}
	json_object_object_add(ubus->result, "result", result);
	return UBUS_OK;
}

static enum ubus_code own_node(struct ubus_call *ubus)
{
	struct json_object *nodes = ubus_get(ubus->told[0], "nodes");
	const char *self = ubus_get_text(ubus->told[0], "self");
	struct json_object *node = ubus_find_item(nodes, "id", self);

	if (node)
		json_object_object_add(ubus->result, ubus_get_text(node, "name"),
		                       describe(ubus, node));
	return UBUS_OK;
}

static enum ubus_code get_nodes(struct ubus_call *ubus)
{
	struct json_object *all = ubus_get(ubus->told[0], "nodes");
	struct json_object *nodes = ubus_add_object(ubus->result, "nodes");

	for (size_t i = 0; all && i < json_object_array_length(all); i++) {
		struct json_object *node = json_object_array_get_idx(all, i), *row;
		const char *name = ubus_get_text(node, "name");
		const char *state = ubus_get_text(node, "state");

		if (!*name)
			continue;
		row = ubus_add_object(nodes, name);
		ubus_add(row, "hostname", name);
		ubus_add_bool(row, "member", true);
		ubus_copy(row, "fw_version", node, "firmware", "");
		ubus_copy(row, "board", node, "model", "");
		ubus_copy(row, "ipv4", node, "ipv4", "");
		ubus_copy(row, "ipv6", node, "ipv6", "");
		ubus_add(row, "status",
		         !strcmp(state, "alive")  ? "recently_reachable"
		         : !strcmp(state, "gone") ? "unreachable"
		                                  : "gone");
	}
	return ubus_done(ubus);
}

/* --- shared-state-async --- */

static enum ubus_code answer_shared(struct ubus_call *ubus, struct json_object *data, int error)
{
	json_object_object_add(ubus->result, "data", data ? data : json_object_new_object());
	ubus_add_number(ubus->result, "error", error);
	return UBUS_OK;
}

/* 404 is what the newer LimeApp takes for "nobody has said anything yet". */
static enum ubus_code shared_get(struct ubus_call *ubus)
{
	struct json_object *data = json_object_get(ubus->told[0]);

	return answer_shared(ubus, data, data && json_object_object_length(data) ? 0 : 404);
}

/* Weft exchanges by itself, all the time. */
static enum ubus_code shared_now(struct ubus_call *ubus)
{
	return answer_shared(ubus, NULL, 0);
}

/* Nobody writes in the name of others.  What a node took for good is its own word: the page that
 * says so with a row of this node gets what this node sees now. */
static enum ubus_code shared_insert(struct ubus_call *ubus)
{
	static const char suffix[] = "_ref";
	const char *type = ubus_text(ubus, "data_type");
	const char *name = ubus_get_text(ubus_get(ubus->told[0], "node"), "name");
	size_t length = type ? strlen(type) : 0;
	struct json_object *params, *own;
	BUF_AUTO error = { 0 };
	BUF_AUTO table = { 0 };

	if (length < sizeof(suffix) || strcmp(type + length - 4, suffix) != 0 ||
	    !ubus_get(ubus_get(ubus->args, "json"), name))
		return answer_shared(ubus, NULL, 403);
	buf_add_bytes(&table, type, strcspn(type, "_"));
	buf_add(&table, !strncmp(type, "node", 4) ? "_info" : "_links");
	params = json_object_new_object();
	ubus_add(params, "table", table.text);
	own = ubus_own(ubus, "set_reference", params, &error);
	json_object_put(own);
	return answer_shared(ubus, NULL, own ? 0 : 400);
}

const struct ubus_method ubus_network_methods[] = {
	{ "lime-utils", "get_cloud_nodes", UBUS_PUBLIC, cloud_nodes, { "status" } },
	{ "lime-metrics", "get_internet_status", UBUS_PUBLIC, internet_status, { "status" } },
	{ "lime-metrics", "get_gateway", UBUS_PUBLIC, get_gateway, { "status" } },
	{ "lime-metrics", "get_path", UBUS_PUBLIC, get_path, { "status" } },
	{ "lime-metrics", "get_last_internet_path", UBUS_PUBLIC, get_path, { "status" } },
	{ "lime-metrics", "get_metrics", UBUS_PUBLIC, get_metrics, { "status", "gateways" } },
	{ "lime-metrics", "get_loss", UBUS_PUBLIC, get_loss, { "status", "gateways" } },
	{ "lime-location", "all_nodes_and_links", UBUS_PUBLIC, all_nodes, { "nodes", "links" } },
	{ "lime-location", "nodes_and_links", UBUS_PUBLIC, own_node, { "nodes", "links" } },
	{ "bat-hosts", "get_bathost", UBUS_PUBLIC, bathost, { "nodes", "links" } },
	{ "network-nodes", "get_nodes", UBUS_PUBLIC, get_nodes, { "nodes" } },
	{ "shared-state-async", "get", UBUS_PUBLIC, shared_get, { "state.shared" }, "data_type" },
	{ "shared-state-async", "sync", UBUS_PUBLIC, shared_now },
	{ "shared-state-async", "publish", UBUS_PUBLIC, shared_now },
	{ "shared-state-async", "publish_all", UBUS_PUBLIC, shared_now },
	{ "shared-state-async", "insert", UBUS_EDITS, shared_insert, { "status" } },
	{ 0 },
};
