/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * LibreMesh's async protocol.  The first byte says what the rest is: what a client sends, what a
 * server answers, or a document of entries; and, of the first two, in what pieces it arrives.
 */
#include "compat/async.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_reader.h"
#include "fuzz.h"

static bool knows(void *data, const struct compat_peer *peer, const char *type)
{
	(void)data;
	(void)peer;
	return strlen(type) < 10;
}

static void check(const struct compat_slice *slice)
{
	for (size_t i = 0; i < slice->count; i++) {
		const struct compat_entry *entry = &slice->entries[i];

		assert(entry->key && strlen(entry->key) <= COMPAT_KEY_MAX);
		assert(entry->author && strlen(entry->author) <= COMPAT_AUTHOR_MAX);
		assert(json_is_valid(entry->data, entry->data_size));
		assert(!i || strcmp(slice->entries[i - 1].key, entry->key) < 0);
	}
}

static void merge(void *data, const struct compat_peer *peer, const char *type,
                  const struct compat_slice *slice)
{
	(void)data;
	(void)peer;
	(void)type;
	check(slice);
}

static void collect(void *data, const struct compat_peer *peer, const char *type,
                    struct arena *arena, struct compat_slice *slice)
{
	struct compat_entry entry = {
		.key = "k", .author = "a", .ttl = 1, .data = "{}", .data_size = 2
	};

	(void)data;
	(void)peer;
	(void)type;
	(void)compat_slice_add(slice, arena, &entry);
}

static void converse(const uint8_t *bytes, size_t size, bool server, size_t step)
{
	const struct compat_state state = { NULL, knows, merge, collect };
	const struct compat_slice nothing = { 0 };
	struct async async = { .peer = { COMPAT_ASYNC } };

	if (server)
		async_serve(&async, &state);
	else
		async_ask(&async, &state, "t", &nothing);
	while (size) {
		size_t n = size < step ? size : step;

		(void)async_receive(&async, bytes, n);
		bytes += n;
		size -= n;
	}
	assert(async_end(&async) != ASYNC_GOING_ON);
	async_done(&async);
}

static void parse(const char *bytes, size_t size)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice, again;
	BUF_AUTO out = { 0 };

	async_parse(bytes, size, arena, &slice);
	check(&slice);
	if (async_print(&slice, ASYNC_PRETTY, &out) < slice.count)
		return;
	async_parse(out.text, out.length, arena, &again);
	/* Bytes that are no text are printed as longer ones, and may make a key too long. */
	assert(again.count <= slice.count);
	check(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	if (bytes[0] == 'd')
		parse((const char *)bytes + 1, size - 1);
	else
		converse(bytes + 1, size - 1, bytes[0] & 1, bytes[0] & 2 ? 1 : 1000);
	return 0;
}
