/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const whole[] = { "lan", "anygw", "batadv:%N1", NULL };
static const char *const alone[] = { "batadv:%N1", NULL };

static void with_a_shared_gateway_dhcp_stays_at_its_node(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(whole);

	(void)state;
	fixture_plan_node(f);
	assert_item(f, PLAN_LINK, "bat0",
	            " name=bat0 kind=batadv master=br-lan orig_interval=2000"
	            " bridge_loop_avoidance=1 gateway_mode=client");
}

static void without_one_the_cloud_is_plain(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(alone);

	(void)state;
	fixture_plan_node(f);
	assert_item(f, PLAN_LINK, "bat0",
	            " name=bat0 kind=batadv orig_interval=2000 bridge_loop_avoidance=1"
	            " distributed_arp_table=1");
}

static void options_are_taken_over(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(alone);

	(void)state;
	fixture_set(f, "batadv", "orig_interval", "5000");
	fixture_set(f, "batadv", "routing_algo", "BATMAN_V");
	fixture_set(f, "batadv", "bridge_loop_avoidance", "0");
	fixture_plan_node(f);
	assert_item(f, PLAN_LINK, "bat0",
	            " name=bat0 kind=batadv routing_algo=BATMAN_V orig_interval=5000"
	            " distributed_arp_table=1");
}

/* The MACs and lengths are those that LibreMesh's nodes have. */
static void each_port_has_a_vlan_with_a_mac_of_its_own(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(whole);
	struct proto_port eth0 = fixture_port(f, "eth0", false);
	struct proto_port tagged = fixture_port(f, "eth0.2", false);
	struct proto_port mesh = fixture_port(f, "wlan0-mesh", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv:%N1", &eth0);
	fixture_plan_port(f, "batadv", &tagged);
	fixture_plan_port(f, "batadv:29:8021ad:_batadv", &mesh);
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "eth0_29",
	            " name=eth0_29 kind=vlan parent=eth0 master=bat0 mac=02:95:39:ab:c0:01"
	            " mtu=1496 vlan_id=29");
	assert_item(f, PLAN_LINK, "eth0-2_29",
	            " name=eth0-2_29 kind=vlan parent=eth0.2 master=bat0 mac=02:13:f2:ab:c0:01"
	            " mtu=1496 vlan_id=29");
	assert_item(f, PLAN_LINK, "wlan0-mesh_29",
	            " name=wlan0-mesh_29 kind=vlan parent=wlan0-mesh master=bat0"
	            " mac=02:58:47:ab:c0:01 mtu=1532 vlan_id=29");
	assert_item(f, PLAN_LINK, "eth0", " name=eth0");
}

static void the_type_of_vlan_can_be_chosen(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(whole);
	struct proto_port eth0 = fixture_port(f, "eth0", false);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv:%N2:8021q", &eth0);
	assert_item(f, PLAN_LINK, "eth0_270",
	            " name=eth0_270 kind=vlan parent=eth0 master=bat0 mac=02:95:39:ab:c0:01"
	            " mtu=1496 vlan_id=270 vlan_protocol=8021q");
}

static void without_a_vlan_the_port_keeps_its_mac(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(alone);
	struct proto_port mesh = fixture_port(f, "wlan0-mesh", true);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv:0", &mesh);
	assert_item(f, PLAN_LINK, "wlan0-mesh", " name=wlan0-mesh master=bat0 mtu=1532");
}

static void access_points_and_switch_ports_mesh_only_if_a_section_says_so(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(whole);
	struct proto_port lan1 = fixture_port(f, "lan1", false);
	struct proto_port ap = fixture_port(f, "wlan0-apname", false);

	(void)state;
	f->links[0].dsa_port = true;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv", &lan1);
	fixture_plan_port(f, "batadv", &ap);
	assert_no_item(f, PLAN_LINK, "lan1_29");
	assert_no_item(f, PLAN_LINK, "wlan0-apname_29");
	lan1.specific = ap.specific = true;
	fixture_plan_port(f, "batadv", &lan1);
	assert_item(f, PLAN_LINK, "lan1_29",
	            " name=lan1_29 kind=vlan parent=lan1 master=bat0 mac=02:95:03:ab:c0:01"
	            " mtu=1532 vlan_id=29");
	ap = fixture_port(f, "wlan0-apbb", true);
	fixture_plan_port(f, "batadv", &ap);
	assert_non_null(fixture_item(f, PLAN_LINK, "wlan0-apbb_29"));
	assert_no_mistake(f);
}

static void the_cloud_cannot_run_inside_of_itself(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(whole);
	struct proto_port bridge = fixture_port(f, "br-lan", true);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "batadv:%N1", &bridge);
	assert_mistake(f, "cannot run over it", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_a_shared_gateway_dhcp_stays_at_its_node),
		cmocka_unit_test(without_one_the_cloud_is_plain),
		cmocka_unit_test(options_are_taken_over),
		cmocka_unit_test(each_port_has_a_vlan_with_a_mac_of_its_own),
		cmocka_unit_test(the_type_of_vlan_can_be_chosen),
		cmocka_unit_test(without_a_vlan_the_port_keeps_its_mac),
		cmocka_unit_test(access_points_and_switch_ports_mesh_only_if_a_section_says_so),
		cmocka_unit_test(the_cloud_cannot_run_inside_of_itself),
	};

	return RUN(tests);
}
