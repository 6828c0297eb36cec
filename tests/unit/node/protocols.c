/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void every_ethernet_device_runs_the_general_list(void **state)
{
	FIXTURE_AUTO f = { 0 };

	(void)state;
	fixture_link(&f, "eth0", "52:54:00:10:20:30");
	fixture_link(&f, "eth10", "52:54:00:10:20:31");
	fixture_link(&f, "ethernet", "52:54:00:10:20:32");
	fixture_link(&f, "veth1", "52:54:00:10:20:33");
	fixture_make(&f, "", "");
	assert_string_equal(fixture_master(&f, "eth0"), "br-lan");
	assert_string_equal(fixture_master(&f, "eth10"), "br-lan");
	assert_string_equal(fixture_master(&f, "eth10_29"), "bat0");
	assert_false(fixture_has(&f, PLAN_LINK, "ethernet"));
	assert_false(fixture_has(&f, PLAN_LINK, "veth1"));
}

static void what_is_behind_a_switch_or_made_by_weft_is_no_port(void **state)
{
	FIXTURE_AUTO f = { 0 };

	(void)state;
	fixture_link(&f, "eth0", "52:54:00:10:20:30")->dsa_conduit = true;
	fixture_link(&f, "eth1", "52:54:00:10:20:31");
	fixture_link(&f, "eth2", "52:54:00:10:20:32")->made_by_weft = true;
	f.cpu_ports[0] = "eth1";
	f.facts.switch_cpu_ports = f.cpu_ports;
	f.facts.n_switch_cpu_ports = 1;
	fixture_role(&f, "lan", "static", "eth1.1", NULL);
	fixture_make(&f, "", "");
	assert_string_equal(fixture_master(&f, "eth1.1"), "br-lan");
	assert_string_equal(fixture_master(&f, "eth1-1_29"), "bat0");
	assert_false(fixture_has(&f, PLAN_LINK, "eth0"));
	assert_false(fixture_has(&f, PLAN_LINK, "eth1"));
	assert_false(fixture_has(&f, PLAN_LINK, "eth2"));
}

static void roles_with_other_protocols_are_nothing_of_ours(void **state)
{
	FIXTURE_AUTO f = { 0 };

	(void)state;
	fixture_link(&f, "eth0", "52:54:00:10:20:30");
	fixture_role(&f, "wan", "qmi", "wwan0", NULL);
	fixture_role(&f, "guest", "none", "lan7", NULL);
	fixture_make(&f, "", "");
	assert_false(fixture_has(&f, PLAN_LINK, "wwan0"));
	assert_false(fixture_has(&f, PLAN_LINK, "lan7"));
}

static void a_section_says_what_its_device_does_instead(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_link(&f, "usb0", "52:54:00:10:20:33");
	fixture_make(&f,
	             "config net one\n\toption linux_name eth0\n\tlist protocols babeld:17\n"
	             "config net two\n\toption linux_name usb0\n\toption protocols lan\n",
	             "");
	assert_said(&f, "");
	assert_string_equal(fixture_master(&f, "eth0"), "");
	assert_true(fixture_has(&f, PLAN_LINK, "eth0_17"));
	assert_false(fixture_has(&f, PLAN_LINK, "eth0_29"));
	assert_string_equal(fixture_master(&f, "usb0"), "br-lan");
}

static void manual_and_a_section_without_protocols_leave_a_device_alone(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_link(&f, "eth2", "52:54:00:10:20:32");
	fixture_make(&f,
	             "config net one\n\toption linux_name eth0\n\tlist protocols lan\n"
	             "\tlist protocols manual\n\tlist protocols babeld:17\n"
	             "config net two\n\toption linux_name eth2\n",
	             "");
	assert_said(&f, "");
	assert_string_equal(fixture_master(&f, "eth0"), "br-lan");
	assert_false(fixture_has(&f, PLAN_LINK, "eth0_17"));
	assert_false(fixture_has(&f, PLAN_LINK, "eth2"));
}

static void a_section_may_be_about_what_the_plan_makes(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config net b\n\toption linux_name br-lan\n\tlist protocols babeld:17\n",
	             "");
	assert_said(&f, "");
	assert_true(fixture_has(&f, PLAN_BABEL_INTERFACE, "br-lan_17"));
}

static void sections_that_lead_to_nothing_are_told(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config net ghost\n\toption linux_name eth9\n\tlist protocols lan\n"
	             "config net noname\n\tlist protocols lan\n"
	             "config net first\n\toption linux_name eth0\n\tlist protocols lan\n"
	             "config net second\n\toption linux_name eth0\n\tlist protocols babeld\n",
	             "");
	assert_said(&f,
	            "lime-community:2:20: warning: ghost.linux_name: there is no device eth9 to be "
	            "used on this machine\n"
	            "lime-community:4:1: ignored: noname: the section names no device: it has no "
	            "linux_name\n"
	            "lime-community:6:1: ignored: first: another section about eth0 comes later, "
	            "this one is not used\n");
	assert_string_equal(fixture_master(&f, "eth0"), "");
}

static void a_protocol_for_one_port_must_be_one_of_the_node(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime network\n\tlist protocols lan\n"
	             "config net one\n\toption linux_name eth0\n\tlist protocols batadv\n",
	             "");
	assert_null(f.node->plan);
	assert_said(&f,
	            "lime-community:5:17: error: one.protocols: eth0 cannot use batadv while the "
	            "list network.protocols has no batadv\n");
}

/* Rules of filters are made of names. */
static void a_name_with_quotes_is_refused(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_link(&f, "a\"drop", "52:54:00:10:20:33");
	fixture_make(&f, "config net x\n\toption linux_name 'a\"drop'\n\tlist protocols wan\n", "");
	assert_null(f.node->plan);
	assert_true(diag_has_errors(f.diag));
}

