/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What LimeApp reads.
 */
#include <json-c/json.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/arena.h"
#include "daemon/web/ubus.h"
#include "net/ip.h"
#include "platform/about.h"

static void add_bool(struct json_object *object, const char *name, bool value)
{
	json_object_object_add(object, name, json_object_new_boolean(value));
}

static void add_list(struct json_object *object, const char *name)
{
	json_object_object_add(object, name, json_object_new_array());
}

static struct json_object *add_object(struct json_object *object, const char *name)
{
	struct json_object *added = json_object_new_object();

	json_object_object_add(object, name, added);
	return added;
}

static struct json_object *status_of(struct ubus_call *ubus)
{
	BUF_AUTO error = { 0 };

	return ubus_own(ubus, "status", NULL, &error);
}

/* --- system --- */

static enum ubus_code board(struct ubus_call *ubus)
{
	struct json_object *status = status_of(ubus), *release;
	AUTO(arena_free) struct arena *arena = arena_new();
	struct utsname machine;
	const char *model;

	if (uname(&machine) < 0)
		memset(&machine, 0, sizeof(machine));
	ubus_add(ubus->result, "kernel", machine.release);
	ubus_add(ubus->result, "hostname", ubus_get_text(ubus_get(status, "node"), "name"));
	ubus_add(ubus->result, "system", machine.machine);
	model = about_board(ubus->call->calls->options.root, NULL, arena);
	ubus_add(ubus->result, "model", model ? model : machine.machine);
	ubus_add(ubus->result, "board_name", machine.machine);
	release = add_object(ubus->result, "release");
	ubus_add(release, "distribution", "weft");
	ubus_add(release, "version", WEFT_VERSION);
	ubus_add(release, "revision", WEFT_VERSION);
	ubus_add(release, "target", machine.machine);
	ubus_add(release, "description", "weft " WEFT_VERSION);
	json_object_put(status);
	return UBUS_OK;
}

/* --- lime-utils --- */

static void add_address(struct json_object *list, const char *version, const char *address)
{
	struct json_object *item;

	if (!*address)
		return;
	item = json_object_new_object();
	ubus_add(item, "version", version);
	ubus_add(item, "address", address);
	json_object_array_add(list, item);
}

static enum ubus_code node_status(struct ubus_call *ubus)
{
	struct json_object *status = status_of(ubus), *node = ubus_get(status, "node"), *ips;
	struct timespec since = { 0 };
	BUF_AUTO text = { 0 };

	ips = json_object_new_array();
	ubus_add(ubus->result, "hostname", ubus_get_text(node, "name"));
	add_address(ips, "4", ubus_get_text(node, "ipv4"));
	add_address(ips, "6", ubus_get_text(node, "ipv6"));
	json_object_object_add(ubus->result, "ips", ips);
	add_list(ubus->result, "most_active");
	add_list(ubus->result, "switch_status");
	(void)clock_gettime(CLOCK_BOOTTIME, &since);
	buf_printf(&text, "%lld.%02ld", (long long)since.tv_sec, since.tv_nsec / 10000000);
	ubus_add(ubus->result, "uptime", text.text);
	json_object_put(status);
	return ubus_done(ubus);
}

/* Calls with each other node of the clouds that has a name, until it returns true. */
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
	struct json_object *status = status_of(ubus), *nodes = json_object_new_array();

	(void)add_name(ubus_get(status, "node"), nodes);
	(void)each_node(status, add_name, nodes);
	json_object_object_add(ubus->result, "nodes", nodes);
	json_object_put(status);
	return ubus_done(ubus);
}

static enum ubus_code upgrade_info(struct ubus_call *ubus)
{
	add_bool(ubus->result, "is_upgrade_confirm_supported", false);
	json_object_object_add(ubus->result, "safe_upgrade_confirm_remaining_s",
	                       json_object_new_int(-1));
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

static void add_working(struct ubus_call *ubus, const char *name, bool works)
{
	add_bool(add_object(ubus->result, name), "working", works);
}

static enum ubus_code internet_status(struct ubus_call *ubus)
{
	struct json_object *status = status_of(ubus);
	bool v4 = has_way(status, 4), v6 = has_way(status, 6);

