/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "node/node.h"

#include "fixture.h"

static void without_any_configuration_there_is_a_whole_node(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "", "");
	assert_said(&f, "");
	assert_true(fixture_has(&f, PLAN_HOSTNAME, "hostname"));
	assert_string_equal(f.node->identity.hostname, "LiMe-102030");
	assert_true(fixture_has(&f, PLAN_ADDRESS, "10.13.32.48/16 dev br-lan"));
	assert_true(fixture_has(&f, PLAN_LINK, "anygw"));
	assert_true(fixture_has(&f, PLAN_UPLINK, "eth1"));
}

static void the_higher_layer_wins(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime system\n\toption hostname low\n",
	             "config lime system\n\toption hostname high\n");
	assert_string_equal(f.node->identity.hostname, "high");
}

static void the_same_input_gives_the_same_plan(void **state)
{
	static const char text[] = "config lime network\n\tlist protocols lan\n"
				   "\tlist protocols batadv\n\tlist protocols anygw\n";
	BUF_AUTO first = { 0 }, second = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		FIXTURE_AUTO f;

		fixture_pc(&f);
		fixture_make(&f, text, "");
		assert_true(fixture_has(&f, PLAN_LINK, "bat0"));
		plan_print(f.node->plan, i ? &second : &first);
	}
	assert_string_equal(first.text, second.text);
}

/* Nothing of the first hides the last; and with one of them there is no plan. */
static void all_mistakes_are_told_with_their_place(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime network\n"
	             "\toption main_ipv4_address '10.300.0.0/16'\n"
	             "\toption batadv_orig_interval 'often'\n"
	             "\toption batdav_routing_algo 'BATMAN_IV'\n",
	             "config net extra\n"
	             "\toption linux_name eth0\n"
	             "\tlist protocols babledd\n");
	assert_null(f.node->plan);
	assert_non_null(f.node->config);
	assert_int_equal(diag_count(f.diag, DIAG_ERROR), 2);
	assert_int_equal(diag_count(f.diag, DIAG_UNKNOWN), 1);
}

static void mistakes_of_protocols_are_told_together(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime network\n"
	             "\tlist protocols 'anygw'\n"
	             "\tlist protocols 'batadv:5000'\n"
	             "\tlist protocols 'babeld:17:802'\n",
	             "");
	assert_null(f.node->plan);
	assert_said(
		&f,
		"lime-community:2:17: warning: network.protocols: anygw without lan: nothing of "
		"weft's connects clients to br-lan\n"
		"lime-community:3:17: error: network.protocols: '5000' is no number of a VLAN "
		"(0 to 4094, 0 is none)\n"
		"lime-community:4:17: error: network.protocols: '802' is no type of VLAN: it is "
		"8021ad or 8021q\n");
}

static void a_file_that_cannot_be_read_gives_no_plan(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime network\n\toption main_ipv4_address '10.0.0.0/8\n", "");
	assert_true(diag_has_errors(f.diag));
	assert_null(f.node->plan);
}

static void nothing_of_the_input_is_kept(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime system\n\toption domain mesh.example\n", "");
	memset(f.links, 'x', sizeof(f.links));
	assert_string_equal(f.node->identity.domain, "mesh.example");
	assert_true(fixture_has(&f, PLAN_LINK, "eth0_29"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_any_configuration_there_is_a_whole_node),
		cmocka_unit_test(the_higher_layer_wins),
		cmocka_unit_test(the_same_input_gives_the_same_plan),
		cmocka_unit_test(all_mistakes_are_told_with_their_place),
		cmocka_unit_test(mistakes_of_protocols_are_told_together),
		cmocka_unit_test(a_file_that_cannot_be_read_gives_no_plan),
		cmocka_unit_test(nothing_of_the_input_is_kept),
	};

	return RUN(tests);
}
