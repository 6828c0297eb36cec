/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>

#include "box.h"

#define FIRST  "52:54:00:10:20:30"
#define SECOND "52:54:00:11:20:30" /* the same address in a /16 */

static char folder[] = "/tmp/weft-fleet-XXXXXX";

static int setup(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	put(folder, "community", "# ours\n\nconfig lime wifi\n\toption ap_ssid 'a.example'\n");
	put(folder, "other", "config lime wifi\n\toption ap_ssid 'b.example'\n");
	put(folder, "lists/macs", FIRST "\n" SECOND "\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return chdir("/") || remove_all(folder);
}

#define WEFT(out_, err_, ...) \
	weft((const char *const[]){ "weft", __VA_ARGS__, NULL }, (out_), (err_))

static void what_collides_is_said_with_its_lines(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "fleet", "check", "community", "lists/macs"),
	                 EXIT_STATUS_FAILED);
	assert_non_null(strstr(out.text, "a.example: VLAN "));
	assert_non_null(strstr(out.text, ", 2 nodes\n"));
	assert_non_null(strstr(err.text, "lists/macs:2: error: 2 nodes have the address "));
	assert_non_null(strstr(err.text, "\t" FIRST "  lists/macs:1\n"));
	assert_non_null(strstr(err.text, "\n1 error\n"));
}

/* What the check proposes makes it pass. */
static void a_file_beside_the_list_is_about_one_box(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, again = { 0 };

	(void)state;
	put(folder, "lists/lime-525400112030",
	    "config lime network\n\toption main_ipv4_address '10.%N1.0.2/16'\n");
	assert_int_equal(WEFT(&out, &err, "fleet", "check", "community", "lists/macs"),
	                 EXIT_STATUS_OK);
	assert_non_null(strstr(out.text, "Nothing collides.\n"));
	assert_string_equal(buf_text(&err), "");
	put(folder, "lists/lime-525400112030", "config lime network\n\toption ip 'x'\n");
	assert_int_equal(WEFT(&out, &again, "fleet", "check", "community", "lists/macs"),
	                 EXIT_STATUS_FAILED);
	assert_non_null(strstr(again.text, "lists/lime-525400112030:2:12: ignored: network.ip: "));
}

static void clouds_are_compared(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, again = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "fleet", "check", "community", "other"), EXIT_STATUS_OK);
	assert_non_null(strstr(out.text, "a.example: "));
	assert_non_null(strstr(out.text, "\nb.example: "));
	put(folder, "other",
	    "config lime wifi\n\toption ap_ssid 'b.example'\n"
	    "config lime network\n\toption main_ipv6_address 'fd00::/8'\n"
	    "\toption main_ipv4_address '10.0.0.0/8'\n");
	assert_int_equal(WEFT(&out, &again, "fleet", "check", "community", "other"),
	                 EXIT_STATUS_FAILED);
	assert_non_null(strstr(again.text, "other:4: error: the clouds 'a.example' ("));
}

static void programs_get_json(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };
	struct json_object *all, *problems, *nodes, *kind;

	(void)state;
	put(folder, "lists/macs", FIRST "\n" SECOND "\nx\n");
	assert_int_equal(WEFT(&out, &err, "fleet", "check", "--json", "community", "lists/macs"),
	                 EXIT_STATUS_FAILED);
	all = json_tokener_parse(out.text);
	assert_true(json_object_object_get_ex(all, "problems", &problems));
	assert_int_equal(json_object_array_length(problems), 1);
	assert_true(
		json_object_object_get_ex(json_object_array_get_idx(problems, 0), "kind", &kind));
	assert_string_equal(json_object_get_string(kind), "ipv4");
	assert_true(json_object_object_get_ex(all, "nodes", &nodes));
	assert_int_equal(json_object_array_length(nodes), 2);
	assert_true(json_object_object_get_ex(all, "mistakes", &nodes));
	assert_int_equal(json_object_array_length(nodes), 1);
	assert_string_equal(buf_text(&err), "");
	json_object_put(all);
}

static void files_that_are_not_there_are_named(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "fleet", "check", "community", "nowhere"),
	                 EXIT_STATUS_FAILED);
	assert_non_null(strstr(err.text, "nowhere: error: cannot be read: "));
}

static void what_makes_no_sense_gets_the_usage_line(void **state)
{
	static const char *const lines[][3] = {
		{ NULL }, { "check" }, { "chekc", "a", "b" }, { "check", "--jsn", "a" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		BUF_AUTO out = { 0 }, err = { 0 };

		assert_int_equal(WEFT(&out, &err, "fleet", lines[i][0], lines[i][1], lines[i][2]),
		                 EXIT_STATUS_USAGE);
		assert_non_null(strstr(err.text, "usage: weft fleet"));
	}
}

#define TEST(function_) cmocka_unit_test_setup_teardown(function_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_collides_is_said_with_its_lines),
		TEST(a_file_beside_the_list_is_about_one_box),
		TEST(clouds_are_compared),
		TEST(programs_get_json),
		TEST(files_that_are_not_there_are_named),
		TEST(what_makes_no_sense_gets_the_usage_line),
	};

	return RUN(tests);
}
