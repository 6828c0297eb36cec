/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/process.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/net/net.h"
#include "platform/linux/calls.h"
#include "platform/linux/service/child_process.h"

/* One that ends at once is started again less and less often. */
#define RESTART_MIN_MS 100
#define RESTART_MAX_MS 10000
#define STEADY_MS      60000 /* lived this long: it was no bad start */
/* Silence of two pings is the end of it. */
#define PING_MS   10000
#define PINGS_MAX 3
/* What may wait for a process that is busy. */
#define WAITING_MAX (4UL * 1024 * 1024)

struct waiting {
	struct waiting *next;
	struct net_message message; /* its descriptors are ours */
	uint8_t body[];
};

struct net_process {
	struct event_base *base;
	struct net_process_options options;
	char *program, *empty;

	pid_t pid;
	int pidfd, socket; /* -1 while there is none */
	struct event *ended, *readable, *writable;
	struct waiting *first, **last;
	size_t waiting_size;
	struct event *start, *ping;
	unsigned unanswered; /* pings */
	bool ending;         /* was told to */
	int64_t since_ms, delay_ms;
	size_t restarts;
};

static void arm(struct event *timer, int64_t delay_ms)
{
	struct timeval delay = { delay_ms / 1000, (delay_ms % 1000) * 1000 };

	event_add(timer, &delay);
}

static void drop(struct event **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

static void drop_first(struct net_process *process)
{
	struct waiting *first = process->first;

	process->first = first->next;
	if (!process->first)
		process->last = &process->first;
	process->waiting_size -= sizeof(*first) + first->message.size;
	net_message_close(&first->message);
	free(first);
}

/* Forgets a process that has ended, or that will by SIGKILL. */
static void forget(struct net_process *process)
{
	while (process->first)
		drop_first(process);
	drop(&process->ended);
	drop(&process->readable);
	drop(&process->writable);
	if (process->socket >= 0)
		close(process->socket);
	if (process->pidfd >= 0)
		close(process->pidfd);
	process->socket = process->pidfd = -1;
	process->pid = 0;
	event_del(process->ping);
}

/* Takes effect in on_ended(). */
static void end(struct net_process *process, const char *why)
{
	if (process->ending)
		return;
	process->ending = true;
	log_line(LOG_PRIORITY_ERROR, "net: process %d %s; ending it", (int)process->pid, why);
	process_signal(process->pidfd, SIGKILL);
}

static void on_ended(int fd, short what, void *data)
{
	struct net_process *process = data;
	char words[128];

	(void)what;
	process_reap(fd, words, sizeof(words));
	log_line(LOG_PRIORITY_ERROR, "net: process %d %s", (int)process->pid, words);
	forget(process);
	process->restarts++;
	if (clock_ms() - process->since_ms >= STEADY_MS || !process->delay_ms)
		process->delay_ms = RESTART_MIN_MS;
	else if (process->delay_ms < RESTART_MAX_MS / 2)
		process->delay_ms *= 2;
	else
		process->delay_ms = RESTART_MAX_MS;
	arm(process->start, process->delay_ms);
}

static void answer(struct net_process *process, const struct net_message *message)
{
	if (message->kind == NET_READY)
		log_line(LOG_PRIORITY_NOTICE, "net: process %d runs", (int)process->pid);
	else if (message->kind == NET_PONG)
		process->unanswered = 0;
	if (process->options.said)
		process->options.said(process->options.data, message);
}

static void on_readable(int fd, short what, void *data)
{
	struct net_process *process = data;
	struct net_buffer buffer;
	struct net_message message;
	int r;

	(void)what;
	r = net_message_receive(fd, NET_SIDE_NET, &buffer, &message);
	if (r == -EAGAIN)
		return;
	if (r == 0) {
		answer(process, &message);
		net_message_close(&message);
		return;
	}
	event_del(process->readable);
	/* Closing its end is what a process that dies does first. */
	if (r == -EPROTO)
		end(process, "said what it may not say");
	else
		process_signal(process->pidfd, SIGKILL);
}

static void on_writable(int fd, short what, void *data)
{
	struct net_process *process = data;

	(void)what;
	while (process->first) {
		int r = net_message_send(fd, &process->first->message);

		if (r == -EAGAIN) {
			event_add(process->writable, NULL);
			return;
		}
		drop_first(process);
	}
}

static void on_ping(int fd, short what, void *data)
{
	struct net_process *process = data;

	(void)fd;
	(void)what;
	if (process->unanswered >= PINGS_MAX) {
		end(process, "does not answer");
		return;
	}
	process->unanswered++;
	net_process_send(process, &(struct net_message){ .kind = NET_PING });
	arm(process->ping, PING_MS);
}

static bool copy_fds(struct net_message *message)
{
	for (size_t i = 0; i < message->n_fds; i++) {
		int fd = fcntl(message->fds[i], F_DUPFD_CLOEXEC, 0);

		if (fd < 0) {
			message->n_fds = i;
			net_message_close(message);
			return false;
		}
		message->fds[i] = fd;
	}
	return true;
}

static void let_wait(struct net_process *process, const struct net_message *message)
{
	struct waiting *waiting;

	if (process->waiting_size + sizeof(*waiting) + message->size > WAITING_MAX) {
		end(process, "lets too much wait");
		return;
	}
	waiting = calloc(1, sizeof(*waiting) + message->size);
	assert(waiting);
	waiting->message = *message;
	waiting->message.body = waiting->body;
	if (message->size)
		memcpy(waiting->body, message->body, message->size);
	if (!copy_fds(&waiting->message)) {
		free(waiting);
		end(process, "cannot be given a socket");
		return;
	}
	*process->last = waiting;
	process->last = &waiting->next;
	process->waiting_size += sizeof(*waiting) + message->size;
	event_add(process->writable, NULL);
}

void net_process_send(struct net_process *process, const struct net_message *message)
{
	int r;

	assert(net_message_is_valid(message, NET_SIDE_ROOT));
	if (!process->pid || process->ending)
		return;
	r = process->first ? -EAGAIN : net_message_send(process->socket, message);
	/* One that is gone is noticed by its end. */
	if (r == -EAGAIN)
		let_wait(process, message);
}

/* --- starting --- */

static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Runs in the new process: nothing of ours is open in it but the log and its socket. */
static _Noreturn void become(const struct net_process *process, int socket)
{
	char name[] = "weft", word[] = NET_COMMAND;
	char *argv[] = { name, word, process->empty, NULL };
	/* How the log's lines begin depends on it. */
	const char *stream = getenv("JOURNAL_STREAM");
	char journal[64];
	char *environment[] = { stream ? journal : NULL, NULL };
	int null;

	(void)setsid();
	reset_signals();
	snprintf(journal, sizeof(journal), "JOURNAL_STREAM=%s", stream ? stream : "");
	/* NOLINTNEXTLINE(android-cloexec-open): becomes the streams that stay open */
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	/* Also where it is the same number already: dup2() would leave it to be closed. */
	if (socket == NET_SOCKET ? fcntl(socket, F_SETFD, 0) < 0 : dup2(socket, NET_SOCKET) < 0)
		_exit(126);
	(void)call_close_from(NET_SOCKET + 1);
	umask(077);
	execve(process->program, argv, environment);
	_exit(127);
}

static int start(struct net_process *process)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		become(process, pair[1]);
	close(pair[1]);
	if (pid > 0)
		process->pidfd = call_pidfd_open(pid);
	if (pid < 0 || process->pidfd < 0) {
		int r = -errno;

		if (pid > 0) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, NULL, 0);
		}
		close(pair[0]);
		return r;
	}
	process->pid = pid;
	process->socket = pair[0];
	process->unanswered = 0;
	process->ending = false;
	process->since_ms = clock_ms();
	return 0;
}

