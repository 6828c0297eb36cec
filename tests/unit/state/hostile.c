/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What somebody may try who means harm, or whose node is broken: each harms nobody else. */
#include <errno.h>

#include "fixture.h"
#include "state/bytes.h"
#include "state/parts.h"

#define MAC_A "02:00:00:00:00:0a"

static const struct state_table *const leases = &state_table_leases;

static void put(struct party *party, const char *key, const char *ip, uint64_t now)
{
	struct lease_row row = { .hostname = "phone" };

	assert_true(ip_parse(ip, &row.ip));
	assert_int_equal(store_put(party->store, leases, key, &row, 0, now), 0);
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

static size_t n_live(const struct party *party)
{
	const struct row *row = NULL;
	size_t n = 0;

	while ((row = store_next(party->store, leases, row)))
		n++;
	return n;
}

/* A statement that `signer` signs, whoever it says it is. */
static struct packet forge(struct party *signer, const struct statement *statement)
{
	struct state_crypto crypto = sim_crypto(&signer->key);
	uint8_t bytes[SIGNED_MAX], signature[STATE_SIGNATURE_SIZE];
	struct packet packet;
	struct writer writer;

	packet.size = statement_write(statement, packet.bytes);
	crypto.sign(crypto.context, bytes, statement_sign_bytes(packet.bytes, packet.size, bytes),
	            signature);
	writer = (struct writer){ .at = packet.bytes + packet.size,
		                  .end = packet.bytes + RECORD_MAX };
	if (statement->author.kind == AUTHOR_KEY)
		put_bytes(&writer, signature, sizeof(signature));
	put_number(&writer, 0, 6);
	put_number(&writer, 0, 4);
	assert_false(writer.bad);
	packet.size = (size_t)(writer.at - packet.bytes);
	return packet;
}

/* What a lease of `author` says, without more than a key. */
static struct statement statement_of(const struct party *author, const char *key, size_t size)
{
	struct statement statement = {
		.table_id = leases->id,
		.version = { 1, 1000 },
		.lifetime_s = leases->lifetime_s,
		.key = key,
		.key_size = size,
	};

	statement.author = *store_self(author->store);
	return statement;
}

struct world {
	struct party victim, liar, other;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	party_init(&world->victim, 1);
	party_init(&world->liar, 2);
	party_init(&world->other, 3);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	party_done(&world->victim);
	party_done(&world->liar);
	party_done(&world->other);
	free(world);
	return 0;
}

static void test_forged_author(void **state)
{
	struct world *w = *state;
	struct statement statement = statement_of(&w->victim, MAC_A, strlen(MAC_A));
	struct packet packet = forge(&w->liar, &statement);

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
	assert_int_equal(refused(&w->other, REFUSED_SIGNATURE), 1);
	/* Nor does the victim itself believe it. */
	assert_int_equal(packet_merge(w->victim.store, &packet, 0), MERGE_REFUSED);
	assert_int_equal(store_epoch(w->victim.store), 1);
	/* Withdrawing, and a sign of life that makes all void, need a signature just so. */
	statement.removed = true;
	packet = forge(&w->liar, &statement);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
	statement.table_id = state_table_presence.id;
	statement.removed = false;
	statement.key = "-";
	statement.key_size = 1;
	statement.value = (const uint8_t *)"\1";
	statement.value_size = 1;
	packet = forge(&w->liar, &statement);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
	assert_int_equal(refused(&w->other, REFUSED_SIGNATURE), 3);
}

/* Each byte of a signed statement is under the signature; only the ages behind it are not. */
static void test_changed_byte(void **state)
{
	struct world *w = *state;
	struct packet good;

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	good = packet_for(&w->victim, MAC_A, 0);
	for (size_t i = 0; i < good.size - 10; i++) {
		struct packet packet = good;
		struct record record;
		size_t size = packet.size;

		packet.bytes[i] ^= 0x20;
		if (record_read(packet.bytes, &size, &record) == 0 && record.signature)
			assert_int_equal(store_merge(w->other.store, &record, 0), MERGE_REFUSED);
	}
	assert_int_equal(n_live(&w->other), 0);
}

/* "Only signed rows" cannot be walked around by taking the signature off. */
static void test_unsigned(void **state)
{
	struct world *w = *state;
	struct lease_row row = { .hostname = "evil" };

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	assert_true(ip_parse("10.13.0.66", &row.ip));
	for (unsigned i = 0; i < 100; i++) {
		char name[16];

		snprintf(name, sizeof(name), "LiMe-%u", i);
		assert_int_equal(store_import(w->victim.store, leases, MAC_A,
		                              &(struct store_heard){ name, &row, 4000 }, 10),
		                 0);
	}
	assert_true(row_is_signed(store_believe(w->victim.store, leases, MAC_A, HOUR)));
}

static void test_replayed(void **state)
{
	struct world *w = *state;
	struct packet old, removed;

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	old = packet_for(&w->victim, MAC_A, 0);
	assert_int_equal(packet_merge(w->other.store, &old, 0), MERGE_TAKEN);
	assert_int_equal(store_remove(w->victim.store, leases, MAC_A, 1000), 0);
	removed = packet_of(store_next_changed(w->victim.store, leases, 0), 1000);
	assert_int_equal(packet_merge(w->other.store, &removed, 1000), MERGE_TAKEN);
	/* Again and again, until the withdrawal itself is forgotten and long after. */
	for (uint64_t now = 1000; now < 48 * HOUR; now += HOUR / 2) {
		(void)store_expire(w->other.store, now);
		assert_int_equal(packet_merge(w->other.store, &old, now), MERGE_OLDER);
	}
	assert_int_equal(n_live(&w->other), 0);
}

static void test_rewritten_expiry(void **state)
{
	struct world *w = *state;
	struct statement statement = statement_of(&w->liar, MAC_A, strlen(MAC_A));
	static const uint32_t lifetimes[] = { 0, 4201, 86400, UINT32_MAX };

	for (size_t i = 0; i < ARRAY_LENGTH(lifetimes); i++) {
		struct packet packet;

		statement.lifetime_s = lifetimes[i];
		packet = forge(&w->liar, &statement);
		assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
	}
	assert_int_equal(refused(&w->other, REFUSED_LIFETIME), ARRAY_LENGTH(lifetimes));
}

static void set_ages(struct packet *packet, uint64_t age, uint32_t renewed)
{
	struct writer writer = { .at = packet->bytes + packet->size - 10,
		                 .end = packet->bytes + packet->size };

	put_number(&writer, age, 6);
	put_number(&writer, renewed, 4);
}

static void test_ages(void **state)
{
	struct world *w = *state;
	struct packet packet, huge;
	struct record record;
	size_t size;

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	packet = packet_for(&w->victim, MAC_A, 0);
	/* Renewed longer ago than said: no sense. */
	huge = packet;
	set_ages(&huge, 5, 6);
	size = huge.size;
	assert_int_equal(record_read(huge.bytes, &size, &record), -EINVAL);
	/* Dead on arrival; the good one still comes through. */
	set_ages(&huge, (UINT64_C(1) << 48) - 1, UINT32_MAX);
	assert_int_equal(packet_merge(w->other.store, &huge, 0), MERGE_REFUSED);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_TAKEN);
	/* What is known neither becomes older nor younger by what others say of it. */
	assert_int_equal(packet_merge(w->other.store, &huge, 1000), MERGE_SAME);
	assert_int_equal(row_age_ms(store_next(w->other.store, leases, NULL), 1000), 1001);
	set_ages(&packet, 0, 0);
	assert_int_equal(packet_merge(w->other.store, &packet, 9000), MERGE_SAME);
	assert_int_equal(row_age_ms(store_next(w->other.store, leases, NULL), 9000), 9001);
}

