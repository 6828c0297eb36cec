/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>

#include "sample.h"

static void check_print(const char *what, bool json, const char *expected)
{
	AUTO(config_free) struct config *config = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);
	BUF_AUTO out = { 0 };

	assert_int_equal(config_print(config, what, json, &out), expected ? 0 : -ENOENT);
	assert_string_equal(buf_text(&out), expected ? expected : "");
}

static void check_explain(const char *what, bool json, const char *expected)
{
	AUTO(config_free) struct config *config = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);
	BUF_AUTO out = { 0 };

	assert_int_equal(config_explain(config, sample_schemas, N_SAMPLE_SCHEMAS, what, json, &out),
	                 expected ? 0 : -ENOENT);
	assert_string_equal(buf_text(&out), expected ? expected : "");
}

static void autogen_is_uci_of_all_that_was_merged(void **state)
{
	AUTO(config_free) struct config *config = sample_config(SAMPLE_A, SAMPLE_B, SAMPLE_C);
	BUF_AUTO out = { 0 };
	const char *text;

	(void)state;
	config_print_autogen(config, &out);
	text = strstr(buf_text(&out), "\n\n");
	assert_int_equal(out.text[0], '#');
	assert_non_null(text);
	assert_string_equal(text, "\n\n\nconfig lime 'system'\n\toption hostname 'high'\n"
	                          "\toption limit '5'\n\tlist protocols 'wan'\n"
	                          "\nconfig net 'cfg02944c'\n\toption only '1'\n"
	                          "\nconfig net 'extra'\n\n");
}

static void a_person_sees_value_and_place(void **state)
{
	(void)state;
	check_print(
		"system", false,
		"lime system\n"
		"  hostname                        high                                    c:2\n"
		"  limit                           5                                       a:3\n"
		"  protocols                       wan                                     b:4\n");
	check_print("system.hostname", false, "high\n");
	check_print("system.nothing", false, NULL);
	check_print("nothing", false, NULL);
}

static void a_program_reads_json(void **state)
{
	(void)state;
	check_print(NULL, true,
	            "{\"system\":{\"type\":\"lime\",\"file\":\"c\",\"line\":1,\"column\":1,"
	            "\"options\":{"
	            "\"hostname\":{\"value\":\"high\",\"file\":\"c\",\"line\":2,\"column\":18},"
	            "\"limit\":{\"value\":\"5\",\"file\":\"a\",\"line\":3,\"column\":15},"
	            "\"protocols\":{\"value\":[\"wan\"],\"file\":\"b\",\"line\":4,\"column\":17}}},"
	            "\"cfg02944c\":{\"type\":\"net\",\"file\":\"a\",\"line\":7,\"column\":1,"
	            "\"options\":{"
	            "\"only\":{\"value\":\"1\",\"file\":\"a\",\"line\":8,\"column\":14}}},"
	            "\"extra\":{\"type\":\"net\",\"file\":\"c\",\"line\":3,\"column\":1,"
	            "\"options\":{}}}\n");
	check_print("system.limit", true,
	            "{\"value\":\"5\",\"file\":\"a\",\"line\":3,\"column\":15}\n");
}

static void explaining_names_winners_and_losers(void **state)
{
	(void)state;
	check_explain("system.hostname", false,
	              "system.hostname: What it is called\n"
	              "  is      c:2                             high\n"
	              "  not     b:2                             middle\n"
	              "  not     a:2                             low\n"
	              "  not     the default                     nameless\n");
	check_explain("system.mesh_interval", false,
	              "system.mesh_interval: Milliseconds\n"
	              "  is      the default                     200\n");
	check_explain("cfg02944c.only", false,
	              "cfg02944c.only\n  is      a:8                             1\n");
	check_explain("system.protocols", true,
	              "{\"name\":\"system.protocols\",\"doc\":\"What it speaks\","
	              "\"default\":\"lan wan\","
	              "\"value\":[\"wan\"],\"file\":\"b\",\"line\":4,\"column\":17,\"lost\":["
	              "{\"value\":[\"lan\",\"mesh\"],\"file\":\"a\",\"line\":4,\"column\":17}]}\n");
	check_explain("system.nothing", false, NULL);
	check_explain("system", false, NULL);
	check_explain("nothing.x", false, NULL);
}

static void what_others_wrote_does_not_steer_the_terminal(void **state)
{
	AUTO(config_free) struct config *config =
		sample_config("config lime system\noption hostname 'a\nb'\n", "", "");
	BUF_AUTO out = { 0 };

	(void)state;
	assert_int_equal(config_print(config, NULL, false, &out), 0);
	assert_non_null(strstr(buf_text(&out), "a\\x0ab"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(autogen_is_uci_of_all_that_was_merged),
		cmocka_unit_test(a_person_sees_value_and_place),
		cmocka_unit_test(a_program_reads_json),
		cmocka_unit_test(explaining_names_winners_and_losers),
		cmocka_unit_test(what_others_wrote_does_not_steer_the_terminal),
	};

	return RUN(tests);
}
