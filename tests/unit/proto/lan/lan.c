/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const lan[] = { "lan", NULL };

static void the_bridge_has_the_nodes_mac_and_addresses(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(lan);

	(void)state;
	fixture_plan_node(f);
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "br-lan",
	            " name=br-lan kind=bridge mac=52:00:00:ab:c0:01 mtu=1500");
	assert_item(f, PLAN_ADDRESS, "10.13.192.1/16 dev br-lan",
	            " ifname=br-lan address=10.13.192.1/16");
	assert_item(f, PLAN_ADDRESS, "fd0d:fe46:8ce8::ab:c001/64 dev br-lan",
	            " ifname=br-lan address=fd0d:fe46:8ce8::ab:c001/64");
}

static void cables_are_ports_of_the_bridge(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(lan);
	struct proto_port eth0 = fixture_port(f, "eth0", false);
	struct proto_port tagged = fixture_port(f, "eth0.1", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "lan", &eth0);
	fixture_plan_port(f, "lan", &tagged);
	assert_item(f, PLAN_LINK, "eth0", " name=eth0 master=br-lan");
	assert_item(f, PLAN_LINK, "eth0.1", " name=eth0.1 master=br-lan");
}

static void ports_of_a_switch_are_ports_of_the_bridge(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(lan);
	struct proto_port lan1 = fixture_port(f, "lan1", false);

	(void)state;
	f->links[0].dsa_port = true;
	fixture_plan_node(f);
	fixture_plan_port(f, "lan", &lan1);
	assert_item(f, PLAN_LINK, "lan1", " name=lan1 master=br-lan");
}

static void radios_and_vlans_of_others_and_the_bridge_itself_are_not(void **state)
{
	static const char *const names[] = { "wlan0-ap", "wlan1-mesh_17", "eth0_29" };
	AUTO(fixture_free) struct fixture *f = fixture_new(lan);
	struct proto_port bridge = fixture_port(f, "br-lan", true);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "lan", &bridge);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		struct proto_port port = fixture_port(f, names[i], true);

		fixture_plan_port(f, "lan", &port);
		assert_no_item(f, PLAN_LINK, names[i]);
	}
	assert_int_equal(fixture_count(f, PLAN_LINK), 1);
	assert_no_mistake(f);
}

static void a_port_of_the_mesh_cannot_be_one_of_the_bridge_too(void **state)
{
	static const char *const both[] = { "lan", "batadv:0", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(both);
	struct proto_port eth0 = fixture_port(f, "eth0", true);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv:0", &eth0);
	fixture_plan_port(f, "lan", &eth0);
	assert_mistake(f, "eth0 cannot be part of br-lan, it is part of bat0 already", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bridge_has_the_nodes_mac_and_addresses),
		cmocka_unit_test(cables_are_ports_of_the_bridge),
		cmocka_unit_test(ports_of_a_switch_are_ports_of_the_bridge),
		cmocka_unit_test(radios_and_vlans_of_others_and_the_bridge_itself_are_not),
		cmocka_unit_test(a_port_of_the_mesh_cannot_be_one_of_the_bridge_too),
	};

	return RUN(tests);
}
