/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/multiwriter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_reader.h"
#include "compat/http.h"
#include "http/message.h"
#include "plan/numbers.h"

#define PATH         "/cgi-bin/shared-state-multiwriter"
#define TIMEOUT_S    10
#define UNKNOWN_TYPE 208

static int dial(uint16_t port)
{
	const struct timeval patience = { .tv_sec = TIMEOUT_S };
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons(port),
		                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0 &&
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool send_all(int fd, const struct buf *text)
{
	for (size_t sent = 0; sent < text->length;) {
		ssize_t n = send(fd, text->text + sent, text->length - sent, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	return true;
}

static int receive(int fd, struct http_message *message)
{
	char bytes[16384];
	ssize_t n;

	while (message->state != HTTP_COMPLETE && message->state != HTTP_FAILED) {
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n > 0)
			(void)http_message_receive(message, bytes, (size_t)n);
		else
			(void)http_message_end(message);
		if (n <= 0)
			break;
	}
	return message->state == HTTP_COMPLETE && message->status == 200 &&
	                       json_is_valid(buf_text(&message->body), message->body.length)
	               ? 0
	               : EBADMSG;
}

/* An exit status; what the daemon says is appended to `answer`. */
static int post(const char *path, const char *type, const struct buf *body, struct buf *answer)
{
	struct http_message message;
	BUF_AUTO request = { 0 };
	int fd = dial(PORT_HTTP), r = EBADMSG;

	/* Where 80 is another web server's. */
	if (fd < 0)
		fd = dial(PORT_HTTP_SECOND);
	if (fd < 0)
		return ECONNREFUSED;
	http_message_init(&message, true);
	buf_printf(&request,
	           "POST %s/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
	           "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	           path, type, body->length);
	buf_add_bytes(&request, buf_text(body), body->length);
	if (send_all(fd, &request))
		r = receive(fd, &message);
	close(fd);
	if (r == 0)
		buf_add_bytes(answer, buf_text(&message.body), message.body.length);
	http_message_done(&message);
	return r;
}

/* Only these the daemon takes for types; the name becomes a part of a request. */
static bool is_type(const char *type)
{
	return strspn(type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
	               strlen(type) &&
	       strlen(type) <= HTTP_TYPE_MAX;
}

int multiwriter_answer(const char *path, const char *type, const struct buf *input)
{
	BUF_AUTO answer = { 0 };
	int r = is_type(type) ? post(path, type, input, &answer) : UNKNOWN_TYPE;

	if (r == 0)
		puts(buf_text(&answer));
	return r;
}

int multiwriter_get(const char *type)
{
	BUF_AUTO nothing = { 0 };

	buf_add(&nothing, "{}");
	return multiwriter_answer(PATH, type, &nothing);
}

int multiwriter_insert(const char *type, const struct buf *input, const char *author)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice = { 0 };
	struct json_reader r;
	char key[COMPAT_KEY_MAX + 1];
	BUF_AUTO body = { 0 };
	BUF_AUTO answer = { 0 };

	json_reader_init(&r, buf_text(input), input->length);
	if (!json_is_valid(buf_text(input), input->length) || json_reader_peek(&r) != JSON_OBJECT ||
	    !is_type(type))
		return EINVAL;
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, key, sizeof(key))) {
		struct compat_entry entry = { .key = arena_strdup(arena, key),
			                      .author = author,
			                      .ttl = 1 };

		(void)json_reader_raw(&r, &entry.data, &entry.data_size);
		(void)compat_slice_add(&slice, arena, &entry);
	}
	compat_slice_sort(&slice);
	(void)http_print(&slice, COMPAT_MULTIWRITER, &body);
	return post(PATH, type, &body, &answer);
}
