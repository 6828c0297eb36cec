/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/template.h"

#include "../test.h"
#include "base/arena.h"

static const struct mac mac_b = { { 0x14, 0xcc, 0x20, 0xda, 0x4e, 0xac } };

static void ids_are_hashes_with_a_newline(void **state)
{
	struct template_ids ids = template_ids_of("LibreMesh.org", &mac_b);

	(void)state;
	assert_memory_equal(ids.network, "\x0d\xfe\x46\x8c\xe8\x8a\xf0\x15", 8);
	assert_memory_equal(ids.node, "\xcd\x66\xd6\xef\x54\x81", 6);
	assert_null(ids.hostname);
}

static void letters_are_replaced_where_they_are_understood(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct template_ids ids = template_ids_of("LibreMesh.org", &mac_b);
	const char *text = "%N1 %M6 %m1 %H %M7 %N0 %x %% %";

	(void)state;
	assert_string_equal(template_expand(arena, text, &ids, TEMPLATE_HEX, TEMPLATE_N),
	                    "0d %M6 %m1 %H %M7 %N0 %x %% %");
	assert_string_equal(template_expand(arena, text, &ids, TEMPLATE_DECIMAL,
	                                    TEMPLATE_N | TEMPLATE_M | TEMPLATE_H),
	                    "13 172 205 %H %M7 %N0 %x %% %");
	ids.hostname = "kitchen";
	assert_string_equal(template_expand(arena, text, &ids, TEMPLATE_DECIMAL, TEMPLATE_H),
	                    "%N1 %M6 %m1 kitchen %M7 %N0 %x %% %");
	assert_string_equal(template_expand(arena, "%N", &ids, TEMPLATE_HEX, TEMPLATE_N), "%N");
	assert_string_equal(template_expand(arena, "%%M6", &ids, TEMPLATE_HEX, TEMPLATE_M), "%ac");
	assert_string_equal(template_expand(arena, "", &ids, TEMPLATE_HEX, TEMPLATE_M), "");
}

static void hostnames_lose_what_may_not_be_in_them(void **state)
{
	static const char *const pairs[][2] = {
		{ "My Node", "My-Node" },
		{ "a.b.c", "abc" },
		{ "_x_y_", "xy" },
		{ "\xc3\xb1"
		  "and\xc3\xba",
		  "and" },
		{ "LiMe-%M4%M5%M6", "LiMe-da4eac" },
		{ "--a b--", "a-b" },
		{ "a-very-long-hostname-that-exceeds-thirty-two",
		  "a-very-long-hostname-that-exceed" },
		/* Nothing left: a name of the MAC instead of none. */
		{ "", "LiMe-da4eac" },
		{ " - ", "LiMe-da4eac" },
		{ "\xe7\xb6\xb2", "LiMe-da4eac" },
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	struct template_ids ids = template_ids_of("LibreMesh.org", &mac_b);

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++)
		assert_string_equal(template_hostname(arena, pairs[i][0], &ids), pairs[i][1]);
}

static void ssids_are_cut_between_characters(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct template_ids ids = template_ids_of("LibreMesh.org", &mac_b);

	(void)state;
	ids.hostname = "kitchen";
	assert_string_equal(template_ssid(arena, "LibreMesh.org/%H %M6 %N1", &ids),
	                    "LibreMesh.org/kitchen ac %N1");
	assert_string_equal(template_ssid(arena, "1234567890123456789012345678901\xc3\xb1", &ids),
	                    "1234567890123456789012345678901");
	assert_string_equal(template_ssid(arena, "123456789012345678901234567890\xc3\xb1x", &ids),
	                    "123456789012345678901234567890\xc3\xb1");
}

static void ssids_that_a_shell_reads_otherwise_are_warned_of(void **state)
{
	static const char *const bad[] = { "Ca$h", "a`b", "a\\b", "a\"b", "-n", "-ne", "-E", "\\" };
	static const char *const good[] = { "LibreMesh.org", "",     "-",    "-n mesh", "-x",
		                            "l'oca",         "a b;", "100%", "\xc3\x91" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_non_null(template_ssid_warning(bad[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_null(template_ssid_warning(good[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_hashes_with_a_newline),
		cmocka_unit_test(letters_are_replaced_where_they_are_understood),
		cmocka_unit_test(hostnames_lose_what_may_not_be_in_them),
		cmocka_unit_test(ssids_are_cut_between_characters),
		cmocka_unit_test(ssids_that_a_shell_reads_otherwise_are_warned_of),
	};

	return RUN(tests);
}