/* A neighbour that says of a sign of life that it is days old: the rows come through all the same.
 */
static void test_old_presence(void **state)
{
	struct world *w = *state;
	struct packet presence, row;

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	store_presence(w->victim.store, 0);
	presence = packet_of(store_next(w->victim.store, &state_table_presence, NULL), 0);
	row = packet_for(&w->victim, MAC_A, 0);
	set_ages(&presence, 24 * HOUR, (uint32_t)(24 * HOUR));
	assert_int_equal(packet_merge(w->other.store, &presence, 0), MERGE_TAKEN);
	assert_int_equal(packet_merge(w->other.store, &row, 0), MERGE_TAKEN);
	assert_int_equal(n_live(&w->other), 1);
}

/* No clock of any node counts: not one that begins at 0, nor in 2106, nor about to wrap. */
static void test_clocks(void **state)
{
	static const uint64_t clocks[] = { 0, UINT64_C(4294967295000), UINT64_MAX / 2,
		                           UINT64_MAX - 10 * HOUR };
	struct world *w = *state;
	struct packet packet;

	for (size_t i = 0; i < ARRAY_LENGTH(clocks); i++) {
		struct party author, reader;
		uint64_t start = clocks[i], there = clocks[3 - i];

		party_init(&author, 10 + i);
		party_init(&reader, 20 + i);
		put(&author, MAC_A, "10.13.0.9", start);
		store_presence(author.store, start);
		packet = packet_for(&author, MAC_A, start + 5000);
		assert_int_equal(packet_merge(reader.store, &packet, there), MERGE_TAKEN);
		(void)store_expire(reader.store, there + 4190000);
		assert_int_equal(n_live(&reader), 1);
		(void)store_expire(reader.store, there + 4195000);
		assert_int_equal(n_live(&reader), 0);
		party_done(&author);
		party_done(&reader);
	}
	(void)w;
}

