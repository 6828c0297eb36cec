/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/http.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_reader.h"

#define PATH       "/cgi-bin/shared-state/"
#define PATH_MANY  "/cgi-bin/shared-state-multiwriter/"
#define TYPE_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

/* --- entries --- */

struct reading {
	struct json_reader r;
	struct arena *arena;
	struct compat_entry entry;
	bool author, ttl;
};

static void read_value(struct reading *reading, const char *ttl_name)
{
	struct json_reader *r = &reading->r;
	char name[16], author[COMPAT_AUTHOR_MAX + 1];
	struct compat_entry *entry = &reading->entry;

	json_reader_enter(r, '{');
	while (json_reader_member(r, name, sizeof(name))) {
		if (!strcmp(name, "author") && json_reader_peek(r) == JSON_TEXT) {
			reading->author = json_reader_text(r, author, sizeof(author));
			if (reading->author)
				entry->author = arena_strdup(reading->arena, author);
		} else if (!strcmp(name, ttl_name) && json_reader_peek(r) == JSON_NUMBER) {
			reading->ttl = json_reader_number(r, &entry->ttl);
		} else if (!strcmp(name, "data") && json_reader_peek(r) != JSON_NULL) {
			json_reader_raw(r, &entry->data, &entry->data_size);
		} else {
			json_reader_skip(r);
		}
	}
}

/* One value, which is valid JSON; false if it is no entry. */
static bool read_entry(struct reading *reading, const char *bytes, size_t size,
                       enum compat_protocol protocol)
{
	reading->author = reading->ttl = false;
	json_reader_init(&reading->r, bytes, size);
	if (json_reader_peek(&reading->r) != JSON_OBJECT)
		return false;
	read_value(reading, protocol == COMPAT_MULTIWRITER ? "changes" : "bleachTTL");
	return !reading->r.failed && reading->author && reading->ttl;
}

void http_parse(const char *bytes, size_t size, enum compat_protocol protocol, struct arena *arena,
                struct compat_slice *slice)
{
	struct reading reading = { .arena = arena };
	char key[COMPAT_KEY_MAX + 1];
	struct json_reader r;

	*slice = (struct compat_slice){ 0 };
	json_reader_init(&r, bytes, size);
	if (!json_is_valid(bytes, size) || json_reader_peek(&r) != JSON_OBJECT)
		return;
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, key, sizeof(key))) {
		const char *value;
		size_t value_size;

		if (!json_reader_raw(&r, &value, &value_size))
			break;
		reading.entry = (struct compat_entry){ .key = arena_strdup(arena, key) };
		/* What has no life left is not there any more. */
		if (read_entry(&reading, value, value_size, protocol) && reading.entry.ttl > 0 &&
		    !compat_slice_add(slice, arena, &reading.entry))
			break;
	}
	compat_slice_sort(slice);
}

static void print_entry(const struct compat_entry *entry, enum compat_protocol protocol,
                        struct buf *out)
{
	buf_add_json(out, entry->key);
	if (protocol == COMPAT_MULTIWRITER)
		buf_printf(out, ":{\"lastModified\":0,\"changes\":%lld,\"fortune\":1,\"author\":",
		           (long long)entry->ttl);
	else
		buf_printf(out, ":{\"bleachTTL\":%lld,\"author\":", (long long)entry->ttl);
	buf_add_json(out, entry->author);
	if (entry->data) {
		buf_add(out, ",\"data\":");
		json_print_compact(entry->data, entry->data_size, out);
	}
	buf_add_char(out, '}');
}

size_t http_print(const struct compat_slice *slice, enum compat_protocol protocol, struct buf *out)
{
	size_t from = out->length, i;

	/* As the original's library writes an empty table. */
	if (!slice->count) {
		buf_add(out, "[]");
		return 0;
	}
	for (i = 0; i < slice->count; i++) {
		size_t before = out->length;

		buf_add_char(out, i ? ',' : '{');
		print_entry(&slice->entries[i], protocol, out);
		if (out->length - from < HTTP_BODY_MAX)
			continue;
		out->length = before;
		break;
	}
	buf_add(out, i ? "}" : "[]");
	return i;
}

/* --- server --- */

struct exchange {
	struct compat_peer peer;
	char type[HTTP_TYPE_MAX + 1];
	bool gzip;
};

/* The type in the path, and which protocol it is; false if the path is another one's. */
static bool read_target(const char *target, struct exchange *exchange)
{
	const char *type, *query;
	size_t length;

	if (!strncmp(target, PATH, strlen(PATH))) {
		exchange->peer.protocol = COMPAT_HTTP;
		type = target + strlen(PATH);
	} else if (!strncmp(target, PATH_MANY, strlen(PATH_MANY))) {
		exchange->peer.protocol = COMPAT_MULTIWRITER;
		type = target + strlen(PATH_MANY);
	} else {
		return false;
	}
	length = strspn(type, TYPE_CHARS);
	query = type + length;
	if (!length || length > HTTP_TYPE_MAX || (*query && *query != '?'))
		return false;
	memcpy(exchange->type, type, length);
	exchange->type[length] = '\0';
	exchange->gzip = strstr(query, "gzip") != NULL;
	return true;
}

