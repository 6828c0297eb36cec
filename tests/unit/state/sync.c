/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/sync.h"

#include "fixture.h"
#include "state/sync_parts.h"

struct node {
	struct party party;
	struct sync *sync;
	struct sync_address address;
	uint64_t bytes_out;
};

static void node_init_secret(struct node *node, uint8_t number, uint64_t secret)
{
	struct sync_options options = { .seed = number };

	party_init(&node->party, number);
	node->party.key.secret = secret;
	options.store = node->party.store;
	options.crypto = sim_crypto(&node->party.key);
	node->sync = sync_new(&options);
	node->address = (struct sync_address){ { number } };
	node->bytes_out = 0;
}

static void node_init(struct node *node, uint8_t number)
{
	node_init_secret(node, number, 0);
}

static void node_done(struct node *node)
{
	sync_free(node->sync);
	party_done(&node->party);
}

static void say(struct node *node, unsigned n, uint64_t now)
{
	struct host_row row = { .name = "host" };
	char key[MAC_TEXT_SIZE];

	snprintf(key, sizeof(key), "02:00:00:00:%02x:%02x", n >> 8 & 255, n & 255);
	assert_int_equal(store_put(node->party.store, &state_table_bat_hosts, key, &row, 0, now),
	                 0);
}

/* All that one has to say, to the other at once; gives the bytes. */
static size_t pass(struct node *from, struct node *to, uint64_t now)
{
	struct sync_output out;
	size_t bytes = 0;

	sync_tick(from->sync, now);
	while (sync_output(from->sync, now, &out)) {
		bytes += out.size;
		if (to)
			sync_receive(to->sync, &from->address, out.bytes, out.size, now);
	}
	from->bytes_out += bytes;
	return bytes;
}

static void talk(struct node *a, struct node *b, uint64_t *now, uint64_t ms)
{
	for (uint64_t end = *now + ms; *now < end; *now += 5) {
		(void)pass(a, b, *now);
		(void)pass(b, a, *now);
	}
}

static bool equal(const struct node *a, const struct node *b)
{
	return digest_root(a->party.store) == digest_root(b->party.store);
}

/* Row by row, as they are said. */
static void test_news(void **state)
{
	struct node a, b;
	uint64_t now = 1000;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	talk(&a, &b, &now, 1000);
	for (unsigned i = 0; i < 5; i++) {
		say(&a, i, now);
		talk(&a, &b, &now, 4000);
		assert_true(equal(&a, &b));
		assert_int_equal(digest_count(b.party.store), i + 1);
	}
	node_done(&a);
	node_done(&b);
}

/* What is known takes a hello: a score of bytes every ten seconds, however much that is. */
static void test_idle(void **state)
{
	struct node a, b;
	uint64_t now = 1000, before;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	for (unsigned i = 0; i < 60; i++)
		say(&a, i, now);
	talk(&a, &b, &now, 20000);
	assert_true(equal(&a, &b));
	before = a.bytes_out;
	talk(&a, &b, &now, 100000);
	assert_true(a.bytes_out - before <= UINT64_C(20) * 12);
	node_done(&a);
	node_done(&b);
}

/* A newcomer gets everything once: the rows' own size and little more. */
static void test_newcomer(void **state)
{
	static struct packet packets[4096];
	struct node a, b;
	uint64_t now = 1000;
	size_t n, size = 0;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	for (uint64_t i = 0; i < 50; i++) {
		struct node other;

		node_init(&other, (uint8_t)(50 + i));
		for (unsigned j = 0; j < 40; j++)
			say(&other, j, now);
		n = packets_of(other.party.store, now, packets, ARRAY_LENGTH(packets));
		for (size_t j = 0; j < n; j++) {
			(void)packet_merge(a.party.store, &packets[j], now);
			size += packets[j].size;
		}
		node_done(&other);
	}
	talk(&a, &b, &now, 5000);
	assert_int_equal(digest_count(b.party.store), 2000);
	assert_true(equal(&a, &b));
	assert_true(a.bytes_out < size + size / 10);
	assert_true(b.bytes_out < size / 10);
	node_done(&a);
	node_done(&b);
}

