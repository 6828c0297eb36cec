/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * LibreMesh's HTTP exchange.  The first byte says what the rest is: what a client sends, what a
 * server answers, or a table; and, of the first two, in what pieces it arrives.
 */
#include "compat/http.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_reader.h"
#include "fuzz.h"
#include "http/connection.h"

static bool knows(void *data, const struct compat_peer *peer, const char *type)
{
	(void)data;
	(void)peer;
	return strlen(type) < 20;
}

static void check(const struct compat_slice *slice)
{
	for (size_t i = 0; i < slice->count; i++) {
		const struct compat_entry *entry = &slice->entries[i];

		assert(strlen(entry->key) <= COMPAT_KEY_MAX);
		assert(strlen(entry->author) <= COMPAT_AUTHOR_MAX);
		assert(!entry->data || json_is_valid(entry->data, entry->data_size));
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
	struct compat_entry entry = { .key = "k", .author = "a", .ttl = 1 };

	(void)data;
	(void)peer;
	(void)type;
	(void)compat_slice_add(slice, arena, &entry);
}

static bool copy(const void *bytes, size_t size, size_t limit, struct buf *out)
{
	if (size > limit)
		return false;
	buf_add_bytes(out, bytes, size);
	return true;
}

static size_t no_limit(const char *target)
{
	(void)target;
	return HTTP_BODY_MAX;
}

static void answer(void *data, struct http_connection *connection)
{
	static const struct http_gzip gzip = { copy, copy };
	const struct compat_state state = { NULL, knows, merge, collect };
	struct http_answer answer = { .state = &state, .gzip = &gzip };
	int status = http_answer(&answer, &connection->message);

	(void)data;
	http_reply(connection, &(struct http_reply){ .status = status,
	                                             .body = answer.body.text,
	                                             .size = answer.body.length });
	http_answer_done(&answer);
}

static void never(void *data, struct http_connection *connection)
{
	(void)data;
	(void)connection;
	abort();
}

static void serve(const uint8_t *bytes, size_t size, size_t step)
{
	static const struct http_handler handler = { no_limit, answer, never };
	struct http_connection connection;
	size_t n;

	http_connection_init(&connection, &handler, NULL);
	while (size) {
		n = size < step ? size : step;
		if (http_connection_wants(&connection))
			(void)!http_connection_receive(&connection, bytes, n);
		while (http_connection_output(&connection, &n))
			http_connection_sent(&connection, n);
		n = size < step ? size : step;
		bytes += n;
		size -= n;
	}
	assert(connection.message.line.room <= 16384);
	(void)!http_connection_end(&connection);
	http_connection_done(&connection);
}

static void ask(const uint8_t *bytes, size_t size, size_t step)
{
	const struct compat_state state = { NULL, knows, merge, collect };
	const struct compat_slice nothing = { 0 };
	struct http http = { .peer = { COMPAT_HTTP } };

	http_ask(&http, &state, "h", "t", &nothing);
	while (size) {
		size_t n = size < step ? size : step;

		(void)http_receive(&http, bytes, n);
		bytes += n;
		size -= n;
	}
	assert(http.message.line.room <= 16384 && http.message.body.length <= HTTP_BODY_MAX);
	assert(http_end(&http) != HTTP_GOING_ON);
	http_done(&http);
}

static void parse(const char *bytes, size_t size, enum compat_protocol protocol)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice, again;
	BUF_AUTO out = { 0 };

	http_parse(bytes, size, protocol, arena, &slice);
	check(&slice);
	if (http_print(&slice, protocol, &out) < slice.count)
		return;
	http_parse(out.text, out.length, protocol, arena, &again);
	/* Bytes that are no text are printed as longer ones, and may make a key too long. */
	assert(again.count <= slice.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	if (bytes[0] == 'd' || bytes[0] == 'm')
		parse((const char *)bytes + 1, size - 1,
		      bytes[0] == 'd' ? COMPAT_HTTP : COMPAT_MULTIWRITER);
	else if (bytes[0] & 1)
		serve(bytes + 1, size - 1, bytes[0] & 2 ? 1 : 1000);
	else
		ask(bytes + 1, size - 1, bytes[0] & 2 ? 1 : 1000);
	return 0;
}