	add_working(ubus, "IPv4", v4);
	add_working(ubus, "IPv6", v6);
	add_working(ubus, "DNS", v4 || v6);
	json_object_put(status);
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

static enum ubus_code get_gateway(struct ubus_call *ubus)
{
	struct json_object *status = status_of(ubus), *node = ubus_get(status, "node");
	struct json_object *way = way_of(status, 4), *gateway;

	if (has_way(status, 4)) {
		gateway = add_object(ubus->result, "gateway");
		if (is_of_another(way))
			add_hop(gateway, ubus_get_text(way, "name"), ubus_get_text(way, "via"));
		else
			add_hop(gateway, ubus_get_text(node, "name"), ubus_get_text(node, "ipv4"));
		json_object_put(status);
		return ubus_done(ubus);
	}
	json_object_put(status);
	gateway = add_object(ubus->result, "error");
	ubus_add(gateway, "msg", "Not found. No gateway available.");
	ubus_add(gateway, "code", "1");
	ubus_add(ubus->result, "status", "error");
	return UBUS_OK;
}

/* Never empty: this node is the first hop. */
static enum ubus_code get_path(struct ubus_call *ubus)
{
	struct json_object *status = status_of(ubus), *node = ubus_get(status, "node");
	struct json_object *path = json_object_new_array(), *way = way_of(status, 4);
	struct json_object *hop = json_object_new_object();

	add_hop(hop, ubus_get_text(node, "name"), ubus_get_text(node, "ipv4"));
	json_object_array_add(path, hop);
	if (is_of_another(way)) {
		hop = json_object_new_object();
		add_hop(hop, ubus_get_text(way, "name"), ubus_get_text(way, "via"));
		json_object_array_add(path, hop);
	}
	json_object_object_add(ubus->result, "path", path);
	json_object_put(status);
	return ubus_done(ubus);
}

/* --- others --- */

struct wanted {
	const char *mac;
	struct json_object *found;
};

static bool has_mac(struct json_object *node, void *data)
{
	struct wanted *wanted = data;

	if (strcasecmp(ubus_get_text(node, "mac"), wanted->mac) != 0)
		return false;
	wanted->found = node;
	return true;
}

static enum ubus_code bathost(struct ubus_call *ubus)
{
	struct wanted wanted = { .mac = ubus_text(ubus, "mac") };
	struct json_object *status, *found;
	struct mac mac;

	if (!wanted.mac || !mac_parse(wanted.mac, &mac))
		return ubus_fail(ubus, "invalid mac");
	status = status_of(ubus);
	if (each_node(status, has_mac, &wanted)) {
		found = add_object(ubus->result, "bathost");
		ubus_add(found, "hostname", ubus_get_text(wanted.found, "name"));
		ubus_add(found, "iface", ubus_get_text(wanted.found, "port"));
		json_object_put(status);
		return ubus_done(ubus);
	}
	json_object_put(status);
	ubus_add(ubus->result, "error", "Couldn't retrieve hostname");
	return ubus_fail(ubus, "Couldn't retrieve hostname");
}

const struct ubus_method ubus_lime_methods[] = {
	{ "system", "board", UBUS_PUBLIC, board },
	{ "lime-utils", "get_node_status", UBUS_PUBLIC, node_status },
	{ "lime-utils", "get_cloud_nodes", UBUS_PUBLIC, cloud_nodes },
	{ "lime-utils", "get_upgrade_info", UBUS_PUBLIC, upgrade_info },
	{ "lime-metrics", "get_internet_status", UBUS_PUBLIC, internet_status },
	{ "lime-metrics", "get_gateway", UBUS_PUBLIC, get_gateway },
	{ "lime-metrics", "get_path", UBUS_PUBLIC, get_path },
	{ "lime-metrics", "get_last_internet_path", UBUS_PUBLIC, get_path },
	{ "bat-hosts", "get_bathost", UBUS_PUBLIC, bathost },
	{ 0 },
};
