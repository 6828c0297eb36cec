/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const babeld[] = { "lan", "babeld:17", NULL };

static void each_port_has_a_vlan_and_the_nodes_address_alone(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(babeld);
	struct proto_port eth1 = fixture_port(f, "eth1", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "babeld:17", &eth1);
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "eth1_17",
	            " name=eth1_17 kind=vlan parent=eth1 mtu=1496 vlan_id=17");
	assert_item(f, PLAN_ADDRESS, "10.13.192.1/32 dev eth1_17",
	            " ifname=eth1_17 address=10.13.192.1/32");
	assert_item(f, PLAN_BABEL_INTERFACE, "eth1_17",
	            " ifname=eth1_17 type=wireless hello_interval=1");
	assert_item(f, PLAN_BABEL, "babel", " local_port=30003");
}

static void radios_have_whole_packets_and_slow_hellos(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(babeld);
	struct proto_port mesh = fixture_port(f, "wlan0-mesh", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "babeld:17", &mesh);
	assert_item(f, PLAN_LINK, "wlan0-mesh_17",
	            " name=wlan0-mesh_17 kind=vlan parent=wlan0-mesh vlan_id=17");
	assert_item(f, PLAN_BABEL_INTERFACE, "wlan0-mesh_17",
	            " ifname=wlan0-mesh_17 type=wireless");
}

static void hellos_on_cables_can_be_left_to_babeld(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(babeld);
	struct proto_port eth1 = fixture_port(f, "eth1", false);

	(void)state;
	fixture_set(f, "babeld", "wired_hello_interval", "0");
	fixture_plan_node(f);
	fixture_plan_port(f, "babeld", &eth1);
	assert_item(f, PLAN_BABEL_INTERFACE, "eth1_17", " ifname=eth1_17 type=wireless");
}

/* The order is what decides. */
static void networks_and_marked_default_routes_are_announced_and_nothing_else(void **state)
{
	static const char *const filters[] = {
		"redistribute ip fc00::/7",
		"redistribute ip 2000::/3",
		"redistribute ip ::/0 le 0 proto 7",
		"redistribute ip ::/0 le 0 proto 77",
		"redistribute ip ::/0 le 0 proto 78",
		"redistribute ip 10.0.0.0/8",
		"redistribute ip 172.16.0.0/12",
		"redistribute ip 0.0.0.0/0 le 0 proto 7",
		"redistribute ip 0.0.0.0/0 le 0 proto 77",
		"redistribute ip 0.0.0.0/0 le 0 proto 78",
		"redistribute local",
		"redistribute",
	};
	AUTO(fixture_free) struct fixture *f = fixture_new(babeld);
	const struct plan_item *item = NULL;

	(void)state;
	fixture_plan_node(f);
	for (size_t i = 0; i < ARRAY_LENGTH(filters); i++) {
		item = plan_next(f->plan, PLAN_BABEL_FILTER, item);
		assert_non_null(item);
		assert_string_equal(item->name, filters[i]);
	}
	assert_null(plan_next(f->plan, PLAN_BABEL_FILTER, item));
	assert_item(f, PLAN_BABEL_FILTER, "redistribute ip 0.0.0.0/0 le 0 proto 77",
	            " filter=redistribute prefix=0.0.0.0/0 prefix_le_plus_1=1 protocol=77"
	            " metric=512");
	assert_item(f, PLAN_BABEL_FILTER, "redistribute", " filter=redistribute deny=1");
}

static void without_a_vlan_the_port_itself_is_used_unless_it_is_bridged(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(babeld);
	struct proto_port eth0 = fixture_port(f, "eth0", true);
	struct proto_port eth1 = fixture_port(f, "eth1", true);

	(void)state;
	eth0.written = true;
	fixture_plan_node(f);
	fixture_plan_port(f, "babeld:0", &eth1);
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "eth1", " name=eth1");
	assert_non_null(fixture_item(f, PLAN_BABEL_INTERFACE, "eth1"));
	fixture_plan_port(f, "lan", &eth0);
	fixture_plan_port(f, "babeld:0", &eth0);
	assert_mistake(f, "cannot use eth0, it is part of br-lan", 7);
}

static void in_the_general_list_ports_of_clients_are_left_out_without_a_vlan(void **state)
{
	static const char *const uses[] = { "batadv:0", "babeld:0", "lan", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(uses);
	struct proto_port eth0 = fixture_port(f, "eth0", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv:0", &eth0);
	fixture_plan_port(f, "babeld:0", &eth0);
	fixture_plan_port(f, "lan", &eth0);
	assert_false(diag_has_errors(f->diag));
	assert_string_equal(plan_link(f->node.plan, "eth0")->master, "br-lan");
	assert_null(fixture_item(f, PLAN_BABEL_INTERFACE, "eth0"));
}

static void one_vlan_of_a_port_is_of_one_protocol(void **state)
{
	static const char *const both[] = { "batadv:17", "babeld:17", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(both);
	struct proto_port mesh = fixture_port(f, "wlan0-mesh", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "babeld:17", &mesh);
	fixture_plan_port(f, "batadv:17", &mesh);
	assert_mistake(f, "VLAN 17 of wlan0-mesh belongs to another protocol", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_port_has_a_vlan_and_the_nodes_address_alone),
		cmocka_unit_test(radios_have_whole_packets_and_slow_hellos),
		cmocka_unit_test(hellos_on_cables_can_be_left_to_babeld),
		cmocka_unit_test(networks_and_marked_default_routes_are_announced_and_nothing_else),
		cmocka_unit_test(without_a_vlan_the_port_itself_is_used_unless_it_is_bridged),
		cmocka_unit_test(in_the_general_list_ports_of_clients_are_left_out_without_a_vlan),
		cmocka_unit_test(one_vlan_of_a_port_is_of_one_protocol),
	};

	return RUN(tests);
}
