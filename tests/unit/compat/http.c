/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/http.h"

#include "base/json_reader.h"
#include "http/connection.h"
#include "memory.h"

struct fixture {
	struct memory memory;
	struct compat_state state;
	const struct http_gzip *gzip;
	size_t n_heard; /* by the last answer */
	struct http_connection connection;
	struct http http;
};

static size_t no_limit(const char *target)
{
	(void)target;
	return HTTP_BODY_MAX;
}

static void answer(void *data, struct http_connection *connection)
{
	struct fixture *f = data;
	struct http_answer answer = { .state = &f->state, .gzip = f->gzip };
	int status = http_answer(&answer, &connection->message);

	f->n_heard = answer.n_heard;
	http_reply(connection, &(struct http_reply){ .status = status,
	                                             .type = "application/json",
	                                             .body = answer.body.text,
	                                             .size = answer.body.length });
	http_answer_done(&answer);
}

static void never(void *data, struct http_connection *connection)
{
	(void)data;
	(void)connection;
	assert_true(false);
}

static const struct http_handler handler = { no_limit, answer, never };

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memory_init(&f->memory, "dnsmasq-leases");
	f->state = memory_state(&f->memory);
	http_connection_init(&f->connection, &handler, f);
	*state = f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	http_done(&f->http);
	http_connection_done(&f->connection);
	memory_done(&f->memory);
	free(f);
	return 0;
}

static void know(struct fixture *f, const char *key, int64_t ttl)
{
	struct compat_entry entry = {
		.key = key, .author = "h", .ttl = ttl, .data = "{\"a\": 1}", .data_size = 8
	};

	memory_put(&f->memory, &entry);
}

/* A whole request, in pieces of `step` bytes; what is answered. */
static const char *serve(struct fixture *f, const char *request, size_t step)
{
	size_t size = strlen(request);

	http_connection_done(&f->connection);
	http_connection_init(&f->connection, &handler, f);
	for (size_t at = 0; at < size; at += step)
		assert_true(http_connection_receive(&f->connection, request + at,
		                                    size - at < step ? size - at : step));
	return buf_text(&f->connection.out);
}

