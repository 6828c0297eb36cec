/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/plan.h"
#include "sample.h"

static void every_kind_is_described(void **state)
{
	(void)state;
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		const struct plan_kind_info *info = &plan_kinds[kind];

		assert_non_null(info->name);
		assert_non_null(info->plural);
		assert_non_null(info->shape->doc);
		/* Differences are a bit a field. */
		assert_in_range(info->shape->n_fields, 1, 32);
		for (size_t i = 0; i < info->shape->n_fields; i++)
			assert_true(strlen(info->shape->fields[i].doc) > 5);
		for (const struct plan_key *key = info->keys; key->field; key++)
			assert_non_null(shape_field(info->shape, key->field));
		for (const struct plan_need *need = info->needs; need->field; need++)
			assert_int_equal(shape_field(info->shape, need->field)->type,
			                 FIELD_TYPE_STRING);
	}
}

/* Beside its fields an item has these in JSON. */
static void no_field_is_called_as_what_stands_beside_it(void **state)
{
	static const char *const others[] = { "id",    "because",    "item",   "is",
		                              "means", "dependents", "fields", NULL };

	(void)state;
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		for (size_t i = 0; others[i]; i++)
			assert_null(shape_field(plan_kinds[kind].shape, others[i]));
	}
}

static void no_two_kinds_have_one_name(void **state)
{
	(void)state;
	for (size_t a = 0; a < PLAN_N_KINDS; a++) {
		for (size_t b = 0; b < a; b++) {
			assert_string_not_equal(plan_kinds[a].name, plan_kinds[b].name);
			assert_string_not_equal(plan_kinds[a].plural, plan_kinds[b].plural);
		}
	}
}

#define LAYOUT(type_)                          \
	{                                      \
		sizeof(type_), _Alignof(type_) \
	}

static const struct layout {
	size_t size, alignment;
} layouts[] = {
	[FIELD_TYPE_BOOL] = LAYOUT(bool),
	[FIELD_TYPE_UINT] = LAYOUT(uint32_t),
	[FIELD_TYPE_ENUM] = LAYOUT(unsigned),
	[FIELD_TYPE_STRING] = LAYOUT(const char *),
	[FIELD_TYPE_MAC] = LAYOUT(struct mac),
	[FIELD_TYPE_IP] = LAYOUT(struct ip),
	[FIELD_TYPE_PREFIX] = LAYOUT(struct prefix),
	[FIELD_TYPE_LIST] = LAYOUT(struct string_list),
};

static size_t round_up(size_t at, size_t alignment)
{
	return (at + alignment - 1) / alignment * alignment;
}

/* A member without a row would be lost when plans are compared and printed: each row must stand
 * where the compiler puts the next member, and the last one end the struct. */
static void the_tables_have_every_member(void **state)
{
	(void)state;
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		const struct shape *shape = plan_kinds[kind].shape;
		size_t at = 0, widest = 1;

		for (size_t i = 0; i < shape->n_fields; i++) {
			const struct layout *layout = &layouts[shape->fields[i].type];

			assert_int_equal(shape->fields[i].at, round_up(at, layout->alignment));
			at = shape->fields[i].at + layout->size;
			widest = layout->alignment > widest ? layout->alignment : widest;
		}
		assert_int_equal(shape->size, round_up(at, widest));
	}
}

static bool matters(const struct plan_link *link, const char *field)
{
	return plan_field_matters(PLAN_LINK, link, shape_field(plan_kinds[PLAN_LINK].shape, field));
}

static void a_choice_is_told_where_it_matters(void **state)
{
	const struct plan_link port = { .name = "lan1" };
	const struct plan_link vlan = { .name = "lan1_17", .kind = PLAN_LINK_VLAN };
	const struct plan_link batadv = { .name = "bat0", .kind = PLAN_LINK_BATADV };

	(void)state;
	assert_true(matters(&port, "kind"));
	assert_false(matters(&port, "mtu"));
	assert_false(matters(&port, "vlan_protocol"));
	assert_true(matters(&vlan, "vlan_protocol"));
	assert_false(matters(&vlan, "gateway_mode"));
	assert_true(matters(&batadv, "gateway_mode"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_described),
		cmocka_unit_test(no_field_is_called_as_what_stands_beside_it),
		cmocka_unit_test(no_two_kinds_have_one_name),
		cmocka_unit_test(the_tables_have_every_member),
		cmocka_unit_test(a_choice_is_told_where_it_matters),
	};

	return RUN(tests);
}
