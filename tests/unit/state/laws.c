/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What holds for every table, whatever is said in it: the same statements in any order, any number
 * of times, make the same store.
 */
#include <errno.h>

#include "fixture.h"
#include "state/value.h"

#define AUTHORS 3
#define KEYS    4
#define CHANGES 40
#define PACKETS (AUTHORS * CHANGES * 2 + 64)
#define ORDERS  6

struct history {
	struct packet packets[PACKETS];
	size_t n;
	uint64_t now;
};

static struct history history;

/* All that is ever said: caught as it happens. */
static void catch (void *context, const struct row *row)
{
	struct history *h = context;

	if (row->state == ROW_EXPIRED)
		return;
	assert_true(h->n < PACKETS);
	h->packets[h->n++] = packet_of(row, h->now);
}

static void change(struct party *party, const struct state_table *table, uint64_t *seed,
                   struct arena *arena, uint64_t now)
{
	const char *key = random_key(table, seed, KEYS, arena);
	int error;

	if (random_next(seed) % 4 == 0) {
		error = store_remove(party->store, table, key, now);
		assert_true(error == 0 || error == -ENOENT);
		return;
	}
	error = store_put(party->store, table, key, random_object(table->shape, seed, arena), 0,
	                  now);
	assert_true(error == 0 || error == -ENOSPC);
}

static void make_history(const struct state_table *table, uint64_t seed)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party parties[AUTHORS];

	history.n = 0;
	for (size_t i = 0; i < AUTHORS; i++) {
		party_init(&parties[i], i + 1);
		store_watch(parties[i].store, catch, &history);
	}
	for (unsigned i = 0; i < CHANGES; i++) {
		history.now = i * 1000;
		change(&parties[random_next(&seed) % AUTHORS], table, &seed, arena, history.now);
		if (random_next(&seed) % 8 == 0)
			store_settle(parties[random_next(&seed) % AUTHORS].store, history.now);
	}
	for (size_t i = 0; i < AUTHORS; i++)
		party_done(&parties[i]);
}

static void shuffle(uint64_t *seed)
{
	for (size_t i = history.n; i > 1; i--) {
		size_t j = random_next(seed) % i;
		struct packet packet = history.packets[i - 1];

		history.packets[i - 1] = history.packets[j];
		history.packets[j] = packet;
	}
}

static void merge_all(struct party *party, size_t part, uint64_t *seed)
{
	for (size_t i = 0; i < history.n; i += 1) {
		(void)packet_merge(party->store, &history.packets[i], history.now);
		/* Some of them twice, at another moment. */
		if (part && random_next(seed) % part == 0)
			(void)packet_merge(party->store,
			                   &history.packets[random_next(seed) % (i + 1)],
			                   history.now);
	}
}

/* A packet that came too early may have been refused for ever; none may be. */
static void test_order(void **state)
{
	(void)state;
	for (size_t t = 0; state_tables[t]; t++) {
		const struct state_table *table = state_tables[t];

		for (uint64_t round = 0; table->shape && round < 4; round++) {
			uint64_t seed = round * 1000 + t, root = 0;

			make_history(table, seed);
			for (unsigned order = 0; order < ORDERS; order++) {
				struct party party;

				party_init(&party, 99);
				shuffle(&seed);
				merge_all(&party, order, &seed);
				if (!order)
					root = digest_root(party.store);
				if (digest_root(party.store) != root)
					fail_msg("%s: order %u of round %u", table->name, order,
					         (unsigned)round);
				party_done(&party);
			}
		}
	}
}

static void test_idempotent(void **state)
{
	(void)state;
	for (size_t t = 0; state_tables[t]; t++) {
		struct party party;
		uint64_t root, serial, seed = t;

		if (!state_tables[t]->shape)
			continue;
		make_history(state_tables[t], seed);
		party_init(&party, 99);
		merge_all(&party, 0, &seed);
		root = digest_root(party.store);
		serial = store_serial(party.store, state_tables[t]);
		shuffle(&seed);
		merge_all(&party, 0, &seed);
		assert_true(digest_root(party.store) == root);
		assert_int_equal(store_serial(party.store, state_tables[t]), serial);
		party_done(&party);
	}
}

/* Two stores that tell each other all that they have are equal, and so is a third. */
static void test_exchange(void **state)
{
	static struct packet packets[2][PACKETS];

	(void)state;
	for (size_t t = 0; state_tables[t]; t++) {
		struct party party[2];
		size_t n[2];
		uint64_t seed = t;

		if (!state_tables[t]->shape)
			continue;
		make_history(state_tables[t], seed);
		for (size_t i = 0; i < 2; i++) {
			party_init(&party[i], 90 + i);
			for (size_t j = 0; j < history.n; j++) {
				if (random_next(&seed) & 1)
					(void)packet_merge(party[i].store, &history.packets[j],
					                   history.now);
			}
			n[i] = packets_of(party[i].store, history.now, packets[i], PACKETS);
		}
		for (size_t i = 0; i < 2; i++) {
			for (size_t j = 0; j < n[1 - i]; j++)
				(void)packet_merge(party[i].store, &packets[1 - i][j], history.now);
		}
		assert_true(digest_root(party[0].store) == digest_root(party[1].store));
		party_done(&party[0]);
		party_done(&party[1]);
	}
}

/* What is written is read the same, and there is one way alone to write it. */
static void test_values(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (size_t t = 0; state_tables[t]; t++) {
		const struct shape *shape = state_tables[t]->shape;

		for (unsigned i = 0; shape && i < 200; i++) {
			AUTO(arena_free) struct arena *arena = arena_new();
			const void *object = random_object(shape, &seed, arena);
			void *read = arena_alloc(arena, shape->size);
			uint8_t bytes[ROW_VALUE_MAX], again[ROW_VALUE_MAX];
			size_t size, size_again;

			assert_int_equal(value_write(shape, object, bytes, &size), 0);
			assert_int_equal(value_read(shape, bytes, size, arena, read), 0);
			assert_int_equal(value_write(shape, read, again, &size_again), 0);
			assert_int_equal(size, size_again);
			assert_memory_equal(bytes, again, size);
			assert_true(shape_equal(shape, object, read));
		}
	}
}

static void test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; state_tables[i]; i++) {
		const struct state_table *table = state_tables[i];

		assert_ptr_equal(state_table_find(table->name), table);
		/* A number that is used twice is found for the first alone. */
		assert_ptr_equal(state_table_by_id(table->id), table);
		assert_true(table->id > 0 && table->id < 64);
		assert_true(table->max_value > 0 && table->max_value <= ROW_VALUE_MAX);
		assert_true(table->lifetime_s > 0 && table->lifetime_s <= ROW_LIFETIME_MAX);
		assert_true(table->max_rows > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),   cmocka_unit_test(test_values),
		cmocka_unit_test(test_order),    cmocka_unit_test(test_idempotent),
		cmocka_unit_test(test_exchange),
	};

	return RUN(tests);
}
