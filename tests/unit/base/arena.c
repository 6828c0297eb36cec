/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/arena.h"

#include "../test.h"

static void memory_is_zeroed_and_apart(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char *small = arena_alloc(arena, 100);
	char *large = arena_alloc(arena, 100000);

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(small[i], 0);
	memset(large, 1, 100000);
	assert_int_equal(small[99], 0);
	assert_true(arena_size(arena) >= 100100);
}

static void text_is_copied_and_printed(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	assert_null(arena_strdup(arena, NULL));
	assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(arena, "%s_%d", "eth0", 29), "eth0_29");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_apart),
		cmocka_unit_test(text_is_copied_and_printed),
	};

	return RUN(tests);
}
