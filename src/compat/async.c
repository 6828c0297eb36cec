/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/async.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_reader.h"

/* --- entries --- */

/* 64 bits do not fit into every reader's numbers, so the original writes them twice. */
static bool read_ttl(struct json_reader *r, int64_t *ttl)
{
	bool have_number = false, have_text = false;
	struct json_reader text_reader;
	char name[8], text[24] = "";
	int64_t from_text;

	if (json_reader_peek(r) == JSON_NUMBER)
		return json_reader_number(r, ttl);
	json_reader_enter(r, '{');
	while (json_reader_member(r, name, sizeof(name))) {
		if (!strcmp(name, "xint64") && json_reader_peek(r) == JSON_NUMBER)
			have_number = json_reader_number(r, ttl);
		else if (!strcmp(name, "xstr64") && json_reader_peek(r) == JSON_TEXT)
			have_text = json_reader_text(r, text, sizeof(text));
		else
			json_reader_skip(r);
	}
	if (r->failed || have_number)
		return !r->failed;
	json_reader_init(&text_reader, text, strlen(text));
	if (!have_text || !json_reader_number(&text_reader, &from_text) ||
	    !json_reader_end(&text_reader))
		return false;
	*ttl = from_text;
	return true;
}

struct reading {
	struct json_reader r;
	struct arena *arena;
	struct compat_entry entry;
	bool key, author, ttl;
};

static bool read_value(struct reading *reading)
{
	struct json_reader *r = &reading->r;
	char name[8], author[COMPAT_AUTHOR_MAX + 1];
	struct compat_entry *entry = &reading->entry;

	json_reader_enter(r, '{');
	while (json_reader_member(r, name, sizeof(name))) {
		if (!strcmp(name, "mAuthor") && json_reader_text(r, author, sizeof(author))) {
			entry->author = arena_strdup(reading->arena, author);
			reading->author = true;
		} else if (!strcmp(name, "mTtl")) {
			reading->ttl = read_ttl(r, &entry->ttl);
		} else if (!strcmp(name, "mData")) {
			json_reader_raw(r, &entry->data, &entry->data_size);
		} else {
			json_reader_skip(r);
		}
	}
	return !r->failed;
}

static bool read_entry(struct reading *reading)
{
	struct json_reader *r = &reading->r;
	char name[8], key[COMPAT_KEY_MAX + 1];

	reading->entry = (struct compat_entry){ 0 };
	reading->key = reading->author = reading->ttl = false;
	json_reader_enter(r, '{');
	while (json_reader_member(r, name, sizeof(name))) {
		if (!strcmp(name, "key") && json_reader_text(r, key, sizeof(key))) {
			reading->entry.key = arena_strdup(reading->arena, key);
			reading->key = true;
		} else if (!strcmp(name, "value")) {
			read_value(reading);
		} else {
			json_reader_skip(r);
		}
	}
	return !r->failed && reading->key && reading->author && reading->ttl && reading->entry.data;
}

static void read_entries(struct reading *reading, struct compat_slice *slice)
{
	json_reader_enter(&reading->r, '[');
	while (json_reader_item(&reading->r)) {
		if (json_reader_peek(&reading->r) != JSON_OBJECT || !read_entry(reading) ||
		    !compat_slice_add(slice, reading->arena, &reading->entry))
			return;
	}
}

void async_parse(const char *bytes, size_t size, struct arena *arena, struct compat_slice *slice)
{
	struct reading reading = { .arena = arena };
	char name[16];

	*slice = (struct compat_slice){ 0 };
	if (!json_is_valid(bytes, size))
		return;
	json_reader_init(&reading.r, bytes, size);
	if (json_reader_peek(&reading.r) != JSON_OBJECT)
		return;
	json_reader_enter(&reading.r, '{');
	while (json_reader_member(&reading.r, name, sizeof(name))) {
		if (!strcmp(name, "stateSlice") && json_reader_peek(&reading.r) == JSON_ARRAY) {
			read_entries(&reading, slice);
			break;
		}
		json_reader_skip(&reading.r);
	}
	compat_slice_sort(slice);
}

static void print_entry(const struct compat_entry *entry, enum async_style style, struct buf *out)
{
	buf_add(out, "{\"key\":");
	buf_add_json(out, entry->key);
	buf_add(out, ",\"value\":{\"mAuthor\":");
	buf_add_json(out, entry->author);
	if (style == ASYNC_PRETTY)
		buf_printf(out, ",\"mTtl\":{\"xint64\":%lld,\"xstr64\":\"%lld\"}",
		           (long long)entry->ttl, (long long)entry->ttl);
	else
		buf_printf(out, ",\"mTtl\":%lld", (long long)entry->ttl);
	buf_add(out, ",\"mData\":");
	if (entry->data)
		json_print_compact(entry->data, entry->data_size, out);
	else
		buf_add(out, "null");
	buf_add(out, "}}");
}

