/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Takes rows off the wire into a store, and compares the store with its equal:
 *
 *	bench-state ROWS real|none
 *
 * "real" is Ed25519, "none" leaves signatures aside (to see what all else costs).  Prints "NAME
 *VALUE" lines.  Instructions are counted from outside (state.py).
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/compiler.h"
#include "base/number.h"
#include "platform/keys.h"
#include "state/codec.h"
#include "state/merge.h"
#include "state/store.h"
#include "state/sync.h"
#include "state/tables/tables.h"

#define ROWS_OF_ONE 20

struct packet {
	size_t size;
	uint8_t bytes[RECORD_MAX];
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

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

static struct store *store_of(struct keys *keys, bool real)
{
	struct store_options options = { .epoch = 1, .crypto = keys_crypto(keys) };

	memcpy(options.key, keys->public_key, sizeof(options.key));
	if (!real)
		options.crypto.verify = believe;
	return store_new(&options);
}

/* What one author says, as it goes over the wire. */
static void make_rows(struct keys *keys, struct packet *packets, size_t n)
{
	AUTO(store_free) struct store *store = store_of(keys, true);
	const struct row *row = NULL;

	for (size_t i = 0; i < n; i++) {
		struct host_row host = { .name = "estela_y_julio_wlan1_mesh_17" };
		char key[MAC_TEXT_SIZE];

		snprintf(key, sizeof(key), "02:00:00:00:00:%02zx", i);
		if (store_put(store, &state_table_bat_hosts, key, &host, 0, 0) < 0)
			abort();
	}
	for (size_t i = 0; i < n; i++) {
		row = store_next(store, &state_table_bat_hosts, row);
		packets[i].size = record_write(row, 0, packets[i].bytes);
	}
}

static void merge_all(struct store *store, const struct packet *packets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct record record;
		size_t size = packets[i].size;

		if (record_read(packets[i].bytes, &size, &record) < 0)
			abort();
		if (store_merge(store, &record, 0) == MERGE_REFUSED)
			abort();
	}
}

/* By a name of its own, so that its instructions can be counted. */
__attribute__((noinline)) static void merge_new(struct store *store, const struct packet *packets,
                                                size_t n)
{
	merge_all(store, packets, n);
	__asm__ volatile("");
}

/* Greetings of two equal stores, as they are sent when nothing has changed. */
static size_t hello_bytes(struct store *store)
{
	struct sync_options options = { .store = store };
	AUTO(sync_free) struct sync *sync = sync_new(&options);
	struct sync_output out = { 0 };

	sync_tick(sync, 0);
	return sync_output(sync, 0, &out) ? out.size : 0;
}

int main(int argc, char **argv)
{
	struct keys keys;
	struct packet *packets;
	uint32_t n;
	size_t before, bytes = 0;
	double start, took, again;
	char folder[] = "/tmp/weft-bench-XXXXXX", path[64];

	if (argc != 3 || !number_parse(argv[1], 1, 100000, &n) || !mkdtemp(folder))
		return 2;
	packets = calloc(n + ROWS_OF_ONE, sizeof(*packets));
	for (uint32_t i = 0; packets && i < n; i += ROWS_OF_ONE) {
		if (keys_load(folder, &keys) < 0)
			return 1;
		make_rows(&keys, packets + i, ROWS_OF_ONE);
		snprintf(path, sizeof(path), "%s/state.key", folder);
		(void)remove(path);
	}
	(void)remove(folder);
	before = mallinfo2().uordblks;
	AUTO(store_free) struct store *store = store_of(&keys, strcmp(argv[2], "real") == 0);
	start = seconds();
	merge_new(store, packets, n);
	took = seconds() - start;
	start = seconds();
	merge_all(store, packets, n);
	again = seconds() - start;
	for (uint32_t i = 0; i < n; i++)
		bytes += packets[i].size;
	printf("rows %u\nwire_bytes %zu\nmemory_bytes %zu\nmerge_ns %.0f\nmerge_again_ns %.0f\n"
	       "hello_bytes %zu\n",
	       n, bytes, mallinfo2().uordblks - before, took * 1e9 / n, again * 1e9 / n,
	       hello_bytes(store));
	free(packets);
	return 0;
}