/* Each has what the other lacks, and both have rows that the other has older. */
static void test_repair(void **state)
{
	static struct packet packets[4096];
	struct node a, b, c;
	uint64_t now = 1000;
	size_t n;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	node_init(&c, 3);
	for (unsigned i = 0; i < 60; i++) {
		say(&c, i, now);
		say(&a, 100 + i % 20, now);
		say(&b, 200 + i % 30, now);
	}
	n = packets_of(c.party.store, now, packets, ARRAY_LENGTH(packets));
	for (size_t i = 0; i < n; i++)
		(void)packet_merge(i & 1 ? a.party.store : b.party.store, &packets[i], now);
	talk(&a, &b, &now, 3000);
	assert_true(equal(&a, &b));
	assert_int_equal(digest_count(a.party.store), 60 + 20 + 30);
	node_done(&a);
	node_done(&b);
	node_done(&c);
}

static void test_secret(void **state)
{
	struct node a, b, stranger;
	uint64_t now = 1000;

	(void)state;
	node_init_secret(&a, 1, 4711);
	node_init_secret(&b, 2, 4711);
	node_init_secret(&stranger, 3, 4712);
	say(&a, 1, now);
	talk(&a, &b, &now, 3000);
	assert_true(equal(&a, &b));
	talk(&a, &stranger, &now, 20000);
	assert_int_equal(digest_count(stranger.party.store), 0);
	node_done(&stranger);
	node_init(&stranger, 3);
	say(&stranger, 2, now);
	talk(&a, &stranger, &now, 20000);
	assert_int_equal(digest_count(stranger.party.store), 1);
	assert_int_equal(digest_count(a.party.store), 1);
	node_done(&a);
	node_done(&b);
	node_done(&stranger);
}

/* It was heard and then says nothing: some tries, then it is gone, and costs no more. */
static void test_silent(void **state)
{
	struct node a, b;
	struct sync_peer_info info;
	uint64_t now = 1000, before;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	talk(&a, &b, &now, 1000);
	assert_true(sync_peer(a.sync, 0, now, &info));
	before = a.bytes_out;
	for (unsigned i = 0; i < 60; i++)
		say(&a, i, now);
	for (unsigned i = 0; i < 20000; i++, now += 5)
		(void)pass(&a, NULL, now);
	assert_false(sync_peer(a.sync, 0, now, &info));
	assert_true(a.bytes_out - before < 200000);
	before = a.bytes_out;
	for (unsigned i = 0; i < 20000; i++, now += 5)
		(void)pass(&a, NULL, now);
	assert_true(a.bytes_out - before < 300);
	node_done(&a);
	node_done(&b);
}

static size_t hello(uint8_t *bytes, uint64_t id, uint64_t root)
{
	struct writer writer = { .at = bytes, .end = bytes + SYNC_DATAGRAM_MAX };

	put_number(&writer, FIRST_BYTE << 8 | VERSION_PLAIN, 2);
	put_number(&writer, FLAG_ANSWER, 2 - 1);
	put_number(&writer, 0, 1);
	put_number(&writer, id, 8);
	put_number(&writer, root, 8);
	return (size_t)(writer.at - bytes);
}

/* Ten thousand that pretend to be neighbours; those who were there before stay. */
static void test_crowd(void **state)
{
	struct node a, b;
	struct sync_peer_info info;
	uint64_t now = 1000;
	uint8_t bytes[SYNC_DATAGRAM_MAX];
	size_t n = 0;
	bool found = false;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	talk(&a, &b, &now, 1000);
	for (uint32_t i = 0; i < 10000; i++) {
		struct sync_address address = { { 99 } };

		memcpy(address.byte + 4, &i, 4);
		sync_receive(a.sync, &address, bytes, hello(bytes, 1000 + i, i), now);
		(void)pass(&a, NULL, now);
		now++;
	}
	while (sync_peer(a.sync, n, now, &info)) {
		found = found || info.address.byte[0] == 2;
		n++;
	}
	assert_true(n <= SYNC_PEERS_MAX);
	assert_true(found);
	say(&b, 1, now);
	talk(&a, &b, &now, 5000);
	assert_int_equal(digest_count(a.party.store), 1);
	node_done(&a);
	node_done(&b);
}

