/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const nothing[] = { NULL };

static void the_port_asks_for_an_address_and_is_closed_from_outside(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port wan = fixture_port(f, "wan", true);

	(void)state;
	fixture_plan_port(f, "wan", &wan);
	assert_no_mistake(f);
	assert_item(f, PLAN_UPLINK, "wan", " ifname=wan method=dhcp table=171");
	assert_item(f, PLAN_LINK, "wan", " name=wan");
	assert_item(f, PLAN_SYSCTL, "net/ipv6/conf/wan/accept_ra",
	            " path=net/ipv6/conf/wan/accept_ra value=0");
	assert_non_null(fixture_item(f, PLAN_FILTER, "inet uplink_input iifname \"wan\" drop"));
	assert_non_null(fixture_item(f, PLAN_FILTER, "inet uplink_forward iifname \"wan\" drop"));
	assert_non_null(fixture_item(
		f, PLAN_FILTER, "inet uplink_nat oifname \"wan\" meta nfproto ipv4 masquerade"));
	assert_non_null(fixture_item(
		f, PLAN_FILTER, "inet uplink_nat oifname \"wan\" ip6 saddr fc00::/7 masquerade"));
}

/* A rule that drops all must come behind those that let something pass. */
static void what_is_let_in_stands_before_what_is_not(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port wan = fixture_port(f, "wan", true);
	const struct plan_item *item = NULL;
	bool dropped = false;

	(void)state;
	fixture_plan_port(f, "wan", &wan);
	while ((item = plan_next(f->plan, PLAN_FILTER, item))) {
		const struct plan_filter *filter = item->value;

		if (strcmp(filter->chain, "uplink_input") != 0)
			continue;
		assert_false(dropped);
		dropped = strcmp(filter->rule, "iifname \"wan\" drop") == 0;
	}
	assert_true(dropped);
}

static void a_vlan_is_tagged_as_customers_are(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth0 = fixture_port(f, "eth0", true);

	(void)state;
	fixture_plan_port(f, "wan:100", &eth0);
	assert_item(f, PLAN_LINK, "eth0_100",
	            " name=eth0_100 kind=vlan parent=eth0 vlan_id=100 vlan_protocol=8021q");
	assert_item(f, PLAN_UPLINK, "eth0_100", " ifname=eth0_100 method=dhcp table=171");
}

static void each_uplink_has_a_table_of_its_own(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port wan1 = fixture_port(f, "wan1", true);
	struct proto_port wan2 = fixture_port(f, "wan2", true);

	(void)state;
	fixture_plan_port(f, "wan", &wan1);
	fixture_plan_port(f, "wan", &wan2);
	assert_no_mistake(f);
	assert_item(f, PLAN_UPLINK, "wan1", " ifname=wan1 method=dhcp table=171");
	assert_item(f, PLAN_UPLINK, "wan2", " ifname=wan2 method=dhcp table=172");
	assert_item(f, PLAN_RULE, "1710 from 0.0.0.0/0 oif wan2",
	            " from=0.0.0.0/0 oif=wan2 table=172 priority=1710");
	assert_non_null(fixture_item(f, PLAN_RULE, "1710 from ::/0 oif wan2"));
}

static void without_a_section_no_port_leads_to_the_internet(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth0 = fixture_port(f, "eth0", false);

	(void)state;
	fixture_plan_port(f, "wan", &eth0);
	assert_no_mistake(f);
	assert_int_equal(fixture_count(f, PLAN_UPLINK), 0);
}

static void a_port_of_clients_is_no_uplink_but_a_vlan_of_it_may_be(void **state)
{
	static const char *const lan[] = { "lan", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(lan);
	struct proto_port eth0 = fixture_port(f, "eth0", true);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "lan", &eth0);
	fixture_plan_port(f, "wan:100", &eth0);
	assert_no_mistake(f);
	fixture_plan_port(f, "wan", &eth0);
	assert_mistake(f, "eth0 cannot be the way to the Internet", 7);
}

static void what_was_asked_for_is_let_in_before_the_rest_is_dropped(void **state)
{
	const char *open[] = { "tcp:22", "udp:51820" };
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port wan = fixture_port(f, "wan", true);
	const char *last = NULL;
	const struct plan_item *item = NULL;

	(void)state;
	f->node.uplink_open = (struct string_list){ open, ARRAY_LENGTH(open) };
	fixture_plan_port(f, "wan", &wan);
	assert_no_mistake(f);
	assert_non_null(fixture_item(f, PLAN_FILTER,
	                             "inet uplink_input iifname \"wan\" tcp dport 22 accept"));
	assert_non_null(fixture_item(f, PLAN_FILTER,
	                             "inet uplink_input iifname \"wan\" udp dport 51820 accept"));
	while ((item = plan_next(f->plan, PLAN_FILTER, item))) {
		const struct plan_filter *filter = item->value;

		if (!strcmp(filter->chain, "uplink_input"))
			last = filter->rule;
	}
	assert_string_equal(last, "iifname \"wan\" drop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_asks_for_an_address_and_is_closed_from_outside),
		cmocka_unit_test(what_is_let_in_stands_before_what_is_not),
		cmocka_unit_test(what_was_asked_for_is_let_in_before_the_rest_is_dropped),
		cmocka_unit_test(a_vlan_is_tagged_as_customers_are),
		cmocka_unit_test(each_uplink_has_a_table_of_its_own),
		cmocka_unit_test(without_a_section_no_port_leads_to_the_internet),
		cmocka_unit_test(a_port_of_clients_is_no_uplink_but_a_vlan_of_it_may_be),
	};

	return RUN(tests);
}
