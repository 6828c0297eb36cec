/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void protocols_are_found_by_name(void **state)
{
	(void)state;
	assert_string_equal(proto_find("lan")->name, "lan");
	assert_null(proto_find("bmx6"));
	assert_null(proto_find(""));
}

static void every_protocol_is_documented_and_its_options_have_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; protos[i]; i++) {
		assert_true(i < PROTOS_MAX);
		assert_non_null(protos[i]->doc);
		assert_true(!protos[i]->options == !protos[i]->prefix);
		assert_true(!protos[i]->port_options == !protos[i]->port_prefix);
	}
}

static void the_general_list_is_known(void **state)
{
	static const char *const uses[] = { "lan", "batadv:29", NULL };
	AUTO(fixture_free) struct fixture *f = fixture_new(uses);

	(void)state;
	assert_true(proto_is_used(&f->node, "batadv"));
	assert_false(proto_is_used(&f->node, "anygw"));
	assert_null(proto_options(&f->node, proto_find("lan")));
	assert_non_null(proto_options(&f->node, proto_find("batadv")));
}

static void an_option_has_the_place_where_it_was_written(void **state)
{
	static const struct origin list[] = {
		{ "lime-node", 3, 9, "network.anygw_mac", "x" },
		{ "lime-community", 5, 9, "network.mac", "y" },
	};
	struct proto_origins origins = { list, 2 };

	(void)state;
	assert_int_equal(proto_origin(&origins, "mac").line, 5);
	assert_int_equal(proto_origin(&origins, "anygw_mac").line, 3);
	assert_null(proto_origin(&origins, "other").file);
	assert_string_equal(proto_origin(&origins, "other").where, "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols_are_found_by_name),
		cmocka_unit_test(every_protocol_is_documented_and_its_options_have_a_place),
		cmocka_unit_test(the_general_list_is_known),
		cmocka_unit_test(an_option_has_the_place_where_it_was_written),
	};

	return RUN(tests);
}
