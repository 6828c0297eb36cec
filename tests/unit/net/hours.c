/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/hours.h"

#include "../test.h"
#include "base/compiler.h"

static void only_two_times_of_day_are_hours(void **state)
{
	static const char *const wrong[] = { "",
		                             "8:00-22:00",
		                             "08:00",
		                             "08:00-25:00",
		                             "08:60-22:00",
		                             "08:00-22:00 ",
		                             "08:00-08:00",
		                             "08:00 22:00",
		                             "-08:00-22:00",
		                             "08:00-22:0",
		                             "08:00-22:000",
		                             "24:01-10:00" };
	struct hours hours;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		assert_false(hours_parse(wrong[i], &hours));
	assert_true(hours_parse("08:00-24:00", &hours));
	assert_int_equal(hours.from, 480);
	assert_int_equal(hours.to, 1440);
}

static void they_may_go_past_midnight(void **state)
{
	struct hours hours;

	(void)state;
	assert_true(hours_parse("22:00-06:00", &hours));
	assert_true(hours_contain(&hours, 23 * 60));
	assert_true(hours_contain(&hours, 0));
	assert_false(hours_contain(&hours, 6 * 60));
	assert_false(hours_contain(&hours, 12 * 60));
	assert_true(hours_parse("08:00-22:00", &hours));
	assert_true(hours_contain(&hours, 8 * 60));
	assert_false(hours_contain(&hours, 22 * 60));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_two_times_of_day_are_hours),
		cmocka_unit_test(they_may_go_past_midnight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
