/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/async.h"

#include "base/file.h"
#include "base/json_reader.h"
#include "memory.h"

/* --- recorded conversations --- */

/* What each side of a recorded conversation sent, in order. */
struct transcript {
	struct buf client, server;
};

static void add_hex(struct buf *out, const char *hex)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf_add_char(out, (char)byte);
}

static void read_transcript(const char *name, struct transcript *transcript)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	char *line, *rest;

	*transcript = (struct transcript){ 0 };
	buf_printf(&path, "%s/tests/unit/compat/transcripts/%s", getenv("WEFT_SOURCE"), name);
	assert_int_equal(file_read(path.text, 65536, &text), 0);
	for (line = strtok_r(text.text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (*line == 'C')
			add_hex(&transcript->client, line + 2);
		else if (*line == 'S')
			add_hex(&transcript->server, line + 2);
	}
	assert_true(transcript->client.length > 20);
}

static void transcript_done(struct transcript *transcript)
{
	buf_done(&transcript->client);
	buf_done(&transcript->server);
}

/* The data of the client's message, and of the server's: behind the words that come first. */
#define DATA_AT(words_) ((words_)*4 + 1 + strlen("bat-hosts") + 4)

static void parse_at(const struct buf *bytes, size_t at, struct arena *arena,
                     struct compat_slice *slice)
{
	/* Only a word that acknowledges may follow, and nothing where the server speaks. */
	const char *end = strrchr(bytes->text + at, '}');

	assert_non_null(end);
	async_parse(bytes->text + at, (size_t)(end + 1 - bytes->text) - at, arena, slice);
}

/* A state as it was before the conversation: all that the server says but what the client says. */
static void state_before(const struct transcript *transcript, struct memory *memory)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice from_client, from_server;

	parse_at(&transcript->client, DATA_AT(2), arena, &from_client);
	parse_at(&transcript->server, DATA_AT(2), arena, &from_server);
	for (size_t i = 0; i < from_server.count; i++) {
		if (!compat_slice_find(&from_client, from_server.entries[i].key))
			memory_put(memory, &from_server.entries[i]);
	}
}

static void replay_to_server(const char *name, size_t step)
{
	struct async async = { .peer = { COMPAT_ASYNC, .local = true }, .style = ASYNC_PRETTY };
	struct transcript transcript;
	struct memory memory;
	struct compat_state state;

	memory_init(&memory, "bat-hosts");
	state = memory_state(&memory);
	read_transcript(name, &transcript);
	state_before(&transcript, &memory);
	async_serve(&async, &state);
	for (size_t at = 0; at < transcript.client.length; at += step) {
		size_t left = transcript.client.length - at;

		assert_int_not_equal(async_receive(&async, transcript.client.text + at,
		                                   left < step ? left : step),
		                     ASYNC_FAILED);
	}
	assert_int_equal(async.result, ASYNC_DONE);
	assert_int_equal(async.out.length, transcript.server.length);
	assert_memory_equal(async.out.text, transcript.server.text, transcript.server.length);
	async_done(&async);
	transcript_done(&transcript);
	memory_done(&memory);
}

static void replay_to_client(const char *name, size_t step)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct async async = { .peer = { COMPAT_ASYNC, .local = true }, .style = ASYNC_PRETTY };
	struct transcript transcript;
	struct memory memory;
	struct compat_slice slice;
	struct compat_state state;

	memory_init(&memory, "bat-hosts");
	state = memory_state(&memory);
	read_transcript(name, &transcript);
	parse_at(&transcript.client, DATA_AT(2), arena, &slice);
	async_ask(&async, &state, "bat-hosts", &slice);
	for (size_t at = 0; at < transcript.server.length; at += step) {
		size_t left = transcript.server.length - at;

		(void)async_receive(&async, transcript.server.text + at, left < step ? left : step);
	}
	assert_int_equal(async.result, ASYNC_DONE);
	assert_int_equal(async.out.length, transcript.client.length);
	/* The second word tells nothing: there the original writes a 1 as its machine does. */
	memcpy(async.out.text + 4, transcript.client.text + 4, 4);
	assert_memory_equal(async.out.text, transcript.client.text, transcript.client.length);
	assert_int_equal(memory.n_merged, 1);
	assert_int_equal(memory.slice.count, async.heard.count);
	async_done(&async);
	transcript_done(&transcript);
	memory_done(&memory);
}

