/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* What is told to the kernel has the form of what it tells: each message is read back. */
#include "platform/linux/kernel/observe.h"

#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "../../../test.h"
#include "base/arena.h"
#include "platform/linux/kernel/batadv.h"
#include "platform/linux/kernel/link.h"
#include "platform/linux/kernel/routing.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

/* The kernel's answer to a message that makes a link: with its index, parent and mark. */
static void answer_link(struct observed *observed, const struct plan_link *link, int index,
                        int parent)
{
	struct ifinfomsg *body;
	struct nl_message m;

	link_build_make(&m, link, parent);
	assert_false(m.overflow);
	body = mnl_nlmsg_get_payload(&m.header);
	body->ifi_index = index;
	assert_int_equal(observe_link(&m.header, observed), 0);
}

static void links_are_read_as_they_are_made(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = observed_new(arena);
	const struct plan_link bridge = { .name = "br-lan",
		                          .kind = PLAN_LINK_BRIDGE,
		                          .mac = { { 2, 0, 0, 0, 0, 1 } } };
	const struct plan_link inner = {
		.name = "br-lan_17", .kind = PLAN_LINK_VLAN, .vlan_id = 17, .mtu = 1496
	};
	const struct plan_link outer = { .name = "q",
		                         .kind = PLAN_LINK_VLAN,
		                         .vlan_id = 4094,
		                         .vlan_protocol = PLAN_VLAN_8021Q };
	const struct plan_link anygw = { .name = "anygw", .kind = PLAN_LINK_MACVLAN };
	const struct plan_link mesh = { .name = "bat0", .kind = PLAN_LINK_BATADV };
	const struct kernel_link *l;

	(void)state;
	/* A child may come before its parent. */
	answer_link(o, &inner, 8, 7);
	answer_link(o, &bridge, 7, 0);
	answer_link(o, &outer, 9, 99);
	answer_link(o, &anygw, 10, 7);
	answer_link(o, &mesh, 11, 0);
	observe_names(o);
	l = observed_link(o, "br-lan");
	assert_int_equal(l->is.kind, PLAN_LINK_BRIDGE);
	assert_string_equal(l->kind, "bridge");
	assert_true(mac_equal(&l->is.mac, &bridge.mac));
	assert_true(l->ours && l->plain && !l->up);
	l = observed_link(o, "br-lan_17");
	assert_int_equal(l->is.kind, PLAN_LINK_VLAN);
	assert_int_equal(l->is.vlan_id, 17);
	assert_int_equal(l->is.vlan_protocol, PLAN_VLAN_8021AD);
	assert_int_equal(l->is.mtu, 1496);
	assert_string_equal(l->is.parent, "br-lan");
	l = observed_link(o, "q");
	assert_int_equal(l->is.vlan_id, 4094);
	assert_int_equal(l->is.vlan_protocol, PLAN_VLAN_8021Q);
	assert_null(l->is.parent);
	assert_int_equal(observed_link(o, "anygw")->is.kind, PLAN_LINK_MACVLAN);
	assert_int_equal(observed_link(o, "bat0")->is.kind, PLAN_LINK_BATADV);
}

static bool link_is_ours_with(const char *alias, uint32_t group)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = observed_new(arena);
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, 0);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, "x");
	nl_put_u32(&m, IFLA_GROUP, group);
	if (alias)
		nl_put_text(&m, IFLA_IFALIAS, alias);
	assert_int_equal(observe_link(&m.header, o), 0);
	return o->links->ours;
}

static void a_link_is_ours_by_its_alias_or_while_it_has_none_by_its_group(void **state)
{
	(void)state;
	assert_true(link_is_ours_with("weft", 0));
	assert_true(link_is_ours_with(NULL, 79));
	assert_false(link_is_ours_with(NULL, 0));
	assert_false(link_is_ours_with("weft2", 79));
	assert_false(link_is_ours_with("", 79));
}

