/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/way.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/babel_monitor.h"

enum way_by way_of_protocol(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_GATEWAY_GOOD:
	case PROTOCOL_GATEWAY_FAIR:
	case PROTOCOL_GATEWAY_POOR:
	case PROTOCOL_WEFT:
		return WAY_UPLINK;
	case PROTOCOL_BABELD:
		return WAY_NODE;
	default:
		return WAY_FOREIGN;
	}
}

const char *way_word(enum way_by by)
{
	switch (by) {
	case WAY_NONE:
		return "none";
	case WAY_UPLINK:
		return "own uplink";
	case WAY_NODE:
		return "another node";
	case WAY_FOREIGN:
		return "somebody else's route";
	}
	return "";
}

/* The kernel takes the lowest metric, and of equal ones the first. */
const struct default_route *way_used(const struct way_facts *facts, enum ip_family family)
{
	const struct default_route *used = NULL;

	for (size_t i = 0; i < facts->n_routes; i++) {
		const struct default_route *route = &facts->routes[i];

		if (route->table == TABLE_MAIN && route->family == family &&
		    (!used || route->metric < used->metric))
			used = route;
	}
	return used;
}

bool way_is_offered(const struct babel_route *route, enum ip_family family)
{
	return route->prefix.ip.family == family && route->prefix.length == 0 &&
	       route->from.length == 0 && route->metric < BABEL_INFINITY;
}

static bool is_from_same(const struct babel_route *a, const struct babel_route *b)
{
	return ip_equal(&a->via, &b->via) && strcmp(a->ifname, b->ifname) == 0;
}

/*
 * A neighbour's own networks cost it nothing, and carry its own id.  (What it announces of its
 * uplink may cost something, by the class of its quality.)
 */
bool way_ends_there(const struct babel_state *babel, const struct babel_route *route)
{
	for (size_t i = 0; i < babel->n_routes; i++) {
		const struct babel_route *other = &babel->routes[i];

		if (other->refmetric == 0 && is_from_same(other, route) &&
		    strcmp(other->router, route->router) == 0)
			return true;
	}
	return false;
}

const struct babel_route *way_installed(const struct babel_state *babel, enum ip_family family)
{
	for (size_t i = 0; babel && i < babel->n_routes; i++) {
		if (babel->routes[i].installed && way_is_offered(&babel->routes[i], family))
			return &babel->routes[i];
	}
	return NULL;
}

void way_find(const struct way_facts *facts, enum ip_family family, struct way *way)
{
	const struct default_route *used = way_used(facts, family);

	*way = (struct way){ .family = family };
	if (!used)
		return;
	way->by = way_of_protocol(used->protocol);
	way->via = used->via;
	memcpy(way->port, used->ifname, sizeof(way->port));
	if (way->by == WAY_NODE)
		way->route = way_installed(facts->babel, family);
}

/*
 * Neighbours whose way leads through this node announce it too.  Those are no choice: what a
 * neighbour pays has to be less than what is paid from here (RFC 8966, section 3.5.1), unless it
 * leads to another gateway.
 */
bool way_is_alternative(const struct babel_route *route, const struct babel_route *used)
{
	return !used || strcmp(route->router, used->router) != 0 || route->refmetric < used->metric;
}

/* --- why --- */

static void add_clause(struct buf *out, const char *text)
{
	buf_printf(out, "%s%s", out->length ? "\n" : "", text);
}

static void explain_uplinks(const struct way_facts *facts, const struct way *way, struct buf *out)
{
	if (!facts->n_uplinks)
		add_clause(out, "this node has no uplink");
	for (size_t i = 0; i < facts->n_uplinks; i++) {
		const struct way_uplink *uplink = &facts->uplinks[i];

		add_clause(out, uplink->ifname);
		buf_printf(out, " %s", uplink->words);
		if (uplink->works && strcmp(uplink->ifname, way->port) != 0)
			buf_add(out, ", and is not used");
	}
}

static void compare_costs(uint32_t cost, uint32_t next, size_t n_others, struct buf *out)
{
	if (n_others == 0)
		add_clause(out, "no other way is announced");
	else if (cost <= next)
		buf_printf(out, "\nof %zu ways it costs least: %" PRIu32 ", the next %" PRIu32,
		           n_others + 1, cost, next);
	else
		buf_printf(out,
		           "\nbabeld keeps to it at %" PRIu32
		           " until it is sure of another at %" PRIu32,
		           cost, next);
}

static void explain_choice(const struct way_facts *facts, const struct way *way, struct buf *out)
{
	const struct babel_state *babel = facts->babel;
	uint32_t next = BABEL_INFINITY;
	size_t n_others = 0;

	if (!way->route)
		return;
	for (size_t i = 0; i < babel->n_routes; i++) {
		const struct babel_route *route = &babel->routes[i];

		if (route == way->route || !way_is_offered(route, way->family) ||
		    !way_is_alternative(route, way->route))
			continue;
		n_others++;
		if (route->metric < next)
			next = route->metric;
	}
	compare_costs(way->route->metric, next, n_others, out);
	if (way_ends_there(babel, way->route))
		add_clause(out, "the uplink is that neighbour's own");
}

static const char *why_none_is_announced(const struct way_facts *facts)
{
	if (!facts->babel_wanted)
		return "no link to other nodes is configured";
	if (!facts->babel)
		return "babeld does not answer";
	if (!facts->babel->n_neighbours)
		return "no neighbour is heard";
	return "no neighbour announces a way";
}

void way_explain(const struct way_facts *facts, const struct way *way, struct buf *out)
{
	switch (way->by) {
	case WAY_NONE:
		explain_uplinks(facts, way, out);
		add_clause(out, why_none_is_announced(facts));
		break;
	case WAY_UPLINK:
		explain_uplinks(facts, way, out);
		add_clause(out, "an own uplink that works goes first");
		break;
	case WAY_NODE:
		explain_uplinks(facts, way, out);
		explain_choice(facts, way, out);
		break;
	case WAY_FOREIGN:
		add_clause(out, "this route is not weft's, and goes before all others");
		break;
	}
}

/* A poor one, of whomever, costs more than that. */
bool way_is_elsewhere(const struct babel_state *babel, enum ip_family family)
{
	for (size_t i = 0; babel && i < babel->n_routes; i++) {
		const struct babel_route *route = &babel->routes[i];

		if (route->prefix.ip.family == family && route->prefix.length == 0 &&
		    route->metric < BABEL_METRIC_POOR)
			return true;
	}
	return false;
}
