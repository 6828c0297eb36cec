/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "fleet/parts.h"

#define NODES_SHOWN 8 /* to a person; JSON has all */

static const char *const kind_names[] = {
	[FLEET_MAC] = "mac",   [FLEET_IPV4] = "ipv4",   [FLEET_IPV6] = "ipv6",
	[FLEET_NAME] = "name", [FLEET_PORTS] = "ports", [FLEET_SPECIAL] = "reserved",
	[FLEET_ROOM] = "room", [FLEET_VLAN] = "vlan",   [FLEET_RANGE] = "range",
};

const char *fleet_kind_name(enum fleet_problem_kind kind)
{
	return kind_names[kind];
}

static const char *severity_name(enum diag_severity severity)
{
	return severity == DIAG_ERROR ? "error" : severity == DIAG_WARNING ? "warning" : "ignored";
}

/* "FILE:LINE", as far as it is known. */
static void print_place(const struct origin *origin, struct buf *out)
{
	if (origin->file)
		buf_add_printable(out, origin->file);
	if (origin->file && origin->line)
		buf_printf(out, ":%u", origin->line);
}

/* "VLAN 254, 10.238.0.0/16, fdee:3ed9:f63a::/64". */
static void print_kind(const struct fleet_node *node, struct buf *out)
{
	char text[PREFIX_TEXT_SIZE];

	if (node->vlan[FLEET_VLAN_CLOUD])
		buf_printf(out, "VLAN %u", node->vlan[FLEET_VLAN_CLOUD]);
	else
		buf_add(out, "no VLAN");
	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		struct prefix network = prefix_network(&node->address[i]);

		buf_printf(out, ", %s", prefix_format(&network, text));
	}
}

void fleet_print_clouds(const struct fleet *fleet, struct buf *out)
{
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next) {
		buf_add_printable(out, cloud->ssid);
		buf_add(out, ": ");
		print_kind(cloud->kinds[0], out);
		if (cloud->n_nodes)
			buf_printf(out, ", %zu node%s", cloud->n_nodes,
			           cloud->n_nodes == 1 ? "" : "s");
		buf_add_char(out, '\n');
	}
}

static void print_nodes(const struct fleet_problem *problem, struct buf *out)
{
	char text[MAC_TEXT_SIZE];

	for (size_t i = 0; i < problem->n_nodes && i < NODES_SHOWN; i++) {
		if (mac_is_zero(&problem->nodes[i].mac))
			continue;
		buf_printf(out, "\t%s  ", mac_format(&problem->nodes[i].mac, text));
		print_place(&problem->nodes[i].origin, out);
		buf_add_char(out, '\n');
	}
	if (problem->n_nodes > NODES_SHOWN)
		buf_printf(out, "\tand %zu more (--json has them all)\n",
		           problem->n_nodes - NODES_SHOWN);
}

static void print_options(const struct fleet_problem *problem, struct buf *out)
{
	for (size_t i = 0; i < problem->n_options && i < NODES_SHOWN; i++) {
		const struct origin *origin = &problem->options[i].origin;

		buf_add(out, "\tfrom ");
		print_place(origin, out);
		buf_printf(out, "%s%s", origin->file ? ": " : "", origin->where);
		if (origin->value) {
			buf_add(out, " '");
			buf_add_printable(out, origin->value);
			buf_add_char(out, '\'');
		}
		buf_add_char(out, '\n');
	}
}

/* Later lines are set in like the first. */
static void print_change(const char *change, struct buf *out)
{
	buf_add(out, "\tchange: ");
	for (; *change; change++) {
		buf_add_char(out, *change);
		if (*change == '\n')
			buf_add(out, "\t        ");
	}
	buf_add_char(out, '\n');
}

/* Where to begin: the box that came last, else the line that decided. */
static const struct origin *place_of(const struct fleet_problem *problem)
{
	const struct origin *node = problem->n_nodes ? &problem->nodes[problem->n_nodes - 1].origin
	                                             : NULL;

	if (node && (node->line || !problem->n_options))
		return node;
	return &problem->options[problem->n_options - 1].origin;
}