bool http_is_exchange(const char *target)
{
	return !strncmp(target, PATH, strlen(PATH)) ||
	       !strncmp(target, PATH_MANY, strlen(PATH_MANY));
}

static void print_known(const struct compat_state *state, const struct exchange *exchange,
                        const struct compat_slice *said, struct arena *arena, struct buf *body)
{
	struct compat_slice known = { 0 };

	state->collect(state->data, &exchange->peer, exchange->type, arena, &known);
	/* An entry whose life is the same is not taken by the other side. */
	if (!exchange->peer.local)
		compat_slice_take_away(&known, said, 0);
	(void)http_print(&known, exchange->peer.protocol, body);
}

static void answer_text(struct http_answer *answer, const struct exchange *exchange,
                        const struct buf *text, struct buf *body)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct compat_state *state = answer->state;
	struct compat_slice said;

	if (!state->knows(state->data, &exchange->peer, exchange->type)) {
		buf_add(body, "[]");
		return;
	}
	http_parse(buf_text(text), text->length, exchange->peer.protocol, arena, &said);
	answer->n_heard = said.count;
	if (said.count)
		state->merge(state->data, &exchange->peer, exchange->type, &said);
	print_known(state, exchange, &said, arena, body);
}

static int answer_zipped(struct http_answer *answer, const struct exchange *exchange,
                         const struct buf *zipped)
{
	const struct http_gzip *gzip = answer->gzip;
	BUF_AUTO text = { 0 };
	BUF_AUTO body = { 0 };

	if (zipped->length && !gzip->unzip(zipped->text, zipped->length, HTTP_BODY_MAX, &text))
		return 400;
	answer_text(answer, exchange, &text, &body);
	return gzip->zip(body.text, body.length, HTTP_BODY_MAX, &answer->body) ? 200 : 413;
}

int http_answer(struct http_answer *answer, const struct http_message *request)
{
	struct exchange exchange = { .peer.local = answer->local };

	if (!read_target(request->target, &exchange))
		return 404;
	/* The original says nothing to others, and that politely. */
	if (strcmp(request->method, "POST") != 0)
		return 200;
	if (exchange.gzip && answer->gzip)
		return answer_zipped(answer, &exchange, &request->body);
	answer_text(answer, &exchange, &request->body, &answer->body);
	return 200;
}

void http_answer_done(struct http_answer *answer)
{
	buf_done(&answer->body);
}

/* --- client --- */

static void finish(struct http *http, enum http_result result)
{
	http->result = result;
}

static void take_response(struct http *http)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct compat_state *state = http->state;
	const struct buf *body = &http->message.body;
	struct compat_slice said;

	if (http->message.status != 200) {
		finish(http, HTTP_REFUSED);
		return;
	}
	http_parse(buf_text(body), body->length, http->peer.protocol, arena, &said);
	http->n_heard = said.count;
	if (said.count)
		state->merge(state->data, &http->peer, http->type, &said);
	/* A program that answers everything with a page of its own is none of these. */
	finish(http, json_is_valid(buf_text(body), body->length) ? HTTP_OVER : HTTP_REFUSED);
}

static void take_message(struct http *http)
{
	if (http->result != HTTP_GOING_ON)
		return;
	if (http->message.state == HTTP_COMPLETE)
		take_response(http);
	else if (http->message.state == HTTP_FAILED)
		finish(http, HTTP_BROKEN);
}

enum http_result http_receive(struct http *http, const void *bytes, size_t size)
{
	if (http->result != HTTP_GOING_ON)
		return http->result;
	(void)http_message_receive(&http->message, bytes, size);
	take_message(http);
	return http->result;
}

enum http_result http_end(struct http *http)
{
	if (http->result != HTTP_GOING_ON)
		return http->result;
	(void)http_message_end(&http->message);
	take_message(http);
	return http->result;
}

void http_ask(struct http *http, const struct compat_state *state, const char *host,
              const char *type, const struct compat_slice *slice)
{
	BUF_AUTO body = { 0 };
	size_t length = strlen(type);

	assert(length && length <= HTTP_TYPE_MAX && strspn(type, TYPE_CHARS) == length);
	http->state = state;
	memcpy(http->type, type, length + 1);
	http_message_init(&http->message, true);
	(void)http_print(slice, http->peer.protocol, &body);
	buf_printf(&http->out,
	           "POST %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: weft\r\n"
	           "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	           "Connection: close\r\n\r\n",
	           http->peer.protocol == COMPAT_MULTIWRITER ? PATH_MANY : PATH, type, host,
	           body.length);
	buf_add_bytes(&http->out, body.text, body.length);
}

void http_done(struct http *http)
{
	http_message_done(&http->message);
	buf_done(&http->out);
}
