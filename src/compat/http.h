/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * LibreMesh's older shared state: one exchange of one type over one HTTP request
 * (docs/wire/libremesh-http.md).  Pure, like compat/async.h.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "compat/peer.h"
#include "http/message.h"

#define HTTP_TYPE_MAX 64

/* Compression, handed in.  Each appends to `out` no more than `limit` bytes; false if that is not
 * enough or `bytes` are no gzip (RFC 1952). */
struct http_gzip {
	bool (*unzip)(const void *bytes, size_t size, size_t limit, struct buf *out);
	bool (*zip)(const void *bytes, size_t size, size_t limit, struct buf *out);
};

/* --- what travels --- */

/* Reads a table into the slice, sorted; texts are in the arena, data still in `bytes`.  What is
 * no entry is passed over; what is no table at all is empty. */
void http_parse(const char *bytes, size_t size, enum compat_protocol protocol, struct arena *arena,
                struct compat_slice *slice);
/* As many entries as fit into HTTP_BODY_MAX; returns how many. */
size_t http_print(const struct compat_slice *slice, enum compat_protocol protocol, struct buf *out);

/* --- server --- */

struct http_answer {
	/* To be set before. */
	const struct compat_state *state;
	const struct http_gzip *gzip; /* NULL: without */
	bool local;                   /* who asks is a tool on this machine */

	struct buf body;
	size_t n_heard; /* entries */
};

/* Whether a request for this target is one of these exchanges. */
bool http_is_exchange(const char *target);
/* Answers a whole request: its status; the body is JSON, or zipped. */
int http_answer(struct http_answer *answer, const struct http_message *request);
void http_answer_done(struct http_answer *answer);

/* --- client --- */

enum http_result {
	HTTP_GOING_ON,
	HTTP_OVER,    /* to be closed once all is sent */
	HTTP_BROKEN,  /* to be closed at once */
	HTTP_REFUSED, /* the server said no */
};

struct http {
	/* To be set before it begins; the rest is zero. */
	struct compat_peer peer;

	const struct compat_state *state;
	enum http_result result;
	char type[HTTP_TYPE_MAX + 1];
	struct http_message message; /* of the server */
	struct buf out;              /* to be sent, from `sent` on; the owner counts */
	size_t sent;
	size_t n_heard; /* entries */
};

/* Says `slice` of `type` to the server called `host`. */
void http_ask(struct http *http, const struct compat_state *state, const char *host,
              const char *type, const struct compat_slice *slice);
void http_done(struct http *http);

enum http_result http_receive(struct http *http, const void *bytes, size_t size);
enum http_result http_end(struct http *http);