static const char *const transcripts[] = { "sync", "insert", "get", "insert-again", "get-all" };

static void recorded_clients_are_served_as_by_the_original(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(transcripts); i++) {
		replay_to_server(transcripts[i], 65536);
		replay_to_server(transcripts[i], 1);
	}
}

static void recorded_servers_are_asked_as_by_the_original(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(transcripts); i++) {
		replay_to_client(transcripts[i], 65536);
		replay_to_client(transcripts[i], 1);
	}
}

/* --- entries --- */

#define ENTRY(key_, ttl_) \
	"{\"key\":\"" key_ "\",\"value\":{\"mAuthor\":\"a\",\"mTtl\":" ttl_ ",\"mData\":1}}"
#define SLICE(entries_) "{\"stateSlice\":[" entries_ "]}"

static void expect_keys(const char *text, const char *keys)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice;
	BUF_AUTO found = { 0 };

	async_parse(text, strlen(text), arena, &slice);
	for (size_t i = 0; i < slice.count; i++)
		buf_printf(&found, "%s%s", i ? " " : "", slice.entries[i].key);
	assert_string_equal(buf_text(&found), keys);
}

static void entries_are_read_as_far_as_they_are_good(void **state)
{
	(void)state;
	expect_keys(SLICE(ENTRY("b", "1") "," ENTRY("a", "2")), "a b");
	/* Every form of a lifetime. */
	expect_keys(SLICE(ENTRY("a", "{\"xint64\":5,\"xstr64\":\"6\"}") "," ENTRY(
			    "b", "{\"xstr64\":\"6\"}") "," ENTRY("c", "-7")),
	            "a b c");
	/* What is no document, or no list, says nothing. */
	expect_keys("", "");
	expect_keys("[]", "");
	expect_keys("{}", "");
	expect_keys("{\"stateSlice\":{}}", "");
	expect_keys(SLICE(ENTRY("a", "1")) "x", "");
	expect_keys(SLICE(ENTRY("a", "1")) "\n \n", "a");
	/* The first that is wrong ends the list. */
	expect_keys(SLICE(ENTRY("a", "1") "," ENTRY("b", "1.5") "," ENTRY("c", "1")), "a");
	expect_keys(SLICE(ENTRY("a", "1") ",7," ENTRY("c", "1")), "a");
	expect_keys(SLICE(ENTRY("a", "1") ",{\"key\":\"b\"}," ENTRY("c", "1")), "a");
	expect_keys(SLICE(ENTRY("a", "1") "," ENTRY("b\\u0000", "1")), "a");
	/* Of two with one key the first stays; what nobody knows is passed over. */
	expect_keys(SLICE(ENTRY("a", "1") "," ENTRY("a", "9") "," ENTRY("b", "1")), "a b");
	expect_keys("{\"more\":[{}],\"stateSlice\":[{\"x\":1,\"key\":\"a\",\"value\":"
	            "{\"mNew\":{},\"mAuthor\":\"h\",\"mTtl\":3,\"mData\":null}}]}",
	            "a");
}

static void lifetimes_are_read(void **state)
{
	static const char text[] = SLICE(ENTRY("a", "{\"xint64\":5,\"xstr64\":\"6\"}") "," ENTRY(
		"b", "{\"xstr64\":\"6\",\"other\":[]}") "," ENTRY("c", "9223372036854775807"));
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice;

	(void)state;
	async_parse(text, strlen(text), arena, &slice);
	assert_int_equal(slice.count, 3);
	assert_int_equal(slice.entries[0].ttl, 5);
	assert_int_equal(slice.entries[1].ttl, 6);
	assert_true(slice.entries[2].ttl == INT64_MAX);
}

