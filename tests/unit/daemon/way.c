/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/way.h"

#include "../test.h"
#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/babel_monitor.h"

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct babel_route offer(const char *prefix, const char *router, const char *via,
                                uint32_t metric, uint32_t refmetric)
{
	struct babel_route route = { .via = ip_of(via), .metric = metric, .refmetric = refmetric };

	assert_true(prefix_parse(prefix, &route.prefix));
	memcpy(route.ifname, "mesh0_17", 9);
	memcpy(route.router, router, strlen(router));
	return route;
}

static void check(const struct way_facts *facts, enum way_by by, const char *why)
{
	BUF_AUTO text = { 0 };
	struct way way;

	way_find(facts, IP_V4, &way);
	assert_int_equal(way.by, by);
	way_explain(facts, &way, &text);
	assert_string_equal(buf_text(&text), why);
}

static const struct default_route by_babel = {
	.family = IP_V4,
	.ifname = "mesh0_17",
	.table = TABLE_MAIN,
	.metric = METRIC_BABEL,
	.protocol = PROTOCOL_BABELD,
};

static const struct default_route by_uplink = {
	.family = IP_V4,
	.ifname = "wan0",
	.table = TABLE_MAIN,
	.metric = METRIC_GATEWAY,
	.protocol = PROTOCOL_GATEWAY_GOOD,
};

static void a_better_way_elsewhere_is_known(void **state)
{
	struct babel_route routes[] = {
		offer("10.0.0.0/8", "a", "fe80::2", 256, 0),
		offer("::/0", "a", "fe80::2", 256, 0),
		offer("0.0.0.0/0", "a", "fe80::2", BABEL_METRIC_POOR + 256, BABEL_METRIC_POOR),
		offer("0.0.0.0/0", "b", "fe80::3", BABEL_METRIC_POOR - 1, 512),
	};
	struct babel_state babel = { .routes = routes, .n_routes = 3 };

	(void)state;
	assert_false(way_is_elsewhere(NULL, IP_V4));
	assert_false(way_is_elsewhere(&babel, IP_V4));
	assert_true(way_is_elsewhere(&babel, IP_V6));
	babel.n_routes = 4;
	assert_true(way_is_elsewhere(&babel, IP_V4));
}

static void the_lowest_metric_of_the_main_table_wins(void **state)
{
	struct default_route routes[] = { by_babel, by_uplink, by_uplink, by_uplink };
	struct way_facts facts = { .routes = routes, .n_routes = 4 };

	(void)state;
	routes[1].table = TABLE_UPLINK;
	routes[1].metric = 0;
	routes[2].family = IP_V6;
	assert_ptr_equal(way_used(&facts, IP_V4), &routes[3]);
	assert_ptr_equal(way_used(&facts, IP_V6), &routes[2]);
	facts.n_routes = 2;
	assert_ptr_equal(way_used(&facts, IP_V4), &routes[0]);
	assert_null(way_used(&facts, IP_V6));
}

static void an_own_uplink_needs_no_excuse(void **state)
{
	const struct way_uplink uplinks[] = { { "wan0", true, "loses packets" },
		                              { "wan1", true, "works" } };
	const struct way_facts facts = { &by_uplink, 1, uplinks, 2, true, NULL };

	(void)state;
	check(&facts, WAY_UPLINK,
	      "wan0 loses packets\nwan1 works, and is not used\n"
	      "an own uplink that works goes first");
}

static void a_stranger_s_route_is_called_so(void **state)
{
	struct default_route route = by_uplink;
	const struct way_facts facts = { .routes = &route, .n_routes = 1 };

	(void)state;
	route.protocol = 4;
	check(&facts, WAY_FOREIGN, "this route is not weft's, and goes before all others");
}