static void test_ten_thousand(void **state)
{
	struct world *w = *state;
	struct statement statement = statement_of(&w->liar, NULL, 17);
	struct store_stats stats;
	struct packet good;
	size_t most = 0;

	put(&w->victim, MAC_A, "10.13.0.9", 0);
	good = packet_for(&w->victim, MAC_A, 0);
	assert_int_equal(packet_merge(w->other.store, &good, 0), MERGE_TAKEN);
	for (unsigned i = 0; i < 10000; i++) {
		char key[32];
		struct packet packet;

		snprintf(key, sizeof(key), "06:00:00:00:%02x:%02x", i >> 8 & 255, i & 255);
		statement.key = key;
		statement.version.sequence = 1 + i;
		packet = forge(&w->liar, &statement);
		(void)packet_merge(w->other.store, &packet, 0);
		store_stats(w->other.store, &stats);
		most = stats.bytes > most ? stats.bytes : most;
	}
	assert_true(n_live(&w->other) <= 2 * leases->max_rows + 1);
	assert_true(most < STORE_AUTHOR_BYTES_MAX + 4096);
	assert_non_null(store_find(w->other.store, leases, MAC_A, store_self(w->victim.store)));
}

/* Ten thousand authors, each with a little: the whole has its limit, and what this node says stays.
 */
static void test_many_authors(void **state)
{
	struct world *w = *state;
	struct store_stats stats;

	put(&w->other, MAC_A, "10.13.0.9", 0);
	for (unsigned i = 0; i < 10000; i++) {
		struct party liar = { .store = w->liar.store };
		struct statement statement = statement_of(&w->liar, "06:00:00:00:00:01", 17);
		struct packet packet;

		sim_key_init(&liar.key, 1000 + i, 0);
		author_from_key(liar.key.key, &statement.author);
		packet = forge(&liar, &statement);
		(void)packet_merge(w->other.store, &packet, 0);
	}
	store_stats(w->other.store, &stats);
	assert_true(stats.n_authors <= STORE_AUTHORS_MAX);
	assert_true(stats.bytes <= STORE_BYTES_MAX);
	assert_true(refused(&w->other, REFUSED_ROOM) > 7000);
	assert_non_null(store_find(w->other.store, leases, MAC_A, store_self(w->other.store)));
}