static void a_message_never_grows_too_large(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice = { 0 }, again;
	BUF_AUTO out = { 0 };
	size_t n;

	(void)state;
	for (unsigned i = 0; i < 12000; i++) {
		struct compat_entry entry = {
			.key = arena_printf(arena, "02:00:00:00:%02x:%02x", i >> 8, i & 255),
			.author = "nodea",
			.ttl = 2431,
			.data = "\"0123456789012345678901234567890123456789\"",
			.data_size = 42,
		};

		assert_true(compat_slice_add(&slice, arena, &entry));
	}
	for (enum async_style style = ASYNC_COMPACT; style <= ASYNC_PRETTY; style++) {
		buf_done(&out);
		n = async_print(&slice, style, &out);
		assert_in_range(out.length, ASYNC_DATA_MAX - 1000, ASYNC_DATA_MAX);
		assert_true(json_is_valid(out.text, out.length));
		async_parse(out.text, out.length, arena, &again);
		assert_int_equal(again.count, n);
	}
}

static void compact_is_a_third_of_pretty(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice = { 0 };
	struct compat_entry entry = { .key = "02:95:39:ab:c0:01",
		                      .author = "LiMe-abc001",
		                      .ttl = 2431,
		                      .data = "\"LiMe_abc001_wlan0_mesh\"",
		                      .data_size = 24 };
	BUF_AUTO compact = { 0 };
	BUF_AUTO pretty = { 0 };

	(void)state;
	assert_true(compat_slice_add(&slice, arena, &entry));
	assert_int_equal(async_print(&slice, ASYNC_COMPACT, &compact), 1);
	assert_int_equal(async_print(&slice, ASYNC_PRETTY, &pretty), 1);
	assert_string_equal(
		compact.text,
		"{\"stateSlice\":[{\"key\":\"02:95:39:ab:c0:01\",\"value\":{\"mAuthor\":"
		"\"LiMe-abc001\",\"mTtl\":2431,\"mData\":\"LiMe_abc001_wlan0_mesh\"}}]}");
	assert_in_range(pretty.length, 5 * compact.length / 2, 4 * compact.length);
}

/* --- the conversation --- */

struct fixture {
	struct memory memory;
	struct compat_state state;
	struct async async;
};

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memory_init(&f->memory, "t");
	f->state = memory_state(&f->memory);
	f->async.peer.protocol = COMPAT_ASYNC;
	async_serve(&f->async, &f->state);
	*state = f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	async_done(&f->async);
	memory_done(&f->memory);
	free(f);
	return 0;
}

static enum async_result feed(struct fixture *f, const char *bytes, size_t size)
{
	return async_receive(&f->async, bytes, size);
}

#define FEED(f_, text_) feed((f_), (text_), sizeof(text_) - 1)
#define HELLO           "\0\0\0\1\1\0\0\0"

static void wrong_beginnings_are_refused(void **state)
{
	static const char *const beginnings[] = { "\0\0\0\2", "GET ", "\1\0\0\0" };

	for (size_t i = 0; i < ARRAY_LENGTH(beginnings); i++) {
		struct fixture *f;

		assert_int_equal(stop(state), 0);
		assert_int_equal(start(state), 0);
		f = *state;
		assert_int_equal(feed(f, beginnings[i], 4), ASYNC_FAILED);
		assert_int_equal(f->async.out.length, 0);
	}
}

static void announced_lengths_cost_nothing(void **state)
{
	struct fixture *f = *state;

	/* 1 GB, and a MB more than nothing. */
	assert_int_equal(FEED(f, HELLO "\1t\x40\0\0\0"), ASYNC_FAILED);
	assert_int_equal(stop(state), 0);
	assert_int_equal(start(state), 0);
	f = *state;
	assert_int_equal(FEED(f, HELLO "\1t\0\x10\0\0{"), ASYNC_GOING_ON);
	assert_in_range(f->async.in.room, 1, 128);
	assert_int_equal(async_end(&f->async), ASYNC_FAILED);
	assert_int_equal(f->memory.n_merged, 0);
}

static void lengths_beyond_the_limits_are_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(FEED(f, HELLO "\0"), ASYNC_FAILED);
	assert_int_equal(stop(state), 0);
	assert_int_equal(start(state), 0);
	f = *state;
	assert_int_equal(FEED(f, HELLO "\x81"), ASYNC_FAILED);
	assert_int_equal(stop(state), 0);
	assert_int_equal(start(state), 0);
	f = *state;
	assert_int_equal(FEED(f, HELLO "\1t\0\0\0\1"), ASYNC_FAILED);
	assert_int_equal(stop(state), 0);
	assert_int_equal(start(state), 0);
	f = *state;
	assert_int_equal(FEED(f, HELLO "\1t\0\x10\0\1"), ASYNC_FAILED);
}