static const char *body_of(const char *response)
{
	const char *end = strstr(response, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

#define POST(path_, length_, body_)                                                   \
	"POST " path_ " HTTP/1.1\r\nHost: [fe80::1%eth0]\r\nContent-Length: " length_ \
	"\r\n\r\n" body_
#define LEASES "/cgi-bin/shared-state/dnsmasq-leases"

static void a_table_is_taken_and_answered(void **state)
{
	static const char request[] = POST(
		LEASES, "53", "{\"10.0.0.2\":{\"bleachTTL\":29,\"author\":\"h\",\"data\":[ ]}}");
	struct fixture *f = *state;

	know(f, "10.0.0.1", 30);
	for (size_t step = 1; step < 1000; step += 50) {
		const char *answer = serve(f, request, step);

		assert_int_equal(f->connection.phase, HTTP_PHASE_SENDING);
		assert_int_equal(strncmp(answer, "HTTP/1.1 200 OK\r\n", 17), 0);
		assert_non_null(strstr(answer, "\r\nContent-Type: application/json\r\n"));
		assert_string_equal(body_of(answer), "{\"10.0.0.1\":{\"bleachTTL\":30,"
		                                     "\"author\":\"h\",\"data\":{\"a\":1}}}");
	}
	assert_int_equal(f->memory.slice.count, 2);
}

static void a_body_may_come_in_chunks(void **state)
{
	static const char request[] =
		"POST " LEASES " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
		"14;x=y\r\n{\"10.0.0.2\":{\"bleach\r\n"
		"21\r\nTTL\":29,\"author\":\"h\",\"data\":[]}}\n\r\n0\r\nA: b\r\n\r\n";
	struct fixture *f = *state;

	for (size_t step = 1; step < 300; step += 37) {
		(void)serve(f, request, step);
		assert_int_equal(f->connection.phase, HTTP_PHASE_SENDING);
		assert_int_equal(f->n_heard, 1);
	}
	assert_string_equal(f->memory.slice.entries[0].key, "10.0.0.2");
}

static void who_waits_is_told_to_go_on(void **state)
{
	struct fixture *f = *state;
	const char *answer;

	answer = serve(f,
	               "POST " LEASES " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2"
	               "\r\n\r\n",
	               4096);
	assert_string_equal(answer, "HTTP/1.1 100 Continue\r\n\r\n");
	assert_true(http_connection_receive(&f->connection, "{}", 2));
	assert_non_null(strstr(f->connection.out.text, "200 OK"));
}

static void other_requests_get_a_short_answer(void **state)
{
	struct fixture *f = *state;

	know(f, "10.0.0.1", 30);
	assert_non_null(strstr(serve(f, "GET / HTTP/1.0\r\n\r\n", 99), "404"));
	assert_non_null(strstr(serve(f, POST("/cgi-bin/shared-state/", "0", ""), 99), "404"));
	assert_non_null(strstr(serve(f, POST("/cgi-bin/shared-state/..%2f", "0", ""), 99), "404"));
	assert_non_null(strstr(serve(f, POST("/cgi-bin/shared-state/a/b", "0", ""), 99), "404"));
	assert_string_equal(body_of(serve(f, "GET " LEASES " HTTP/1.1\r\n\r\n", 99)), "");
	assert_non_null(strstr(f->connection.out.text, "200 OK"));
	assert_string_equal(body_of(serve(f, POST("/cgi-bin/shared-state/new", "0", ""), 99)),
	                    "[]");
	/* Nothing said is nothing heard. */
	assert_non_null(strstr(serve(f, POST(LEASES, "0", ""), 99), "\"10.0.0.1\""));
	assert_non_null(strstr(serve(f, POST(LEASES, "5", "{]}  "), 99), "\"10.0.0.1\""));
	assert_int_equal(f->memory.n_merged, 0);
}

static void wrong_requests_are_refused(void **state)
{
	static const struct {
		const char *request, *status;
	} wrong[] = {
		{ "\x16\x03\x01\n", " 400 " },
		{ "POST\r\n", " 400 " },
		{ "POST / HTTP/2.0\r\n", " 400 " },
		{ "POST x HTTP/1.1\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nno colon\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nA: b\r\n c\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nContent-Length : 1\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nContent-Length: -1\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nContent-Length: 1x\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		  " 400 " },
		{ "POST / HTTP/1.1\r\nContent-Length: 1073741824\r\n", " 413 " },
		{ "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n", " 413 " },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n", " 501 " },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", " 400 " },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n", " 413 " },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", " 400 " },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		const char *answer = serve(f, wrong[i].request, 1);

		if (!strstr(answer, wrong[i].status))
			fail_msg("%s: %s", wrong[i].request, answer);
		assert_true(f->connection.closing);
	}
}

static void heads_without_end_are_refused(void **state)
{
	struct fixture *f = *state;
	BUF_AUTO head = { 0 };

	buf_add(&head, "GET / HTTP/1.1\r\n");
	for (unsigned i = 0; i < 2000; i++)
		buf_printf(&head, "A%u: b\r\n", i);
	assert_non_null(strstr(serve(f, head.text, 4096), " 431 "));
	buf_done(&head);
	buf_add(&head, "GET /");
	for (unsigned i = 0; i < 5000; i++)
		buf_add_char(&head, 'a');
	assert_non_null(strstr(serve(f, head.text, 100), " 431 "));
	assert_in_range(f->connection.message.line.room, 0, 8192);
}

static void entries_are_read_one_by_one(void **state)
{
	static const char text[] =
		"{\"a\":{\"bleachTTL\":5,\"author\":\"h\",\"data\":null},\"b\":7,"
		"\"c\":{\"bleachTTL\":0,\"author\":\"h\",\"data\":1},\"d\":{\"author\":\"h\"},"
		"\"e\":{\"bleachTTL\":\"x\",\"author\":\"h\"},\"f\":{\"bleachTTL\":7,\"author\":\"h\","
		"\"new\":[{}],\"data\":{\"x\":[1]}},\"g\":{\"bleachTTL\":1.5,\"author\":\"h\"},"
		"\"h\":{\"bleachTTL\":3,\"author\":[]},\"i\":{\"bleachTTL\":3,\"author\":\"h\"}}";
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice;

	(void)state;
	http_parse(text, strlen(text), COMPAT_HTTP, arena, &slice);
	assert_int_equal(slice.count, 3);
	assert_string_equal(slice.entries[0].key, "a");
	assert_null(slice.entries[0].data);
	assert_string_equal(slice.entries[1].key, "f");
	assert_int_equal(slice.entries[1].ttl, 7);
	assert_string_equal(slice.entries[2].key, "i");
	assert_null(slice.entries[2].data);
	http_parse("[]", 2, COMPAT_HTTP, arena, &slice);
	assert_int_equal(slice.count, 0);
}

static void many_writers_have_numbers(void **state)
{
	static const char text[] =
		"{\"n\":{\"lastModified\":1700000000,\"changes\":4,\"fortune\":77,"
		"\"author\":\"h\",\"data\":true}}";
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice;
	BUF_AUTO out = { 0 };

	(void)state;
	http_parse(text, strlen(text), COMPAT_MULTIWRITER, arena, &slice);
	assert_int_equal(slice.count, 1);
	assert_int_equal(slice.entries[0].ttl, 4);
	assert_int_equal(http_print(&slice, COMPAT_MULTIWRITER, &out), 1);
	assert_string_equal(out.text, "{\"n\":{\"lastModified\":0,\"changes\":4,\"fortune\":1,"
	                              "\"author\":\"h\",\"data\":true}}");
}

static void a_large_table_is_cut(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice = { 0 };
	BUF_AUTO out = { 0 };
	size_t n;

	(void)state;
	for (unsigned i = 0; i < 16000; i++) {
		struct compat_entry entry = { .key = arena_printf(arena, "10.1.%u.%u", i >> 8,
			                                          i & 255),
			                      .author = "h",
			                      .ttl = 30,
			                      .data = "\"0123456789012345678901234567890123\"",
			                      .data_size = 36 };

		assert_true(compat_slice_add(&slice, arena, &entry));
	}
	n = http_print(&slice, COMPAT_HTTP, &out);
	assert_in_range(n, 1000, 15999);
	assert_in_range(out.length, HTTP_BODY_MAX - 200, HTTP_BODY_MAX);
	assert_true(json_is_valid(out.text, out.length));
}

/* --- client --- */

static enum http_result ask(struct fixture *f, const char *response)
{
	struct compat_slice slice = { 0 };

	http_done(&f->http);
	f->http = (struct http){ .peer = { COMPAT_HTTP } };
	http_ask(&f->http, &f->state, "[fe80::1]", "dnsmasq-leases", &slice);
	(void)http_receive(&f->http, response, strlen(response));
	return http_end(&f->http);
}

#define TABLE "{\"10.0.0.9\":{\"bleachTTL\":9,\"author\":\"h\",\"data\":1}}"

static void a_server_is_asked(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nTransfer-Encoding: "
	                        "chunked\r\n\r\n32\r\n" TABLE "\r\n0\r\n\r\n"),
	                 HTTP_OVER);
	assert_int_equal(f->http.n_heard, 1);
	assert_string_equal(f->http.out.text,
	                    "POST /cgi-bin/shared-state/dnsmasq-leases HTTP/1.1\r\nHost: [fe80::1]"
	                    "\r\nUser-Agent: weft\r\nContent-Type: application/json\r\n"
	                    "Content-Length: 2\r\nConnection: close\r\n\r\n[]");
	/* As long as it lasts, with a length, after a "go on". */
	assert_int_equal(ask(f, "HTTP/1.0 200 OK\r\n\r\n" TABLE), HTTP_OVER);
	assert_int_equal(f->http.n_heard, 1);
	assert_int_equal(ask(f, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2"
	                        "\r\n\r\n[]"),
	                 HTTP_OVER);
	assert_int_equal(ask(f, "HTTP/1.1 200 OK\r\n\r\n<html>router</html>"), HTTP_REFUSED);
	assert_int_equal(ask(f, "HTTP/1.1 404 Not Found\r\n\r\n"), HTTP_REFUSED);
	assert_int_equal(ask(f, "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{}"), HTTP_BROKEN);
	assert_int_equal(ask(f, "SSH-2.0-dropbear\r\n"), HTTP_BROKEN);
	assert_int_equal(ask(f, ""), HTTP_BROKEN);
}

