/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/reason.h"

#include "../test.h"
#include "base/buf.h"

struct fixture {
	struct gateway_facts facts[3];
	struct path paths[3];
	struct gateway_view views[3];
};

static void add(struct fixture *f, size_t i, const char *name, unsigned hops, uint32_t delay_ms)
{
	f->facts[i] = (struct gateway_facts){
		.sides = { { HEALTH_GOOD, 10, 0 }, { HEALTH_GOOD, 12, 0 } },
	};
	strncpy(f->facts[i].name, name, sizeof(f->facts[i].name) - 1);
	path_init(&f->paths[i], PATH_WORKS, 0);
	f->paths[i].hops = hops;
	f->paths[i].delay_ms = delay_ms;
	f->paths[i].answered_ms = 5;
	f->views[i] = (struct gateway_view){ &f->facts[i], &f->paths[i], false, 256 * (hops + 1) };
}

static void expect(const struct fixture *f, int used, enum gateway_by by, const char *text)
{
	BUF_AUTO out = { 0 };

	gateway_reason(f->views, 2, used, by, &out);
	assert_string_equal(out.text, text);
}

static void a_nearer_one_that_loses_is_told_of(void **state)
{
	struct fixture f;

	(void)state;
	add(&f, 0, "escuela", 1, 8);
	add(&f, 1, "fibra-norte", 0, 4);
	f.facts[1].sides[0].loss_percent = 8;
	expect(&f, 0, GATEWAY_BY_NEARNESS,
	       "escuela: 2 hops, 18 ms; fibra-norte is nearer but loses 8 %");
}

static void who_decided_is_told(void **state)
{
	struct fixture f;

	(void)state;
	add(&f, 0, "escuela", 1, 8);
	add(&f, 1, "fibra-norte", 0, 4);
	expect(&f, 0, GATEWAY_BY_PERSON, "escuela: 2 hops, 18 ms, chosen; fibra-norte is nearer");
	f.views[1].self = true;
	expect(&f, 1, GATEWAY_BY_NEARNESS, "fibra-norte: this node, 10 ms");
}

static void what_cannot_be_used_says_why(void **state)
{
	static const struct {
		enum gateway_offer offer;
		enum path_state path;
		enum health_class health;
		const char *text;
	} rows[] = {
		{ GATEWAY_OPEN, PATH_WORKS, HEALTH_SICK, "has no Internet now" },
		{ GATEWAY_OPEN, PATH_LOST, HEALTH_GOOD, "does not answer" },
		{ GATEWAY_OPEN, PATH_UNKNOWN, HEALTH_GOOD, "has not answered yet" },
		{ GATEWAY_MEMBERS, PATH_LOST, HEALTH_GOOD, "takes its members alone" },
		{ GATEWAY_CLOSED, PATH_WORKS, HEALTH_GOOD, "takes nobody else's clients" },
		{ GATEWAY_OPEN, PATH_WORKS, HEALTH_FAIR, "is slow" },
		{ GATEWAY_OPEN, PATH_WORKS, HEALTH_GOOD, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct fixture f;
		BUF_AUTO out = { 0 };

		add(&f, 0, "escuela", 0, 3);
		f.facts[0].offer = rows[i].offer;
		f.paths[0].state = rows[i].path;
		f.facts[0].sides[0].health = f.facts[0].sides[1].health = rows[i].health;
		gateway_fault(&f.views[0], &out);
		assert_string_equal(buf_text(&out), rows[i].text);
		assert_int_equal(gateway_is_usable_at_all(&f.views[0]), i >= 5);
	}
}

static void families_are_judged_apart(void **state)
{
	struct fixture f;
	BUF_AUTO out = { 0 };

	(void)state;
	add(&f, 0, "escuela", 0, 3);
	f.facts[0].sides[1].health = HEALTH_SICK;
	assert_true(gateway_is_usable(&f.views[0], 0));
	assert_false(gateway_is_usable(&f.views[0], 1));
	gateway_fault(&f.views[0], &out);
	assert_string_equal(out.text, "has no IPv6 now");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nearer_one_that_loses_is_told_of),
		cmocka_unit_test(who_decided_is_told),
		cmocka_unit_test(what_cannot_be_used_says_why),
		cmocka_unit_test(families_are_judged_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