static void an_unknown_type_is_acknowledged_and_no_more(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(FEED(f, HELLO "\2no\0\0\0\2{}"), ASYNC_UNKNOWN_TYPE);
	assert_int_equal(f->async.out.length, 8);
	assert_memory_equal(f->async.out.text, "\0\0\0\1\0\0\0\x09", 8);
	assert_int_equal(f->memory.n_merged, 0);
}

static void only_what_the_peer_lacks_is_said(void **state)
{
	struct fixture *f = *state;
	struct compat_entry known[] = {
		{ .key = "a", .author = "h", .ttl = 100, .data = "1", .data_size = 1 },
		{ .key = "b", .author = "h", .ttl = 100, .data = "1", .data_size = 1 },
		{ .key = "c", .author = "h", .ttl = 100, .data = "1", .data_size = 1 },
	};
	static const char said[] = SLICE(ENTRY("a", "99") "," ENTRY("b", "50") "," ENTRY("d", "7"));
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice answer;
	BUF_AUTO message = { 0 };
	BUF_AUTO data = { 0 };

	for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
		memory_put(&f->memory, &known[i]);
	buf_add(&data, said);
	buf_add_bytes(&message, HELLO, 8);
	async_print_message("t", &data, &message);
	assert_int_equal(feed(f, message.text, message.length), ASYNC_GOING_ON);
	/* Behind version, acknowledgement, name and size. */
	async_parse(f->async.out.text + 14, f->async.out.length - 14, arena, &answer);
	assert_int_equal(answer.count, 2);
	assert_string_equal(answer.entries[0].key, "b");
	assert_int_equal(answer.entries[0].ttl, 100);
	assert_string_equal(answer.entries[1].key, "c");
	assert_non_null(compat_slice_find(&f->memory.slice, "d"));
}

static void a_wrong_acknowledgement_ends_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(FEED(f, HELLO "\1t\0\0\0\2{}"), ASYNC_GOING_ON);
	assert_int_equal(FEED(f, "\0\0\0\1"), ASYNC_FAILED);
}

static void a_client_takes_no_other_type_for_its_own(void **state)
{
	struct fixture *f = *state;
	struct compat_slice nothing = { 0 };

	async_done(&f->async);
	f->async = (struct async){ .peer = { COMPAT_ASYNC } };
	async_ask(&f->async, &f->state, "t", &nothing);
	/* 1 and name, 4 and {"stateSlice":[]} */
	assert_int_equal(FEED(f, "\0\0\0\1\0\0\0\x17\1u"), ASYNC_FAILED);
	assert_int_equal(f->memory.n_merged, 0);
}

static void a_client_understands_silence(void **state)
{
	struct fixture *f = *state;
	struct compat_slice nothing = { 0 };

	async_done(&f->async);
	f->async = (struct async){ .peer = { COMPAT_ASYNC } };
	async_ask(&f->async, &f->state, "t", &nothing);
	assert_int_equal(FEED(f, "\0\0\0\1\0\0\0\x17"), ASYNC_GOING_ON);
	assert_int_equal(async_end(&f->async), ASYNC_UNKNOWN_TYPE);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_clients_are_served_as_by_the_original),
		cmocka_unit_test(recorded_servers_are_asked_as_by_the_original),
		cmocka_unit_test(entries_are_read_as_far_as_they_are_good),
		cmocka_unit_test(lifetimes_are_read),
		cmocka_unit_test(a_message_never_grows_too_large),
		cmocka_unit_test(compact_is_a_third_of_pretty),
		TEST(wrong_beginnings_are_refused),
		TEST(announced_lengths_cost_nothing),
		TEST(lengths_beyond_the_limits_are_refused),
		TEST(an_unknown_type_is_acknowledged_and_no_more),
		TEST(only_what_the_peer_lacks_is_said),
		TEST(a_wrong_acknowledgement_ends_it),
		TEST(a_client_takes_no_other_type_for_its_own),
		TEST(a_client_understands_silence),
	};

	return RUN(tests);
}
