/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/number.h"

#include "../test.h"

static void digits_in_range_are_a_number(void **state)
{
	uint32_t number = 7;

	(void)state;
	assert_true(number_parse("0", 0, 10, &number) && number == 0);
	assert_true(number_parse("0010", 0, 10, &number) && number == 10);
	assert_true(number_parse("4294967295", 0, UINT32_MAX, &number) && number == UINT32_MAX);
}

static void anything_else_is_none(void **state)
{
	static const char *const bad[] = {
		"",    " 1",  "1 ", "+1",         "-1",
		"0x1", "1.0", "a",  "4294967296", "18446744073709551617",
		"2",   "11",
	};
	uint32_t number = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(number_parse(bad[i], 3, 10, &number));
	assert_int_equal(number, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_in_range_are_a_number),
		cmocka_unit_test(anything_else_is_none),
	};

	return RUN(tests);
}