void fleet_print_problems(const struct fleet *fleet, struct buf *out)
{
	for (const struct fleet_problem *p = fleet->problems; p; p = p->next) {
		print_place(place_of(p), out);
		buf_printf(out, ": %s: ", severity_name(p->severity));
		buf_add_printable(out, p->text);
		buf_add_char(out, '\n');
		print_nodes(p, out);
		print_options(p, out);
		print_change(p->change, out);
	}
}

static void print_json_place(struct json *json, const struct origin *origin)
{
	json_text(json, "file", origin->file);
	if (origin->line)
		json_number(json, "line", origin->line);
	if (origin->column)
		json_number(json, "column", origin->column);
	json_text(json, "option", origin->where);
	json_text(json, "value", origin->value);
}

static void print_json_places(struct json *json, const char *name, const struct fleet_place *places,
                              size_t count)
{
	char text[MAC_TEXT_SIZE];

	json_open(json, name, '[');
	for (size_t i = 0; i < count; i++) {
		json_open(json, NULL, '{');
		if (!mac_is_zero(&places[i].mac))
			json_text(json, "mac", mac_format(&places[i].mac, text));
		print_json_place(json, &places[i].origin);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void print_json_prefixes(struct json *json, const struct fleet_node *node, bool network)
{
	static const char *const names[] = { "ipv4", "ipv6" };
	char text[PREFIX_TEXT_SIZE];

	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		struct prefix prefix = network ? prefix_network(&node->address[i])
		                               : node->address[i];

		json_text(json, names[i], prefix_format(&prefix, text));
	}
}

static void print_json_clouds(struct json *json, const struct fleet *fleet)
{
	json_open(json, "clouds", '[');
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next) {
		json_open(json, NULL, '{');
		json_text(json, "ssid", cloud->ssid);
		json_number(json, "vlan", cloud->kinds[0]->vlan[FLEET_VLAN_CLOUD]);
		json_number(json, "babel_vlan", cloud->kinds[0]->vlan[FLEET_VLAN_NETWORK]);
		print_json_prefixes(json, cloud->kinds[0], true);
		json_number(json, "nodes", (int64_t)cloud->n_nodes);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void print_json_nodes(struct json *json, const struct fleet *fleet)
{
	char text[MAC_TEXT_SIZE];

	json_open(json, "nodes", '[');
	for (size_t i = 0; i < fleet->n_nodes; i++) {
		const struct fleet_node *node = fleet->nodes[i];

		if (mac_is_zero(&node->mac))
			continue;
		json_open(json, NULL, '{');
		json_text(json, "mac", mac_format(&node->mac, text));
		json_text(json, "hostname", node->hostname);
		json_text(json, "cloud", node->cloud->ssid);
		print_json_prefixes(json, node, false);
		print_json_place(json, &node->listed);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void print_json_problems(struct json *json, const struct fleet *fleet)
{
	json_open(json, "problems", '[');
	for (const struct fleet_problem *p = fleet->problems; p; p = p->next) {
		json_open(json, NULL, '{');
		json_text(json, "severity", severity_name(p->severity));
		json_text(json, "kind", fleet_kind_name(p->kind));
		json_text(json, "text", p->text);
		json_text(json, "change", p->change);
		print_json_places(json, "nodes", p->nodes, p->n_nodes);
		print_json_places(json, "options", p->options, p->n_options);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void print_json_mistakes(struct json *json, const struct diag *diag)
{
	json_open(json, "mistakes", '[');
	for (const struct diag_item *item = diag_first(diag); item; item = item->next) {
		if (item->repeated)
			continue;
		json_open(json, NULL, '{');
		json_text(json, "severity", severity_name(item->severity));
		json_text(json, "text", item->text);
		print_json_place(json, &item->origin);
		json_close(json, '}');
	}
	json_close(json, ']');
}

void fleet_print_json(const struct fleet *fleet, const struct diag *diag, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	print_json_clouds(&json, fleet);
	print_json_nodes(&json, fleet);
	print_json_problems(&json, fleet);
	print_json_mistakes(&json, diag);
	json_close(&json, '}');
	buf_add_char(out, '\n');
}
