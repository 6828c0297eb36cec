/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "cli/read.h"

/* "5 s", "3 min", "2 h", "4 days". */
static void add_age(struct buf *out, int64_t seconds)
{
	if (seconds < 120)
		buf_printf(out, "%" PRId64 " s", seconds);
	else if (seconds < 120 * 60)
		buf_printf(out, "%" PRId64 " min", seconds / 60);
	else if (seconds < 48 * 3600)
		buf_printf(out, "%" PRId64 " h", seconds / 3600);
	else
		buf_printf(out, "%" PRId64 " days", seconds / 86400);
}

static void add_lines(struct json_object *object, const char *name, const char *indent,
                      struct buf *out)
{
	for (size_t i = 0; i < read_count(object, name); i++)
		buf_printf(out, "%s%s\n", indent, read_line(object, name, i));
}

static const char *or_else(const char *text, const char *other)
{
	return *text ? text : other;
}

static void show_problems(struct json_object *status, struct buf *out)
{
	for (size_t i = 0; i < read_count(status, "problems"); i++)
		buf_printf(out, "! %s\n", read_line(status, "problems", i));
}

static void show_node(struct json_object *status, struct buf *out)
{
	struct json_object *node = read_member(status, "node");

	buf_printf(out, "%s: weft %s, running for ", or_else(read_text(node, "name"), "this node"),
	           read_text(node, "version"));
	add_age(out, read_number(node, "uptime_s"));
	buf_add(out, "\n");
	if (*read_text(node, "ipv4"))
		buf_printf(out, "  %s\n", read_text(node, "ipv4"));
	if (*read_text(node, "ipv6"))
		buf_printf(out, "  %s\n", read_text(node, "ipv6"));
}

static void show_configuration(struct json_object *status, struct buf *out)
{
	static const char *const words[][2] = {
		{ "current", "what the files say" },
		{ "last good", "the last good one (lime-autogen)" },
		{ "none", "none" },
	};
	struct json_object *configuration = read_member(status, "configuration");
	const char *state = read_text(configuration, "state");

	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		if (!strcmp(state, words[i][0]))
			state = words[i][1];
	}
	buf_printf(out, "  configuration: %s%s\n", state,
	           read_bool(configuration, "applied") ? "" : ", not in force");
	add_lines(configuration, "mistakes", "    ", out);
	add_lines(configuration, "failure", "    ", out);
	if (read_count(configuration, "refused"))
		buf_add(out, "  the last reload was refused:\n");
	add_lines(configuration, "refused", "    ", out);
}

/* What to call a node: its name, else its address, else its MAC. */
static const char *node_name(struct json_object *node)
{
	return or_else(read_text(node, "name"),
	               or_else(read_text(node, "ipv4"), read_text(node, "mac")));
}

static const char *name_of_mac(struct json_object *cloud, const char *mac)
{
	for (size_t i = 0; i < read_count(cloud, "nodes"); i++) {
		struct json_object *node = read_element(cloud, "nodes", i);

		if (!strcmp(read_text(node, "mac"), mac))
			return node_name(node);
	}
	return mac;
}

static void show_cloud_node(struct json_object *cloud, struct json_object *node, struct buf *out)
{
	buf_printf(out, "  %-20s %-15s ", node_name(node), read_text(node, "ipv4"));
	if (read_bool(node, "neighbour"))
		buf_printf(out, "on %s, ", read_text(node, "port"));
	else
		buf_printf(out, "by way of %s, ", name_of_mac(cloud, read_text(node, "via")));
	if (read_member(node, "kbps"))
		buf_printf(out, "%.1f Mbit/s", (double)read_number(node, "kbps") / 1000);
	else
		buf_printf(out, "%" PRId64 " %%", read_number(node, "quality_percent"));
	/* A node that is heard is heard every few seconds. */
	if (read_number(node, "seen_ms") >= 10000) {
		buf_add(out, ", not heard for ");
		add_age(out, read_number(node, "seen_ms") / 1000);
	}
	buf_add(out, "\n");
}

static void show_clouds(struct json_object *status, struct buf *out)
{
	for (size_t i = 0; i < read_count(status, "clouds"); i++) {
		struct json_object *cloud = read_element(status, "clouds", i);
		size_t n_nodes = read_count(cloud, "nodes");

		buf_add(out, "\ncloud ");
		buf_add_printable(out, read_text(cloud, "ssid"));
		buf_printf(out, " (network id %s): %zu other node%s, %" PRId64 " client%s\n",
		           read_text(cloud, "network_id"), n_nodes, n_nodes == 1 ? "" : "s",
		           read_number(cloud, "clients"),
		           read_number(cloud, "clients") == 1 ? "" : "s");
		for (size_t j = 0; j < n_nodes; j++)
			show_cloud_node(cloud, read_element(cloud, "nodes", j), out);
	}
}

