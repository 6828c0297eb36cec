/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/http_message.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_SIZE 4096

static void fail(struct http_message *message, int error)
{
	message->state = HTTP_FAILED;
	message->error = error;
}

void http_message_init(struct http_message *message, bool is_response)
{
	*message = (struct http_message){ .is_response = is_response };
}

void http_message_done(struct http_message *message)
{
	buf_done(&message->body);
	buf_done(&message->line);
}

/* --- the head --- */

/* Printable, and no blank: what may stand in a target. */
static bool is_target(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return false;
	}
	return true;
}

static void take_request_line(struct http_message *message, const char *line)
{
	char version[16];
	int end = 0;

	if (sscanf(line, "%15s %511s %15s%n", message->method, message->target, version, &end) !=
	            3 ||
	    line[end] || strncmp(version, "HTTP/1.", 7) != 0 || !is_target(message->target) ||
	    message->target[0] != '/') {
		fail(message, 400);
		return;
	}
	message->state = HTTP_FIELDS;
}

static void take_status_line(struct http_message *message, const char *line)
{
	if (sscanf(line, "HTTP/1.%*1[01] %3d", &message->status) != 1 || message->status < 100)
		fail(message, 0);
	else
		message->state = HTTP_FIELDS;
}

static void take_length(struct http_message *message, const char *value)
{
	size_t digits = strspn(value, "0123456789");
	size_t length = 0;

	if (!digits || value[digits]) {
		fail(message, 400);
		return;
	}
	for (size_t i = 0; i < digits && length <= HTTP_BODY_MAX; i++)
		length = length * 10 + (size_t)(value[i] - '0');
	if (message->has_length && message->left != length)
		fail(message, 400);
	else if (length > HTTP_BODY_MAX)
		fail(message, 413);
	message->has_length = true;
	message->left = length;
}

static void take_field(struct http_message *message, const char *line)
{
	size_t name = strcspn(line, ":");
	const char *value = line + name + (line[name] == ':');

	/* A line that goes on, or a blank before the colon, is how requests are smuggled. */
	if (!name || !line[name] || strcspn(line, " \t") < name) {
		fail(message, 400);
		return;
	}
	value += strspn(value, " \t");
	if (name == 14 && !strncasecmp(line, "Content-Length", name))
		take_length(message, value);
	else if (name == 17 && !strncasecmp(line, "Transfer-Encoding", name)) {
		message->chunked = !strcasecmp(value, "chunked");
		if (!message->chunked)
			fail(message, 501);
	} else if (name == 6 && !strncasecmp(line, "Expect", name)) {
		message->expects_continue = !strcasecmp(value, "100-continue");
	}
}

static void take_head_end(struct http_message *message)
{
	if (message->is_response && message->status / 100 == 1) {
		/* "Go on": the real one follows. */
		message->state = HTTP_FIRST_LINE;
	} else if (message->chunked && message->has_length) {
		fail(message, 400);
	} else if (message->chunked) {
		message->state = HTTP_CHUNK_SIZE;
	} else if (message->has_length || message->is_response) {
		message->state = message->has_length && !message->left ? HTTP_COMPLETE : HTTP_BODY;
	} else {
		message->state = HTTP_COMPLETE;
	}
}

/* --- chunks --- */

static void take_chunk_size(struct http_message *message, const char *line)
{
	size_t digits = strspn(line, "0123456789abcdefABCDEF");
	unsigned size = 0;

	/* An extension may follow, which nobody knows. */
	if (!digits || digits > 6 || (line[digits] && !strchr("; \t", line[digits])) ||
	    sscanf(line, "%6x", &size) != 1) {
		fail(message, 400);
		return;
	}
	if (message->body.length + size > HTTP_BODY_MAX) {
		fail(message, 413);
		return;
	}
	message->left = size;
	message->state = size ? HTTP_CHUNK : HTTP_TRAILER;
}

/* A whole line of anything but the body. */
static void take_line(struct http_message *message, const char *line)
{
	switch (message->state) {
	case HTTP_FIRST_LINE:
		/* Some clients end a body with an empty line that they do not count. */
		if (!*line)
			break;
		if (message->is_response)
			take_status_line(message, line);
		else
			take_request_line(message, line);
		break;
	case HTTP_FIELDS:
		if (*line)
			take_field(message, line);
		else
			take_head_end(message);
		break;
	case HTTP_CHUNK_SIZE:
		take_chunk_size(message, line);
		break;
	case HTTP_CHUNK_END:
		if (*line)
			fail(message, 400);
		else
			message->state = HTTP_CHUNK_SIZE;
		break;
	case HTTP_TRAILER:
		if (!*line)
			message->state = HTTP_COMPLETE;
		break;
	case HTTP_BODY:
	case HTTP_CHUNK:
	case HTTP_COMPLETE:
	case HTTP_FAILED:
		break;
	}
}

static size_t read_line(struct http_message *message, const char *bytes, size_t size)
{
	const char *end = memchr(bytes, '\n', size);
	size_t taken = end ? (size_t)(end + 1 - bytes) : size;

	message->head_size += taken;
	if (message->head_size > HTTP_HEAD_MAX || message->line.length + taken > LINE_MAX_SIZE) {
		fail(message, 431);
		return taken;
	}
	buf_add_bytes(&message->line, bytes, end ? taken - 1 : taken);
	if (!end)
		return taken;
	if (message->line.length && message->line.text[message->line.length - 1] == '\r')
		message->line.text[--message->line.length] = '\0';
	if (strlen(message->line.text) != message->line.length)
		fail(message, 400);
	else
		take_line(message, message->line.text);
	message->line.length = 0;
	message->line.text[0] = '\0';
	return taken;
}

static size_t read_body(struct http_message *message, const char *bytes, size_t size)
{
	bool counted = message->has_length || message->state == HTTP_CHUNK;
	size_t taken = counted && size > message->left ? message->left : size;

	if (message->body.length + taken > HTTP_BODY_MAX) {
		fail(message, 413);
		return taken;
	}
	buf_add_bytes(&message->body, bytes, taken);
	if (!counted)
		return taken;
	message->left -= taken;
	if (!message->left) {
		message->state = message->state == HTTP_CHUNK ? HTTP_CHUNK_END : HTTP_COMPLETE;
		/* Each chunk has lines of its own; there may be many. */
		message->head_size = 0;
	}
	return taken;
}

enum http_state http_message_receive(struct http_message *message, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size && message->state != HTTP_COMPLETE && message->state != HTTP_FAILED) {
		bool body = message->state == HTTP_BODY || message->state == HTTP_CHUNK;
		size_t taken = body ? read_body(message, at, size) : read_line(message, at, size);

		at += taken;
		size -= taken;
	}
	return message->state;
}

enum http_state http_message_end(struct http_message *message)
{
	if (message->state == HTTP_BODY && !message->has_length)
		message->state = HTTP_COMPLETE;
	else if (message->state != HTTP_COMPLETE)
		fail(message, 400);
	return message->state;
}
