/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Each assertion holds where it should, and fails where it should. */
#include "../unit/test.h"

#define FAILING(name_, assertion_)              \
	static void name_##_fails(void **state) \
	{                                       \
		(void)state;                    \
		assertion_;                     \
	}

FAILING(true, assert_true(0))
FAILING(false, assert_false(2))
FAILING(null, assert_null("a"))
FAILING(non_null, assert_non_null(NULL))
FAILING(ptr_equal, assert_ptr_equal("a", "b"))
FAILING(int_equal, assert_int_equal(-1, 1))
FAILING(large_int_equal, assert_int_equal(0x100000001, 1))
FAILING(int_not_equal, assert_int_not_equal(3, 3))
FAILING(in_range_low, assert_in_range(1, 2, 3))
FAILING(in_range_high, assert_in_range(4, 2, 3))
FAILING(string_equal, assert_string_equal("a", "b"))
FAILING(string_not_equal, assert_string_not_equal("a", "a"))
FAILING(memory_equal, assert_memory_equal("ab", "ac", 2))
FAILING(fail_msg, fail_msg("said %d\n", 1))

static void what_holds_holds(void **state)
{
	(void)state;
	assert_true(2);
	assert_false(0);
	assert_null(NULL);
	assert_non_null(state);
	assert_ptr_equal(state, state);
	assert_int_equal(-1, -1);
	assert_int_not_equal(0x100000001, 1);
	assert_in_range(2, 2, 2);
	assert_string_equal("a", "a");
	assert_string_not_equal("a", "b");
	assert_memory_equal("ab", "ac", 1);
}

static int good(void **state)
{
	*state = state;
	return 0;
}

static int bad(void **state)
{
	(void)state;
	return -1;
}

static void the_state_is_that_of_the_setup(void **state)
{
	assert_ptr_equal(*state, state);
}

int main(void)
{
	const struct CMUnitTest failing[] = {
		cmocka_unit_test(true_fails),
		cmocka_unit_test(false_fails),
		cmocka_unit_test(null_fails),
		cmocka_unit_test(non_null_fails),
		cmocka_unit_test(ptr_equal_fails),
		cmocka_unit_test(int_equal_fails),
		cmocka_unit_test(large_int_equal_fails),
		cmocka_unit_test(int_not_equal_fails),
		cmocka_unit_test(in_range_low_fails),
		cmocka_unit_test(in_range_high_fails),
		cmocka_unit_test(string_equal_fails),
		cmocka_unit_test(string_not_equal_fails),
		cmocka_unit_test(memory_equal_fails),
		cmocka_unit_test(fail_msg_fails),
		cmocka_unit_test_setup_teardown(what_holds_holds, bad, NULL),
		cmocka_unit_test_setup_teardown(what_holds_holds, NULL, bad),
	};
	const struct CMUnitTest holding[] = {
		cmocka_unit_test(what_holds_holds),
		cmocka_unit_test_setup_teardown(the_state_is_that_of_the_setup, good, good),
	};
	int n_failing = (int)(sizeof(failing) / sizeof(failing[0]));

	return RUN(holding) != 0 || RUN(failing) != n_failing;
}
