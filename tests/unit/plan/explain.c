/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>

#include "plan/plan.h"
#include "sample.h"

static void a_thing_is_told_in_sentences(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	BUF_AUTO out = { 0 };

	(void)state;
	assert_int_equal(plan_explain(plan, "br-lan", false, &out), 0);
	assert_string_equal(
		out.text, "br-lan (link) is a network device.\n"
			  "  kind: bridge\n"
			  "      A switch made of software: joins its members into one network.\n"
			  "It is in the plan because of lime-defaults:7 network.protocols 'lan'.\n"
			  "On it depend:\n"
			  "  link lan1 is a member of it.\n"
			  "  link bat0 is a member of it.\n"
			  "  link anygw sits on it.\n"
			  "  anycast anygw serves clients on it.\n"
			  "  address '10.13.192.1/16 dev br-lan' is one of its addresses.\n");
}

static void a_part_of_the_name_is_enough(void **state)
{
	static const char *const names[] = { "10.13.0.1/16", "10.13.0.1", "1700", "roof.lan" };
	AUTO(plan_free) struct plan *plan = sample_plan();

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		BUF_AUTO out = { 0 };

		assert_int_equal(plan_explain(plan, names[i], false, &out), 0);
		assert_non_null(strstr(out.text, " is "));
	}
}

static void one_name_can_be_several_things(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	BUF_AUTO out = { 0 };

	(void)state;
	assert_int_equal(plan_explain(plan, "anygw", false, &out), 0);
	assert_non_null(strstr(out.text, "anygw (link) is "));
	assert_non_null(strstr(out.text, "anygw (dhcp) is "));
	assert_non_null(strstr(out.text, "anygw (anycast) is "));
	assert_null(strstr(out.text, "br-lan (link)"));
}

static void what_is_not_there_is_not_found(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	BUF_AUTO out = { 0 };

	(void)state;
	assert_int_equal(plan_explain(plan, "eth7", false, &out), -ENOENT);
	assert_int_equal(plan_explain(plan, "", true, &out), -ENOENT);
	assert_int_equal(out.length, 0);
}

static void every_item_can_be_explained(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *plan = sample_random_plan(&seed);

		for (const struct plan_item *item = plan->items; item; item = item->next) {
			BUF_AUTO text = { 0 }, json = { 0 };

			assert_int_equal(plan_explain(plan, item->name, false, &text), 0);
			assert_int_equal(plan_explain(plan, item->name, true, &json), 0);
			assert_true(json.length > 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thing_is_told_in_sentences),
		cmocka_unit_test(a_part_of_the_name_is_enough),
		cmocka_unit_test(one_name_can_be_several_things),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(every_item_can_be_explained),
	};

	return RUN(tests);
}
