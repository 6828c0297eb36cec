/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/buf.h"

#include "../test.h"

static void grows_and_stays_terminated(void **state)
{
	BUF_AUTO buf = { 0 };

	(void)state;
	assert_string_equal(buf_text(&buf), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&buf, "%03d", i);
	assert_int_equal(buf.length, 3000);
	assert_memory_equal(buf.text + 2997, "999", 4);
}

static void json_strings_are_escaped_and_valid(void **state)
{
	BUF_AUTO buf = { 0 };

	(void)state;
	buf_add_json(&buf, "a\"b\\\n\xff\xc3\xb1");
	assert_string_equal(buf.text, "\"a\\\"b\\\\\\u000a\\ufffd\xc3\xb1\"");
}

static void a_taken_text_leaves_an_empty_buffer(void **state)
{
	struct buf buf = { 0 };
	char *text;

	(void)state;
	buf_add(&buf, "x");
	text = buf_take(&buf);
	assert_string_equal(text, "x");
	assert_null(buf.text);
	free(text);
}

static void control_characters_are_shown_and_not_sent(void **state)
{
	BUF_AUTO buf = { 0 };

	(void)state;
	buf_add_printable(&buf, "a\x1b[2J\n\xc3\xb1");
	assert_string_equal(buf_text(&buf), "a\\x1b[2J\\x0a\xc3\xb1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_are_shown_and_not_sent),
		cmocka_unit_test(grows_and_stays_terminated),
		cmocka_unit_test(json_strings_are_escaped_and_valid),
		cmocka_unit_test(a_taken_text_leaves_an_empty_buffer),
	};

	return RUN(tests);
}
