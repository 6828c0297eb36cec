/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/steering_rules.h"

#include "../../../test.h"
#include "base/buf.h"
#include "plan/numbers.h"

static void own(struct steer_rules *rules)
{
	*rules = (struct steer_rules){ .clients = { { "anygw", "br-lan" }, 2 },
		                       .everybody = STEER_NOBODY };
	assert_true(prefix_parse("10.13.2.1/16", &rules->own4));
	assert_true(prefix_parse("2001:db8:13::2:1/64", &rules->own6));
}

static void expect(const struct steer_rules *rules, const char *line, bool there)
{
	BUF_AUTO out = { 0 };

	steer_rules_print(rules, &out);
	if (!strstr(out.text, line) == there)
		fail_msg("%s '%s' in:\n%s", there ? "no" : "a", line, out.text);
}

static void where_there_is_nothing_to_do_there_is_no_table(void **state)
{
	struct steer_rules rules;
	BUF_AUTO out = { 0 };

	(void)state;
	own(&rules);
	assert_false(steer_rules_any(&rules));
	steer_rules_print(&rules, &out);
	assert_string_equal(out.text, "add table inet weft_steer\ndelete table inet weft_steer\n");
}

static void clients_get_the_mark_of_their_gateway(void **state)
{
	const struct steer_client clients[] = { { { { 2, 0, 0x5e, 0x10, 0, 7 } }, 0 },
		                                { { { 2, 0, 0x5e, 0x10, 0, 8 } }, 3 } };
	struct steer_rules rules;

	(void)state;
	own(&rules);
	rules.steered = clients;
	rules.n_steered = 2;
	expect(&rules, "02:00:5e:10:00:08 : goto to_3", true);
	expect(&rules, "meta mark set meta mark & 0x00ffffff | 0x13000000", true);
	expect(&rules, "iifname != { \"anygw\", \"br-lan\" } return", true);
	expect(&rules, "chain to_1 ", false);
	/* A node that only sends takes nothing. */
	expect(&rules, "chain enter {\n\t\tdrop\n\t}", true);
}

static void all_who_did_not_choose_can_be_steered(void **state)
{
	struct steer_rules rules;

	(void)state;
	own(&rules);
	rules.everybody = 5;
	expect(&rules, "\t\tgoto to_5\n", true);
	expect(&rules, "map steered", false);
}

static void a_gateway_takes_who_it_wants(void **state)
{
	struct steer_rules rules;

	(void)state;
	own(&rules);
	rules.uplinks = (struct steer_devices){ { "wan0" }, 1 };
	rules.mesh = (struct steer_devices){ { "mesh0_17" }, 1 };
	rules.offer = (struct steer_offer){ .tunnel = true, .routed = true };
	expect(&rules, "ip6 saddr != { fc00::/7, 2001:db8:13::/64 } drop", true);
	expect(&rules, "iifname { \"wan0\" } drop", true);
	expect(&rules, "iifname { \"mesh0_17\" } oifname { \"wan0\" } drop", false);
	expect(&rules, "limit rate over", false);
	rules.offer.members = true;
	rules.offer.routed = false;
	rules.offer.n_members = 1;
	assert_true(prefix_parse("fd0d:fe46:8ce8::5/64", &rules.offer.member[0]));
	expect(&rules, "elements = { fd0d:fe46:8ce8::/64 }", true);
	expect(&rules, "ip6 saddr != @members drop", true);
	expect(&rules, "iifname { \"mesh0_17\" } oifname { \"wan0\" } drop", true);
	rules.offer.tunnel = false;
	expect(&rules, "@members", false);
	rules.offer.limit_kbps = 8000;
	expect(&rules, "limit rate over 1000000 bytes/second burst 250000 bytes drop", true);
}

static void marks_stay_within_their_bits(void **state)
{
	(void)state;
	assert_int_equal(steer_mark(0), MARK_FIRST);
	for (uint8_t i = 0; i < STEER_SLOTS_MAX; i++)
		assert_true(steer_mark(i) >= MARK_FIRST && steer_mark(i) <= MARK_LAST &&
		            !(steer_mark(i) & ~MARK_MASK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_there_is_nothing_to_do_there_is_no_table),
		cmocka_unit_test(clients_get_the_mark_of_their_gateway),
		cmocka_unit_test(all_who_did_not_choose_can_be_steered),
		cmocka_unit_test(a_gateway_takes_who_it_wants),
		cmocka_unit_test(marks_stay_within_their_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