static void the_other_end_of_a_cable_is_no_parent(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = observed_new(arena);

	(void)state;
	for (int i = 1; i <= 2; i++) {
		struct ifinfomsg *body;
		struct nl_message m;

		nl_message_init(&m, RTM_NEWLINK, 0);
		body = nl_body(&m, sizeof(*body));
		body->ifi_index = i;
		nl_put_text(&m, IFLA_IFNAME, i == 1 ? "a" : "b");
		nl_put_u32(&m, IFLA_LINK, (uint32_t)(3 - i));
		assert_int_equal(observe_link(&m.header, o), 0);
	}
	observe_names(o);
	assert_null(o->links->is.parent);
}

static struct observed *with_eth0(struct arena *arena)
{
	struct observed *o = observed_new(arena);

	observed_add_link(o, &(struct kernel_link){ .is = { .name = "eth0" }, .index = 5 });
	return o;
}

static void addresses_are_read_as_they_are_set(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = with_eth0(arena);
	struct plan_address address = { .ifname = "eth0", .address = prefix_of("10.13.1.2/16") };
	struct nl_message m;

	(void)state;
	address_build_add(&m, &address, 5);
	assert_int_equal(observe_address(&m.header, o), 0);
	assert_true(o->addresses->ours);
	assert_true(prefix_equal(&o->addresses->is.address, &address.address));
	assert_false(o->addresses->is.no_prefix_route);
	address.address = prefix_of("fd00::1/64");
	address.no_prefix_route = address.no_dad = true;
	address_build_add(&m, &address, 5);
	assert_int_equal(observe_address(&m.header, o), 0);
	assert_string_equal(o->addresses->next->is.ifname, "eth0");
	assert_true(prefix_equal(&o->addresses->next->is.address, &address.address));
	assert_true(o->addresses->next->is.no_prefix_route);
	assert_true(o->addresses->next->is.no_dad);
}

static void an_address_on_an_unknown_link_or_without_a_mark_is_not_ours(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = with_eth0(arena);
	struct plan_address address = { .ifname = "eth0", .address = prefix_of("10.13.1.2/16") };
	struct nl_message m;

	(void)state;
	address_build_add(&m, &address, 6);
	assert_int_equal(observe_address(&m.header, o), 0);
	assert_null(o->addresses);
	address_build_remove(&m, &address, 5);
	m.header.nlmsg_type = RTM_NEWADDR;
	assert_int_equal(observe_address(&m.header, o), 0);
	assert_false(o->addresses->ours);
}

static void assert_route(const struct plan_route *route)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = with_eth0(arena);
	struct nl_message m;

	route_build_add(&m, route, 5, false);
	assert_int_equal(observe_route(&m.header, o), 0);
	assert_non_null(o->routes);
	assert_true(prefix_equal(&o->routes->is.destination, &route->destination));
	assert_true(ip_equal(&o->routes->is.via, &route->via));
	assert_string_equal(o->routes->is.ifname, "eth0");
	assert_int_equal(o->routes->is.table, route->table);
	assert_int_equal(o->routes->is.metric, route->metric);
	assert_int_equal(o->routes->is.protocol, route->protocol);
}

static void routes_are_read_as_they_are_set(void **state)
{
	struct plan_route route = { .destination = prefix_of("0.0.0.0/0"),
		                    .via = ip_of("10.0.0.1"),
		                    .table = 254,
		                    .metric = 10,
		                    .protocol = 7 };

	(void)state;
	assert_route(&route);
	/* Tables beyond a byte, a neighbour of the other family, on link, IPv6. */
	route.table = 100000;
	route.via = ip_of("fe80::1");
	assert_route(&route);
	route.destination = prefix_of("10.13.0.0/16");
	route.via = (struct ip){ 0 };
	route.protocol = 79;
	assert_route(&route);
	route.destination = prefix_of("fd00::/8");
	route.via = ip_of("fe80::1");
	assert_route(&route);
	route.destination = prefix_of("::/0");
	assert_route(&route);
}

static void routes_of_others_are_not_kept(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = with_eth0(arena);
	struct plan_route route = { .destination = prefix_of("0.0.0.0/0"),
		                    .table = 254,
		                    .protocol = 42 };
	struct nl_message m;

	(void)state;
	route_build_add(&m, &route, 5, false);
	assert_int_equal(observe_route(&m.header, o), 0);
	assert_null(o->routes);
}

