/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const anygw[] = { "lan", "anygw", "batadv:%N1", NULL };

static void all_nodes_have_the_same_address_and_mac(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_plan_node(f);
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "anygw",
	            " name=anygw kind=macvlan parent=br-lan mac=aa:aa:aa:0d:fe:aa");
	assert_item(f, PLAN_ADDRESS, "10.13.0.1/16 dev anygw",
	            " ifname=anygw address=10.13.0.1/16 no_prefix_route=1 no_dad=1");
	assert_item(f, PLAN_ADDRESS, "fd0d:fe46:8ce8::1/64 dev anygw",
	            " ifname=anygw address=fd0d:fe46:8ce8::1/64 no_prefix_route=1 no_dad=1");
	assert_item(f, PLAN_ANYCAST, "anygw",
	            " ifname=anygw bridge=br-lan cloud=bat0 mac=aa:aa:aa:0d:fe:aa ipv4=10.13.0.1"
	            " ipv6=fd0d:fe46:8ce8::1");
}

static void what_leaves_with_the_shared_address_leaves_by_its_device(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_plan_node(f);
	assert_item(f, PLAN_RULE, "1700 from 10.13.0.1/32",
	            " from=10.13.0.1/32 table=170 priority=1700");
	assert_item(f, PLAN_RULE, "1700 from fd0d:fe46:8ce8::1/128",
	            " from=fd0d:fe46:8ce8::1/128 table=170 priority=1700");
	assert_item(f, PLAN_ROUTE, "10.13.0.0/16 dev anygw table 170",
	            " destination=10.13.0.0/16 ifname=anygw table=170");
	assert_item(f, PLAN_ROUTE, "fd0d:fe46:8ce8::/64 dev anygw table 170",
	            " destination=fd0d:fe46:8ce8::/64 ifname=anygw table=170");
}

static void clients_are_told_the_shared_address(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_plan_node(f);
	assert_item(f, PLAN_DHCP, "anygw",
	            " ifname=anygw first=10.13.0.2 last=10.13.255.254 netmask=255.255.0.0"
	            " lease=3600 router=10.13.0.1 dns=10.13.0.1 mtu=1350 domain=thisnode.info");
	assert_item(f, PLAN_RA, "anygw",
	            " ifname=anygw prefix=fd0d:fe46:8ce8::/64 mtu=1350 interval=120 lease=86400"
	            " dns=fd0d:fe46:8ce8::1 domain=thisnode.info");
}

static void names_stand_for_the_node_and_for_any_node(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_plan_node(f);
	assert_item(f, PLAN_NAME, "LiMe-abc001 LiMe-abc001.thisnode.info",
	            " names=\"LiMe-abc001 LiMe-abc001.thisnode.info\" ipv4=10.13.192.1"
	            " ipv6=fd0d:fe46:8ce8::ab:c001");
	assert_item(f, PLAN_NAME, "anygw thisnode.info minodo.info meuno.info",
	            " names=\"anygw thisnode.info minodo.info meuno.info\" ipv4=10.13.0.1"
	            " ipv6=fd0d:fe46:8ce8::1");
}

static void another_domain_is_one_more_name(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	f->id.domain = "mesh.example";
	fixture_plan_node(f);
	assert_non_null(fixture_item(f, PLAN_NAME,
	                             "anygw thisnode.info minodo.info meuno.info mesh.example"));
}

static void a_range_can_be_chosen(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_set(f, "anygw", "dhcp_start", "256");
	fixture_set(f, "anygw", "dhcp_limit", "100");
	fixture_plan_node(f);
	assert_no_mistake(f);
	assert_item(f, PLAN_DHCP, "anygw",
	            " ifname=anygw first=10.13.1.0 last=10.13.1.99 netmask=255.255.0.0"
	            " lease=3600 router=10.13.0.1 dns=10.13.0.1 mtu=1350 domain=thisnode.info");
}

static void the_last_address_of_a_range_is_the_one_before_the_broadcast(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_set(f, "anygw", "dhcp_start", "65534");
	fixture_set(f, "anygw", "dhcp_limit", "1");
	fixture_plan_node(f);
	assert_no_mistake(f);
}

static void a_range_that_does_not_fit_is_a_mistake_at_its_option(void **state)
{
	static const struct origin where[] = {
		{ "lime-node", 3, 2, "network.anygw_dhcp_start", "2" },
		{ "lime-node", 4, 2, "network.anygw_dhcp_limit", "65534" },
	};
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	f->node.origins = (struct proto_origins){ where, 2 };
	fixture_set(f, "anygw", "dhcp_limit", "65534");
	fixture_plan_node(f);
	assert_mistake(f, "does not fit into 10.13.0.0/16", 4);
	assert_no_item(f, PLAN_DHCP, "anygw");
}

static void a_range_that_begins_behind_its_network_is_a_mistake(void **state)
{
	static const char *const starts[] = { "65535", "65536", "4294967295" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(starts); i++) {
		AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

		fixture_set(f, "anygw", "dhcp_start", starts[i]);
		fixture_plan_node(f);
		assert_mistake(f, "there is room for 0", 7);
		assert_true(diag_has_errors(f->diag));
	}
}

static void a_network_without_clients_does_without_a_pool(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	assert_true(prefix_parse("10.1.2.3/32", &f->id.anygw4));
	fixture_plan_node(f);
	assert_mistake(f, "there is room for 0", 7);
	assert_false(diag_has_errors(f->diag));
	assert_no_item(f, PLAN_DHCP, "anygw");
}

