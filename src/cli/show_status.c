/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "cli/read.h"
#include "cli/show.h"

#define HELLOS         16 /* that Babel remembers */
#define NETWORKS_SHOWN 12 /* a person who wants all of them asks for JSON */

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
	show_age(out, read_number(node, "uptime_s"));
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
	show_lines(configuration, "mistakes", "    ", out);
	show_lines(configuration, "failure", "    ", out);
	if (read_count(configuration, "refused"))
		buf_add(out, "  the last reload was refused:\n");
	show_lines(configuration, "refused", "    ", out);
}

/* What to call a node: its name, else its address, else its MAC. */
static const char *node_name(struct json_object *node)
{
	return or_else(read_text(node, "name"),
	               or_else(read_text(node, "ipv4"), read_text(node, "mac")));
}

static void show_cloud_node(struct json_object *node, struct buf *out)
{
	buf_printf(out, "  %-20s %-15s ", node_name(node), read_text(node, "ipv4"));
	if (*read_text(node, "through"))
		buf_printf(out, "by way of %s, ", read_text(node, "through"));
	else
		buf_printf(out, "on %s, ", read_text(node, "port"));
	if (read_member(node, "kbps"))
		buf_printf(out, "%.1f Mbit/s", (double)read_number(node, "kbps") / 1000);
	else
		buf_printf(out, "%" PRId64 " %%", read_number(node, "quality_percent"));
	/* A node that is heard is heard every few seconds. */
	if (read_number(node, "seen_ms") >= 10000) {
		buf_add(out, ", not heard for ");
		show_age(out, read_number(node, "seen_ms") / 1000);
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
			show_cloud_node(read_element(cloud, "nodes", j), out);
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

/* "s1, 10.116.5.1 on mesh2_17": as much of it as is known. */
static void add_hop(struct json_object *hop, struct buf *out)
{
	const char *name = read_text(hop, "name"), *via = read_text(hop, "via");

	buf_printf(out, "%s%s%s on %s", name, *name && *via ? ", " : "", via,
	           read_text(hop, "port"));
}

static void show_way(struct json_object *way, struct buf *out)
{
	const char *by = read_text(way, "by");

	buf_printf(out, "  IPv%" PRId64 " ", read_number(way, "family"));
	buf_add(out, strcmp(by, "another node") ? by : "through ");
	if (strcmp(by, "another node") != 0 && *read_text(way, "port"))
		buf_add(out, ", ");
	if (*read_text(way, "port"))
		add_hop(way, out);
	if (read_member(way, "cost"))
		buf_printf(out, ", cost %" PRId64, read_number(way, "cost"));
}

/* Most often the same is true of both families, and said once. */
static void show_internet(struct json_object *status, struct buf *out)
{
	size_t count = read_count(status, "internet");

	if (!count)
		return;
	buf_add(out, "\nway to the Internet\n");
	for (size_t i = 0; i < count; i++) {
		struct json_object *way = read_element(status, "internet", i);
		struct json_object *next = read_element(status, "internet", i + 1);

		show_way(way, out);
		buf_add(out, "\n");
		if (!json_object_equal(read_member(way, "why"), read_member(next, "why")))
			show_lines(way, "why", "    ", out);
	}
}

static void show_other_ways(struct json_object *status, struct buf *out)
{
	for (size_t i = 0; i < read_count(status, "gateways"); i++) {
		struct json_object *gateway = read_element(status, "gateways", i);

		if (read_bool(gateway, "used"))
			continue;
		show_way(gateway, out);
		buf_add(out, " (not used)\n");
	}
}

static const char *why_unreachable(struct json_object *neighbour)
{
	return read_member(neighbour, "rxcost") ? "heard, but does not hear this node"
	                                        : "not heard any more";
}

static void show_neighbour(struct json_object *neighbour, struct buf *out)
{
	buf_printf(out, "  %-20s on %s, ",
	           or_else(read_text(neighbour, "name"), read_text(neighbour, "address")),
	           read_text(neighbour, "port"));
	if (!read_bool(neighbour, "reachable")) {
		buf_printf(out, "%s\n", why_unreachable(neighbour));
		return;
	}
	buf_printf(out, "cost %" PRId64, read_number(neighbour, "cost"));
	if (read_number(neighbour, "hellos") < HELLOS)
		buf_printf(out, ", heard %" PRId64 " of the last %d times",
		           read_number(neighbour, "hellos"), HELLOS);
	buf_add(out, "\n");
}

static void show_networks(struct json_object *babel, struct buf *out)
{
	size_t count = read_count(babel, "networks");

	if (count)
		buf_add(out, "\nother networks\n");
	for (size_t i = 0; i < count && i < NETWORKS_SHOWN; i++) {
		struct json_object *network = read_element(babel, "networks", i);

		buf_printf(out, "  %-20s through %s on %s, cost %" PRId64 "\n",
		           read_text(network, "network"),
		           or_else(read_text(network, "name"), read_text(network, "via")),
		           read_text(network, "port"), read_number(network, "cost"));
	}
	if (count > NETWORKS_SHOWN)
		buf_printf(out, "  and %zu more\n", count - NETWORKS_SHOWN);
}

static void show_babel(struct json_object *status, struct buf *out)
{
	struct json_object *babel = read_member(status, "babel");

	if (!babel)
		return;
	buf_add(out, "\nneighbours in Babel\n");
	if (!read_count(babel, "neighbours"))
		buf_printf(out, "  %s\n",
		           read_bool(babel, "answers") ? "none" : "babeld does not answer");
	for (size_t i = 0; i < read_count(babel, "neighbours"); i++)
		show_neighbour(read_element(babel, "neighbours", i), out);
	show_networks(babel, out);
}

static void show_client(struct json_object *client, struct buf *out)
{
	buf_printf(out, "  %-20s %-15s on %s",
	           or_else(read_text(client, "name"), read_text(client, "mac")),
	           read_text(client, "ipv4"), read_text(client, "port"));
	if (read_member(client, "here_s")) {
		buf_add(out, " for ");
		show_age(out, read_number(client, "here_s"));
	}
	if (read_number(client, "idle_s") >= 60) {
		buf_add(out, ", silent for ");
		show_age(out, read_number(client, "idle_s"));
	}
	buf_add(out, "\n");
	show_lines(client, "ipv6", "                       ", out);
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
		show_age(out, read_number(program, "running_s"));
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
	show_internet(status, out);
	show_other_ways(status, out);
	show_clouds(status, out);
	show_cables(status, out);
	show_babel(status, out);
	show_clients(status, out);
	show_programs(status, out);
}