/* Full: who has the most loses first; a neighbour with little still gets in. */
static void test_total(void **state)
{
	struct world *w = *state;
	struct store_options options = { .epoch = 1, .max_bytes = 60000 };
	struct statement statement = statement_of(&w->liar, NULL, 17);
	struct store_stats stats;
	struct store *small;
	struct packet good;

	options.crypto = sim_crypto(&w->other.key);
	memcpy(options.key, w->other.key.key, sizeof(options.key));
	small = store_new(&options);
	for (unsigned i = 0; i < 500; i++) {
		char key[32];
		struct packet packet;

		snprintf(key, sizeof(key), "06:00:00:00:%02x:%02x", i >> 8 & 255, i & 255);
		statement.key = key;
		statement.version.sequence = 1 + i;
		packet = forge(&w->liar, &statement);
		(void)packet_merge(small, &packet, 0);
	}
	store_stats(small, &stats);
	assert_true(stats.bytes <= 60000);
	assert_true(stats.n_evicted > 0);
	put(&w->victim, MAC_A, "10.13.0.9", 0);
	good = packet_for(&w->victim, MAC_A, 0);
	assert_int_equal(packet_merge(small, &good, 0), MERGE_TAKEN);
	assert_non_null(store_find(small, leases, MAC_A, store_self(w->victim.store)));
	store_free(small);
}

static void test_keys(void **state)
{
	static const struct {
		const char *text;
		size_t size;
	} keys[] = {
		{ "", 0 },
		{ "02:00:00:00:00:0a\n", 18 },
		{ "02:00:00:00:00:0A", 17 },
		{ "02:00:00:00:00:0a", 16 },
		{ "00:00:00:00:00:00", 17 },
		{ "02:00\0:00:00:00:0a", 18 },
		{ "$(reboot)", 9 },
		{ "'; rm -rf /; '", 14 },
		{ "../../../etc/passwd", 19 },
		{ "\xff\xfe\xfd", 3 },
		{ "\x1b[2J", 4 },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
		struct statement statement = statement_of(&w->liar, keys[i].text, keys[i].size);
		struct packet packet = forge(&w->liar, &statement);

		assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
		/* A table of a later weft takes any text, but text it has to be. */
		statement.table_id = 63;
		packet = forge(&w->liar, &statement);
		if (memchr(keys[i].text, '\n', keys[i].size) || keys[i].size < 5 ||
		    memchr(keys[i].text, 0, keys[i].size))
			assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
	}
	assert_int_equal(n_live(&w->other), 0);
}

/* Longer than any may be: not even read. */
static void test_huge(void **state)
{
	struct world *w = *state;
	uint8_t bytes[4096] = { 0 };
	struct writer writer = { .at = bytes, .end = bytes + sizeof(bytes) };
	struct record record;
	size_t size = sizeof(bytes);

	put_number(&writer, leases->id, 1);
	put_number(&writer, 1, 1);
	put_bytes(&writer, w->liar.key.key, STATE_KEY_SIZE);
	put_number(&writer, UINT64_C(0x100000001), 8);
	put_number(&writer, 60, 4);
	put_number(&writer, ROW_KEY_MAX + 1, 1);
	assert_int_equal(record_read(bytes, &size, &record), -EINVAL);
	writer.at[-1] = 17;
	put_bytes(&writer, MAC_A, 17);
	put_number(&writer, ROW_VALUE_MAX + 1, 2);
	assert_int_equal(record_read(bytes, &size, &record), -EINVAL);
	writer.at[-2] = writer.at[-1] = 0xff;
	assert_int_equal(record_read(bytes, &size, &record), -EINVAL);
}

