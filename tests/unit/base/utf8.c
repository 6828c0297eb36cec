/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/utf8.h"

#include "../test.h"

static void characters_have_their_length(void **state)
{
	(void)state;
	assert_int_equal(utf8_length("a"), 1);
	assert_int_equal(utf8_length(""), 1);
	assert_int_equal(utf8_length("\xc3\xb1"), 2);
	assert_int_equal(utf8_length("\xe2\x98\x80"), 3);
	assert_int_equal(utf8_length("\xf0\x9f\x98\x80"), 4);
}

static void what_is_no_character_has_none(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc3",
		"\xc3 ",
		"\xe0\x80\x80",
		"\xed\xa0\x80",
		"\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xe2\x98",
		"\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(utf8_length(bad[i]), 0);
}

static void cuts_fall_between_characters(void **state)
{
	(void)state;
	assert_int_equal(utf8_cut("abc", 3), 3);
	assert_int_equal(utf8_cut("abc", 2), 2);
	assert_int_equal(utf8_cut("ab\xc3\xb1", 3), 2);
	assert_int_equal(utf8_cut("ab\xc3\xb1", 4), 4);
	assert_int_equal(utf8_cut("a\xe2\x98\x80z", 2), 1);
	assert_int_equal(utf8_cut("a\xe2\x98\x80z", 3), 1);
	assert_int_equal(utf8_cut("a\xe2\x98\x80z", 4), 4);
	assert_int_equal(utf8_cut("\xf0\x9f\x98\x80", 3), 0);
	assert_int_equal(utf8_cut("\xf0\x9f\x98\x80", 0), 0);
}

static void what_is_no_utf8_is_cut_by_bytes(void **state)
{
	(void)state;
	assert_int_equal(utf8_cut("\xf1\xf1\xf1\xf1", 3), 3);
	assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80", 4), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_have_their_length),
		cmocka_unit_test(what_is_no_character_has_none),
		cmocka_unit_test(cuts_fall_between_characters),
		cmocka_unit_test(what_is_no_utf8_is_cut_by_bytes),
	};

	return RUN(tests);
}
