/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static const char *const nothing[] = { NULL };

static int vlan_of(struct fixture *f, const char *text, const char *ifname, struct proto_vlan *vlan)
{
	struct proto_use use = fixture_use(f, text);
	struct proto_port port = fixture_port(f, ifname, true);

	return proto_vlan_of(&f->node, &use, &port, vlan);
}

static void arguments_choose_number_and_type(void **state)
{
	static const struct {
		const char *text;
		unsigned id;
		enum plan_vlan_protocol protocol;
		const char *ifname;
	} cases[] = {
		{ "babeld", 17, PLAN_VLAN_8021AD, "eth0_17" },
		{ "babeld:", 17, PLAN_VLAN_8021AD, "eth0_17" },
		{ "babeld::8021q", 17, PLAN_VLAN_8021Q, "eth0_17" },
		{ "babeld:4094:8021ad", 4094, PLAN_VLAN_8021AD, "eth0_4094" },
		{ "babeld:0", 0, PLAN_VLAN_8021AD, "eth0" },
		{ "babeld:%N1", 29, PLAN_VLAN_8021AD, "eth0_29" },
		{ "babeld:18:8021ad:_suffix", 18, PLAN_VLAN_8021AD, "eth0_18" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
		struct proto_vlan vlan;

		assert_int_equal(vlan_of(f, cases[i].text, "eth0", &vlan), 0);
		assert_no_mistake(f);
		assert_int_equal(vlan.id, cases[i].id);
		assert_int_equal(vlan.protocol, cases[i].protocol);
		assert_string_equal(vlan.ifname, cases[i].ifname);
	}
}

static void what_is_no_vlan_is_a_mistake(void **state)
{
	static const struct {
		const char *text, *ifname, *words;
		unsigned line;
	} cases[] = {
		{ "babeld:4095", "eth0", "'4095' is no number of a VLAN", 7 },
		{ "babeld:x", "eth0", "'x' is no number of a VLAN", 7 },
		{ "babeld:17:vlan", "eth0", "'vlan' is no type of VLAN", 7 },
		{ "babeld:17", "enp0s31f6abcd", "would have more than 15 characters", 9 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
		struct proto_vlan vlan;

		assert_true(vlan_of(f, cases[i].text, cases[i].ifname, &vlan) < 0);
		assert_mistake(f, cases[i].words, cases[i].line);
	}
}

static void arguments_are_judged_without_a_port(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "babeld:-1",
		  "error: network.protocols: '-1' is no number of a VLAN (0 to 4094, 0 "
		  "is none)" },
		{ "wan:17:8021x",
		  "error: network.protocols: '8021x' is no type of VLAN: it is 8021ad or 8021q" },
		{ "lan:29", "ignored: network.protocols: lan has no VLAN of its own, ':29' means "
		            "nothing" },
		{ "batadv:%N1", NULL },
		{ "wan", NULL },
		{ "lan", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
		struct proto_use use = fixture_use(f, cases[i].text);
		BUF_AUTO said = { 0 };

		proto_check_arguments(&f->node, &use);
		diag_print(f->diag, &said);
		if (cases[i].said)
			assert_non_null(strstr(buf_text(&said), cases[i].said));
		else
			assert_string_equal(buf_text(&said), "");
	}
}

static void a_port_is_in_the_plan_once(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth0 = fixture_port(f, "eth0", true);

	(void)state;
	assert_ptr_equal(proto_port_link(&f->node, &eth0), proto_port_link(&f->node, &eth0));
	assert_int_equal(fixture_count(f, PLAN_LINK), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_choose_number_and_type),
		cmocka_unit_test(what_is_no_vlan_is_a_mistake),
		cmocka_unit_test(arguments_are_judged_without_a_port),
		cmocka_unit_test(a_port_is_in_the_plan_once),
	};

	return RUN(tests);
}
