/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A server's side of one connection of HTTP/1.1: request after request, one at a time, each
 * answered now or later, or answered without an end (server-sent events).  Pure and bounded: what
 * arrives while a request is not answered is kept only up to HTTP_PENDING_MAX, and no more is asked
 * for.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "http/message.h"

#define HTTP_PENDING_MAX 16384 /* bytes of the next requests */
#define HTTP_BACKLOG_MAX 65536 /* bytes that a stream may be behind */

struct http_connection;

struct http_handler {
	/* Bytes that the body of a request for this target may have. */
	size_t (*body_max)(const char *target);
	/* connection->message is a whole request: http_reply() or http_stream() now or later. */
	void (*request)(void *data, struct http_connection *connection);
	/* A request that was not answered, or a stream, has nobody any more who reads it. */
	void (*gone)(void *data, struct http_connection *connection);
};

enum http_phase {
	HTTP_PHASE_READING,
	HTTP_PHASE_WAITING, /* for the reply */
	HTTP_PHASE_SENDING,
	HTTP_PHASE_STREAMING,
	HTTP_PHASE_OVER,
};

struct http_connection {
	const struct http_handler *handler;
	void *data;
	struct http_message message;

	enum http_phase phase;
	unsigned turn; /* counts phases: each has a time of its own */
	bool closing;  /* after this reply */
	bool continued;
	struct buf pending; /* what arrived early */
	struct buf out;     /* to be sent, from `sent` on */
	size_t sent;
	const char *body; /* lent, to be sent behind `out` */
	size_t body_size, body_sent;
};

struct http_reply {
	int status;
	const char *type;   /* NULL: no body */
	const char *fields; /* more lines of the head, each with its end; NULL: none */
	const char *body;
	size_t size;
	bool lent; /* the body outlives the connection: not copied */
};

void http_connection_init(struct http_connection *connection, const struct http_handler *handler,
                          void *data);
void http_connection_done(struct http_connection *connection);

void http_reply(struct http_connection *connection, const struct http_reply *reply);
/* A reply without an end: its head now, then what http_stream_say() is given. */
void http_stream(struct http_connection *connection, const char *type, const char *fields);
/* False if the reader is too far behind: this was not said. */
bool http_stream_say(struct http_connection *connection, const char *text, size_t size);
/* It is over, whether or not all was sent; gone() is not called. */
void http_stream_end(struct http_connection *connection);

/* What a connection does with its socket: daemon/net/stream.h. */
bool http_connection_receive(struct http_connection *connection, const void *bytes, size_t size);
bool http_connection_end(struct http_connection *connection);
bool http_connection_wants(const struct http_connection *connection);
const char *http_connection_output(struct http_connection *connection, size_t *size);
void http_connection_sent(struct http_connection *connection, size_t size);
size_t http_connection_held(const struct http_connection *connection);
