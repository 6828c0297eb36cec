/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/nearest.h"

#include "../test.h"

static void slips_are_counted(void **state)
{
	(void)state;
	assert_int_equal(nearest_slips("", ""), 0);
	assert_int_equal(nearest_slips("status", "status"), 0);
	assert_int_equal(nearest_slips("stauts", "status"), 1);
	assert_int_equal(nearest_slips("statu", "status"), 1);
	assert_int_equal(nearest_slips("sttatus", "status"), 1);
	assert_int_equal(nearest_slips("stapus", "status"), 1);
	assert_int_equal(nearest_slips("", "abc"), 3);
	assert_int_equal(nearest_slips("kitten", "sitting"), 3);
}

static void a_word_too_long_is_near_nothing(void **state)
{
	char word[100];

	(void)state;
	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = 0;
	assert_int_equal(nearest_slips(word, word), 64);
}

static void the_nearest_is_offered_only_when_near(void **state)
{
	struct nearest near = { .word = "relaod" };
	struct nearest far = { .word = "zebra" };
	static const char *const words[] = { "status", "reload", "down" };

	(void)state;
	assert_null(nearest_result(&near));
	for (size_t i = 0; i < 3; i++) {
		nearest_offer(&near, words[i]);
		nearest_offer(&far, words[i]);
	}
	assert_string_equal(nearest_result(&near), "reload");
	assert_null(nearest_result(&far));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_are_counted),
		cmocka_unit_test(a_word_too_long_is_near_nothing),
		cmocka_unit_test(the_nearest_is_offered_only_when_near),
	};

	return RUN(tests);
}
