/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/path.h"

#include "../test.h"
#include "base/compiler.h"

#define DELAY 20

struct way {
	struct path path;
	int64_t now;
	bool dead;
	unsigned asked, lose_every; /* 0: none */
	int64_t lost_at, works_at;
	struct {
		int64_t at;
		uint32_t id;
	} answers[64];
	size_t n;
};

static void start(struct way *way, enum path_state state)
{
	*way = (struct way){ .now = 1000, .lost_at = -1, .works_at = -1 };
	path_init(&way->path, state, way->now);
}

static void answer_due(struct way *way)
{
	for (size_t i = 0; i < way->n; i++) {
		if (!way->answers[i].id || way->answers[i].at > way->now)
			continue;
		path_answer(&way->path, way->answers[i].id, 1, way->now);
		way->answers[i].id = 0;
	}
	while (way->n && !way->answers[way->n - 1].id)
		way->n--;
}

/* The world and the daemon's loop, a step of 10 ms each. */
static void run(struct way *way, int64_t ms)
{
	int64_t end = way->now + ms;
	uint32_t id;

	for (; way->now < end; way->now += 10) {
		enum path_state before = way->path.state;

		answer_due(way);
		while (path_due(&way->path) <= way->now && path_ask(&way->path, way->now, &id)) {
			way->asked++;
			if (way->dead || (way->lose_every && way->asked % way->lose_every == 0))
				continue;
			assert_in_range(way->n, 0, 63);
			way->answers[way->n].at = way->now + DELAY;
			way->answers[way->n++].id = id;
		}
		if (before != PATH_LOST && way->path.state == PATH_LOST)
			way->lost_at = way->now;
		if (before != PATH_WORKS && way->path.state == PATH_WORKS)
			way->works_at = way->now;
	}
}

static void one_answer_is_enough_at_first(void **state)
{
	struct way way;

	(void)state;
	start(&way, PATH_UNKNOWN);
	run(&way, 100);
	assert_int_equal(way.path.state, PATH_WORKS);
	assert_in_range(way.path.delay_ms, DELAY, DELAY + 10);
	assert_int_equal(way.path.hops, 1);
}

static void who_is_not_chosen_is_asked_rarely(void **state)
{
	struct way way;

	(void)state;
	start(&way, PATH_UNKNOWN);
	run(&way, 90000);
	way.asked = 0;
	run(&way, 600000);
	assert_in_range(way.asked, 19, 21);
}

static void death_is_known_within_four_seconds(void **state)
{
	struct way way;

	(void)state;
	start(&way, PATH_UNKNOWN);
	path_watch(&way.path, true, way.now);
	run(&way, 30000);
	way.dead = true;
	way.asked = 0;
	run(&way, 6000);
	assert_in_range(way.lost_at - 31000, 2000, 4000);
	assert_in_range(way.asked, 5, 20);
}

static void it_is_back_after_three_seconds_of_answers(void **state)
{
	struct way way;
	int64_t back;

	(void)state;
	start(&way, PATH_WORKS);
	path_watch(&way.path, true, way.now);
	way.dead = true;
	run(&way, 20000);
	assert_int_equal(way.path.state, PATH_LOST);
	way.dead = false;
	back = way.now;
	run(&way, 10000);
	assert_int_equal(way.path.state, PATH_WORKS);
	assert_in_range(way.works_at - back, 3000, 5000);
}

static void who_comes_and_goes_has_to_answer_longer(void **state)
{
	struct way way;
	int64_t waited[3];

	(void)state;
	start(&way, PATH_WORKS);
	path_watch(&way.path, true, way.now);
	for (unsigned i = 0; i < ARRAY_LENGTH(waited); i++) {
		int64_t back;

		way.dead = true;
		run(&way, 7000);
		way.dead = false;
		back = way.now;
		run(&way, 20000);
		assert_int_equal(way.path.state, PATH_WORKS);
		waited[i] = way.works_at - back;
	}
	assert_true(waited[1] > waited[0] && waited[2] > waited[1]);
}

static void a_third_lost_is_no_death(void **state)
{
	struct way way;

	(void)state;
	start(&way, PATH_UNKNOWN);
	way.lose_every = 3;
	path_watch(&way.path, true, way.now);
	run(&way, 600000);
	assert_int_equal(way.lost_at, -1);
	assert_in_range(path_loss_percent(&way.path), 28, 38);
}

/* What is lost while routes are still found says nothing about the way. */
static void nothing_is_said_of_losses_before_enough_is_known(void **state)
{
	struct way way;

	(void)state;
	start(&way, PATH_UNKNOWN);
	run(&way, 3000);
	way.lose_every = 2;
	run(&way, 12000);
	way.lose_every = 0;
	for (unsigned i = 0; i < 300; i++) {
		run(&way, 1000);
		assert_int_equal(path_loss_percent(&way.path), 0);
	}
}

static void what_no_route_leads_to_is_lost_at_once(void **state)
{
	struct way way;

	(void)state;
	start(&way, PATH_UNKNOWN);
	run(&way, 1000);
	path_cut(&way.path, way.now);
	assert_int_equal(way.path.state, PATH_LOST);
}

static void answers_that_nobody_waits_for_are_nothing(void **state)
{
	struct path path;

	(void)state;
	path_init(&path, PATH_UNKNOWN, 0);
	path_answer(&path, 0, 0, 10);
	path_answer(&path, 77, 0, 10);
	assert_int_equal(path.state, PATH_UNKNOWN);
	assert_int_equal(path.answered_ms, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_answer_is_enough_at_first),
		cmocka_unit_test(who_is_not_chosen_is_asked_rarely),
		cmocka_unit_test(death_is_known_within_four_seconds),
		cmocka_unit_test(it_is_back_after_three_seconds_of_answers),
		cmocka_unit_test(who_comes_and_goes_has_to_answer_longer),
		cmocka_unit_test(a_third_lost_is_no_death),
		cmocka_unit_test(nothing_is_said_of_losses_before_enough_is_known),
		cmocka_unit_test(what_no_route_leads_to_is_lost_at_once),
		cmocka_unit_test(answers_that_nobody_waits_for_are_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
