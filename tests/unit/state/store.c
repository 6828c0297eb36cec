/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/store.h"

#include <errno.h>

#include "fixture.h"
#include "state/parts.h"

#define MAC_A "02:00:00:00:00:0a"

static const struct state_table *const leases = &state_table_leases;

static struct lease_row lease(const char *ip, const char *hostname)
{
	struct lease_row row = { .hostname = hostname };

	assert_true(ip_parse(ip, &row.ip));
	return row;
}

static void put(struct party *party, const char *key, const char *ip, uint64_t now)
{
	struct lease_row row = lease(ip, "phone");

	assert_int_equal(store_put(party->store, leases, key, &row, 0, now), 0);
}

/* Hands over everything, as it is now. */
static void copy(const struct party *from, struct party *to, uint64_t now)
{
	static struct packet packets[1024];
	size_t n = packets_of(from->store, now, packets, ARRAY_LENGTH(packets));

	for (size_t i = 0; i < n; i++)
		(void)packet_merge(to->store, &packets[i], now);
}

static struct packet packet_for(const struct party *party, const char *key, uint64_t now)
{
	const struct row *row = store_find(party->store, leases, key, store_self(party->store));

	assert_non_null(row);
	return packet_of(row, now);
}

static uint64_t refused(const struct party *party, enum merge_refusal why)
{
	struct store_stats stats;

	store_stats(party->store, &stats);
	return stats.n_refused[why];
}

static void test_put(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a;
	struct lease_row read, wrong = lease("10.0.0.1", "two words");
	const struct row *row;
	uint64_t serial;

	(void)state;
	party_init(&a, 1);
	put(&a, MAC_A, "10.0.0.1", 5);
	row = store_find(a.store, leases, MAC_A, store_self(a.store));
	assert_non_null(row);
	assert_int_equal(row_read(row, arena, &read), 0);
	assert_string_equal(read.hostname, "phone");
	assert_int_equal(row_age_ms(row, 1005), 1000);

	/* The same words are no new version. */
	serial = store_serial(a.store, leases);
	put(&a, MAC_A, "10.0.0.1", 6);
	assert_int_equal(store_serial(a.store, leases), serial);
	put(&a, MAC_A, "10.0.0.2", 7);
	assert_int_equal(store_serial(a.store, leases), serial + 1);
	assert_int_equal(digest_count(a.store), 1);

	assert_int_equal(store_put(a.store, leases, MAC_A, &wrong, 0, 8), -EINVAL);
	assert_int_equal(store_put(a.store, leases, "no mac", &read, 0, 8), -EINVAL);
	assert_int_equal(store_remove(a.store, leases, "02:00:00:00:00:0b", 8), -ENOENT);
	assert_int_equal(store_remove(a.store, leases, MAC_A, 8), 0);
	assert_null(store_next(a.store, leases, NULL));
	row = store_next_changed(a.store, leases, serial + 1);
	assert_int_equal(row->state, ROW_REMOVED);
	assert_null(row->next);
	party_done(&a);
}

static void test_own_limit(void **state)
{
	struct party a;
	struct lease_row row = lease("10.0.0.1", NULL);
	char key[MAC_TEXT_SIZE];

	(void)state;
	party_init(&a, 1);
	store_presence(a.store, 0);
	for (unsigned i = 0; i < leases->max_rows; i++) {
		snprintf(key, sizeof(key), "02:00:00:00:%02x:%02x", i >> 8, i & 255);
		assert_int_equal(store_put(a.store, leases, key, &row, 0, i), 0);
	}
	assert_int_equal(store_put(a.store, leases, "02:ff:00:00:00:00", &row, 0, 1), -ENOSPC);
	/* One withdrawn makes room for one, again and again. */
	for (unsigned i = 0; i < 3 * leases->max_rows; i++) {
		snprintf(key, sizeof(key), "02:00:00:00:%02x:%02x", i >> 8, i & 255);
		assert_int_equal(store_remove(a.store, leases, key, i), 0);
		snprintf(key, sizeof(key), "02:00:00:00:%02x:%02x", (i + 256) >> 8,
		         (i + 256) & 255);
		assert_int_equal(store_put(a.store, leases, key, &row, 0, i), 0);
	}
	assert_true(digest_count(a.store) <= 2 * leases->max_rows + 1);
	party_done(&a);
}

