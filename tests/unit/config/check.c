/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "sample.h"

static void check_as(bool lenient, const char *text, const char *expected)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(config_free) struct config *config = sample_config(text, "", "");
	BUF_AUTO out = { 0 };

	config_check(config, sample_schemas, N_SAMPLE_SCHEMAS, lenient, diag);
	diag_print(diag, &out);
	assert_string_equal(buf_text(&out), expected);
}

static void check(const char *text, const char *expected)
{
	check_as(false, text, expected);
}

static void what_fits_is_silent(void **state)
{
	(void)state;
	check("config lime system\noption hostname a\noption protocols b\noption xyz 1\n"
	      "option mesh_interval 50\nconfig net a\nlist protocols c\noption comment 'why'\nconfig net\n",
	      "");
}

static void all_mistakes_are_found_and_hints_given(void **state)
{
	(void)state;
	check("config lime system\noption hostnam a\noption limit 0\noption mesh_intervall 50\n"
	      "option mesh_interval 1\noption something 2\n"
	      "config lime sytem\nconfig lme a\nconfig strange b\nconfig net\noption mesh_interval 50\n",
	      "a:2:16: ignored: system.hostnam: there is no option 'hostnam'; did you mean "
	      "'hostname'?\n"
	      "a:3:14: error: system.limit: '0' is not a number from 1 to 100\n"
	      "a:4:23: ignored: system.mesh_intervall: there is no option 'mesh_intervall'; did "
	      "you mean 'mesh_interval'?\n"
	      "a:5:22: error: system.mesh_interval: '1' is not a number from 40 to 1000\n"
	      "a:6:18: ignored: system.something: there is no option 'something'\n"
	      "a:7:1: ignored: sytem: there is no section of this type named 'sytem'; did you mean "
	      "'system'?\n"
	      "a:8:1: ignored: a: there is no type of section 'lme'; did you mean 'lime'?\n"
	      "a:9:1: ignored: b: there is no type of section 'strange'\n"
	      "a:11:22: ignored: cfg05944c.mesh_interval: there is no option 'mesh_interval'\n");
}

static void a_number_that_does_not_fit_is_no_reason_to_stop_where_files_are_written(void **state)
{
	(void)state;
	check_as(true, "config lime system\noption limit '-1'\noption limit2 1\n",
	         "a:2:14: warning: system.limit: '-1' is not a number from 1 to 100; the default "
	         "holds\n"
	         "a:3:15: ignored: system.limit2: there is no option 'limit2'; did you mean "
	         "'limit'?\n");
}

static void a_section_that_needs_a_name_is_told_so(void **state)
{
	(void)state;
	check("config lime\noption hostname a\n",
	      "a:1:1: ignored: cfg01158c: a section of type lime needs a name: config lime "
	      "'system' or the like\n");
}

static void a_named_schema_goes_before_one_for_all(void **state)
{
	static const struct config_schema both[] = {
		{ "net", NULL, NULL, 0, NULL, NULL },
		{ "net", "own", sample_parts, 1, NULL, NULL },
	};

	(void)state;
	assert_ptr_equal(config_schema_of(both, 2, "net", "own"), &both[1]);
	assert_ptr_equal(config_schema_of(both, 2, "net", "a"), &both[0]);
	assert_null(config_schema_of(both, 2, "lime", "own"));
	assert_ptr_equal(config_schema_field(&both[1], "limit"), &sample_fields[1]);
	assert_null(config_schema_field(&both[1], "interval"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_silent),
		cmocka_unit_test(all_mistakes_are_found_and_hints_given),
		cmocka_unit_test(
			a_number_that_does_not_fit_is_no_reason_to_stop_where_files_are_written),
		cmocka_unit_test(a_section_that_needs_a_name_is_told_so),
		cmocka_unit_test(a_named_schema_goes_before_one_for_all),
	};

	return RUN(tests);
}