static void watch(struct net_process *process)
{
	process->ended = event_new(process->base, process->pidfd, EV_READ, on_ended, process);
	process->readable = event_new(process->base, process->socket, EV_READ | EV_PERSIST,
	                              on_readable, process);
	process->writable = event_new(process->base, process->socket, EV_WRITE, on_writable,
	                              process);
	assert(process->ended && process->readable && process->writable);
	event_add(process->ended, NULL);
	event_add(process->readable, NULL);
	arm(process->ping, PING_MS);
}

static void on_start(int fd, short what, void *data)
{
	struct net_process *process = data;
	int r = start(process);

	(void)fd;
	(void)what;
	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "net: cannot start it: %s", strerror(-r));
		arm(process->start, RESTART_MAX_MS);
		return;
	}
	watch(process);
	if (process->options.started)
		process->options.started(process->options.data);
}

static char *copy(const char *text)
{
	char *copied = strdup(text);

	assert(copied);
	return copied;
}

struct net_process *net_process_new(struct event_base *base,
                                    const struct net_process_options *options)
{
	struct net_process *process;
	BUF_AUTO empty = { 0 };
	int r;

	buf_printf(&empty, "%s/empty", options->folder);
	r = file_make_folder(empty.text, 0555);
	if (r < 0) {
		errno = -r;
		return NULL;
	}
	process = calloc(1, sizeof(*process));
	assert(process);
	process->base = base;
	process->options = *options;
	process->program = copy(options->program ? options->program : "/proc/self/exe");
	process->empty = buf_take(&empty);
	process->pidfd = process->socket = -1;
	process->last = &process->first;
	process->start = event_new(base, -1, 0, on_start, process);
	process->ping = event_new(base, -1, 0, on_ping, process);
	assert(process->start && process->ping);
	arm(process->start, 0);
	return process;
}

void net_process_free(struct net_process *process)
{
	if (!process)
		return;
	if (process->pid) {
		process_signal(process->pidfd, SIGKILL);
		(void)waitpid(process->pid, NULL, 0);
	}
	forget(process);
	event_free(process->start);
	event_free(process->ping);
	free(process->program);
	free(process->empty);
	free(process);
}

pid_t net_process_pid(const struct net_process *process)
{
	return process->pid;
}

size_t net_process_restarts(const struct net_process *process)
{
	return process->restarts;
}
