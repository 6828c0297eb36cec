/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/diag.h"

#include "../test.h"
#include "base/buf.h"

static void every_message_names_its_place(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct origin origin = { "lime-node", 7, 2, "wifi.channel", "300" };
	BUF_AUTO out = { 0 };

	(void)state;
	diag_add(diag, DIAG_WARNING, NULL, "odd");
	assert_false(diag_has_errors(diag));
	diag_add(diag, DIAG_ERROR, &origin, "'%s' is no channel", "300");
	assert_true(diag_has_errors(diag));
	diag_print(diag, &out);
	assert_string_equal(out.text, "warning: odd\n"
	                              "lime-node:7:2: error: wifi.channel: '300' is no channel\n");
}

static void control_characters_are_shown_and_not_sent(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO out = { 0 };

	(void)state;
	diag_add(diag, DIAG_ERROR, NULL, "'%s' is odd", "a\x1b[2J\n\xc3\xb1");
	diag_print(diag, &out);
	assert_string_equal(out.text, "error: 'a\\x1b[2J\\x0a\xc3\xb1' is odd\n");
}

static void the_same_is_said_once(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct origin here = { "file", 3, 1, "a.b", NULL };
	const struct origin there = { "file", 4, 1, "a.b", NULL };
	BUF_AUTO text = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		diag_add(diag, DIAG_ERROR, &here, "one");
		diag_add(diag, DIAG_ERROR, &there, "one");
		diag_add(diag, DIAG_WARNING, &here, "one");
		diag_add(diag, DIAG_ERROR, &here, "two");
		diag_add(diag, DIAG_ERROR, NULL, "one");
	}
	assert_int_equal(diag_count(diag, DIAG_ERROR), 8);
	assert_false(diag_first(diag)->repeated);
	diag_print(diag, &text);
	assert_string_equal(text.text, "file:3:1: error: a.b: one\n"
	                               "file:4:1: error: a.b: one\n"
	                               "file:3:1: warning: a.b: one\n"
	                               "file:3:1: error: a.b: two\n"
	                               "error: one\n");
}

static void what_was_said_before_is_not_taken_over(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(diag_free) struct diag *more = diag_new();
	BUF_AUTO text = { 0 };

	(void)state;
	diag_add(diag, DIAG_ERROR, NULL, "one");
	diag_add(more, DIAG_ERROR, NULL, "one");
	diag_add(more, DIAG_ERROR, NULL, "two");
	diag_add(more, DIAG_ERROR, NULL, "three");
	diag_add(more, DIAG_WARNING, NULL, "four");
	diag_merge(diag, more, 2);
	diag_print(diag, &text);
	assert_string_equal(text.text, "error: one\nerror: two\nwarning: four\n");
	assert_int_equal(diag_count(diag, DIAG_ERROR), 2);
}

static void what_is_not_needed_is_told_unless_it_was_told(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(diag_free) struct diag *found = diag_new();
	const struct origin here = { "file", 3, 1, "a.b", NULL };
	BUF_AUTO text = { 0 };

	(void)state;
	diag_add(diag, DIAG_ERROR, &here, "one");
	diag_add(found, DIAG_ERROR, &here, "one");
	diag_add(found, DIAG_ERROR, &here, "two");
	diag_add(found, DIAG_WARNING, &here, "three");
	assert_true(diag_says(diag, diag_first(found)));
	assert_false(diag_says(diag, diag_first(found)->next));
	diag_add_unneeded(diag, found);
	diag_print(diag, &text);
	assert_string_equal(text.text, "file:3:1: error: a.b: one\n"
	                               "file:3:1: ignored: a.b: two\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_names_its_place),
		cmocka_unit_test(control_characters_are_shown_and_not_sent),
		cmocka_unit_test(the_same_is_said_once),
		cmocka_unit_test(what_was_said_before_is_not_taken_over),
		cmocka_unit_test(what_is_not_needed_is_told_unless_it_was_told),
	};

	return RUN(tests);
}
