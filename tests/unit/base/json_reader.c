/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/json_reader.h"

#include "../test.h"
#include "base/buf.h"

static bool is_valid(const char *text)
{
	return json_is_valid(text, strlen(text));
}

static void values_are_told_from_what_is_none(void **state)
{
	static const char *const good[] = {
		"{}",
		"[]",
		"null",
		"true",
		"false",
		"0",
		"-1",
		"1.5",
		"1e9",
		"1E+2",
		"-0.1e-7",
		"\"\"",
		"\"a\\\"b\\\\\"",
		"\"\\u00e9\"",
		"\"\\ud83d\\ude00\"",
		" [ 1 , 2 ] ",
		"{\"a\":{\"b\":[[],{}]}}",
		"\xef\xbb\xbf{}",
		"\"\xff\"",
		"[\"]\"]",
	};
	static const char *const bad[] = {
		"",
		"{",
		"}",
		"[1,]",
		"[,1]",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{a:1}",
		"nul",
		"01",
		"1.",
		".5",
		"1e",
		"+1",
		"--1",
		"\"",
		"\"\\x\"",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\u12\"",
		"\"\n\"",
		"[1 2]",
		"{} {}",
		"[}",
		"{]",
		"'a'",
		"[1]x",
		"\"\\ud800\\u0041\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!is_valid(good[i]))
			fail_msg("refused: %s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (is_valid(bad[i]))
			fail_msg("taken: %s", bad[i]);
	}
	/* Zeros behind it are how others fill up what they announced. */
	assert_true(json_is_valid("{}\0\0\0", 5));
	assert_false(json_is_valid("{\0}", 3));
}

static void nesting_has_an_end(void **state)
{
	char *deep = malloc(200000);

	(void)state;
	memset(deep, '[', 200000);
	assert_false(json_is_valid(deep, 200000));
	memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_true(json_is_valid(deep, (size_t)2 * JSON_DEPTH_MAX));
	memset(deep, '[', JSON_DEPTH_MAX + 1);
	memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_false(json_is_valid(deep, (size_t)2 * JSON_DEPTH_MAX + 2));
	free(deep);
}

static void members_are_read_in_their_order(void **state)
{
	static const char text[] =
		"{\"skip\": {\"a\": [1, {\"b\": 2}]}, \"name\": \"\\u00e1\\n\", \"n\": -42,"
		"\"yes\": true, \"list\": [1, 2, 3], \"raw\": {\"x\" : [ ]} }";
	struct json_reader r;
	char name[8], value[8];
	int64_t n = 0, sum = 0;
	bool yes = false;
	const char *raw = NULL;
	size_t raw_size = 0;

	(void)state;
	json_reader_init(&r, text, strlen(text));
	assert_true(json_reader_enter(&r, '{'));
	while (json_reader_member(&r, name, sizeof(name))) {
		if (!strcmp(name, "name")) {
			assert_true(json_reader_text(&r, value, sizeof(value)));
		} else if (!strcmp(name, "n")) {
			assert_true(json_reader_number(&r, &n));
		} else if (!strcmp(name, "yes")) {
			assert_true(json_reader_bool(&r, &yes));
		} else if (!strcmp(name, "list")) {
			int64_t item;

			assert_true(json_reader_enter(&r, '['));
			while (json_reader_item(&r) && json_reader_number(&r, &item))
				sum += item;
		} else if (!strcmp(name, "raw")) {
			assert_true(json_reader_raw(&r, &raw, &raw_size));
		} else {
			json_reader_skip(&r);
		}
	}
	assert_true(json_reader_end(&r));
	assert_string_equal(value, "\xc3\xa1\n");
	assert_int_equal(n, -42);
	assert_int_equal(sum, 6);
	assert_true(yes);
	assert_int_equal(raw_size, strlen("{\"x\" : [ ]}"));
	assert_memory_equal(raw, "{\"x\" : [ ]}", raw_size);
}

static bool read_text(const char *text, char *out, size_t room)
{
	struct json_reader r;

	json_reader_init(&r, text, strlen(text));
	return json_reader_text(&r, out, room) && json_reader_end(&r);
}

static bool read_number(const char *text, int64_t *out)
{
	struct json_reader r;

	json_reader_init(&r, text, strlen(text));
	return json_reader_number(&r, out) && json_reader_end(&r);
}

static void what_does_not_fit_is_refused(void **state)
{
	char room[4];
	int64_t n;

	(void)state;
	assert_true(read_text("\"abc\"", room, sizeof(room)));
	assert_false(read_text("\"abcd\"", room, sizeof(room)));
	assert_false(read_text("\"a\\u0000\"", room, sizeof(room)));
	assert_true(read_number("9223372036854775807", &n));
	assert_true(n == INT64_MAX);
	assert_true(read_number("-9223372036854775808", &n));
	assert_true(n == INT64_MIN);
	assert_false(read_number("9223372036854775808", &n));
	assert_false(read_number("1.5", &n));
	assert_false(read_number("1e3", &n));
}

static void the_same_value_is_printed_short_and_long(void **state)
{
	static const char text[] = "{ \"a\" : [ 1, \"x: {,}\\\"\" , { } ],\"b\":[ ] }";
	BUF_AUTO shorter = { 0 }, longer = { 0 }, again = { 0 };

	(void)state;
	json_print_compact(text, strlen(text), &shorter);
	assert_string_equal(shorter.text, "{\"a\":[1,\"x: {,}\\\"\",{}],\"b\":[]}");
	json_print_pretty(text, strlen(text), &longer);
	assert_string_equal(longer.text, "{\n    \"a\": [\n        1,\n        \"x: {,}\\\"\",\n"
	                                 "        {}\n    ],\n    \"b\": []\n}");
	json_print_pretty(longer.text, longer.length, &again);
	assert_string_equal(again.text, longer.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_told_from_what_is_none),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(members_are_read_in_their_order),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(the_same_value_is_printed_short_and_long),
	};

	return RUN(tests);
}
