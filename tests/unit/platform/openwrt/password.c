/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "box.h"

extern const struct renderer renderer_password;

#define SET_SECRET                                     \
	"config lime system\n"                         \
	"\toption root_password_policy 'SET_SECRET'\n" \
	"\toption root_password_secret '$1$new'\n"
#define RANDOM "config lime system\n\toption root_password_policy 'RANDOM'\n"

static void nothing_is_done_by_itself(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/shadow", "root::19000:0:99999:7:::\n", 0600);
	box_render(&box, &renderer_password, "");
	assert_after(&box, "etc/shadow", NULL);
	assert_after(&box, "etc/shadow-", NULL);
}

static void the_secret_goes_to_the_line_of_root(void **state)
{
	static const char before[] = "toor:x:1:::::\nroot:$1$old:19000:0:99999:7:::\nnobody:*:0:\n";
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/shadow", before, 0640);
	box_render(&box, &renderer_password, SET_SECRET);
	assert_after(&box, "etc/shadow",
	             "toor:x:1:::::\nroot:$1$new:20000:0:99999:7:::\nnobody:*:0:\n");
	/* Of a file that is there the mode stays. */
	assert_int_equal(box_change(&box, "etc/shadow")->mode, 0);
	assert_after(&box, "etc/shadow-", before);
	assert_int_equal(box_change(&box, "etc/shadow-")->mode, 0600);
}

static void a_secret_that_is_there_is_left_alone(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/shadow", "root:$1$new:19000:0:99999:7:::\n", 0600);
	box_render(&box, &renderer_password, SET_SECRET);
	assert_after(&box, "etc/shadow", NULL);
}

static void a_random_one_replaces_none(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/shadow", "root:*:19000:0:99999:7:::\n", 0600);
	box_render(&box, &renderer_password, RANDOM);
	assert_after(&box, "etc/shadow", "root:$5$random:20000:0:99999:7:::\n");
}

static void a_random_one_does_not_replace_a_chosen_one(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/shadow", "root:$1$old:19000:0:99999:7:::\n", 0600);
	box_render(&box, &renderer_password, RANDOM);
	assert_after(&box, "etc/shadow", NULL);
}

static void a_file_without_root_is_told(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/shadow", "nobody:*:0\nroot\n", 0600);
	box_render(&box, &renderer_password, SET_SECRET);
	assert_after(&box, "etc/shadow", NULL);
	assert_said(&box, "etc/shadow: warning: there is no line for root\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_done_by_itself),
		cmocka_unit_test(the_secret_goes_to_the_line_of_root),
		cmocka_unit_test(a_secret_that_is_there_is_left_alone),
		cmocka_unit_test(a_random_one_replaces_none),
		cmocka_unit_test(a_random_one_does_not_replace_a_chosen_one),
		cmocka_unit_test(a_file_without_root_is_told),
	};

	return RUN(tests);
}
