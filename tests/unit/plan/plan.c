/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/plan.h"

#include "sample.h"

static void the_same_item_twice_is_one(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *plan = sample_random_plan(&seed);
		size_t count = sample_count(plan);

		for (const struct plan_item *item = plan->items; item; item = item->next)
			assert_ptr_equal(plan_add(plan, item->kind, NULL, item->value),
			                 item->value);
		assert_int_equal(sample_count(plan), count);
	}
}

static void one_name_with_two_values_is_refused(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	struct plan_link other = { .name = "br-lan", .kind = PLAN_LINK_BATADV };

	(void)state;
	assert_null(plan_add_link(plan, &other));
	assert_int_equal(plan_link(plan, "br-lan")->kind, PLAN_LINK_BRIDGE);
	assert_false(plan_add_hostname(plan, "cellar"));
	assert_true(plan_add_hostname(plan, "roof"));
}

static void texts_are_copied(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	char name[] = "lan1", server[] = "10.0.0.1", file[] = "lime-node";
	const char *servers[] = { server };
	const struct plan_item *dns;

	(void)state;
	plan_because(plan, &(struct origin){ .file = file, .line = 1 }, NULL);
	plan_add_link(plan, &(struct plan_link){ .name = name });
	plan_add_dns(plan, &(struct plan_dns){ .servers = { servers, 1 } });
	name[0] = server[0] = file[0] = 'x';
	servers[0] = NULL;
	assert_non_null(plan_link(plan, "lan1"));
	dns = plan_find(plan, PLAN_DNS, "dns");
	assert_string_equal(((const struct plan_dns *)dns->value)->servers.items[0], "10.0.0.1");
	assert_string_equal(dns->because.file, "lime-node");
}

static void each_item_knows_its_cause(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	const struct plan_item *item = plan_find(plan, PLAN_LINK, "lan1");

	(void)state;
	assert_int_equal(item->because.line, 7);
	assert_string_equal(item->because.value, "lan");
	assert_string_equal(item->reason, "LAN port of this board");
	assert_null(plan_find(plan, PLAN_LINK, "bat0")->reason);
	assert_null(plan_find(plan, PLAN_NAME, "roof roof.lan")->because.file);
}

static void names_are_made_of_what_tells_items_apart(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	const struct plan_babel_filter filter = { .filter = "redistribute",
		                                  .prefix = sample_prefix("::/0"),
		                                  .prefix_le_plus_1 = 1,
		                                  .protocol = PROTOCOL_GATEWAY_GOOD };

	(void)state;
	plan_add_babel_filter(plan, &filter);
	assert_non_null(plan_find(plan, PLAN_BABEL_FILTER, "redistribute ip ::/0 le 0 proto 7"));
	assert_non_null(plan_find(plan, PLAN_HOSTNAME, "hostname"));
	assert_non_null(plan_find(plan, PLAN_ADDRESS, "10.13.0.1/16 dev anygw"));
	assert_non_null(plan_find(plan, PLAN_ROUTE, "10.13.0.0/16 dev anygw table 170"));
	assert_non_null(plan_find(plan, PLAN_RULE, "1700 from 10.13.0.1/32"));
	assert_non_null(plan_find(plan, PLAN_CHAIN, "bridge forward_anygw"));
	assert_non_null(plan_find(plan, PLAN_FILTER,
	                          "bridge forward_anygw ether daddr aa:aa:aa:00:00:00/24 drop"));
	assert_null(plan_find(plan, PLAN_LINK, "1700 from 10.13.0.1/32"));
}

static void next_visits_all_of_a_kind_in_order(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	static const char *const names[] = { "br-lan", "lan1", "bat0", "lan1_29", "anygw" };
	size_t n = 0;

	(void)state;
	for (const struct plan_item *i = plan_next(plan, PLAN_LINK, NULL); i;
	     i = plan_next(plan, PLAN_LINK, i))
		assert_string_equal(i->name, names[n++]);
	assert_int_equal(n, ARRAY_LENGTH(names));
	assert_null(plan_next(plan, PLAN_UPLINK, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_item_twice_is_one),
		cmocka_unit_test(one_name_with_two_values_is_refused),
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(each_item_knows_its_cause),
		cmocka_unit_test(names_are_made_of_what_tells_items_apart),
		cmocka_unit_test(next_visits_all_of_a_kind_in_order),
	};

	return RUN(tests);
}
