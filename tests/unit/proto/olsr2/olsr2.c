/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const both[] = { "olsr:14", "olsr2:16", "olsr6:15", NULL };
static const char *const alone[] = { "olsr2:16", NULL };

static void the_two_do_not_take_each_others_networks(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(both);
	struct proto_port eth1 = fixture_port(f, "eth1", false);

	(void)state;
	assert_true(mac_parse("02:00:00:00:07:09", &f->links[0].mac));
	fixture_plan_node(f);
	fixture_plan_port(f, "olsr:14", &eth1);
	fixture_plan_port(f, "olsr2:16", &eth1);
	fixture_plan_port(f, "olsr6:15", &eth1);
	assert_no_mistake(f);
	assert_item(f, PLAN_NETWORK, "lm_net_eth1_olsr_if",
	            " name=lm_net_eth1_olsr_if ifname=eth1_14 device=lm_net_eth1_olsr_dev "
	            "proto=static ipv4=169.254.7.9/16");
	assert_item(f, PLAN_NETWORK, "lm_net_eth1_olsr2_if",
	            " name=lm_net_eth1_olsr2_if ifname=eth1_16 device=lm_net_eth1_olsr2_dev "
	            "proto=none");
	assert_item(f, PLAN_NETWORK, "lm_net_eth1_olsr6_if",
	            " name=lm_net_eth1_olsr6_if ifname=eth1_15 device=lm_net_eth1_olsr6_dev "
	            "proto=static ipv6=fd0d:fe46:8ce8::ab:c001/64");
	assert_item(f, PLAN_SETTING, "olsrd lm_net_eth1_olsr_if",
	            " package=olsrd section=lm_net_eth1_olsr_if type=Interface "
	            "options=interface=lm_net_eth1_olsr_if");
	assert_item(f, PLAN_SETTING, "olsrd6 limehna",
	            " package=olsrd6 section=limehna type=Hna6 "
	            "options=\"netaddr=fd0d:fe46:8ce8:: prefix=64\"");
}

static void alone_it_has_libremeshs_name(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(alone);
	struct proto_port eth1 = fixture_port(f, "eth1", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "olsr2", &eth1);
	assert_non_null(fixture_item(f, PLAN_NETWORK, "lm_net_eth1_olsr_if"));
	assert_item(f, PLAN_SETTING, "olsrd2 lime",
	            " package=olsrd2 section=lime type=olsrv2 "
	            "options=\"lan+=10.13.192.1/16 lan+=fd0d:fe46:8ce8::ab:c001/64\"");
	assert_non_null(fixture_item(f, PLAN_SETTING, "network lm_net_olsr_originator_lo"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_two_do_not_take_each_others_networks),
		cmocka_unit_test(alone_it_has_libremeshs_name),
	};

	return RUN(tests);
}
