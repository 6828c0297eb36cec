/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>

#include "box.h"

static char root[] = "/tmp/weft-plan-XXXXXX";
static char other[] = "/tmp/weft-plan-XXXXXX";

static int setup(void **state)
{
	(void)state;
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
	memcpy(other + strlen(other) - 6, "XXXXXX", 6);
	if (!mkdtemp(root) || !mkdtemp(other))
		return -1;
	put_box(root, "02:00:00:00:00:01\n");
	put_box(other, "02:00:00:00:00:02\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return remove_all(root) || remove_all(other);
}

#define WEFT(out_, err_, ...) \
	weft((const char *const[]){ "weft", "--root", root, __VA_ARGS__, NULL }, (out_), (err_))

static void a_box_has_a_plan(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "plan"), EXIT_STATUS_OK);
	assert_non_null(strstr(out.text, "links\n"));
	assert_non_null(strstr(out.text, "  br-lan "));
	assert_string_equal(buf_text(&err), "");
}

static void programs_get_json(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };
	struct json_object *plan, *links;

	(void)state;
	assert_int_equal(WEFT(&out, &err, "plan", "--json"), EXIT_STATUS_OK);
	plan = json_tokener_parse(out.text);
	assert_true(json_object_object_get_ex(plan, "links", &links));
	assert_true(json_object_array_length(links) > 0);
	json_object_put(plan);
}

static void a_thing_is_explained(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "plan", "explain", "br-lan"), EXIT_STATUS_OK);
	assert_non_null(strstr(out.text, "br-lan (link) is a network device.\n"));
	assert_non_null(strstr(out.text, "link eth0 is a member of it.\n"));
}

static void a_slip_of_the_hand_is_understood(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "plan", "explain", "br-lna"), EXIT_STATUS_FAILED);
	assert_string_equal(buf_text(&out), "");
	assert_string_equal(err.text, "weft plan: nothing in the plan is called 'br-lna'; did you "
	                              "mean 'br-lan'?\n");
}

static void two_boxes_are_compared(void **state)
{
	BUF_AUTO out = { 0 }, same = { 0 }, err = { 0 };

	(void)state;
	assert_int_equal(WEFT(&out, &err, "plan", "diff", other), EXIT_STATUS_OK);
	assert_non_null(strstr(out.text, "~ hostname hostname: hostname LiMe-000001 -> "
	                                 "LiMe-000002\n"));
	assert_int_equal(WEFT(&same, &err, "plan", "diff", root), EXIT_STATUS_OK);
	assert_string_equal(same.text, "The plans are the same.\n");
}

static void a_wrong_line_is_named_and_there_is_no_plan(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 };

	(void)state;
	put(root, "etc/config/lime-node",
	    "config lime 'network'\n\toption main_ipv4_address 'ten'\n");
	assert_int_equal(WEFT(&out, &err, "plan"), EXIT_STATUS_FAILED);
	assert_string_equal(buf_text(&out), "");
	assert_non_null(strstr(err.text, "lime-node:2"));
	assert_non_null(strstr(err.text, "network.main_ipv4_address"));
}

static void what_makes_no_sense_gets_the_usage_line(void **state)
{
	static const char *const lines[][3] = {
		{ "--jsn" }, { "explain" }, { "diff" }, { "difference" }, { "explain", "a", "b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		BUF_AUTO out = { 0 }, err = { 0 };

		assert_int_equal(WEFT(&out, &err, "plan", lines[i][0], lines[i][1], lines[i][2]),
		                 EXIT_STATUS_USAGE);
		assert_non_null(strstr(err.text, "usage: weft plan"));
	}
}

#define TEST(function_) cmocka_unit_test_setup_teardown(function_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_box_has_a_plan),
		TEST(programs_get_json),
		TEST(a_thing_is_explained),
		TEST(a_slip_of_the_hand_is_understood),
		TEST(two_boxes_are_compared),
		TEST(a_wrong_line_is_named_and_there_is_no_plan),
		TEST(what_makes_no_sense_gets_the_usage_line),
	};

	return RUN(tests);
}
