/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "diagnosis/diagnosis.h"

#include "../test.h"
#include "base/buf.h"
#include "base/json.h"

/* A node of which all is well. */
static struct diagnosis_facts well(void)
{
	return (struct diagnosis_facts){
		.name = "casa",
		.meshes = true,
		.n_neighbours = 1,
		.ways = { { true, true, NULL }, { true, true, NULL } },
		.programs = { { "babeld", "running", 0 } },
		.n_programs = 1,
		.uplinks = { { "wan0", true, true, { { "good", NULL, 0, 0 } } } },
		.n_uplinks = 1,
		.links = { { "escuela", "wlan0", 90, 100, false } },
		.n_links = 1,
	};
}

static void print(const struct diagnosis_facts *facts, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	diagnosis_print(facts, &json);
	json_close(&json, '}');
}

/* The first thing that is told. */
static void assert_first(const struct diagnosis_facts *facts, const char *kind, const char *text)
{
	BUF_AUTO out = { 0 }, wanted = { 0 };

	print(facts, &out);
	buf_printf(&wanted, "{\"well\":false,\"findings\":[{\"kind\":\"%s\",", kind);
	if (strncmp(out.text, wanted.text, wanted.length) != 0 || !strstr(out.text, text))
		fail_msg("%s, '%s' is not first in: %s", kind, text, out.text);
}

static void nothing_is_told_where_all_is_well(void **state)
{
	struct diagnosis_facts facts = well();
	BUF_AUTO out = { 0 };

	(void)state;
	print(&facts, &out);
	assert_string_equal(out.text, "{\"well\":true,\"findings\":[]}");
}

static void what_is_not_known_is_not_wrong(void **state)
{
	struct diagnosis_facts facts = { 0 };
	BUF_AUTO out = { 0 };

	(void)state;
	print(&facts, &out);
	assert_string_equal(out.text, "{\"well\":true,\"findings\":[]}");
}

static void a_pulled_cable_is_told_before_what_follows_from_it(void **state)
{
	struct diagnosis_facts facts = well();
	BUF_AUTO out = { 0 };

	(void)state;
	facts.uplinks[0].carrier = facts.uplinks[0].up = false;
	facts.ways[0].is_there = facts.ways[1].is_there = false;
	assert_first(&facts, "uplink_unplugged", "Nothing is plugged into wan0");
	print(&facts, &out);
	assert_non_null(strstr(out.text, "\"kind\":\"no_internet\""));
}

static void a_sick_uplink_is_told_with_its_reason(void **state)
{
	struct diagnosis_facts facts = well();

	(void)state;
	facts.uplinks[0].health[0] = (struct diagnosis_health){ "sick", "does not answer", 100, 0 };
	assert_first(&facts, "uplink_sick",
	             "The way to the Internet on wan0 (IPv4) does not answer.");
	assert_first(&facts, "uplink_sick", "\"family\":4,\"percent\":100");
	facts.uplinks[0].health[0].health = "poor";
	assert_first(&facts, "uplink_poor", "\"severity\":\"warning\"");
}

static void a_link_is_compared_with_its_reference(void **state)
{
	struct diagnosis_facts facts = well();

	(void)state;
	facts.links[0].quality_percent = 40;
	assert_first(&facts, "link_dropped", "The link to escuela fell from 100 % to 40 %.");
	assert_first(&facts, "link_dropped", "\"from\":100,\"to\":40");
	facts.links[0].reference_percent = -1;
	facts.links[0].quality_percent = 20;
	assert_first(&facts, "link_poor", "The link to escuela is poor: 20 %.");
	facts.links[0].down = true;
	assert_first(&facts, "link_gone", "The link to escuela is gone");
}

static void a_link_without_a_name_is_told_all_the_same(void **state)
{
	struct diagnosis_facts facts = well();

	(void)state;
	facts.links[0] = (struct diagnosis_link){ NULL, "wlan0", 10, -1, false };
	assert_first(&facts, "link_poor", "The link to a neighbour is poor");
}

