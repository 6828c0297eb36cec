/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Of the status, the way to the Internet: which it is, why, and what others there are.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/programs.h"
#include "daemon/self.h"
#include "daemon/status_parts.h"
#include "daemon/way.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/babel_monitor.h"

#define UPLINKS_MAX 16

static size_t find_uplinks(const struct daemon *daemon, enum ip_family family,
                           struct way_uplink uplinks[UPLINKS_MAX])
{
	const struct plan_item *i = NULL;
	size_t n = 0;

	while (n < UPLINKS_MAX && (i = plan_next(daemon->plan, PLAN_UPLINK, i))) {
		const struct plan_uplink *uplink = i->value;
		struct way_uplink *way = &uplinks[n++];

		way->ifname = uplink->ifname;
		way->words = programs_uplink_words(daemon->programs, uplink, family, &way->works);
	}
	return n;
}

static void add_way(const struct daemon *daemon, struct way_facts *facts, enum ip_family family,
                    struct json *json)
{
	struct way_uplink uplinks[UPLINKS_MAX];
	BUF_AUTO why = { 0 };
	struct way way;

	facts->uplinks = uplinks;
	facts->n_uplinks = find_uplinks(daemon, family, uplinks);
	way_find(facts, family, &way);
	way_explain(facts, &way, &why);
	json_open(json, NULL, '{');
	json_number(json, "family", family);
	json_text(json, "by", way_word(way.by));
	if (way.by == WAY_NODE)
		status_add_name(daemon, json, way.route ? &way.route->via : &way.via, way.port);
	status_add_ip(json, "via", &way.via);
	if (way.by != WAY_NONE)
		json_text(json, "port", way.port);
	if (way.route)
		json_number(json, "cost", way.route->metric);
	status_add_lines(json, "why", &why);
	json_close(json, '}');
	facts->uplinks = NULL;
	facts->n_uplinks = 0;
}

static void add_kernel_route(const struct daemon *daemon, const struct way_facts *facts,
                             const struct default_route *route, struct json *json)
{
	enum way_by by = way_of_protocol(route->protocol);

	json_open(json, NULL, '{');
	json_number(json, "family", route->family);
	json_text(json, "by", way_word(by));
	if (by == WAY_NODE)
		status_add_name(daemon, json, &route->via, route->ifname);
	status_add_ip(json, "via", &route->via);
	json_text(json, "port", route->ifname);
	json_number(json, "metric", route->metric);
	json_bool(json, "used", route == way_used(facts, route->family));
	json_close(json, '}');
}

/* One that babeld keeps in mind. */
static void add_offer(const struct daemon *daemon, const struct babel_route *route,
                      struct json *json)
{
	json_open(json, NULL, '{');
	json_number(json, "family", route->prefix.ip.family);
	json_text(json, "by", way_word(WAY_NODE));
	status_add_name(daemon, json, &route->via, route->ifname);
	status_add_ip(json, "via", &route->via);
	json_text(json, "port", route->ifname);
	json_number(json, "cost", route->metric);
	json_bool(json, "used", false);
	json_close(json, '}');
}

static int compare_offers(const void *a, const void *b)
{
	const struct babel_route *left = a, *right = b;
	int order = (int)left->prefix.ip.family - (int)right->prefix.ip.family;

	if (!order)
		order = (left->metric > right->metric) - (left->metric < right->metric);
	return order ? order : memcmp(left->via.byte, right->via.byte, 16);
}

static bool is_other_way(const struct babel_route *route, const struct babel_route *used4,
                         const struct babel_route *used6)
{
	enum ip_family family = route->prefix.ip.family;

	return !route->installed && way_is_offered(route, family) &&
	       way_is_alternative(route, family == IP_V4 ? used4 : used6);
}

static void add_offers(const struct daemon *daemon, const struct babel_state *babel,
                       struct json *json)
{
	struct babel_route *sorted = calloc(babel->n_routes + 1, sizeof(*sorted));
	const struct babel_route *used4 = way_installed(babel, IP_V4);
	const struct babel_route *used6 = way_installed(babel, IP_V6);
	size_t n = 0;

	if (!sorted)
		abort();
	for (size_t i = 0; i < babel->n_routes; i++) {
		if (is_other_way(&babel->routes[i], used4, used6))
			sorted[n++] = babel->routes[i];
	}
	qsort(sorted, n, sizeof(*sorted), compare_offers);
	for (size_t i = 0; i < n; i++)
		add_offer(daemon, &sorted[i], json);
	free(sorted);
}

static void add_gateways(const struct daemon *daemon, const struct way_facts *facts,
                         struct json *json)
{
	json_open(json, "gateways", '[');
	for (size_t i = 0; i < facts->n_routes; i++) {
		if (facts->routes[i].table == TABLE_MAIN)
			add_kernel_route(daemon, facts, &facts->routes[i], json);
	}
	if (facts->babel)
		add_offers(daemon, facts->babel, json);
	json_close(json, ']');
}

void status_add_ways(const struct daemon *daemon, struct json *json)
{
	struct default_route routes[DEFAULTS_MAX];
	int n_routes = defaults_read(routes);
	struct way_facts facts = {
		.routes = routes,
		.n_routes = n_routes < 0 ? 0 : (size_t)n_routes,
		.babel_wanted = babel_is_wanted(daemon->babel),
		.babel = babel_state(daemon->babel),
	};

	json_open(json, "internet", '[');
	add_way(daemon, &facts, IP_V4, json);
	add_way(daemon, &facts, IP_V6, json);
	json_close(json, ']');
	add_gateways(daemon, &facts, json);
}
