/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* What print, explain and diff give to programs, read by another's parser. */
#include <json-c/json.h>

#include "plan/plan.h"
#include "sample.h"

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, name, &value));
	return value;
}

static void same_names(struct json_object *array, const struct plan *plan, enum plan_kind kind)
{
	size_t n = 0;

	for (const struct plan_item *i = plan_next(plan, kind, NULL); i;
	     i = plan_next(plan, kind, i)) {
		struct json_object *item = json_object_array_get_idx(array, n++);

		assert_string_equal(json_object_get_string(member(item, "id")), i->name);
		assert_true(json_object_is_type(member(item, "because"), json_type_object));
	}
	assert_int_equal(json_object_array_length(array), n);
}

static void a_plan_has_every_item_under_its_kind(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *plan = sample_random_plan(&seed);
		BUF_AUTO out = { 0 };
		struct json_object *object;

		plan_print_json(plan, &out);
		object = json_tokener_parse(out.text);
		assert_non_null(object);
		for (enum plan_kind kind = 0; kind < PLAN_NETWORK; kind++)
			same_names(member(object, plan_kinds[kind].plural), plan, kind);
		json_object_put(object);
	}
}

static void an_item_tells_values_and_causes(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	struct json_object *object, *vlan, *because;
	BUF_AUTO out = { 0 };

	(void)state;
	plan_print_json(plan, &out);
	object = json_tokener_parse(out.text);
	vlan = json_object_array_get_idx(member(object, "links"), 3);
	assert_string_equal(json_object_get_string(member(vlan, "kind")), "vlan");
	assert_string_equal(json_object_get_string(member(vlan, "vlan_protocol")), "8021ad");
	assert_int_equal(json_object_get_int(member(vlan, "mtu")), 1532);
	because = member(vlan, "because");
	assert_string_equal(json_object_get_string(member(because, "file")), "lime-community");
	assert_int_equal(json_object_get_int(member(because, "line")), 12);
	assert_string_equal(json_object_get_string(member(because, "option")), "network.protocols");
	assert_string_equal(json_object_get_string(member(because, "value")), "batadv:%N1");
	json_object_put(object);
}

static void every_explanation_is_a_list(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *plan = sample_random_plan(&seed);

		for (const struct plan_item *item = plan->items; item; item = item->next) {
			struct json_object *array;
			BUF_AUTO out = { 0 };

			assert_int_equal(plan_explain(plan, item->name, true, &out), 0);
			array = json_tokener_parse(out.text);
			assert_true(json_object_array_length(array) > 0);
			json_object_put(array);
		}
	}
}

static void a_difference_tells_old_and_new(void **state)
{
	AUTO(plan_free) struct plan *from = sample_plan();
	AUTO(plan_free) struct plan *to = sample_plan();
	struct json_object *object, *changed, *item, *fields, *mtu;
	BUF_AUTO out = { 0 };

	(void)state;
	plan_link(to, "lan1_29")->mtu = 1496;
	assert_int_equal(plan_diff_print(from, to, true, &out), 1);
	object = json_tokener_parse(out.text);
	assert_true(json_object_object_get_ex(object, "changed", &changed));
	item = json_object_array_get_idx(changed, 0);
	assert_true(json_object_object_get_ex(item, "fields", &fields));
	assert_true(json_object_object_get_ex(fields, "mtu", &mtu));
	assert_string_equal(json_object_to_json_string_ext(mtu, JSON_C_TO_STRING_PLAIN),
	                    "{\"from\":1532,\"to\":1496}");
	json_object_put(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_has_every_item_under_its_kind),
		cmocka_unit_test(an_item_tells_values_and_causes),
		cmocka_unit_test(every_explanation_is_a_list),
		cmocka_unit_test(a_difference_tells_old_and_new),
	};

	return RUN(tests);
}
