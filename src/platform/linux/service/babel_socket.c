/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/linux/service/babel_monitor.h"
#include "platform/linux/service/child_process.h"

struct conversation {
	int fd;
	int64_t end_ms;
	struct babel_state *state;
	char bytes[4096];
	size_t n_bytes;
};

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, rc;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

static int wait_for(const struct conversation *talk, short what)
{
	struct pollfd wait = { .fd = talk->fd, .events = what };
	int64_t left_ms = talk->end_ms - process_now_ms();
	int n = poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n == 0 ? -ETIMEDOUT : 0;
}

static int say(struct conversation *talk, const char *text, size_t length)
{
	while (length) {
		ssize_t n = send(talk->fd, text, length, MSG_NOSIGNAL);
		int rc = 0;

		if (n > 0) {
			text += n;
			length -= (size_t)n;
		} else {
			rc = errno == EAGAIN ? wait_for(talk, POLLOUT) : -errno;
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int hear(struct conversation *talk)
{
	ssize_t n = recv(talk->fd, talk->bytes + talk->n_bytes, sizeof(talk->bytes) - talk->n_bytes,
	                 0);

	if (n == 0)
		return -EPIPE;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? wait_for(talk, POLLIN) : -errno;
	talk->n_bytes += (size_t)n;
	return 0;
}

/* Reads up to the end of one answer: an enum babel_answer, or a negative errno. */
static int hear_answer(struct conversation *talk)
{
	for (;;) {
		char *end = memchr(talk->bytes, '\n', talk->n_bytes);
		enum babel_answer answer;
		size_t length;
		int rc;

		if (!end) {
			rc = talk->n_bytes == sizeof(talk->bytes) ? -EMSGSIZE : hear(talk);
			if (rc < 0)
				return rc;
			continue;
		}
		length = (size_t)(end - talk->bytes);
		answer = babel_state_line(talk->state, talk->bytes, length);
		talk->n_bytes -= length + 1;
		memmove(talk->bytes, end + 1, talk->n_bytes);
		if (answer != BABEL_ANSWER_MORE)
			return (int)answer;
	}
}

static int ask_all(struct conversation *talk, const char *commands)
{
	int answer = hear_answer(talk); /* it greets first */
	int result = answer == BABEL_ANSWER_OK ? 0 : -EIO;

	while (answer >= 0 && *commands) {
		size_t length = strcspn(commands, "\n") + 1;
		bool flush = strncmp(commands, "flush ", 6) == 0;
		int rc = say(talk, commands, length);

		answer = rc < 0 ? rc : hear_answer(talk);
		if (answer > BABEL_ANSWER_OK && !flush)
			result = -EIO;
		commands += length;
	}
	return answer < 0 ? answer : result;
}

int babel_socket_ask(const char *path, const char *commands, struct babel_state *state,
                     int timeout_ms)
{
	struct babel_state nothing = { 0 };
	struct conversation talk = {
		.fd = open_socket(path),
		.end_ms = process_now_ms() + timeout_ms,
		.state = state ? state : &nothing,
	};
	int rc;

	if (talk.fd < 0)
		return talk.fd;
	rc = ask_all(&talk, commands);
	close(talk.fd);
	babel_state_done(&nothing);
	return rc;
}
