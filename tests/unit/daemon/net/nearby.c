/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/nearby.h"

#include "../../test.h"

struct fixture {
	struct nearby nearby;
	uint64_t serial;
	int64_t now;
};

static const struct in6_addr ana = { .s6_addr = { 0xfe, 0x80, [15] = 1 } },
			     beto = { .s6_addr = { 0xfe, 0x80, [15] = 2 } };

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->serial = 1;
	f->now = 1000000;
	*state = f;
	return 0;
}

static int stop(void **state)
{
	free(*state);
	return 0;
}

static uint64_t serial_of(void *data, const struct compat_type *type)
{
	const struct fixture *f = data;

	(void)type;
	return f->serial;
}

static bool next(struct fixture *f, struct neighbour_task *task)
{
	return nearby_next(&f->nearby, f->now, COMPAT_ASYNC | COMPAT_HTTP, serial_of, f, task);
}

/* Whoever is there speaks only this protocol, and has all types. */
static size_t talk(struct fixture *f, enum compat_protocol spoken, size_t *n_failed)
{
	struct neighbour_task task;
	size_t n = 0;

	*n_failed = 0;
	while (next(f, &task)) {
		bool speaks = !(task.protocol & COMPAT_ASYNC) == !(spoken & COMPAT_ASYNC);

		nearby_done(&f->nearby, &task, speaks ? NEIGHBOUR_DONE : NEIGHBOUR_FAILED, speaks,
		            f->now);
		n += speaks;
		*n_failed += !speaks;
		assert_true(n + *n_failed < 1000);
	}
	return n;
}

static void each_type_is_exchanged_once_an_interval(void **state)
{
	struct fixture *f = *state;
	size_t n_failed, n_async = 0;

	for (size_t i = 0; i < n_compat_types; i++)
		n_async += (compat_types[i].protocols & COMPAT_ASYNC) != 0;
	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	assert_int_equal(talk(f, COMPAT_ASYNC, &n_failed), n_async);
	assert_int_equal(n_failed, 1);
	assert_int_equal(talk(f, COMPAT_ASYNC, &n_failed), 0);
	f->now += 29000;
	assert_int_equal(talk(f, COMPAT_ASYNC, &n_failed), 0);
	f->now += 1000;
	/* bat-hosts and two kinds of links. */
	assert_int_equal(talk(f, COMPAT_ASYNC, &n_failed), 3);
	/* HTTP was tried once more, and then less and less often. */
	assert_int_equal(n_failed, 1);
}

static void who_speaks_nothing_is_left_alone(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	/* A day, looked at each minute: two protocols, each hour at last. */
	for (int i = 0; i < 24 * 60; i++) {
		struct neighbour_task task;

		assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
		while (next(f, &task)) {
			nearby_done(&f->nearby, &task, NEIGHBOUR_FAILED, false, f->now);
			n++;
		}
		f->now += 60000;
	}
	assert_in_range(n, 40, 70);
}

static void news_are_told_at_once_and_else_nothing_is_said(void **state)
{
	struct fixture *f = *state;
	struct neighbour_task task;
	size_t n_failed;

	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	(void)talk(f, COMPAT_HTTP, &n_failed);
	f->now += 3000;
	assert_false(next(f, &task));
	f->serial++;
	assert_true(next(f, &task));
	assert_false(task.empty);
	nearby_done(&f->nearby, &task, NEIGHBOUR_DONE, true, f->now);
	(void)talk(f, COMPAT_HTTP, &n_failed);
	/* Later it is listened to, and told nothing that it has. */
	f->now += 90000;
	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	f->now += 90000;
	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	f->now += 90000;
	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	f->now += 31000;
	assert_true(next(f, &task));
	assert_int_equal(task.protocol, COMPAT_ASYNC);
	nearby_done(&f->nearby, &task, NEIGHBOUR_FAILED, false, f->now);
	assert_true(next(f, &task));
	assert_true(task.empty);
}

static void one_at_a_time_with_each(void **state)
{
	struct fixture *f = *state;
	struct neighbour_task first, second, third;

	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	assert_true(nearby_see(&f->nearby, 3, &beto, f->now));
	assert_true(next(f, &first));
	assert_true(next(f, &second));
	assert_int_not_equal(first.neighbour, second.neighbour);
	assert_false(next(f, &third));
	nearby_done(&f->nearby, &first, NEIGHBOUR_UNKNOWN_TYPE, false, f->now);
	assert_true(next(f, &third));
	assert_int_equal(third.neighbour, first.neighbour);
	assert_int_not_equal(third.type, first.type);
}

static void who_is_gone_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct neighbour_task task, other;

	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	assert_true(next(f, &task));
	nearby_forget_link(&f->nearby, 3);
	assert_true(nearby_see(&f->nearby, 3, &beto, f->now));
	/* What comes of the old one says nothing of the new one in its place. */
	nearby_done(&f->nearby, &task, NEIGHBOUR_FAILED, false, f->now);
	assert_true(next(f, &other));
	assert_int_equal(other.protocol, COMPAT_ASYNC);
	nearby_done(&f->nearby, &other, NEIGHBOUR_DONE, true, f->now);
	f->now += NEIGHBOUR_GONE_MS + 1;
	assert_false(next(f, &other));
}

static void there_is_room_for_so_many(void **state)
{
	struct fixture *f = *state;
	struct in6_addr address = ana;

	for (unsigned i = 0; i < NEIGHBOURS_MAX; i++) {
		address.s6_addr[14] = (uint8_t)i;
		assert_true(nearby_see(&f->nearby, 3, &address, f->now));
	}
	assert_false(nearby_see(&f->nearby, 4, &ana, f->now));
	f->now += NEIGHBOUR_GONE_MS + 1;
	assert_true(nearby_see(&f->nearby, 4, &ana, f->now));
}

static void a_weft_needs_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct neighbour_task task;

	assert_true(nearby_see(&f->nearby, 3, &ana, f->now));
	f->nearby.all[0].weft = true;
	assert_false(next(f, &task));
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_type_is_exchanged_once_an_interval),
		TEST(who_speaks_nothing_is_left_alone),
		TEST(news_are_told_at_once_and_else_nothing_is_said),
		TEST(one_at_a_time_with_each),
		TEST(who_is_gone_is_forgotten),
		TEST(there_is_room_for_so_many),
		TEST(a_weft_needs_nothing_else),
	};

	return RUN(tests);
}
