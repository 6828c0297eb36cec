/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void protocols_that_only_libremesh_has_are_passed_over(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime network\n\tlist protocols lan\n\tlist protocols bmx6:13\n"
	             "\tlist protocols bmx7:18\n\tlist protocols olsr:14\n\tlist protocols olsr2\n"
	             "\tlist protocols olsr6:15\n\tlist protocols bgp:64496:babel,bmx7:8\n",
	             "");
	assert_said(&f, "");
	assert_string_equal(fixture_master(&f, "eth0"), "br-lan");
}

static void a_slip_of_the_hand_is_told(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(
		&f,
		"config lime network\n\tlist protocols lan\n\tlist protocols babled:17\n"
		"\tlist protocols Lan\n\tlist protocols 'lan '\n\tlist protocols nothing-alike\n",
		"");
	assert_said(&f,
	            "lime-community:3:17: ignored: network.protocols: there is no protocol "
	            "'babled'; did you mean 'babeld'?\n"
	            "lime-community:4:17: ignored: network.protocols: there is no protocol 'Lan'; "
	            "did you mean 'lan'?\n"
	            "lime-community:5:17: ignored: network.protocols: there is no protocol 'lan '; "
	            "did you mean 'lan'?\n"
	            "lime-community:6:17: ignored: network.protocols: there is no protocol "
	            "'nothing-alike'\n");
	assert_non_null(f.node->plan);
}

static void too_many_arguments_are_a_mistake(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime network\n\tlist protocols lan:1:2:3:4:5\n", "");
	assert_null(f.node->plan);
	assert_said(&f,
	            "lime-community:2:17: error: network.protocols: 'lan:1:2:3:4:5' has more than "
	            "4 arguments\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols_that_only_libremesh_has_are_passed_over),
		cmocka_unit_test(a_slip_of_the_hand_is_told),
		cmocka_unit_test(too_many_arguments_are_a_mistake),
	};

	return RUN(tests);
}
