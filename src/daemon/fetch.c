/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/fetch.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/net/confine.h"
#include "platform/linux/calls.h"

#define HEAD_MAX 8192
#define HTTP     80

struct fetch {
	struct event *readable;
	int fd;
	pid_t pid;
	struct buf body;
	fetch_done *done;
	void *data;
};

/* ---- the other process ---- */

static int connect_to(const struct fetch_question *question)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(HTTP) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(HTTP) };
	const struct timeval patience = { .tv_sec = FETCH_TIME_S };
	bool is_four = question->ip.family == IP_V4;
	int fd = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	memcpy(&six.sin6_addr, question->ip.byte, sizeof(six.sin6_addr));
	six.sin6_scope_id = question->device;
	memcpy(&four.sin_addr, question->ip.byte, sizeof(four.sin_addr));
	r = is_four ? connect(fd, (struct sockaddr *)&four, sizeof(four))
	            : connect(fd, (struct sockaddr *)&six, sizeof(six));
	return r < 0 ? -1 : fd;
}

/* HTTP/1.0: the body ends where the connection does, and comes in one piece. */
static bool ask(int fd, const struct fetch_question *question)
{
	BUF_AUTO text = { 0 };
	char address[IP_TEXT_SIZE];

	buf_printf(&text, "GET %s HTTP/1.0\r\nHost: %s%s%s\r\nConnection: close\r\n\r\n",
	           question->path, question->ip.family == IP_V6 ? "[" : "",
	           ip_format(&question->ip, address), question->ip.family == IP_V6 ? "]" : "");
	return send(fd, text.text, text.length, MSG_NOSIGNAL) == (ssize_t)text.length;
}

static bool is_good(const char *head)
{
	return !strncmp(head, "HTTP/1.", 7) && head[7] && !strncmp(head + 8, " 200", 4);
}

/* All that comes, within limits. */
static bool receive(int fd, struct buf *all)
{
	char bytes[4096];
	ssize_t size;

	while ((size = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
		if (all->length + (size_t)size > HEAD_MAX + FETCH_MAX)
			return false;
		buf_add_bytes(all, bytes, (size_t)size);
	}
	return size == 0;
}

static bool hand_over(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written <= 0)
			return false;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

static bool serve(const struct fetch_question *question, int out)
{
	BUF_AUTO all = { 0 };
	const char *what, *body, *text;
	int fd;

	if (confine(question->folder, &what) < 0)
		return false;
	fd = connect_to(question);
	if (fd < 0 || !ask(fd, question) || !receive(fd, &all) || !is_good(buf_text(&all)))
		return false;
	text = buf_text(&all);
	body = memmem(text, all.length, "\r\n\r\n", 4);
	if (!body)
		return false;
	body += 4;
	return hand_over(out, body, all.length - (size_t)(body - text));
}

/* Nothing of ours but the way back. */
static void be_child(const struct fetch_question *question, int out)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (dup2(out, STDIN_FILENO) < 0 || call_close_from(STDERR_FILENO + 1) < 0)
		_exit(1);
	(void)alarm(FETCH_TIME_S);
	_exit(serve(question, STDIN_FILENO) ? 0 : 1);
}

/* ---- the daemon ---- */

static void end_child(struct fetch *fetch, int *status)
{
	(void)kill(fetch->pid, SIGKILL);
	while (waitpid(fetch->pid, status, 0) < 0 && errno == EINTR)
		;
	fetch->pid = 0;
}

/* It ends right after it has closed its side; what it says counts only if it ended well. */
static bool ended_well(struct fetch *fetch)
{
	int status = 0;

	while (waitpid(fetch->pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	fetch->pid = 0;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void finish(struct fetch *fetch, bool good)
{
	event_del(fetch->readable);
	fetch->done(fetch->data, good ? &fetch->body : NULL);
}

static void on_readable(int fd, short what, void *data)
{
	struct fetch *fetch = data;
	char bytes[4096];
	ssize_t size;

	if (what & EV_TIMEOUT) {
		finish(fetch, false);
		return;
	}
	size = read(fd, bytes, sizeof(bytes));
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size > 0 && fetch->body.length + (size_t)size <= FETCH_MAX) {
		buf_add_bytes(&fetch->body, bytes, (size_t)size);
		return;
	}
	finish(fetch, size == 0 && ended_well(fetch));
}

struct fetch *fetch_new(struct event_base *base, const struct fetch_question *question)
{
	const struct timeval patience = { .tv_sec = 2 * FETCH_TIME_S };
	struct fetch *fetch;
	int fds[2];
	pid_t pid;

	/* Its end waits, ours does not. */
	if (pipe2(fds, O_CLOEXEC) < 0)
		return NULL;
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid == 0)
		be_child(question, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return NULL;
	}
	fetch = calloc(1, sizeof(*fetch));
	assert(fetch);
	fetch->fd = fds[0];
	fetch->pid = pid;
	fetch->done = question->done;
	fetch->data = question->data;
	fetch->readable = event_new(base, fds[0], EV_READ | EV_PERSIST, on_readable, fetch);
	event_add(fetch->readable, &patience);
	return fetch;
}

void fetch_free(struct fetch *fetch)
{
	int status;

	if (!fetch)
		return;
	if (fetch->pid)
		end_child(fetch, &status);
	event_free(fetch->readable);
	close(fetch->fd);
	buf_done(&fetch->body);
	free(fetch);
}