static void test_values(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} values[] = {
		{ "\1\4\12\15\0", 5 },                    /* shorter than it says */
		{ "\1\4\12\15\0\11\1\4\12\15\0\12", 12 }, /* the same field twice */
		{ "\2\3a\nb", 5 },                        /* a name with a new line */
		{ "\2\5a b c", 7 },                       /* and with spaces */
		{ "\2\0", 2 },                /* empty, which is "not set" and takes no room */
		{ "\4\2\0\1", 4 },            /* a number with a zero in front */
		{ "\4\5\1\1\1\1\1", 7 },      /* and one that is too long */
		{ "\1\200\4\12\15\0\11", 7 }, /* a long form of a short length */
		{ "\0\0", 2 },                /* no such field */
		{ "\1\5\12\15\0\11\1", 7 },   /* an address of five bytes */
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
		struct statement statement = statement_of(&w->liar, MAC_A, strlen(MAC_A));
		struct packet packet;

		statement.value = (const uint8_t *)values[i].bytes;
		statement.value_size = values[i].size;
		packet = forge(&w->liar, &statement);
		if (packet_merge(w->other.store, &packet, 0) != MERGE_REFUSED)
			fail_msg("value %zu was taken", i);
	}
	assert_int_equal(refused(&w->other, REFUSED_FORM), ARRAY_LENGTH(values));
}

/* Words of a later weft in fields and tables that this one does not know are kept and passed on. */
static void test_later(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct world *w = *state;
	struct statement statement = statement_of(&w->liar, MAC_A, strlen(MAC_A));
	struct lease_row read;
	struct packet packet;

	statement.value = (const uint8_t *)"\1\4\12\15\0\11\177\3new";
	statement.value_size = 11;
	packet = forge(&w->liar, &statement);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_TAKEN);
	assert_int_equal(row_read(store_next(w->other.store, leases, NULL), arena, &read), 0);
	assert_int_equal(read.ip.byte[3], 9);
	statement.table_id = 200;
	packet = forge(&w->liar, &statement);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_TAKEN);
	assert_int_equal(digest_count(w->other.store), 2);
	statement.table_id = 0;
	packet = forge(&w->liar, &statement);
	assert_int_equal(packet_merge(w->other.store, &packet, 0), MERGE_REFUSED);
}

/* Two things at once, with one version: all nodes agree on one of them. */
static void test_two_tongues(void **state)
{
	struct world *w = *state;
	struct statement statement = statement_of(&w->liar, MAC_A, strlen(MAC_A));
	struct packet one, two;

	statement.value = (const uint8_t *)"\1\4\12\15\0\11";
	statement.value_size = 6;
	one = forge(&w->liar, &statement);
	statement.value = (const uint8_t *)"\1\4\12\15\0\12";
	two = forge(&w->liar, &statement);
	(void)packet_merge(w->other.store, &one, 0);
	(void)packet_merge(w->other.store, &two, 0);
	(void)packet_merge(w->victim.store, &two, 0);
	(void)packet_merge(w->victim.store, &one, 0);
	assert_true(digest_root(w->other.store) == digest_root(w->victim.store));
}

/* Somebody with the same key: it does not count boots without end. */
static void test_twin(void **state)
{
	struct world *w = *state;
	struct party twin;

	party_init(&twin, 1);
	for (unsigned i = 0; i < 100; i++) {
		struct packet packet;

		put(&twin, MAC_A, i & 1 ? "10.13.0.9" : "10.13.0.10", i);
		packet = packet_for(&twin, MAC_A, i);
		(void)packet_merge(w->victim.store, &packet, i);
		put(&w->victim, MAC_A, i & 1 ? "10.13.0.11" : "10.13.0.12", i);
		packet = packet_for(&w->victim, MAC_A, i);
		(void)packet_merge(twin.store, &packet, i);
	}
	assert_true(store_epoch(w->victim.store) < 40);
	assert_int_equal(n_live(&w->victim), 1);
	party_done(&twin);
}

#define HOSTILE(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE(test_forged_author),
		HOSTILE(test_changed_byte),
		HOSTILE(test_unsigned),
		HOSTILE(test_replayed),
		HOSTILE(test_rewritten_expiry),
		HOSTILE(test_ages),
		HOSTILE(test_old_presence),
		HOSTILE(test_clocks),
		HOSTILE(test_ten_thousand),
		HOSTILE(test_many_authors),
		HOSTILE(test_total),
		HOSTILE(test_keys),
		HOSTILE(test_huge),
		HOSTILE(test_values),
		HOSTILE(test_later),
		HOSTILE(test_two_tongues),
		HOSTILE(test_twin),
	};

	return RUN(tests);
}
