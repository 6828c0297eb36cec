/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* A row as a neighbour may send it, with a signature that is always good. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "fuzz.h"
#include "sim/crypto.h"
#include "state/codec.h"
#include "state/digest.h"
#include "state/merge.h"

static bool believe(void *context, const uint8_t key[STATE_KEY_SIZE], const void *bytes,
                    size_t size, const uint8_t signature[STATE_SIGNATURE_SIZE])
{
	(void)context;
	(void)key;
	(void)bytes;
	(void)size;
	(void)signature;
	return true;
}

static struct store *new_store(struct sim_key *key)
{
	struct store_options options = { .epoch = 1, .max_bytes = 65536 };

	sim_key_init(key, 1, 0);
	options.crypto = sim_crypto(key);
	options.crypto.verify = believe;
	memcpy(options.key, key->key, sizeof(options.key));
	return store_new(&options);
}

/* What was read is written the same; what is in the store can be read, and told to others. */
static void check_rows(const struct store *store, uint64_t now)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	for (unsigned leaf = 0; leaf < DIGEST_LEAVES; leaf++) {
		const struct row *row = NULL;

		while ((row = digest_next(store, leaf, row))) {
			uint8_t bytes[RECORD_MAX];
			struct record record;
			size_t size = record_write(row, now, bytes);

			assert(record_read(bytes, &size, &record) == 0);
			assert(strlen(row->key) == row->key_size);
			if (row->table && row->table->shape && row->state == ROW_LIVE)
				assert(row_read(row, arena,
				                arena_alloc(arena, row->table->shape->size)) == 0);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct sim_key key;
	AUTO(store_free) struct store *store = new_store(&key);
	uint64_t now = 1000;

	while (size) {
		uint8_t again[STATEMENT_MAX];
		struct record record;
		size_t taken = size;

		if (record_read(bytes, &taken, &record) < 0)
			break;
		assert(statement_write(&record.statement, again) == record.size);
		assert(memcmp(again, record.bytes, record.size) == 0);
		(void)store_merge(store, &record, now);
		(void)store_merge(store, &record, now);
		now += 100000;
		(void)store_expire(store, now);
		store_presence(store, now);
		bytes += taken;
		size -= taken;
	}
	check_rows(store, now);
	return 0;
}