static void assert_rule(const struct plan_rule *rule)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct observed *o = observed_new(arena);
	const struct plan_rule *is;
	struct nl_message m;

	rule_build_add(&m, rule);
	assert_int_equal(observe_rule(&m.header, o), 0);
	assert_non_null(o->rules);
	is = &o->rules->is;
	assert_true(prefix_equal(&is->from, &rule->from));
	assert_true(prefix_equal(&is->to, &rule->to));
	assert_string_equal(is->oif ? is->oif : "", rule->oif ? rule->oif : "");
	assert_int_equal(is->fwmark, rule->fwmark);
	assert_int_equal(is->fwmark_mask, rule->fwmark_mask);
	assert_int_equal(is->table, rule->table);
	assert_int_equal(is->priority, rule->priority);
}

static void rules_are_read_as_they_are_set(void **state)
{
	struct plan_rule rule = { .from = prefix_of("10.13.0.1/32"),
		                  .to = prefix_of("0.0.0.0/0"),
		                  .table = 170,
		                  .priority = 1700 };

	(void)state;
	assert_rule(&rule);
	rule.from = rule.to = prefix_of("::/0");
	rule.fwmark = 0x10000000;
	rule.fwmark_mask = 0xff000000;
	rule.oif = "wan";
	rule.table = 100000;
	assert_rule(&rule);
}

/* An answer of batman-adv is a setting with the algorithm beside it. */
static void meshes_are_read_as_they_are_set(void **state)
{
	const struct plan_link mesh = { .kind = PLAN_LINK_BATADV,
		                        .orig_interval = 5000,
		                        .bridge_loop_avoidance = true,
		                        .distributed_arp_table = true,
		                        .multicast_optimization = true,
		                        .gateway_mode = PLAN_BATADV_GATEWAY_CLIENT };
	struct plan_link is = { 0 };
	struct nl_message m;

	(void)state;
	batadv_build_set(&m, 30, 7, &mesh);
	assert_false(m.overflow);
	assert_int_equal(m.header.nlmsg_type, 30);
	assert_int_equal(batadv_parse(&m.header, &is), 0);
	assert_int_equal(is.orig_interval, 5000);
	assert_true(is.bridge_loop_avoidance);
	assert_true(is.distributed_arp_table);
	assert_true(is.multicast_optimization);
	assert_int_equal(is.gateway_mode, PLAN_BATADV_GATEWAY_CLIENT);
	assert_int_equal(is.routing_algo, PLAN_BATADV_IV);
	nl_put_text(&m, 2, "BATMAN_V"); /* BATADV_ATTR_ALGO_NAME */
	assert_int_equal(batadv_parse(&m.header, &is), 0);
	assert_int_equal(is.routing_algo, PLAN_BATADV_V);
}

static void an_interval_that_is_not_planned_is_not_told(void **state)
{
	struct plan_link is = { .orig_interval = 1 };
	struct nl_message m;

	(void)state;
	batadv_build_set(&m, 30, 7, &(struct plan_link){ .kind = PLAN_LINK_BATADV });
	assert_int_equal(batadv_parse(&m.header, &is), 0);
	assert_int_equal(is.orig_interval, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_are_read_as_they_are_made),
		cmocka_unit_test(a_link_is_ours_by_its_alias_or_while_it_has_none_by_its_group),
		cmocka_unit_test(the_other_end_of_a_cable_is_no_parent),
		cmocka_unit_test(addresses_are_read_as_they_are_set),
		cmocka_unit_test(an_address_on_an_unknown_link_or_without_a_mark_is_not_ours),
		cmocka_unit_test(routes_are_read_as_they_are_set),
		cmocka_unit_test(routes_of_others_are_not_kept),
		cmocka_unit_test(rules_are_read_as_they_are_set),
		cmocka_unit_test(meshes_are_read_as_they_are_set),
		cmocka_unit_test(an_interval_that_is_not_planned_is_not_told),
	};

	return RUN(tests);
}