static bool has_rule(const struct fixture *f, const char *chain, const char *rule)
{
	BUF_AUTO name = { 0 };

	buf_printf(&name, "bridge %s %s", chain, rule);
	return plan_find(f->plan, PLAN_FILTER, name.text);
}

static void frames_of_shared_macs_stay_out_of_the_cloud(void **state)
{
	static const char shared[] = "& ff:ff:ff:00:00:00 == aa:aa:aa:00:00:00 drop";
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);
	BUF_AUTO to = { 0 }, in_from = { 0 }, in_to = { 0 }, out_from = { 0 };

	(void)state;
	buf_printf(&to, "ether daddr %s", shared);
	buf_printf(&in_from, "iifname \"bat0\" ether saddr %s", shared);
	buf_printf(&in_to, "iifname \"bat0\" ether daddr %s", shared);
	buf_printf(&out_from, "oifname \"bat0\" ether saddr %s", shared);
	fixture_plan_node(f);
	assert_true(has_rule(f, "anygw_forward", to.text));
	assert_true(has_rule(f, "anygw_prerouting", in_from.text));
	assert_true(has_rule(f, "anygw_prerouting", in_to.text));
	assert_true(has_rule(f, "anygw_postrouting", out_from.text));
}

static void another_mac_is_kept_out_by_itself(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	assert_true(mac_parse("02:00:00:00:00:aa", &f->id.anygw_mac));
	fixture_plan_node(f);
	assert_true(has_rule(f, "anygw_forward", "ether daddr 02:00:00:00:00:aa drop"));
	assert_true(has_rule(f, "anygw_postrouting",
	                     "oifname \"bat0\" ether saddr 02:00:00:00:00:aa drop"));
}

static void whoever_gives_addresses_elsewhere_is_not_heard_here(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_plan_node(f);
	assert_true(has_rule(f, "anygw_prerouting",
	                     "iifname \"bat0\" udp dport { 67, 68, 546, 547 } drop"));
	assert_true(has_rule(f, "anygw_postrouting",
	                     "oifname \"bat0\" udp dport { 67, 68, 546, 547 } drop"));
	assert_true(has_rule(f, "anygw_prerouting",
	                     "iifname \"bat0\" icmpv6 type { nd-router-solicit, nd-router-advert } "
	                     "drop"));
	assert_true(has_rule(f, "anygw_postrouting",
	                     "oifname \"bat0\" icmpv6 type { nd-router-solicit, nd-router-advert } "
	                     "drop"));
}

static void each_device_answers_for_its_own_addresses(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(anygw);

	(void)state;
	fixture_plan_node(f);
	assert_non_null(fixture_item(f, PLAN_SYSCTL, "net/ipv4/conf/br-lan/arp_ignore"));
	assert_non_null(fixture_item(f, PLAN_SYSCTL, "net/ipv4/conf/anygw/arp_ignore"));
	assert_item(f, PLAN_SYSCTL, "net/ipv6/conf/anygw/accept_dad",
	            " path=net/ipv6/conf/anygw/accept_dad value=0");
}

static void without_a_cloud_nobody_needs_to_be_told_of_clients(void **state)
{
	static const char *const uses[] = { "lan", "anygw", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(uses);

	(void)state;
	fixture_plan_node(f);
	assert_item(f, PLAN_ANYCAST, "anygw",
	            " ifname=anygw bridge=br-lan mac=aa:aa:aa:0d:fe:aa ipv4=10.13.0.1"
	            " ipv6=fd0d:fe46:8ce8::1");
}

static void without_lan_somebody_else_brings_clients_to_the_bridge(void **state)
{
	static const char *const uses[] = { "anygw", "batadv:%N1", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(uses);

	(void)state;
	fixture_plan_node(f);
	assert_mistake(f, "nothing of weft's connects clients to br-lan", 7);
	assert_item(f, PLAN_LINK, "br-lan", " name=br-lan kind=bridge");
	assert_string_equal(plan_link(f->node.plan, "bat0")->master, "br-lan");
	assert_non_null(fixture_item(f, PLAN_LINK, "anygw"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_nodes_have_the_same_address_and_mac),
		cmocka_unit_test(what_leaves_with_the_shared_address_leaves_by_its_device),
		cmocka_unit_test(clients_are_told_the_shared_address),
		cmocka_unit_test(names_stand_for_the_node_and_for_any_node),
		cmocka_unit_test(another_domain_is_one_more_name),
		cmocka_unit_test(a_range_can_be_chosen),
		cmocka_unit_test(the_last_address_of_a_range_is_the_one_before_the_broadcast),
		cmocka_unit_test(a_range_that_does_not_fit_is_a_mistake_at_its_option),
		cmocka_unit_test(a_range_that_begins_behind_its_network_is_a_mistake),
		cmocka_unit_test(a_network_without_clients_does_without_a_pool),
		cmocka_unit_test(frames_of_shared_macs_stay_out_of_the_cloud),
		cmocka_unit_test(another_mac_is_kept_out_by_itself),
		cmocka_unit_test(whoever_gives_addresses_elsewhere_is_not_heard_here),
		cmocka_unit_test(each_device_answers_for_its_own_addresses),
		cmocka_unit_test(without_a_cloud_nobody_needs_to_be_told_of_clients),
		cmocka_unit_test(without_lan_somebody_else_brings_clients_to_the_bridge),
	};

	return RUN(tests);
}