static const char *const heads[] = {
	[ASYNC_COMPACT] = "{\"stateSlice\":[",
	[ASYNC_PRETTY] = "{\n    \"stateSlice\": [",
};

/* One entry, with what comes between it and the one before. */
static void print_next(const struct compat_entry *entry, size_t index, enum async_style style,
                       struct buf *out)
{
	BUF_AUTO compact = { 0 };
	BUF_AUTO pretty = { 0 };
	char *line, *rest;

	buf_add(out, index ? "," : "");
	print_entry(entry, style, &compact);
	if (style == ASYNC_COMPACT) {
		buf_add_bytes(out, compact.text, compact.length);
		return;
	}
	json_print_pretty(compact.text, compact.length, &pretty);
	/* No string has an end of line in it. */
	for (line = strtok_r(pretty.text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		buf_printf(out, "\n        %s", line);
}

size_t async_print(const struct compat_slice *slice, enum async_style style, struct buf *out)
{
	size_t from = out->length, i;

	buf_add(out, heads[style]);
	for (i = 0; i < slice->count; i++) {
		size_t before = out->length;

		print_next(&slice->entries[i], i, style, out);
		/* What comes behind the last is eight bytes long at most. */
		if (out->length - from + 8 <= ASYNC_DATA_MAX)
			continue;
		out->length = before;
		out->text[before] = '\0';
		break;
	}
	if (style == ASYNC_PRETTY)
		buf_add(out, i ? "\n    ]\n}" : "]\n}");
	else
		buf_add(out, "]}");
	return i;
}

/* --- the conversation --- */

/* What comes next from the other side. */
enum step {
	STEP_VERSION,
	STEP_WORD,            /* server: tells nothing */
	STEP_ACKNOWLEDGEMENT, /* of our message */
	STEP_NAME_SIZE,
	STEP_NAME,
	STEP_DATA_SIZE,
	STEP_DATA,
	STEP_NOTHING,
};

static void add_word(struct buf *out, uint32_t word)
{
	const char bytes[4] = { (char)(word >> 24), (char)(word >> 16), (char)(word >> 8),
		                (char)word };

	buf_add_bytes(out, bytes, sizeof(bytes));
}

static uint32_t word_of(const struct buf *in)
{
	const uint8_t *b = (const uint8_t *)in->text;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void async_print_message(const char *type, const struct buf *data, struct buf *out)
{
	size_t length = strlen(type);

	assert(length >= 1 && length <= ASYNC_TYPE_MAX && data->length <= ASYNC_DATA_MAX);
	buf_add_char(out, (char)length);
	buf_add(out, type);
	add_word(out, (uint32_t)data->length);
	buf_add_bytes(out, data->text, data->length);
}

static void say(struct async *async, const struct compat_slice *slice)
{
	BUF_AUTO data = { 0 };

	async->n_sent = async_print(slice, async->style, &data);
	async_print_message(async->type, &data, &async->out);
	async->acknowledgement = (uint32_t)(1 + strlen(async->type) + 4 + data.length);
}

static void expect(struct async *async, enum step step, size_t needed)
{
	async->step = step;
	async->needed = needed;
	buf_done(&async->in);
}

static void finish(struct async *async, enum async_result result)
{
	async->result = result;
	expect(async, STEP_NOTHING, 0);
}

/* A peer's clock of seconds is not quite ours. */
#define TTL_SLACK 2

static void answer(struct async *async, const struct compat_slice *said, struct arena *arena)
{
	const struct compat_state *state = async->state;
	struct compat_slice known = { 0 };

	state->merge(state->data, &async->peer, async->type, said);
	state->collect(state->data, &async->peer, async->type, arena, &known);
	if (!async->whole)
		compat_slice_take_away(&known, said, TTL_SLACK);
	say(async, &known);
	expect(async, STEP_ACKNOWLEDGEMENT, 4);
}

static void take_data(struct async *async)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct compat_state *state = async->state;
	struct compat_slice said;

	add_word(&async->out, (uint32_t)(1 + strlen(async->type) + 4 + async->in.length));
	async->received = 1 + strlen(async->type) + 4 + async->in.length;
	if (!state->knows(state->data, &async->peer, async->type)) {
		finish(async, ASYNC_UNKNOWN_TYPE);
		return;
	}
	async_parse(async->in.text, async->in.length, arena, &said);
	if (async->server) {
		answer(async, &said, arena);
		return;
	}
	state->merge(state->data, &async->peer, async->type, &said);
	async->heard = said;
	async->heard_arena = take(arena);
	async->heard_bytes = async->in;
	async->in = (struct buf){ 0 };
	finish(async, ASYNC_DONE);
}

static void take_name(struct async *async)
{
	/* A name with a zero in it is none that anybody has. */
	bool good = strlen(async->in.text) == async->in.length;

	if (!good || (!async->server && strcmp(async->type, async->in.text) != 0)) {
		finish(async, ASYNC_FAILED);
		return;
	}
	memcpy(async->type, async->in.text, async->in.length + 1);
	expect(async, STEP_DATA_SIZE, 4);
}

static void take_data_size(struct async *async)
{
	uint32_t size = word_of(&async->in);

	if (size < ASYNC_DATA_MIN || size > ASYNC_DATA_MAX)
		finish(async, ASYNC_FAILED);
	else
		expect(async, STEP_DATA, size);
}

static void take_version(struct async *async)
{
	if (word_of(&async->in) != ASYNC_VERSION) {
		finish(async, ASYNC_FAILED);
	} else if (async->server) {
		add_word(&async->out, ASYNC_VERSION);
		expect(async, STEP_WORD, 4);
	} else {
		expect(async, STEP_ACKNOWLEDGEMENT, 4);
	}
}

static void take_acknowledgement(struct async *async)
{
	if (word_of(&async->in) != async->acknowledgement)
		finish(async, ASYNC_FAILED);
	else if (async->server)
		finish(async, ASYNC_DONE);
	else
		expect(async, STEP_NAME_SIZE, 1);
}

static void take_step(struct async *async)
{
	uint8_t size = (uint8_t)async->in.text[0];

	switch ((enum step)async->step) {
	case STEP_VERSION:
		take_version(async);
		break;
	case STEP_WORD:
		expect(async, STEP_NAME_SIZE, 1);
		break;
	case STEP_ACKNOWLEDGEMENT:
		take_acknowledgement(async);
		break;
	case STEP_NAME_SIZE:
		if (size < 1 || size > ASYNC_TYPE_MAX)
			finish(async, ASYNC_FAILED);
		else
			expect(async, STEP_NAME, size);
		break;
	case STEP_NAME:
		take_name(async);
		break;
	case STEP_DATA_SIZE:
		take_data_size(async);
		break;
	case STEP_DATA:
		take_data(async);
		break;
	case STEP_NOTHING:
		break;
	}
}

enum async_result async_receive(struct async *async, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size && async->step != STEP_NOTHING) {
		size_t more = async->needed - async->in.length;

		if (more > size)
			more = size;
		buf_add_bytes(&async->in, at, more);
		at += more;
		size -= more;
		if (async->in.length == async->needed)
			take_step(async);
	}
	return async->result;
}

enum async_result async_end(struct async *async)
{
	/* After the acknowledgement a server says nothing more of a type that it does not have. */
	if (async->result == ASYNC_GOING_ON && !async->server && async->step == STEP_NAME_SIZE)
		finish(async, ASYNC_UNKNOWN_TYPE);
	else if (async->result == ASYNC_GOING_ON)
		finish(async, ASYNC_FAILED);
	return async->result;
}

void async_serve(struct async *async, const struct compat_state *state)
{
	async->state = state;
	async->server = true;
	/* A tool on this machine wants to see all there is. */
	async->whole = async->peer.local;
	expect(async, STEP_VERSION, 4);
}

void async_ask(struct async *async, const struct compat_state *state, const char *type,
               const struct compat_slice *slice)
{
	size_t length = strlen(type);

	assert(length >= 1 && length <= ASYNC_TYPE_MAX);
	async->state = state;
	memcpy(async->type, type, length + 1);
	/* All at once: waiting for the version would cost a round trip. */
	add_word(&async->out, ASYNC_VERSION);
	add_word(&async->out, ASYNC_VERSION);
	say(async, slice);
	expect(async, STEP_VERSION, 4);
}

void async_done(struct async *async)
{
	buf_done(&async->in);
	buf_done(&async->out);
	buf_done(&async->heard_bytes);
	arena_free(async->heard_arena);
	async->heard_arena = NULL;
}
