/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>

#include "box.h"

static char root[32];

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/weft-config-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	put_box(root, "02:00:00:00:00:01\n");
	put(root, "etc/config/lime-defaults",
	    "config lime 'network'\n\toption anygw_dhcp_start '2'\n\tlist protocols 'lan'\n"
	    "\tlist protocols 'anygw'\n");
	put(root, "etc/config/lime-community",
	    "config lime 'network'\n\toption anygw_dhcp_start '100'\n");
	put(root, "etc/config/lime-020000000001",
	    "config lime 'network'\n\t# by hand\n"
	    "\toption anygw_dhcp_start '200'\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return remove_all(root);
}

#define WEFT(out_, err_, ...) \
	weft((const char *const[]){ "weft", "--root", root, __VA_ARGS__, NULL }, (out_), (err_))

static void a_good_configuration_is_called_good(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "config", "check"), EXIT_STATUS_OK);
	assert_string_equal(buf_text(&out), "The configuration is good.\n");
	assert_string_equal(buf_text(&err), "");
}

static void every_mistake_is_said_and_counted(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, expected = { 0 };

	(void)state;
	put(root, "etc/config/lime-node",
	    "config lime 'system'\n\toption hostnam 'a'\n"
	    "\toption domain 'a b'\n"
	    "config net 'x'\n\toption linux_name 'eth9'\n");
	assert_int_equal(WEFT(&out, &err, "config", "check"), EXIT_STATUS_FAILED);
	assert_string_equal(buf_text(&out), "");
	buf_printf(
		&expected,
		"%s/etc/config/lime-node:2:17: ignored: system.hostnam: there is no option "
		"'hostnam'; did you mean 'hostname'?\n"
		"%s/etc/config/lime-node:3:16: error: system.domain: 'a b' is not a domain like "
		"thisnode.info\n"
		"%s/etc/config/lime-node:5:20: warning: x.linux_name: there is no device eth9 to "
		"be used on this machine\n"
		"1 error, 1 ignored, 1 warning\n",
		root, root, root);
	assert_string_equal(buf_text(&err), expected.text);
}

static void warnings_alone_are_no_failure(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	put(root, "etc/config/lime-node", "config net 'x'\n\toption linux_name 'eth9'\n");
	assert_int_equal(WEFT(&out, &err, "config", "check"), EXIT_STATUS_OK);
	assert_string_equal(buf_text(&out), "The configuration is good.\n");
	assert_non_null(strstr(buf_text(&err), "\n1 warning\n"));
}

static void values_are_shown_with_their_places(void **state)
{
	BUF_AUTO all = { 0 }, section = { 0 }, value = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&all, &err, "config", "show"), EXIT_STATUS_OK);
	assert_non_null(strstr(all.text, "/etc/config/lime-020000000001:3\n"));
	assert_int_equal(WEFT(&section, &err, "config", "show", "network"), EXIT_STATUS_OK);
	assert_int_equal(strncmp(section.text, "lime network\n", 13), 0);
	assert_int_equal(WEFT(&value, &err, "config", "show", "network.anygw_dhcp_start"),
	                 EXIT_STATUS_OK);
	assert_string_equal(value.text, "200\n");
	assert_string_equal(buf_text(&err), "");
}

static void programs_get_json(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };
	struct json_object *all, *network, *type;

	(void)state;
	assert_int_equal(WEFT(&out, &err, "config", "show", "--json"), EXIT_STATUS_OK);
	all = json_tokener_parse(out.text);
	assert_true(json_object_object_get_ex(all, "network", &network));
	assert_true(json_object_object_get_ex(network, "type", &type));
	assert_string_equal(json_object_get_string(type), "lime");
	json_object_put(all);
}

static void winners_and_losers_are_explained(void **state)
{
	BUF_AUTO out = { 0 }, json = { 0 }, err = { 0 };
	const char *high, *middle, *low;
	struct json_object *all, *lost;

	(void)state;
	assert_int_equal(WEFT(&out, &err, "config", "explain", "network.anygw_dhcp_start"),
	                 EXIT_STATUS_OK);
	high = strstr(out.text, "is ");
	middle = strstr(out.text, "lime-community:2");
	low = strstr(out.text, "lime-defaults:2");
	assert_non_null(strstr(high, "lime-020000000001:3"));
	assert_true(high < middle && middle < low);
	assert_int_equal(
		WEFT(&json, &err, "config", "explain", "--json", "network.anygw_dhcp_start"),
		EXIT_STATUS_OK);
	all = json_tokener_parse(json.text);
	assert_true(json_object_object_get_ex(all, "lost", &lost));
	assert_int_equal(json_object_array_length(lost), 2);
	json_object_put(all);
}

static void what_no_file_says_has_its_default(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "config", "explain", "system.hostname"), EXIT_STATUS_OK);
	assert_non_null(strstr(out.text, "the default"));
	assert_non_null(strstr(out.text, "LiMe-%M4%M5%M6\n"));
}

static void a_slip_of_the_hand_is_understood(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "config", "show", "netwrok"), EXIT_STATUS_FAILED);
	assert_int_equal(WEFT(&out, &err, "config", "explain", "network.anygw_dhcp_strat"),
	                 EXIT_STATUS_FAILED);
	assert_string_equal(buf_text(&out), "");
	assert_string_equal(err.text, "weft config: nothing is called 'netwrok'; did you mean "
	                              "'network'?\n"
	                              "weft config: nothing is called 'network.anygw_dhcp_strat'; "
	                              "did you mean 'network.anygw_dhcp_start'?\n");
}

static void what_could_not_be_read_is_mentioned(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	put(root, "etc/config/lime-node", "config lime 'system'\n\toption hostname 'a\n");
	assert_int_equal(WEFT(&out, &err, "config", "show"), EXIT_STATUS_OK);
	assert_string_equal(err.text, "weft config: some of the files have errors, see `weft "
	                              "config check`\n");
}

static void what_makes_no_sense_gets_the_usage_line(void **state)
{
	static const char *const lines[][4] = {
		{ NULL },
		{ "chekc" },
		{ "check", "a" },
		{ "check", "--json" },
		{ "show", "a", "b" },
		{ "explain" },
		{ "explain", "a.b", "c.d" },
		{ "show", "--jsn" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		BUF_AUTO out = { 0 }, err = { 0 };

		assert_int_equal(WEFT(&out, &err, "config", lines[i][0], lines[i][1], lines[i][2]),
		                 EXIT_STATUS_USAGE);
		assert_non_null(strstr(err.text, "usage: weft config"));
	}
}

#define TEST(function_) cmocka_unit_test_setup_teardown(function_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_configuration_is_called_good),
		TEST(every_mistake_is_said_and_counted),
		TEST(warnings_alone_are_no_failure),
		TEST(values_are_shown_with_their_places),
		TEST(programs_get_json),
		TEST(winners_and_losers_are_explained),
		TEST(what_no_file_says_has_its_default),
		TEST(a_slip_of_the_hand_is_understood),
		TEST(what_could_not_be_read_is_mentioned),
		TEST(what_makes_no_sense_gets_the_usage_line),
	};

	return RUN(tests);
}