static void show_cables(struct json_object *status, struct buf *out)
{
	bool head = false;

	for (size_t i = 0; i < read_count(status, "cables"); i++) {
		struct json_object *cable = read_element(status, "cables", i);
		const char *state = read_text(cable, "state");

		if (!strcmp(state, "alone"))
			continue;
		if (!head)
			buf_add(out, "\ncables shared with other nodes\n");
		head = true;
		buf_printf(out, "  %-20s %s, the other is %s\n", read_text(cable, "port"), state,
		           read_text(cable, "other"));
	}
}

static void show_gateways(struct json_object *status, struct buf *out)
{
	if (!read_member(status, "gateways"))
		return;
	buf_add(out, "\nway to the Internet\n");
	if (!read_count(status, "gateways"))
		buf_add(out, "  none\n");
	for (size_t i = 0; i < read_count(status, "gateways"); i++) {
		struct json_object *gateway = read_element(status, "gateways", i);

		buf_printf(out, "  IPv%" PRId64 " by %s, %s on %s%s\n",
		           read_number(gateway, "family"), read_text(gateway, "by"),
		           or_else(read_text(gateway, "via"), "directly"),
		           read_text(gateway, "port"),
		           read_bool(gateway, "used") ? "" : " (not used)");
	}
}

static void show_client(struct json_object *client, struct buf *out)
{
	const char *name = read_text(client, "name");

	buf_printf(out, "  %-20s %-15s on %s", *name ? name : read_text(client, "mac"),
	           read_text(client, "ipv4"), read_text(client, "port"));
	if (read_member(client, "here_s")) {
		buf_add(out, " for ");
		add_age(out, read_number(client, "here_s"));
	}
	if (read_number(client, "idle_s") >= 60) {
		buf_add(out, ", silent for ");
		add_age(out, read_number(client, "idle_s"));
	}
	buf_add(out, "\n");
}

static void show_clients(struct json_object *status, struct buf *out)
{
	size_t count = read_count(status, "clients");

	if (!count)
		return;
	buf_add(out, "\nclients here\n");
	for (size_t i = 0; i < count; i++)
		show_client(read_element(status, "clients", i), out);
}

static void show_program(struct json_object *program, struct buf *out)
{
	buf_printf(out, "  %-20s %s", read_text(program, "name"), read_text(program, "state"));
	if (read_member(program, "running_s")) {
		buf_add(out, " for ");
		add_age(out, read_number(program, "running_s"));
	}
	if (read_number(program, "restarts"))
		buf_printf(out, ", %" PRId64 " restarts", read_number(program, "restarts"));
	if (*read_text(program, "last_exit"))
		buf_printf(out, ", last %s", read_text(program, "last_exit"));
	buf_add(out, "\n");
}

static void show_programs(struct json_object *status, struct buf *out)
{
	if (!read_count(status, "programs"))
		return;
	buf_add(out, "\nprograms\n");
	for (size_t i = 0; i < read_count(status, "programs"); i++)
		show_program(read_element(status, "programs", i), out);
}

void show_status(struct json_object *status, struct buf *out)
{
	show_problems(status, out);
	show_node(status, out);
	show_configuration(status, out);
	show_clouds(status, out);
	show_cables(status, out);
	show_gateways(status, out);
	show_clients(status, out);
	show_programs(status, out);
}

void show_steps(struct json_object *result, struct buf *out)
{
	if (!read_count(result, "steps"))
		buf_add(out, "nothing to do\n");
	add_lines(result, "steps", "", out);
	add_lines(result, "warnings", "", out);
}

void show_event(struct json_object *event, struct buf *out)
{
	const char *client = read_text(event, "client");
	const char *mac = read_text(event, "mac"), *port = read_text(event, "port");

	if (!strcmp(client, "here"))
		buf_printf(out, "client %s is here, on %s\n", mac, port);
	else if (!strcmp(client, "elsewhere"))
		buf_printf(out, "%s is elsewhere in the cloud\n", mac);
	else if (!strcmp(client, "gone"))
		buf_printf(out, "client %s is gone from %s\n", mac, port);
	else
		buf_printf(out, "%s\n", json_object_to_json_string(event));
}