static void the_node_itself_comes_first(void **state)
{
	struct diagnosis_facts facts = well();

	(void)state;
	facts.n_neighbours = 0;
	facts.programs[0].state = "missing";
	assert_first(&facts, "program_failed", "The program babeld is not installed.");
	facts.failure = "Permission denied";
	assert_first(&facts, "apply_failed", "Permission denied");
	facts.pending_id = 7;
	facts.pending_s = 30;
	assert_first(&facts, "change_pending", "\"id\":7,\"seconds\":30");
}

static void a_refused_configuration_is_told_by_what_runs(void **state)
{
	struct diagnosis_facts facts = well();

	(void)state;
	facts.refused = "lime-node:3: no option 'x'";
	assert_first(&facts, "configuration_refused", "lime-node:3");
	facts.last_good = true;
	assert_first(&facts, "configuration_last_good", "last good one");
	facts.last_good = false;
	facts.nothing_applied = true;
	assert_first(&facts, "configuration_unusable", "does nothing");
}

static void a_new_node_is_not_blamed_for_being_alone(void **state)
{
	struct diagnosis_facts facts = well();
	BUF_AUTO out = { 0 };

	(void)state;
	facts.n_neighbours = 0;
	facts.first_start = true;
	assert_first(&facts, "first_start", "This node is new");
	print(&facts, &out);
	assert_null(strstr(out.text, "no_neighbour"));
}

static void smaller_things_are_told_too(void **state)
{
	struct diagnosis_facts facts = well();

	(void)state;
	facts.clock_is_wrong = true;
	assert_first(&facts, "clock_wrong", "what time it is");
	facts.programs[0].restarts = 3;
	assert_first(&facts, "program_restarts", "ended 3 times");
	facts.pool_used = 900;
	facts.pool_size = 1000;
	assert_first(&facts, "pool_nearly_full", "90 %");
	facts.same_name = "10.13.1.9";
	assert_first(&facts, "name_collision", "Another node (10.13.1.9) is called casa, too.");
}

static void what_is_usual_of_a_link(void **state)
{
	int points[240];
	bool gone;

	(void)state;
	for (size_t i = 0; i < 240; i++)
		points[i] = i < 230 ? 90 : 30;
	assert_int_equal(diagnosis_usual(points, 240, &gone), 90);
	assert_false(gone);
	/* Just begun: nothing is usual yet. */
	assert_int_equal(diagnosis_usual(points, 14, &gone), -1);
	assert_int_equal(diagnosis_usual(points, 0, &gone), -1);
	assert_int_equal(diagnosis_usual(points, 15, &gone), 90);
	/* Silent for two minutes, then for three. */
	points[239] = points[238] = -1;
	assert_int_equal(diagnosis_usual(points, 240, &gone), 90);
	assert_false(gone);
	points[237] = -1;
	assert_int_equal(diagnosis_usual(points, 240, &gone), 90);
	assert_true(gone);
	/* One that only came by is not missed. */
	for (size_t i = 0; i < 180; i++)
		points[i] = -1;
	assert_int_equal(diagnosis_usual(points, 240, &gone), 90);
	assert_false(gone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_told_where_all_is_well),
		cmocka_unit_test(what_is_not_known_is_not_wrong),
		cmocka_unit_test(a_pulled_cable_is_told_before_what_follows_from_it),
		cmocka_unit_test(a_sick_uplink_is_told_with_its_reason),
		cmocka_unit_test(a_link_is_compared_with_its_reference),
		cmocka_unit_test(a_link_without_a_name_is_told_all_the_same),
		cmocka_unit_test(the_node_itself_comes_first),
		cmocka_unit_test(a_refused_configuration_is_told_by_what_runs),
		cmocka_unit_test(a_new_node_is_not_blamed_for_being_alone),
		cmocka_unit_test(smaller_things_are_told_too),
		cmocka_unit_test(what_is_usual_of_a_link),
	};

	return RUN(tests);
}
