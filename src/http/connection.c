/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "http/connection.h"

#include <assert.h>
#include <string.h>

static void enter(struct http_connection *connection, enum http_phase phase)
{
	connection->phase = phase;
	connection->turn++;
}

static void begin(struct http_connection *connection)
{
	http_message_init(&connection->message, false);
	connection->message.body_max = connection->handler->body_max;
	connection->continued = false;
	enter(connection, HTTP_PHASE_READING);
}

void http_connection_init(struct http_connection *connection, const struct http_handler *handler,
                          void *data)
{
	*connection = (struct http_connection){ .handler = handler, .data = data };
	begin(connection);
}

void http_connection_done(struct http_connection *connection)
{
	if (connection->phase == HTTP_PHASE_WAITING || connection->phase == HTTP_PHASE_STREAMING)
		connection->handler->gone(connection->data, connection);
	http_message_done(&connection->message);
	buf_done(&connection->pending);
	buf_done(&connection->out);
}

/* --- replies --- */

static const char *reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 204, "No Content" },
		{ 302, "Found" },
		{ 304, "Not Modified" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 421, "Misdirected Request" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Bad Request";
}

static void print_head(struct http_connection *connection, int status, const char *type,
                       const char *fields)
{
	buf_printf(&connection->out, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
	if (type)
		buf_printf(&connection->out, "Content-Type: %s\r\n", type);
	buf_add(&connection->out, fields ? fields : "");
	if (connection->closing)
		buf_add(&connection->out, "Connection: close\r\n");
}

void http_reply(struct http_connection *connection, const struct http_reply *reply)
{
	bool head = !strcmp(connection->message.method, "HEAD");

	assert(connection->phase == HTTP_PHASE_WAITING);
	if (!connection->message.keep_alive)
		connection->closing = true;
	print_head(connection, reply->status, reply->type, reply->fields);
	if (reply->status != 204 && reply->status != 304)
		buf_printf(&connection->out, "Content-Length: %zu\r\n", reply->size);
	buf_add(&connection->out, "\r\n");
	if (reply->size && !head && reply->lent) {
		connection->body = reply->body;
		connection->body_size = reply->size;
	} else if (reply->size && !head) {
		buf_add_bytes(&connection->out, reply->body, reply->size);
	}
	http_message_done(&connection->message);
	enter(connection, HTTP_PHASE_SENDING);
}

void http_stream(struct http_connection *connection, const char *type, const char *fields)
{
	assert(connection->phase == HTTP_PHASE_WAITING);
	connection->closing = true;
	print_head(connection, 200, type, fields);
	buf_add(&connection->out, "\r\n");
	enter(connection, HTTP_PHASE_STREAMING);
}

bool http_stream_say(struct http_connection *connection, const char *text, size_t size)
{
	assert(connection->phase == HTTP_PHASE_STREAMING);
	if (connection->out.length - connection->sent + size > HTTP_BACKLOG_MAX &&
	    connection->out.length > connection->sent)
		return false;
	buf_add_bytes(&connection->out, text, size);
	return true;
}

void http_stream_end(struct http_connection *connection)
{
	connection->sent = connection->out.length;
	enter(connection, HTTP_PHASE_OVER);
}

/* --- requests --- */

static void refuse(struct http_connection *connection)
{
	struct http_reply reply = { .status = connection->message.error };

	connection->closing = true;
	enter(connection, HTTP_PHASE_WAITING);
	http_reply(connection, &reply);
}

static void go_on(struct http_connection *connection)
{
	struct http_message *message = &connection->message;

	if (message->expects_continue && !connection->continued && message->state > HTTP_FIELDS &&
	    message->state < HTTP_COMPLETE) {
		buf_add(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
		connection->continued = true;
	}
}

/* How much of the bytes was read: all, unless a request is complete. */
static size_t read_request(struct http_connection *connection, const char *bytes, size_t size)
{
	struct http_message *message = &connection->message;
	size_t taken = http_message_receive(message, bytes, size);

	go_on(connection);
	if (message->state == HTTP_FAILED) {
		refuse(connection);
	} else if (message->state == HTTP_COMPLETE) {
		enter(connection, HTTP_PHASE_WAITING);
		connection->handler->request(connection->data, connection);
	}
	return taken;
}

/* Reads what arrived early, until there is something to wait for. */
static void read_pending(struct http_connection *connection)
{
	struct buf *pending = &connection->pending;
	size_t at = 0;

	while (connection->phase == HTTP_PHASE_READING && at < pending->length)
		at += read_request(connection, pending->text + at, pending->length - at);
	if (at == pending->length) {
		buf_done(pending);
	} else if (at) {
		memmove(pending->text, pending->text + at, pending->length - at);
		pending->length -= at;
	}
}

bool http_connection_receive(struct http_connection *connection, const void *bytes, size_t size)
{
	const char *at = bytes;

	/* Nobody has anything to say to a stream. */
	if (connection->phase == HTTP_PHASE_STREAMING || connection->closing)
		return true;
	while (connection->phase == HTTP_PHASE_READING && size && !connection->pending.length) {
		size_t taken = read_request(connection, at, size);

		at += taken;
		size -= taken;
	}
	if (connection->pending.length + size > HTTP_PENDING_MAX)
		return false;
	if (size)
		buf_add_bytes(&connection->pending, at, size);
	return true;
}

bool http_connection_end(struct http_connection *connection)
{
	connection->closing = true;
	switch (connection->phase) {
	case HTTP_PHASE_READING:
	case HTTP_PHASE_STREAMING:
	case HTTP_PHASE_OVER:
		return false;
	case HTTP_PHASE_WAITING:
	case HTTP_PHASE_SENDING:
		return true;
	}
	return false;
}

bool http_connection_wants(const struct http_connection *connection)
{
	return connection->phase == HTTP_PHASE_READING || connection->phase == HTTP_PHASE_STREAMING;
}

/* --- what is sent --- */

const char *http_connection_output(struct http_connection *connection, size_t *size)
{
	if (connection->sent < connection->out.length) {
		*size = connection->out.length - connection->sent;
		return connection->out.text + connection->sent;
	}
	if (connection->body_sent < connection->body_size) {
		*size = connection->body_size - connection->body_sent;
		return connection->body + connection->body_sent;
	}
	return NULL;
}

static void finish_reply(struct http_connection *connection)
{
	connection->body = NULL;
	connection->body_size = connection->body_sent = 0;
	if (connection->closing) {
		enter(connection, HTTP_PHASE_OVER);
		return;
	}
	begin(connection);
	read_pending(connection);
}

void http_connection_sent(struct http_connection *connection, size_t size)
{
	if (connection->sent < connection->out.length)
		connection->sent += size;
	else
		connection->body_sent += size;
	if (connection->sent == connection->out.length) {
		buf_done(&connection->out);
		connection->sent = 0;
		if (connection->phase == HTTP_PHASE_SENDING &&
		    connection->body_sent == connection->body_size)
			finish_reply(connection);
	}
}

size_t http_connection_held(const struct http_connection *connection)
{
	return sizeof(*connection) + connection->message.body.room + connection->message.line.room +
	       connection->pending.room + connection->out.room;
}