static void a_board_may_name_no_device_that_cannot_be_used(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	f.devices[0][1] = "eth0@if5";
	f.roles[0].n_devices = 2;
	fixture_make(&f, "", "");
	assert_null(f.node->plan);
	assert_said(&f,
	            "board.json: error: network.lan: the name 'eth0@if5' of a network device has "
	            "something other than letters, digits, dots, dashes and _\n");
}

/* A mistake is one on all nodes, but this one can do without. */
static void a_section_about_a_device_that_is_not_here_is_checked(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config net x\n\toption linux_name eth7\n\tlist protocols babeld:-1\n",
	             "");
	assert_non_null(f.node->plan);
	assert_said(&f, "lime-community:2:20: warning: x.linux_name: there is no device eth7 to be "
	                "used on this machine\n"
	                "lime-community:3:17: ignored: x.protocols: '-1' is no number of a VLAN (0 "
	                "to 4094, 0 is none)\n");
}

static void the_general_list_is_checked_where_no_port_uses_it(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime network\n\tlist protocols lan\n\tlist protocols babeld:x\n"
	             "config net a\n\toption linux_name eth0\n\tlist protocols lan\n"
	             "config net b\n\toption linux_name eth1\n\tlist protocols lan\n",
	             "");
	assert_null(f.node->plan);
	assert_said(&f, "lime-community:3:17: error: network.protocols: 'x' is no number of a VLAN "
	                "(0 to 4094, 0 is none)\n");
}

static void a_radio_stick_can_lead_to_the_internet(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_radio(&f, "radio0", BAND_2GHZ);
	fixture_make(&f,
	             "config wifi radio0\n\tlist modes client\n\toption client_ssid cafe\n"
	             "config net up\n\toption linux_name wlan0-sta\n\tlist protocols client\n"
	             "\tlist protocols wan\n",
	             "");
	assert_said(&f, "");
	assert_true(fixture_has(&f, PLAN_UPLINK, "wlan0-sta"));
	assert_true(fixture_has(&f, PLAN_LINK, "wlan0-sta"));
}

static void links_between_access_points_mesh(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_radio(&f, "radio0", BAND_5GHZ);
	fixture_link(&f, "wlan0-peer1", "02:00:00:00:00:01");
	fixture_link(&f, "wlan0-peers", "02:00:00:00:00:02");
	fixture_link(&f, "wlan1-peer1", "02:00:00:00:00:03");
	/* A name of 16 letters: no VLAN can have it, and nobody is to suffer from it. */
	fixture_link(&f, "wlan0-peer123", "02:00:00:00:00:04");
	fixture_make(&f,
	             "config lime wifi\n\tlist modes apup\n"
	             "config lime network\n"
	             "\tlist protocols lan\n"
	             "\tlist protocols batadv:200\n"
	             "\tlist protocols babeld:17\n",
	             "");
	assert_true(fixture_has(&f, PLAN_BABEL_INTERFACE, "wlan0-peer1_17"));
	assert_string_equal(fixture_master(&f, "wlan0-peer1_200"), "bat0");
	assert_string_equal(fixture_master(&f, "wlan0-peer1"), "");
	assert_false(fixture_has(&f, PLAN_LINK, "wlan0-peers"));
	assert_false(fixture_has(&f, PLAN_LINK, "wlan1-peer1"));
	assert_false(fixture_has(&f, PLAN_LINK, "wlan0-peer123_200"));
	assert_int_equal(diag_count(f.diag, DIAG_ERROR), 0);
	assert_true(diag_count(f.diag, DIAG_UNKNOWN) > 0);
}

static void files_know_nothing_of_them(void **state)
{
	static const char text[] = "config lime wifi\n\tlist modes apup\n"
				   "config lime network\n\tlist protocols batadv\n";
	AUTO(uci_free) struct uci_document *layer = NULL;
	struct node_input input = { .layers = &layer, .n_layers = 1, .lasting_only = true };
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_radio(&f, "radio0", BAND_5GHZ);
	fixture_link(&f, "wlan0-peer1", "02:00:00:00:00:01");
	f.diag = diag_new();
	layer = uci_parse("lime-node", text, strlen(text), f.diag);
	input.facts = &f.facts;
	f.node = node_new(&input, f.diag);
	assert_false(fixture_has(&f, PLAN_LINK, "wlan0-peer1"));
	assert_true(fixture_has(&f, PLAN_WIFI, "wlan0-apup"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_ethernet_device_runs_the_general_list),
		cmocka_unit_test(what_is_behind_a_switch_or_made_by_weft_is_no_port),
		cmocka_unit_test(roles_with_other_protocols_are_nothing_of_ours),
		cmocka_unit_test(a_section_says_what_its_device_does_instead),
		cmocka_unit_test(manual_and_a_section_without_protocols_leave_a_device_alone),
		cmocka_unit_test(a_section_may_be_about_what_the_plan_makes),
		cmocka_unit_test(sections_that_lead_to_nothing_are_told),
		cmocka_unit_test(a_protocol_for_one_port_must_be_one_of_the_node),
		cmocka_unit_test(a_name_with_quotes_is_refused),
		cmocka_unit_test(a_board_may_name_no_device_that_cannot_be_used),
		cmocka_unit_test(a_section_about_a_device_that_is_not_here_is_checked),
		cmocka_unit_test(the_general_list_is_checked_where_no_port_uses_it),
		cmocka_unit_test(a_radio_stick_can_lead_to_the_internet),
		cmocka_unit_test(links_between_access_points_mesh),
		cmocka_unit_test(files_know_nothing_of_them),
	};

	return RUN(tests);
}