static void the_way_through_a_neighbour_is_compared_with_others(void **state)
{
	struct babel_route routes[] = {
		offer("10.2.0.0/16", "a", "fe80::1", 256, 0),
		offer("0.0.0.0/0", "a", "fe80::1", 256, 0),
		offer("0.0.0.0/0", "b", "fe80::2", 900, 600),
		offer("::/0", "b", "fe80::2", 900, 600),
		offer("0.0.0.0/0", "c", "fe80::3", BABEL_INFINITY, 600),
		/* This one goes through this node. */
		offer("0.0.0.0/0", "a", "fe80::4", 512, 256),
	};
	struct babel_state babel = { .routes = routes, .n_routes = 2 };
	const struct way_uplink uplinks[] = { { "wan0", false, "is not plugged in" },
		                              { "wan1", true, "works" } };
	struct way_facts facts = { &by_babel, 1, NULL, 0, true, &babel };

	(void)state;
	routes[1].installed = true;
	check(&facts, WAY_NODE,
	      "this node has no uplink\nno other way is announced\nthe uplink is that neighbour's own");
	babel.n_routes = 6;
	facts.uplinks = uplinks;
	facts.n_uplinks = 1;
	check(&facts, WAY_NODE,
	      "wan0 is not plugged in\nof 2 ways it costs least: 256, the next 900\n"
	      "the uplink is that neighbour's own");
	facts.n_uplinks = 2;
	routes[1].installed = false;
	routes[2].installed = true;
	check(&facts, WAY_NODE,
	      "wan0 is not plugged in\nwan1 works, and is not used\nbabeld keeps to it at 900 until it is "
	      "sure of another at 256");
	/* The kernel still has what babeld has just forgotten. */
	facts.babel = NULL;
	check(&facts, WAY_NODE, "wan0 is not plugged in\nwan1 works, and is not used");
}

static void where_there_is_no_way_the_nearest_cause_is_named(void **state)
{
	struct babel_neighbour neighbour = { 0 };
	struct babel_state babel = { .neighbours = &neighbour, .n_neighbours = 1 };
	struct way_facts facts = { .babel_wanted = true, .babel = &babel };

	(void)state;
	check(&facts, WAY_NONE, "this node has no uplink\nno neighbour announces a way");
	babel.n_neighbours = 0;
	check(&facts, WAY_NONE, "this node has no uplink\nno neighbour is heard");
	facts.babel = NULL;
	check(&facts, WAY_NONE, "this node has no uplink\nbabeld does not answer");
	facts.babel_wanted = false;
	check(&facts, WAY_NONE, "this node has no uplink\nno link to other nodes is configured");
}

/* A gateway of medium quality announces its default route at a cost, and its own network at none.
 */
static void a_neighbour_s_own_uplink_is_told_by_its_own_networks(void **state)
{
	struct babel_route routes[] = {
		offer("10.2.0.0/16", "a", "fe80::1", 256, 0),
		offer("0.0.0.0/0", "a", "fe80::1", 768, 512),
		offer("0.0.0.0/0", "b", "fe80::1", 900, 600),
		offer("0.0.0.0/0", "a", "fe80::2", 900, 600),
	};
	const struct babel_state babel = { .routes = routes, .n_routes = 4 };

	(void)state;
	assert_true(way_ends_there(&babel, &routes[1]));
	assert_false(way_ends_there(&babel, &routes[2]));
	assert_false(way_ends_there(&babel, &routes[3]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_better_way_elsewhere_is_known),
		cmocka_unit_test(the_lowest_metric_of_the_main_table_wins),
		cmocka_unit_test(an_own_uplink_needs_no_excuse),
		cmocka_unit_test(a_stranger_s_route_is_called_so),
		cmocka_unit_test(the_way_through_a_neighbour_is_compared_with_others),
		cmocka_unit_test(where_there_is_no_way_the_nearest_cause_is_named),
		cmocka_unit_test(a_neighbour_s_own_uplink_is_told_by_its_own_networks),
	};

	return RUN(tests);
}