/* Who asks for everything, over and over, gets no more than the rate allows. */
static void test_greedy(void **state)
{
	struct node a;
	uint64_t now = 1000;
	uint8_t bytes[SYNC_DATAGRAM_MAX];
	struct sync_address address = { { 99 } };

	(void)state;
	node_init(&a, 1);
	for (unsigned i = 0; i < 60; i++)
		say(&a, i, now);
	for (unsigned i = 0; i < 2000; i++) {
		size_t size = hello(bytes, 7, i);
		struct writer writer = { .at = bytes + size, .end = bytes + sizeof(bytes) };

		put_number(&writer, ITEM_ROOT, 1);
		for (unsigned j = 0; j < DIGEST_FAN; j++)
			put_number(&writer, i & 1, 8);
		sync_receive(a.sync, &address, bytes, (size_t)(writer.at - bytes), now);
		(void)pass(&a, NULL, now);
		now++;
	}
	/* Two seconds. */
	assert_true(a.bytes_out < 3 * SYNC_PEER_RATE);
	node_done(&a);
}

/* Rows with a wrong signature: some are looked at, then their sender is heard no more for a while.
 */
static void test_forger(void **state)
{
	struct node a, b;
	uint64_t now = 1000;
	uint8_t bytes[SYNC_DATAGRAM_MAX];
	struct sync_address address = { { 99 } };
	struct store_stats stats;
	struct packet row;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	say(&b, 1, now);
	row = packet_of(store_next(b.party.store, &state_table_bat_hosts, NULL), now);
	row.bytes[40] ^= 1;
	for (unsigned i = 0; i < 5000; i++, now++) {
		size_t size = hello(bytes, 7, i);

		bytes[size++] = ITEM_ROW;
		memcpy(bytes + size, row.bytes, row.size);
		sync_receive(a.sync, &address, bytes, size + row.size, now);
	}
	store_stats(a.party.store, &stats);
	/* 32 at once, and as many a second. */
	assert_true(stats.n_refused[REFUSED_SIGNATURE] >= 32);
	assert_true(stats.n_refused[REFUSED_SIGNATURE] <= 32 + 6 * 32);
	talk(&a, &b, &now, 2000);
	assert_true(equal(&a, &b));
	node_done(&a);
	node_done(&b);
}

/* Bytes at random, behind a good header and without: nobody falls over, and the good are served. */
static void test_garbage(void **state)
{
	struct node a, b;
	uint64_t now = 1000, seed = 1;
	uint8_t bytes[2 * SYNC_DATAGRAM_MAX];
	struct sync_address address = { { 99 } };
	struct sync_stats stats;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	for (unsigned i = 0; i < 60; i++)
		say(&a, i, now);
	for (unsigned i = 0; i < 20000; i++, now++) {
		size_t size = random_next(&seed) % sizeof(bytes), at = 0;

		if (i & 1)
			at = hello(bytes, 7, i);
		for (; at < size; at++)
			bytes[at] = (uint8_t)(random_next(&seed) % (i & 2 ? 8 : 256));
		sync_receive(a.sync, &address, bytes, size, now);
		if (i % 16 == 0)
			(void)pass(&a, NULL, now);
	}
	sync_stats(a.sync, &stats);
	assert_true(stats.n_bad > 1000);
	assert_int_equal(digest_count(a.party.store), 60);
	talk(&a, &b, &now, 5000);
	assert_true(equal(&a, &b));
	node_done(&a);
	node_done(&b);
}

/* Nothing is due in the past: whoever waits for it cannot spin. */
static void test_next(void **state)
{
	struct node a, b;
	uint64_t now = 1000;

	(void)state;
	node_init(&a, 1);
	node_init(&b, 2);
	say(&a, 1, now);
	for (unsigned i = 0; i < 2000; i++) {
		uint64_t next;

		(void)pass(&a, &b, now);
		(void)pass(&b, i % 7 ? &a : NULL, now);
		next = sync_next(a.sync, now);
		assert_true(next > now && next <= now + 12000);
		if (sync_next(b.sync, now) < next)
			next = sync_next(b.sync, now);
		now = next;
	}
	/* Two thousand wakes are hours, not seconds. */
	assert_true(now > HOUR);
	node_done(&a);
	node_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_news),     cmocka_unit_test(test_idle),
		cmocka_unit_test(test_newcomer), cmocka_unit_test(test_repair),
		cmocka_unit_test(test_secret),   cmocka_unit_test(test_silent),
		cmocka_unit_test(test_crowd),    cmocka_unit_test(test_greedy),
		cmocka_unit_test(test_garbage),  cmocka_unit_test(test_forger),
		cmocka_unit_test(test_next),
	};

	return RUN(tests);
}
