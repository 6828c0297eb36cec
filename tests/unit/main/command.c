/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/command.h"

#include <errno.h>

#include "../test.h"
#include "base/buf.h"

static void a_flag_is_taken_wherever_it_stands(void **state)
{
	char a[] = "plan", b[] = "--json", c[] = "x", d[] = "--", e[] = "--json";
	char *argv[] = { a, b, c, d, e, NULL };
	int argc = 5;

	(void)state;
	assert_true(command_take_flag(&argc, argv, "--json"));
	assert_int_equal(argc, 4);
	assert_string_equal(argv[1], "x");
	assert_string_equal(argv[3], "--json");
	assert_null(argv[4]);
	assert_false(command_take_flag(&argc, argv, "--json"));
}

static void an_option_has_a_value_in_either_form(void **state)
{
	char a[] = "weft", b[] = "--root", c[] = "/x", d[] = "plan", e[] = "--run=/y";
	char *argv[] = { a, b, c, d, e, NULL };
	int argc = 5;
	const char *root = "/", *run = NULL, *other = "z";

	(void)state;
	assert_int_equal(command_take_option(&argc, argv, "--root", &root), 0);
	assert_int_equal(command_take_option(&argc, argv, "--run", &run), 0);
	assert_int_equal(command_take_option(&argc, argv, "--ru", &other), 0);
	assert_string_equal(root, "/x");
	assert_string_equal(run, "/y");
	assert_string_equal(other, "z");
	assert_int_equal(argc, 2);
	assert_string_equal(argv[1], "plan");
}

static void an_option_without_its_value_is_refused(void **state)
{
	char a[] = "weft", b[] = "--root";
	char *argv[] = { a, b, NULL };
	int argc = 2;
	const char *root = "/";

	(void)state;
	assert_int_equal(command_take_option(&argc, argv, "--root", &root), -EINVAL);
}

static void options_nobody_took_are_found(void **state)
{
	char a[] = "plan", b[] = "-", c[] = "--jsn", d[] = "--";
	char *argv[] = { a, b, c, NULL };
	char *quiet[] = { a, b, d, c, NULL };

	(void)state;
	assert_string_equal(command_unknown_option(3, argv), "--jsn");
	assert_null(command_unknown_option(4, quiet));
}

static void every_command_has_what_help_prints(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		BUF_AUTO page = { 0 };

		assert_non_null((*c)->run);
		assert_true((*c)->args && *(*c)->doc);
		command_print_help(*c, &page);
		assert_non_null(strstr(buf_text(&page), (*c)->name));
		assert_ptr_equal(command_find((*c)->name), *c);
	}
}

static void an_unknown_command_is_a_mistake_of_usage(void **state)
{
	char a[] = "weft", b[] = "hepl", c[] = "help", d[] = "--help";
	char *wrong[] = { a, b, NULL }, *right[] = { a, c, NULL };
	char *asked[] = { a, c, d, NULL }, *nothing[] = { a, NULL };

	(void)state;
	assert_int_equal(command_main(2, wrong), EXIT_STATUS_USAGE);
	assert_int_equal(command_main(2, right), EXIT_STATUS_OK);
	assert_int_equal(command_main(3, asked), EXIT_STATUS_OK);
	assert_int_equal(command_main(1, nothing), EXIT_STATUS_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flag_is_taken_wherever_it_stands),
		cmocka_unit_test(an_option_has_a_value_in_either_form),
		cmocka_unit_test(an_option_without_its_value_is_refused),
		cmocka_unit_test(options_nobody_took_are_found),
		cmocka_unit_test(every_command_has_what_help_prints),
		cmocka_unit_test(an_unknown_command_is_a_mistake_of_usage),
	};

	return RUN(tests);
}
