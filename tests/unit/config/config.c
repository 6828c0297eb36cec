/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "sample.h"

static void the_highest_file_wins_option_by_option(void **state)
{
	AUTO(config_free) struct config *config = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);
	const struct config_section *section = config_section(config, "system");
	const struct config_option *option = config_option(section, "hostname");

	(void)state;
	assert_string_equal(config_get(config, "system", "hostname", NULL), "high");
	assert_string_equal(option->values[0].origin.file, "c");
	assert_int_equal(option->values[0].origin.line, 2);
	assert_int_equal(option->values[0].origin.column, 18);
	assert_string_equal(option->values[0].origin.where, "system.hostname");
	assert_string_equal(option->lost->values[0].text, "middle");
	assert_string_equal(option->lost->lost->values[0].text, "low");
	assert_null(option->lost->lost->lost);
}

static void lists_are_replaced_as_a_whole(void **state)
{
	AUTO(config_free) struct config *config = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);
	const struct config_option *option = config_option(config_section(config, "system"),
	                                                   "protocols");

	(void)state;
	assert_true(option->is_list);
	assert_int_equal(option->n_values, 1);
	assert_string_equal(option->values[0].text, "wan");
	assert_int_equal(option->lost->n_values, 2);
}

static void an_empty_value_is_none(void **state)
{
	AUTO(config_free) struct config *config = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);

	(void)state;
	assert_string_equal(config_get(config, "system", "limit", NULL), "5");
	assert_string_equal(config_get(config, "system", "nothing", "x"), "x");
	assert_string_equal(config_get(config, "nothing", "limit", "x"), "x");
}

static void sections_take_the_highest_type_and_keep_their_place(void **state)
{
	AUTO(config_free) struct config *one = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);
	AUTO(config_free) struct config *two = sample_config(SAMPLE_A, SAMPLE_B, "");
	const struct config_section *section = one->sections;

	(void)state;
	assert_string_equal(two->sections->type, "other");
	assert_string_equal(section->type, "lime");
	assert_string_equal(section->origin.file, "c");
	assert_string_equal(section->next->name, "cfg02944c");
	assert_string_equal(section->next->origin.file, "a");
	assert_string_equal(section->next->next->name, "extra");
	assert_null(section->next->next->next);
}

static void options_fill_a_struct(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(config_free) struct config *config =
		sample_config("config lime system\noption protocols one\n"
	                      "option mesh_limit 9\nlist hostname only\n",
	                      "", "");
	const struct config_section *section = config_section(config, "system");
	struct sample_options options;

	(void)state;
	config_read(NULL, "", &sample_shape, config->arena, &options, diag);
	assert_string_equal(options.hostname, "nameless");
	assert_int_equal(options.limit, 7);
	assert_int_equal(options.protocols.count, 2);
	config_read(section, "", &sample_shape, config->arena, &options, diag);
	assert_string_equal(options.hostname, "only");
	assert_int_equal(options.limit, 7);
	assert_int_equal(options.protocols.count, 1);
	assert_string_equal(options.protocols.items[0], "one");
	config_read(section, "mesh_", &sample_shape, config->arena, &options, diag);
	assert_int_equal(options.limit, 9);
	assert_null(diag_first(diag));
}

static void what_does_not_fit_keeps_its_default(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(config_free) struct config *config = sample_config(
		"config lime system\noption limit 101\nlist hostname a\nlist hostname b\n", "", "");
	struct sample_options options;
	BUF_AUTO out = { 0 };

	(void)state;
	config_read(config->sections, "", &sample_shape, config->arena, &options, NULL);
	assert_int_equal(options.limit, 7);
	assert_string_equal(options.hostname, "nameless");
	config_read(config->sections, "", &sample_shape, config->arena, &options, diag);
	diag_print(diag, &out);
	assert_string_equal(
		buf_text(&out),
		"a:4:15: error: system.hostname: one value belongs here, and this is a list of 2; "
		"write `option hostname 'a'`\n"
		"a:2:14: error: system.limit: '101' is not a number from 1 to 100\n");
}

static void a_list_without_end_is_refused(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct sample_options options;
	BUF_AUTO text = { 0 }, out = { 0 };
	struct config *config;

	(void)state;
	buf_add(&text, "config lime system\n");
	for (unsigned i = 0; i <= CONFIG_LIST_LIMIT; i++)
		buf_add(&text, "list protocols a\n");
	config = sample_config(text.text, "", "");
	config_read(config->sections, "", &sample_shape, config->arena, &options, diag);
	assert_int_equal(options.protocols.count, 0);
	diag_print(diag, &out);
	assert_string_equal(out.text, "a:258:16: error: system.protocols: a list of more than 256 "
	                              "items\n");
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_highest_file_wins_option_by_option),
		cmocka_unit_test(lists_are_replaced_as_a_whole),
		cmocka_unit_test(an_empty_value_is_none),
		cmocka_unit_test(sections_take_the_highest_type_and_keep_their_place),
		cmocka_unit_test(options_fill_a_struct),
		cmocka_unit_test(what_does_not_fit_keeps_its_default),
		cmocka_unit_test(a_list_without_end_is_refused),
	};

	return RUN(tests);
}