static void both_sides_understand_each_other(void **state)
{
	struct fixture *f = *state;
	struct memory theirs;
	struct compat_state their_state;
	struct compat_slice slice = { 0 };
	struct http client = { .peer = { COMPAT_HTTP } };

	memory_init(&theirs, "dnsmasq-leases");
	their_state = memory_state(&theirs);
	know(f, "10.0.0.1", 30);
	memory_put(
		&theirs,
		&(struct compat_entry){
			.key = "10.0.0.2", .author = "h", .ttl = 30, .data = "1", .data_size = 1 });
	memory_collect(&theirs, NULL, NULL, theirs.arena, &slice);
	http_ask(&client, &their_state, "[::1]", "dnsmasq-leases", &slice);
	(void)serve(f, client.out.text, 4096);
	assert_int_equal(http_receive(&client, f->connection.out.text, f->connection.out.length),
	                 HTTP_OVER);
	assert_int_equal(theirs.slice.count, 2);
	assert_int_equal(f->memory.slice.count, 2);
	http_done(&client);
	memory_done(&theirs);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_table_is_taken_and_answered),
		TEST(a_body_may_come_in_chunks),
		TEST(who_waits_is_told_to_go_on),
		TEST(other_requests_get_a_short_answer),
		TEST(wrong_requests_are_refused),
		TEST(heads_without_end_are_refused),
		TEST(entries_are_read_one_by_one),
		TEST(many_writers_have_numbers),
		TEST(a_large_table_is_cut),
		TEST(a_server_is_asked),
		TEST(both_sides_understand_each_other),
	};

	return RUN(tests);
}
