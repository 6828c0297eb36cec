/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/filter_text.h"

#include "../../../test.h"
#include "base/arena.h"

#define HEAD "type filter hook forward priority 0; policy accept;"

static void nothing_wanted_and_nothing_there_is_nothing_to_do(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct kernel_filter is = { .known = true };

	(void)state;
	assert_null(filter_commands(arena, &is, NULL));
}

static void tables_are_made_with_their_chains(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct filter_chain nat = { NULL, "inet", "nat", HEAD, "" };
	struct filter_chain forward = { &nat, "bridge", "forward", HEAD, "a drop\nb drop\n" };
	const struct kernel_filter is = { .known = true };

	(void)state;
	assert_string_equal(filter_commands(arena, &is, &forward),
	                    "add table bridge weft\n"
	                    "add chain bridge weft forward { " HEAD " }\n"
	                    "add rule bridge weft forward a drop\n"
	                    "add rule bridge weft forward b drop\n"
	                    "add table inet weft\n"
	                    "add chain inet weft nat { " HEAD " }\n");
}

static void a_chain_that_stays_is_not_mentioned(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct filter_chain other_is = { NULL, "bridge", "output", HEAD, "c\n" };
	struct filter_chain is_chain = { &other_is, "bridge", "forward", HEAD, "a\n" };
	struct filter_chain other = { NULL, "bridge", "output", HEAD, "d\n" };
	struct filter_chain chain = { &other, "bridge", "forward", HEAD, "a\n" };
	const struct kernel_filter is = { .known = true,
		                          .bridge_table = true,
		                          .chains = &is_chain };

	(void)state;
	assert_null(filter_commands(arena, &is, &is_chain));
	assert_string_equal(filter_commands(arena, &is, &chain), "flush chain bridge weft output\n"
	                                                         "add rule bridge weft output d\n");
}

static void a_chain_with_another_hook_is_made_anew(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct filter_chain is_chain = { NULL, "inet", "a", "old;", "r\n" };
	struct filter_chain chain = { NULL, "inet", "a", "new;", "r\n" };
	const struct kernel_filter is = { .known = true, .inet_table = true, .chains = &is_chain };

	(void)state;
	assert_string_equal(filter_commands(arena, &is, &chain), "flush chain inet weft a\n"
	                                                         "delete chain inet weft a\n"
	                                                         "add chain inet weft a { new; }\n"
	                                                         "add rule inet weft a r\n");
}

static void a_table_without_chains_goes(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct filter_chain is_chain = { NULL, "inet", "a", HEAD, "r\n" };
	const struct kernel_filter is = { .known = true, .inet_table = true, .chains = &is_chain };

	(void)state;
	assert_string_equal(filter_commands(arena, &is, NULL), "delete table inet weft\n");
}

static void tables_that_are_not_known_are_made_anew(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct filter_chain chain = { NULL, "bridge", "forward", HEAD, "" };
	const struct kernel_filter is = { .bridge_table = true, .inet_table = true };

	(void)state;
	assert_string_equal(filter_commands(arena, &is, &chain),
	                    "delete table bridge weft\n"
	                    "add table bridge weft\n"
	                    "add chain bridge weft forward { " HEAD " }\n"
	                    "delete table inet weft\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wanted_and_nothing_there_is_nothing_to_do),
		cmocka_unit_test(tables_are_made_with_their_chains),
		cmocka_unit_test(a_chain_that_stays_is_not_mentioned),
		cmocka_unit_test(a_chain_with_another_hook_is_made_anew),
		cmocka_unit_test(a_table_without_chains_goes),
		cmocka_unit_test(tables_that_are_not_known_are_made_anew),
	};

	return RUN(tests);
}