/* The newest version stays, whatever comes when. */
static void test_versions(void **state)
{
	struct party a, b;
	struct packet old, new, removed;

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	put(&a, MAC_A, "10.0.0.1", 0);
	old = packet_for(&a, MAC_A, 0);
	put(&a, MAC_A, "10.0.0.2", 0);
	new = packet_for(&a, MAC_A, 0);
	assert_int_equal(store_remove(a.store, leases, MAC_A, 0), 0);
	removed = packet_of(store_next_changed(a.store, leases, 0), 0);

	assert_int_equal(packet_merge(b.store, &new, 0), MERGE_TAKEN);
	assert_int_equal(packet_merge(b.store, &new, 0), MERGE_SAME);
	assert_int_equal(packet_merge(b.store, &old, 0), MERGE_OLDER);
	assert_int_equal(packet_merge(b.store, &removed, 0), MERGE_TAKEN);
	assert_int_equal(packet_merge(b.store, &new, 0), MERGE_OLDER);
	assert_null(store_next(b.store, leases, NULL));
	assert_true(digest_root(a.store) == digest_root(b.store));
	party_done(&a);
	party_done(&b);
}

static void test_expiry(void **state)
{
	struct party a, b;
	struct packet packet;
	uint64_t life = leases->lifetime_s * UINT64_C(1000);

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	put(&a, MAC_A, "10.0.0.1", 0);
	packet = packet_for(&a, MAC_A, 1000);
	assert_int_equal(packet_merge(b.store, &packet, 50), MERGE_TAKEN);
	/* A second old when it came, and a millisecond for the hop. */
	assert_int_equal(row_remaining_ms(store_next(b.store, leases, NULL), 50), life - 1001);
	(void)store_expire(b.store, 50 + life - 1002);
	assert_non_null(store_next(b.store, leases, NULL));
	(void)store_expire(b.store, 50 + life - 1001);
	assert_null(store_next(b.store, leases, NULL));
	assert_int_equal(digest_count(b.store), 0);
	assert_int_equal(store_next_changed(b.store, leases, 0)->state, ROW_EXPIRED);

	/* Brought back, as if it were young: remembered, and as long as somebody tries. */
	for (unsigned i = 0; i < 10; i++) {
		(void)store_expire(b.store, life + i * HOUR);
		assert_int_equal(packet_merge(b.store, &packet, life + i * HOUR), MERGE_SAME);
	}
	/* At last forgotten; its author's own copy stays while the author lives. */
	(void)store_expire(b.store, life + 20 * HOUR);
	assert_null(store_next_changed(b.store, leases, 0));
	(void)store_expire(a.store, life + 20 * HOUR);
	assert_non_null(store_next(a.store, leases, NULL));
	party_done(&a);
	party_done(&b);
}

/* One sign of life renews all of an author's rows; what it does not name is void. */
static void test_presence(void **state)
{
	struct party a, b, c;
	struct packet first, second;

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	party_init(&c, 3);
	put(&a, MAC_A, "10.0.0.1", 0);
	put(&a, "02:00:00:00:00:0b", "10.0.0.2", 0);
	first = packet_for(&a, MAC_A, 0);
	second = packet_for(&a, "02:00:00:00:00:0b", 0);
	copy(&a, &b, 0);
	for (uint64_t now = 0; now < 10 * HOUR; now += HOUR / 4) {
		store_presence(a.store, now);
		copy(&a, &b, now);
		(void)store_expire(b.store, now);
	}
	assert_int_equal(digest_count(b.store), 3);
	assert_true(digest_root(a.store) == digest_root(b.store));

	/* Withdrawn, and the withdrawal itself forgotten: c hears of it by the sign of life alone.
	 */
	assert_int_equal(store_remove(a.store, leases, MAC_A, 10 * HOUR), 0);
	store_settle(a.store, 10 * HOUR);
	assert_int_equal(digest_count(a.store), 2);
	copy(&a, &c, 10 * HOUR);
	copy(&a, &b, 10 * HOUR);
	assert_int_equal(packet_merge(c.store, &first, 10 * HOUR), MERGE_REFUSED);
	assert_int_equal(refused(&c, REFUSED_VOID), 1);
	assert_int_equal(packet_merge(c.store, &second, 10 * HOUR), MERGE_SAME);
	assert_true(digest_root(a.store) == digest_root(b.store));
	assert_true(digest_root(a.store) == digest_root(c.store));
	party_done(&a);
	party_done(&b);
	party_done(&c);
}

