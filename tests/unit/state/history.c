/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/history.h"

#include "../test.h"
#include "state/seen.h"

#define STEP_MS (HISTORY_STEP_S * UINT64_C(1000))

static struct seen_mesh mesh = { .port = "eth0_29",
	                         .own = { { 2, 0, 0, 0, 0, 9 } },
	                         .other = { { 2, 0, 0, 0, 0, 8 } } };
static struct seen_babel babel = { "eth0_17",
	                           { IP_V6, { 0xfe, 0x80, [15] = 2 } },
	                           { IP_V6, { 0xfe, 0x80, [15] = 1 } },
	                           512,
	                           256,
	                           256 };

static void see(struct link_history *history, uint32_t tq, uint64_t now)
{
	struct seen seen = { .mesh = &mesh, .n_mesh = tq != 0 };

	mesh.tq = tq;
	link_history_add(history, &seen, now);
}

static void points_are_percents_of_each_minute(void **state)
{
	AUTO(link_history_free) struct link_history *history = link_history_new();
	uint8_t points[HISTORY_POINTS];
	struct link_history_link link;

	(void)state;
	see(history, 255, 1000 * STEP_MS);
	see(history, 128, 1000 * STEP_MS + 1); /* the worst of a minute */
	see(history, 200, 1000 * STEP_MS + 2);
	see(history, 255, 1001 * STEP_MS);
	see(history, 0, 1002 * STEP_MS);
	see(history, 51, 1003 * STEP_MS);
	assert_true(link_history_link(history, 0, &link));
	assert_string_equal(link.key, "020000000008020000000009");
	assert_string_equal(link.other, "02:00:00:00:00:08");
	assert_string_equal(link.port, "eth0_29");
	assert_int_equal(link.kind, HISTORY_BATMAN);
	assert_false(link_history_link(history, 1, &link));
	assert_int_equal(link_history_points(history, 0, 1004 * STEP_MS, points), 5);
	assert_int_equal(points[0], 50);
	assert_int_equal(points[1], 100);
	assert_int_equal(points[2], HISTORY_NONE);
	assert_int_equal(points[3], 20);
	assert_int_equal(points[4], HISTORY_NONE);
}

static void a_ring_of_four_hours_forgets_what_is_older(void **state)
{
	AUTO(link_history_free) struct link_history *history = link_history_new();
	uint8_t points[HISTORY_POINTS];
	struct link_history_link link;

	(void)state;
	for (uint64_t step = 5; step < 5 + 2 * HISTORY_POINTS; step++)
		see(history, step < 5 + HISTORY_POINTS ? 255 : 128, step * STEP_MS);
	assert_int_equal(
		link_history_points(history, 0, (4 + 2 * HISTORY_POINTS) * STEP_MS, points),
		HISTORY_POINTS);
	for (size_t i = 0; i < HISTORY_POINTS; i++)
		assert_int_equal(points[i], 50);
	/* A gap holds nothing of the round before. */
	see(history, 255, (4 + 2 * HISTORY_POINTS + 100) * STEP_MS);
	assert_int_equal(
		link_history_points(history, 0, (4 + 2 * HISTORY_POINTS + 100) * STEP_MS, points),
		HISTORY_POINTS);
	assert_int_equal(points[HISTORY_POINTS - 1], 100);
	for (size_t i = 1; i < 100; i++)
		assert_int_equal(points[HISTORY_POINTS - 1 - i], HISTORY_NONE);
	/* One that was away all the time is gone. */
	see(history, 0, (4 + 3 * HISTORY_POINTS + 101) * STEP_MS);
	assert_false(link_history_link(history, 0, &link));
}

static void of_too_many_links_the_oldest_makes_room(void **state)
{
	AUTO(link_history_free) struct link_history *history = link_history_new();
	struct seen seen = { .babel = &babel, .n_babel = 1 };
	struct link_history_link link;
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < 2 * HISTORY_LINKS_MAX; i++) {
		babel.other.byte[15] = (uint8_t)i;
		link_history_add(history, &seen, i * STEP_MS / HISTORY_LINKS_MAX);
	}
	while (link_history_link(history, n, &link))
		n++;
	assert_int_equal(n, HISTORY_LINKS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_percents_of_each_minute),
		cmocka_unit_test(a_ring_of_four_hours_forgets_what_is_older),
		cmocka_unit_test(of_too_many_links_the_oldest_makes_room),
	};

	return RUN(tests);
}
