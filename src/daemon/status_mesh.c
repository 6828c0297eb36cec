/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Of the status, who is around: the cloud, those on the same cables, and Babel's neighbours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/cloud.h"
#include "daemon/names.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "daemon/status_parts.h"
#include "net/identity.h"
#include "platform/linux/service/babel_monitor.h"

/* --- clouds --- */

/* The next node on the way, if that is another one: by its name, else its address. */
static void add_through(const struct daemon *daemon, const struct cloud *cloud,
                        const struct cloud_node *node, struct json *json)
{
	const struct cloud_node *next = cloud_find(cloud, &node->via);
	const char *name = next ? names_of(daemon->names, &next->ip, 0) : NULL;

	if (cloud_node_is_direct(node))
		return;
	if (name)
		json_text(json, "through", name);
	else if (next && next->ip.family != IP_NONE)
		status_add_ip(json, "through", &next->ip);
	else
		status_add_mac(json, "through", &node->via);
}

static void add_cloud_node(const struct daemon *daemon, const struct cloud *cloud,
                           const struct cloud_node *node, struct json *json)
{
	json_open(json, NULL, '{');
	status_add_name(daemon, json, &node->ip, node->port);
	status_add_ip(json, "ipv4", &node->ip);
	status_add_mac(json, "mac", &node->mac);
	json_bool(json, "neighbour", node->neighbour);
	add_through(daemon, cloud, node, json);
	json_text(json, "port", node->port);
	if (node->kbps)
		json_number(json, "kbps", node->kbps);
	else
		json_number(json, "quality_percent", node->tq * 100 / 255);
	json_number(json, "seen_ms", node->seen_ms);
	json_close(json, '}');
}

static void add_clouds(const struct daemon *daemon, const struct cloud *cloud, struct json *json)
{
	const struct identity *identity = &daemon->accepted.node->identity;
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
			add_cloud_node(daemon, cloud, &cloud->nodes[i], json);
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
		[SEGMENT_FROZEN] = "silent beside a node whose weft has died",
	};
	const struct segment_port *port;
	char name[IFNAME_SIZE];

	json_open(json, "cables", '[');
	for (size_t i = 0; (port = runtime_segment(daemon->runtime, i, name)); i++) {
		json_open(json, NULL, '{');
		json_text(json, "port", name);
		json_text(json, "state", words[port->reason]);
		if (port->reason != SEGMENT_ALONE)
			status_add_mac(json, "other", &port->other);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* --- Babel --- */

#define HELLOS 16 /* that babeld remembers */

static unsigned hellos_heard(const struct babel_neighbour *neighbour)
{
	unsigned n = 0;

	for (unsigned i = 0; i < HELLOS; i++)
		n += neighbour->reach >> i & 1;
	return n;
}

static void add_cost(struct json *json, const char *name, uint32_t cost)
{
	if (cost < BABEL_INFINITY)
		json_number(json, name, cost);
}

static void add_neighbour(const struct daemon *daemon, const struct babel_neighbour *neighbour,
                          struct json *json)
{
	json_open(json, NULL, '{');
	status_add_name(daemon, json, &neighbour->address, neighbour->ifname);
	status_add_ip(json, "address", &neighbour->address);
	json_text(json, "port", neighbour->ifname);
	json_bool(json, "reachable", neighbour->cost < BABEL_INFINITY);
	add_cost(json, "cost", neighbour->cost);
	add_cost(json, "rxcost", neighbour->rxcost);
	add_cost(json, "txcost", neighbour->txcost);
	json_number(json, "hellos", hellos_heard(neighbour));
	json_close(json, '}');
}

static void add_network(const struct daemon *daemon, const struct babel_route *route,
                        struct json *json)
{
	json_open(json, NULL, '{');
	status_add_prefix(json, "network", &route->prefix);
	status_add_name(daemon, json, &route->via, route->ifname);
	status_add_ip(json, "via", &route->via);
	json_text(json, "port", route->ifname);
	add_cost(json, "cost", route->metric);
	json_close(json, '}');
}

static int compare_neighbours(const void *a, const void *b)
{
	const struct babel_neighbour *left = a, *right = b;
	int order = strcmp(left->ifname, right->ifname);

	return order ? order
	             : memcmp(left->address.byte, right->address.byte, sizeof(left->address.byte));
}

static void add_neighbours(const struct daemon *daemon, const struct babel_state *state,
                           struct json *json)
{
	struct babel_neighbour *sorted = calloc(state->n_neighbours + 1, sizeof(*sorted));

	if (!sorted)
		abort();
	for (size_t i = 0; i < state->n_neighbours; i++)
		sorted[i] = state->neighbours[i];
	qsort(sorted, state->n_neighbours, sizeof(*sorted), compare_neighbours);
	json_open(json, "neighbours", '[');
	for (size_t i = 0; i < state->n_neighbours; i++)
		add_neighbour(daemon, &sorted[i], json);
	json_close(json, ']');
	free(sorted);
}

static int compare_routes(const void *a, const void *b)
{
	const struct babel_route *left = a, *right = b;
	const struct prefix *x = &left->prefix, *y = &right->prefix;
	int order = (int)x->ip.family - (int)y->ip.family;

	if (!order)
		order = memcmp(x->ip.byte, y->ip.byte, sizeof(x->ip.byte));
	return order ? order : (int)x->length - (int)y->length;
}

/* The networks behind the neighbours, each by the way that is taken. */
static void add_networks(const struct daemon *daemon, const struct babel_state *state,
                         struct json *json)
{
	struct babel_route *sorted = calloc(state->n_routes + 1, sizeof(*sorted));
	size_t n = 0;

	if (!sorted)
		abort();
	for (size_t i = 0; i < state->n_routes; i++) {
		if (state->routes[i].installed && state->routes[i].prefix.length)
			sorted[n++] = state->routes[i];
	}
	qsort(sorted, n, sizeof(*sorted), compare_routes);
	json_open(json, "networks", '[');
	for (size_t i = 0; i < n; i++)
		add_network(daemon, &sorted[i], json);
	json_close(json, ']');
	free(sorted);
}

static void add_babel(const struct daemon *daemon, struct json *json)
{
	static const struct babel_state nothing;
	const struct babel_state *state = babel_state(daemon->babel);

	if (!babel_is_wanted(daemon->babel))
		return;
	json_open(json, "babel", '{');
	json_bool(json, "answers", state);
	add_neighbours(daemon, state ? state : &nothing, json);
	add_networks(daemon, state ? state : &nothing, json);
	json_close(json, '}');
}

void status_add_mesh(const struct daemon *daemon, const struct cloud *cloud, struct json *json)
{
	add_clouds(daemon, cloud, json);
	add_cables(daemon, json);
	add_babel(daemon, json);
}