/* A node that forgot everything but its key. */
static void test_restart(void **state)
{
	struct party a, b, again;
	struct host_row host = { .name = "somebody" };
	const struct row *row;

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	party_init(&again, 1);
	put(&a, MAC_A, "10.0.0.1", 0);
	assert_int_equal(store_put(a.store, &state_table_bat_hosts, MAC_A, &host, 0, 0), 0);
	copy(&a, &b, 0);

	store_presence(again.store, 0);
	put(&again, "02:00:00:00:00:0b", "10.0.0.2", 0);
	copy(&b, &again, 10);
	assert_int_equal(store_epoch(again.store), 2);
	store_presence(again.store, 70000);
	/* The lease stands, said once more; the device's name is the past's. */
	row = store_find(again.store, leases, MAC_A, store_self(again.store));
	assert_non_null(row);
	assert_int_equal(row->version.epoch, 2);
	assert_null(store_next(again.store, &state_table_bat_hosts, NULL));
	copy(&again, &b, 70000);
	assert_true(digest_root(again.store) == digest_root(b.store));
	assert_null(store_next(b.store, &state_table_bat_hosts, NULL));
	party_done(&a);
	party_done(&b);
	party_done(&again);
}

static void test_import(void **state)
{
	struct party a, b;
	struct lease_row one = lease("10.0.0.1", "laptop"), two = lease("10.0.0.2", "laptop");
	const struct row *row;

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", &one, 2400 }, 0),
	                 0);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", &one, 2400 }, 0),
	                 -EALREADY);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", &one, 2500 }, 0),
	                 -EALREADY);
	row = store_next(a.store, leases, NULL);
	assert_false(row_is_signed(row));
	assert_int_equal(row_remaining_ms(row, 0), 2400000);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", &one, 4000 }, 0),
	                 0);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", &two, 100 }, 0),
	                 0);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "no name", &two, 100 }, 0),
	                 -EINVAL);

	/* What a key signed stands beside it, and is believed. */
	put(&b, MAC_A, "10.0.0.3", 0);
	copy(&b, &a, 0);
	row = store_believe(a.store, leases, MAC_A, 60000);
	assert_true(row_is_signed(row));
	assert_int_equal(digest_count(a.store), 2);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", NULL, 100 }, 0),
	                 0);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", NULL, 100 }, 0),
	                 -EALREADY);
	copy(&a, &b, 0);
	assert_true(digest_root(a.store) == digest_root(b.store));
	party_done(&a);
	party_done(&b);
}

static void count_change(void *context, const struct row *row)
{
	unsigned *count = context;

	count[row->state]++;
}

static void test_watch(void **state)
{
	struct party a;
	unsigned count[3] = { 0 };
	struct lease_row row = lease("10.0.0.1", NULL);

	(void)state;
	party_init(&a, 1);
	store_watch(a.store, count_change, count);
	put(&a, MAC_A, "10.0.0.1", 0);
	put(&a, MAC_A, "10.0.0.1", 0);
	assert_int_equal(store_import(a.store, leases, MAC_A,
	                              &(struct store_heard){ "LiMe-1", &row, 60 }, 0),
	                 0);
	assert_int_equal(store_remove(a.store, leases, MAC_A, 0), 0);
	(void)store_expire(a.store, 61000);
	assert_int_equal(count[ROW_LIVE], 2);
	assert_int_equal(count[ROW_REMOVED], 1);
	assert_int_equal(count[ROW_EXPIRED], 1);
	party_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),      cmocka_unit_test(test_own_limit),
		cmocka_unit_test(test_versions), cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_presence), cmocka_unit_test(test_restart),
		cmocka_unit_test(test_import),   cmocka_unit_test(test_watch),
	};

	return RUN(tests);
}
