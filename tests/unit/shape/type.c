/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "shape/type.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "test.h"

static const struct type_name names[] = {
	{ "Port", "{ name: string; up: boolean; role?: \"lan\" | \"wan\" }" },
	{ "Endless", "Endless" },
	{ "Broken", "{ name }" },
	{ 0 },
};

struct check {
	const char *type, *json;
	const char *error; /* NULL: it fits */
};

static void run(const struct check *checks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		BUF_AUTO error = { 0 };
		const struct type *type = type_parse(checks[i].type, arena, &error);

		assert_non_null(type);
		if (type_fits(type, names, checks[i].json, strlen(checks[i].json), &error)) {
			assert_null(checks[i].error);
			assert_int_equal(error.length, 0);
		} else {
			assert_non_null(checks[i].error);
			assert_string_equal(buf_text(&error), checks[i].error);
		}
	}
}

static void values_fit_or_it_says_why(void **state)
{
	static const struct check checks[] = {
		{ "string", "\"a\"", NULL },
		{ "string", "1", "the value: is no string" },
		{ "number", "1.5e3", NULL },
		{ "boolean", "false", NULL },
		{ "boolean", "0", "the value: is neither true nor false" },
		{ "null", "null", NULL },
		{ "unknown", "{\"a\":[1]}", NULL },
		{ "\"on\"", "\"on\"", NULL },
		{ "\"on\"", "\"off\"", "the value: is not one of the words that it may be" },
		{ "string", "\"a\" x", "is no JSON" },
		{ "{}", "{}", NULL },
		{ "{}", "{\"a\":1}", "a: is not declared" },
		{ "{ a: number, b?: string }", "{\"a\":1}", NULL },
		{ "{ a: number; b?: string; }", "{\"b\":\"x\"}", ".a: is missing" },
		{ "{ a: { b: number }[] }", "{\"a\":[{\"b\":1},{\"b\":null}]}",
		  "a[1].b: is no number" },
		{ "{ a: { b: number } }", "{\"a\":[]}", "a: is no object" },
		{ "number[][]", "[[1],[2,3],[]]", NULL },
		{ "number[]", "{}", "the value: is no array" },
		{ "(number | null)[]", "[1,null,2]", NULL },
		{ "(number | null)[]", "[1,\"\"]", "[1]: is not null" },
		{ "Record<string, number[]>", "{\"x\":[1],\"y\":[]}", NULL },
		{ "Record<string, number>", "{\"x\":[]}", "x: is no number" },
		{ "Port", "{\"name\":\"lan1\",\"up\":true,\"role\":\"wan\"}", NULL },
		{ "Port[]", "[{\"name\":\"lan1\",\"up\":true,\"role\":\"no\"}]",
		  "[0].role: is not one of the words that it may be" },
		{ "Nobody", "1", "the value: is of a type that there is not" },
		{ "Broken", "1", "the value: is of a type that there is not" },
		{ "Endless", "1", "the value: is too deep" },
	};

	(void)state;
	run(checks, ARRAY_LENGTH(checks));
}

static void what_is_no_type_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",         "{",         "{ a }",   "{ a: }", "{ a: number b: string }",
		"(number",  "\"open",    "number]", "[]",     "Record<number, string>",
		"number |", "number; x", "Record",  "| null", "{ a: number; ; }",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		BUF_AUTO error = { 0 };

		assert_null(type_parse(wrong[i], arena, &error));
		assert_true(error.length > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_fit_or_it_says_why),
		cmocka_unit_test(what_is_no_type_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
