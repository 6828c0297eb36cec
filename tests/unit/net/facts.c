/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/facts.h"

#include "../test.h"

static void links_and_roles_are_found_by_name(void **state)
{
	const struct fact_link links[] = { { .name = "eth0" }, { .name = "eth1" } };
	const struct fact_role roles[] = { { .name = "lan" }, { .name = "wan" } };
	const struct facts facts = { .links = links, .n_links = 2, .roles = roles, .n_roles = 2 };

	(void)state;
	assert_ptr_equal(facts_link(&facts, "eth1"), &links[1]);
	assert_ptr_equal(facts_role(&facts, "lan"), &roles[0]);
	assert_null(facts_link(&facts, "eth"));
	assert_null(facts_role(&facts, "lan6"));
	assert_null(facts_link(&(struct facts){ 0 }, "eth0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_and_roles_are_found_by_name),
	};

	return RUN(tests);
}
