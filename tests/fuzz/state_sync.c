/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * A whole conversation: datagrams of a stranger, two bytes of length before each, to a node that
 * has a good neighbour too.
 */
#include <assert.h>
#include <string.h>

#include "base/compiler.h"
#include "fuzz.h"
#include "sim/crypto.h"
#include "state/store.h"
#include "state/sync.h"
#include "state/tables/tables.h"

struct node {
	struct sim_key key;
	struct store *store;
	struct sync *sync;
	struct sync_address address;
};

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

static void node_init(struct node *node, uint8_t number)
{
	struct store_options options = { .epoch = 1, .max_bytes = 65536 };
	struct sync_options sync = { .seed = number };

	sim_key_init(&node->key, number, 0);
	options.crypto = sim_crypto(&node->key);
	options.crypto.verify = believe;
	memcpy(options.key, node->key.key, sizeof(options.key));
	node->store = store_new(&options);
	sync.store = node->store;
	node->sync = sync_new(&sync);
	node->address = (struct sync_address){ { number } };
	for (unsigned i = 0; i < 4; i++) {
		struct host_row row = { .name = "host" };
		char key[] = "02:00:00:00:00:00";

		key[16] = (char)('0' + i);
		if (store_put(node->store, &state_table_bat_hosts, key, &row, 0, 0) < 0)
			assert(!"a good row");
	}
}

static void node_done(struct node *node)
{
	sync_free(node->sync);
	store_free(node->store);
}

/* Says what it has to; more than so many datagrams at one moment would be a flood. */
static void pass(struct node *from, struct node *to, uint64_t now)
{
	struct sync_output out;
	unsigned n = 0;

	(void)store_expire(from->store, now);
	sync_tick(from->sync, now);
	while (sync_output(from->sync, now, &out)) {
		assert(out.size <= SYNC_DATAGRAM_MAX && ++n < 1000);
		sync_receive(to->sync, &from->address, out.bytes, out.size, now);
	}
	assert(sync_next(from->sync, now) > now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct sync_address stranger = { { 77 } };
	struct store_stats stats;
	struct node a, b;
	uint64_t now = 1000;

	node_init(&a, 1);
	node_init(&b, 2);
	while (size >= 2) {
		size_t part = (size_t)bytes[0] << 8 | bytes[1];

		bytes += 2;
		size -= 2;
		if (part > size)
			part = size;
		sync_receive(a.sync, &stranger, bytes, part, now);
		bytes += part;
		size -= part;
		pass(&a, &b, now);
		pass(&b, &a, now);
		now += 50;
	}
	store_stats(a.store, &stats);
	assert(stats.bytes <= 65536 + 4096);
	node_done(&a);
	node_done(&b);
	return 0;
}
