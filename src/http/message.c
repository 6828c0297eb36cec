/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "http/message.h"

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
	*message = (struct http_message){ .is_response = is_response, .limit = HTTP_BODY_MAX };
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
	if (message->body_max)
		message->limit = message->body_max(message->target);
	message->keep_alive = strcmp(version, "HTTP/1.0") != 0;
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
	for (size_t i = 0; i < digits && length <= message->limit; i++)
		length = length * 10 + (size_t)(value[i] - '0');
	if (message->has_length && message->left != length)
		fail(message, 400);
	else if (length > message->limit)
		fail(message, 413);
	message->has_length = true;
	message->left = length;
}

static void take_encoding(struct http_message *message, const char *value)
{
	message->chunked = !strcasecmp(value, "chunked");
	if (!message->chunked)
		fail(message, 501);
}

static void take_expectation(struct http_message *message, const char *value)
{
	message->expects_continue = !strcasecmp(value, "100-continue");
}

static void take_connection(struct http_message *message, const char *value)
{
	if (strcasestr(value, "close"))
		message->keep_alive = false;
}

static void take_accepted(struct http_message *message, const char *value)
{
	const char *gzip = strcasestr(value, "gzip");

	/* "gzip;q=0" is how somebody says no. */
	message->accepts_gzip = gzip && strncmp(gzip + 4, ";q=0", 4) != 0;
}

/* What stands twice, or does not fit, is nobody's honest request. */
static void keep(struct http_message *message, char kept[HTTP_FIELD_MAX + 1], const char *value)
{
	size_t length = strlen(value);

	while (length && strchr(" \t", value[length - 1]))
		length--;
	if (*kept || length > HTTP_FIELD_MAX) {
		fail(message, 400);
		return;
	}
	memcpy(kept, value, length);
	kept[length] = '\0';
}

static void take_host(struct http_message *message, const char *value)
{
	keep(message, message->host, value);
}

static void take_origin(struct http_message *message, const char *value)
{
	keep(message, message->origin, value);
}

static void take_type(struct http_message *message, const char *value)
{
	keep(message, message->content_type, value);
}

static void take_match(struct http_message *message, const char *value)
{
	/* A longer list is of somebody who asks something else. */
	if (strlen(value) <= HTTP_FIELD_MAX)
		keep(message, message->if_none_match, value);
}

static const struct {
	const char *name;
	void (*read)(struct http_message *message, const char *value);
} fields[] = {
	{ "Content-Length", take_length },
	{ "Transfer-Encoding", take_encoding },
	{ "Expect", take_expectation },
	{ "Connection", take_connection },
	{ "Accept-Encoding", take_accepted },
	{ "Host", take_host },
	{ "Origin", take_origin },
	{ "Content-Type", take_type },
	{ "If-None-Match", take_match },
};

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
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strlen(fields[i].name) == name && !strncasecmp(line, fields[i].name, name))
			fields[i].read(message, value);
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
	if (message->body.length + message->n_dropped + size > message->limit) {
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

	if (message->body.length + message->n_dropped + taken > message->limit) {
		fail(message, 413);
		return taken;
	}
	if (message->limit == HTTP_BODY_DROP)
		message->n_dropped += taken;
	else
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

size_t http_message_receive(struct http_message *message, const void *bytes, size_t size)
{
	const char *at = bytes;
	size_t before = size;

	while (size && message->state != HTTP_COMPLETE && message->state != HTTP_FAILED) {
		bool body = message->state == HTTP_BODY || message->state == HTTP_CHUNK;
		size_t taken = body ? read_body(message, at, size) : read_line(message, at, size);

		at += taken;
		size -= taken;
	}
	return before - size;
}

enum http_state http_message_end(struct http_message *message)
{
	if (message->state == HTTP_BODY && !message->has_length)
		message->state = HTTP_COMPLETE;
	else if (message->state != HTTP_COMPLETE)
		fail(message, 400);
	return message->state;
}
