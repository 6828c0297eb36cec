/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * One request or response of HTTP/1.1 (RFC 9112), as it arrives byte by byte.  Pure and bounded:
 * of the head no more than HTTP_HEAD_MAX bytes are read, of the body no more than its reader
 * allows, and nothing is set aside for what was only announced.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define HTTP_HEAD_MAX   8192 /* bytes of all its lines */
#define HTTP_TARGET_MAX 512
#define HTTP_BODY_MAX   (1024 * 1024)
#define HTTP_FIELD_MAX  255
#define HTTP_BODY_DROP  (64 * 1024 * 1024) /* as a limit: so much is read and not kept */

enum http_state {
	HTTP_FIRST_LINE,
	HTTP_FIELDS,
	HTTP_BODY,       /* `left` bytes are to come, or all until the end */
	HTTP_CHUNK_SIZE, /* a line with the size of the next chunk */
	HTTP_CHUNK,
	HTTP_CHUNK_END, /* the empty line behind a chunk */
	HTTP_TRAILER,
	HTTP_COMPLETE,
	HTTP_FAILED,
};

struct http_message {
	enum http_state state;
	bool is_response;
	int error; /* of a request that failed: the status that says why */

	char method[16];
	char target[HTTP_TARGET_MAX]; /* path and query */
	int status;                   /* of a response */
	bool expects_continue;        /* the client waits to be told that it may go on */
	bool keep_alive;              /* another request may follow */
	bool accepts_gzip;
	/* Fields of a request that matter to somebody; "": it has none. */
	char host[HTTP_FIELD_MAX + 1], origin[HTTP_FIELD_MAX + 1];
	char content_type[HTTP_FIELD_MAX + 1], if_none_match[HTTP_FIELD_MAX + 1];
	struct buf body;
	/* To be set before anything arrives: bytes that the body of a request for this target may
	 * have, up to HTTP_BODY_MAX, or HTTP_BODY_DROP; NULL: HTTP_BODY_MAX. */
	size_t (*body_max)(const char *target);

	/* For src/http/message.c alone. */
	struct buf line;
	size_t head_size, left, limit, n_dropped;
	bool has_length, chunked;
};

void http_message_init(struct http_message *message, bool is_response);
void http_message_done(struct http_message *message);

/* What has arrived; returns how much of it is of this message.  Its state says how it stands. */
size_t http_message_receive(struct http_message *message, const void *bytes, size_t size);
/* The other side has said all it will: a response without a length is complete. */
enum http_state http_message_end(struct http_message *message);
