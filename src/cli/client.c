/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/client.h"

#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

/* The daemon is trusted, but a program in its place shall not fill our memory. */
#define ANSWER_LIMIT (16U * 1024 * 1024)

void client_path(const char *run, struct buf *out)
{
	buf_printf(out, "%s/weft/control", run);
}

/* What came in, and how much of it is a line already given out. */
struct stream {
	int fd;
	struct buf in;
	size_t used;
};

static void stream_done(struct stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	buf_done(&stream->in);
}

#define STREAM_AUTO __attribute__((cleanup(stream_done))) struct stream

static int say_no_daemon(const char *path, int error, struct buf *words)
{
	if (error == ENOENT || error == ECONNREFUSED) {
		buf_printf(words,
		           "the daemon is not running (nobody listens at %s); `weft daemon` "
		           "starts it\n",
		           path);
		return -ECONNREFUSED;
	}
	buf_printf(words, "cannot reach the daemon at %s: %s\n", path, strerror(error));
	return -error;
}

static int stream_open(struct stream *stream, const char *run, struct buf *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	BUF_AUTO path = { 0 };

	client_path(run, &path);
	if (path.length >= sizeof(address.sun_path))
		return say_no_daemon(path.text, ENAMETOOLONG, error);
	memcpy(address.sun_path, path.text, path.length + 1);
	stream->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (stream->fd < 0 || connect(stream->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return say_no_daemon(path.text, errno, error);
	return 0;
}

static int stream_send(struct stream *stream, const char *method, const char *params,
                       struct buf *error)
{
	BUF_AUTO line = { 0 };
	size_t sent = 0;

	buf_add(&line, "{\"method\":");
	buf_add_json(&line, method);
	if (params)
		buf_printf(&line, ",\"params\":%s", params);
	buf_add(&line, "}\n");
	while (sent < line.length) {
		ssize_t n = send(stream->fd, line.text + sent, line.length - sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			buf_printf(error, "cannot ask the daemon: %s\n", strerror(errno));
			return -errno;
		}
		sent += (size_t)n;
	}
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for more bytes: 0 at the end, a negative errno on failure or -ETIMEDOUT. */
static ssize_t stream_fill(struct stream *stream, int64_t deadline_ms)
{
	struct pollfd fd = { stream->fd, POLLIN, 0 };
	char bytes[4096];
	ssize_t n;

	for (;;) {
		int64_t left = deadline_ms - now_ms();
		int r = poll(&fd, 1, deadline_ms ? (left > 0 ? (int)left : 0) : -1);

		if (r == 0)
			return -ETIMEDOUT;
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r < 0)
			continue;
		n = recv(stream->fd, bytes, sizeof(bytes), 0);
		if (n >= 0 || errno != EINTR)
			break;
	}
	if (n > 0)
		buf_add_bytes(&stream->in, bytes, (size_t)n);
	return n < 0 ? -errno : n;
}

/* The next line, terminated, valid until the next call; NULL at the end or on failure. */
static char *stream_line(struct stream *stream, int64_t deadline_ms, int *error)
{
	if (stream->used) {
		size_t rest = stream->in.length - stream->used;

		memmove(stream->in.text, stream->in.text + stream->used, rest + 1);
		stream->in.length = rest;
		stream->used = 0;
	}
	*error = 0;
	for (;;) {
		char *end = stream->in.length ? memchr(stream->in.text, '\n', stream->in.length)
		                              : NULL;
		ssize_t n;

		if (end) {
			*end = 0;
			stream->used = (size_t)(end - stream->in.text) + 1;
			return stream->in.text;
		}
		if (stream->in.length > ANSWER_LIMIT) {
			*error = -EMSGSIZE;
			return NULL;
		}
		n = stream_fill(stream, deadline_ms);
		if (n <= 0) {
			*error = (int)n;
			return NULL;
		}
	}
}

static int say_refused(struct json_object *refusal, struct buf *error)
{
	struct json_object *message = NULL, *details = NULL;

	(void)json_object_object_get_ex(refusal, "message", &message);
	(void)json_object_object_get_ex(refusal, "details", &details);
	if (json_object_is_type(details, json_type_array) && json_object_array_length(details)) {
		for (size_t i = 0; i < json_object_array_length(details); i++)
			buf_printf(error, "%s\n",
			           json_object_get_string(json_object_array_get_idx(details, i)));
	} else {
		buf_printf(error, "%s\n", message ? json_object_get_string(message) : "refused");
	}
	return -EREMOTEIO;
}

/* Takes a line apart: the member `name` of it, owned by the caller, or its error. */
static int read_answer(const char *line, const char *name, struct json_object **value,
                       struct buf *error)
{
	struct json_object *answer = json_tokener_parse(line), *refusal = NULL;
	int r = 0;

	if (json_object_object_get_ex(answer, "error", &refusal)) {
		r = say_refused(refusal, error);
	} else if (json_object_object_get_ex(answer, name, value)) {
		json_object_get(*value);
	} else {
		buf_add(error, "the daemon's answer makes no sense\n");
		r = -EPROTO;
	}
	json_object_put(answer);
	return r;
}

static int say_no_answer(int r, struct buf *error)
{
	if (r == 0)
		r = -ECONNRESET;
	if (r == -ECONNRESET)
		buf_add(error, "the daemon ended without an answer\n");
	else
		buf_printf(error, "no answer from the daemon: %s\n", strerror(-r));
	return r;
}

int client_ask(const char *run, const char *method, const char *params, unsigned timeout_s,
               struct json_object **result, struct buf *error)
{
	int64_t deadline_ms = timeout_s ? now_ms() + (int64_t)timeout_s * 1000 : 0;
	STREAM_AUTO stream = { .fd = -1 };
	const char *line;
	int r = stream_open(&stream, run, error);

	if (r < 0)
		return r;
	r = stream_send(&stream, method, params, error);
	if (r < 0)
		return r;
	line = stream_line(&stream, deadline_ms, &r);
	if (!line)
		return say_no_answer(r, error);
	return read_answer(line, "result", result, error);
}

int client_tell(const char *run, const char *method, const char *params, struct buf *error)
{
	STREAM_AUTO stream = { .fd = -1 };
	int r = stream_open(&stream, run, error);

	return r < 0 ? r : stream_send(&stream, method, params, error);
}

int client_watch(const char *run, const char *method, const char *params,
                 int (*event)(struct json_object *event, void *data), void *data, struct buf *error)
{
	STREAM_AUTO stream = { .fd = -1 };
	int r = stream_open(&stream, run, error);

	if (r < 0)
		return r;
	r = stream_send(&stream, method, params, error);
	while (r >= 0) {
		struct json_object *value = NULL;
		const char *line = stream_line(&stream, 0, &r);

		if (!line)
			return r < 0 ? say_no_answer(r, error) : 0;
		r = read_answer(line, "event", &value, error);
		if (r == 0)
			r = event(value, data);
		json_object_put(value);
	}
	return r;
}
