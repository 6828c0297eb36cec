/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const mesh[] = { "lan", "batadv:29", "bmx7:18", NULL };

static void radios_have_an_address_of_their_mac(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(mesh);
	struct proto_port port = fixture_port(f, "wlan0-mesh", false);

	(void)state;
	port.link = NULL;
	fixture_set(f, "bmx7", "wifi_rate_max", "12000000");
	fixture_plan_node(f);
	fixture_plan_port(f, "bmx7:18", &port);
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "wlan0-mesh_18",
	            " name=wlan0-mesh_18 kind=vlan parent=wlan0-mesh mtu=1500 vlan_id=18");
	assert_item(f, PLAN_NETWORK, "lm_net_wlan0_mesh_bmx7_if",
	            " name=lm_net_wlan0_mesh_bmx7_if ifname=wlan0-mesh_18 "
	            "device=lm_net_wlan0_mesh_bmx7_dev proto=static ipv4=169.254.192.1/32");
	assert_item(f, PLAN_SETTING, "bmx7 lm_net_wlan0_mesh_bmx7_if",
	            " package=bmx7 section=lm_net_wlan0_mesh_bmx7_if type=dev "
	            "options=\"dev=wlan0-mesh_18 rateMax=12000000\"");
}

static void plain_ethernet_needs_a_section(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(mesh);
	struct proto_port eth0 = fixture_port(f, "eth0", false);
	struct proto_port eth1 = fixture_port(f, "eth1", true);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "bmx7", &eth0);
	fixture_plan_port(f, "bmx7:0", &eth1);
	assert_no_item(f, PLAN_LINK, "eth0_18");
	assert_item(f, PLAN_NETWORK, "lm_net_eth1_bmx7_if",
	            " name=lm_net_eth1_bmx7_if ifname=eth1 proto=static");
}

static void options_say_who_is_trusted_and_taken_first(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(mesh);

	(void)state;
	fixture_set(f, "bmx7", "enable_pki", "1");
	fixture_set(f, "bmx7", "publish_ownip", "1");
	fixture_set(f, "bmx7", "pref_gw", "roof");
	fixture_plan_node(f);
	assert_non_null(strstr(fixture_item(f, PLAN_SETTING, "bmx7 general"), "trustedNodesDir="));
	assert_item(f, PLAN_SETTING, "bmx7 myIP4",
	            " package=bmx7 section=myIP4 type=tunIn "
	            "options=\"tunIn=myIP4 network=10.13.192.1/32\"");
	assert_non_null(strstr(fixture_item(f, PLAN_SETTING, "bmx7 inet6p"), "gwName=roof"));
}

static void it_stays_out_of_the_cloud(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(mesh);
	AUTO(fixture_free) struct fixture *over = fixture_new(mesh);

	(void)state;
	fixture_set(over, "bmx7", "over_batman", "1");
	fixture_plan_node(f);
	fixture_plan_node(over);
	assert_non_null(plan_find(f->plan, PLAN_FILTER,
	                          "bridge bmx7_postrouting oifname \"bat0\" ether type ip6 "
	                          "udp sport 6270 udp dport 6270 drop"));
	assert_int_equal(fixture_count(f, PLAN_FILTER), 2);
	assert_int_equal(fixture_count(over, PLAN_FILTER), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(radios_have_an_address_of_their_mac),
		cmocka_unit_test(plain_ethernet_needs_a_section),
		cmocka_unit_test(options_say_who_is_trusted_and_taken_first),
		cmocka_unit_test(it_stays_out_of_the_cloud),
	};

	return RUN(tests);
}
