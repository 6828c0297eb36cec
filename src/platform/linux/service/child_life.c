/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child_life.h"

#include <event2/event.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "platform/linux/service/child_process.h"

/* Who does not end when asked is killed: babeld and dnsmasq need a few milliseconds. */
#define STOP_MS    5000
#define MISSING_MS 30000

/* Seconds to wait after the first, second, ... end of its own in a row. */
static const int back_off_s[] = { 0, 1, 2, 4, 8, 16, 30 };

const char *children_path(const struct children *children, const char *name, const char *end,
                          char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s%s", children->folder, name, end);
	return path;
}

static void log_line(const struct child *child, const char *format, ...) PRINTF(2, 3);
static void log_line(const struct child *child, const char *format, ...)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "%s: ", child->name);
	va_list args;

	if (!child->children->log)
		return;
	va_start(args, format);
	vsnprintf(text + n, sizeof(text) - (size_t)n, format, args);
	va_end(args);
	child->children->log(child->children->context, text);
}

static void child_timer(struct child *child, int64_t delay_ms)
{
	struct timeval delay = { .tv_sec = (time_t)(delay_ms / 1000),
		                 .tv_usec = (suseconds_t)(delay_ms % 1000) * 1000 };

	child->due_ms = process_now_ms() + delay_ms;
	evtimer_add(child->timer, &delay);
}

static int64_t child_settles_in(const struct child *child)
{
	int64_t left_ms = child->since_ms + CHILD_SETTLED_MS - process_now_ms();

	return left_ms > 0 ? left_ms : 0;
}

static void child_enter(struct child *child, enum child_state state)
{
	child->state = state;
	evtimer_del(child->timer);
	child->due_ms = 0;
	switch (state) {
	case CHILD_RUNNING:
		child_timer(child, child_settles_in(child));
		child->due_ms = 0;
		break;
	case CHILD_WAITING:
		child_timer(child, back_off_s[child->failures] * 1000);
		break;
	case CHILD_MISSING:
		child_timer(child, MISSING_MS);
		break;
	case CHILD_STOPPING:
		child_timer(child, STOP_MS);
		break;
	}
}

/* Its process may end at any time, which may start it again. */
static void child_ended(evutil_socket_t pidfd, short what, void *context);

/* Takes the pidfd. */
static void child_runs(struct child *child, int pidfd)
{
	child->pidfd = pidfd;
	child->since_ms = process_ticks_to_ms(child->record.start);
	child->ended = event_new(child->children->base, pidfd, EV_READ, child_ended, child);
	event_add(child->ended, NULL);
	child_enter(child, CHILD_RUNNING);
}

static void child_forget_process(struct child *child)
{
	if (child->ended)
		event_free(child->ended);
	if (child->pidfd >= 0)
		close(child->pidfd);
	child->ended = NULL;
	child->pidfd = -1;
}

void child_free(struct child *child)
{
	child_forget_process(child);
	event_free(child->timer);
	arena_free(child->arena);
	free(child);
}

static void child_settled(const struct child *child)
{
	if (child->settled)
		child->settled(child->children->folder);
}

static void child_remove_files(const struct child *child)
{
	/* The last is there if the process was killed while it wrote its record. */
	static const char *const ends[] = { ".pid", ".log", ".log.old", ".pid.new" };
	char path[PATH_MAX];

	for (size_t i = 0; i < child->record.n_files; i++)
		(void)unlink(children_path(child->children, child->record.files[i].name, "", path));
	for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
		(void)unlink(children_path(child->children, child->name, ends[i], path));
	if (child->socket)
		(void)unlink(children_path(child->children, child->socket, "", path));
	/* A folder that still has something in it belongs to who put that there. */
	for (size_t i = 0; i < CHILD_FOLDERS_MAX && child->folders[i]; i++)
		(void)rmdir(children_path(child->children, child->folders[i], "", path));
}

void child_remove(struct children *children, struct child *child)
{
	struct child **at = &children->first;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	child_settled(child);
	child_remove_files(child);
	child_free(child);
}

/* What has to be in place before it starts. */
static int child_prepare(const struct child *child)
{
	char path[PATH_MAX];

	if (child->socket)
		(void)unlink(children_path(child->children, child->socket, "", path));
	for (size_t i = 0; i < CHILD_FOLDERS_MAX && child->folders[i]; i++) {
		int rc = file_make_folder(
			children_path(child->children, child->folders[i], "", path), 0755);

		if (rc < 0)
			return rc;
	}
	if (child->starting)
		child->starting(child->children->folder);
	return 0;
}

int child_start(struct child *child)
{
	char program[PATH_MAX], log[PATH_MAX], pid_file[PATH_MAX];
	struct process_start start = {
		.path = program,
		.argv = child->argv,
		.log = children_path(child->children, child->name, ".log", log),
		.pid_file = children_path(child->children, child->name, ".pid", pid_file),
		.record = &child->record,
	};
	int rc = process_find_program(child->argv[0], program);

	child->adopted = false;
	if (rc < 0) {
		if (child->state != CHILD_MISSING)
			log_line(child, "program %s is not installed (Debian package %s)",
			         child->argv[0], child->package);
		child_enter(child, CHILD_MISSING);
		return rc;
	}
	rc = child_prepare(child);
	if (rc == 0)
		rc = process_start(&start);
	if (rc < 0) {
		log_line(child, "cannot start %s: %s", program, strerror(-rc));
		child_enter(child, CHILD_WAITING);
		return rc;
	}
	child_runs(child, rc);
	log_line(child, "started, pid %ld", (long)child->record.pid);
	return 0;
}

void child_stop(struct child *child, int number)
{
	process_signal(child->pidfd, number);
	child_enter(child, CHILD_STOPPING);
}

void child_bury(struct child *child)
{
	process_end_group(&child->record);
	process_reap(child->pidfd, child->last_exit, sizeof(child->last_exit));
}

static void child_fails(struct child *child)
{
	bool was_steady = process_now_ms() - child->since_ms >= CHILD_SETTLED_MS;

	child->restarts++;
	if (was_steady)
		child->failures = 0;
	child_enter(child, CHILD_WAITING);
	if (child->failures + 1 < ARRAY_LENGTH(back_off_s))
		child->failures++;
}

static void child_ended(evutil_socket_t pidfd, short what, void *context)
{
	struct child *child = context;
	bool asked = child->state == CHILD_STOPPING;

	(void)what;
	(void)pidfd;
	child_bury(child);
	child_forget_process(child);
	if (!asked) {
		log_line(child, "%s", child->last_exit);
		child_fails(child);
	} else if (child->wanted) {
		(void)child_start(child);
	} else {
		log_line(child, "stopped");
		child_remove(child->children, child);
	}
}

static void child_is_due(evutil_socket_t fd, short what, void *context)
{
	struct child *child = context;

	(void)fd;
	(void)what;
	switch (child->state) {
	case CHILD_RUNNING:
		child_settled(child);
		break;
	case CHILD_WAITING:
	case CHILD_MISSING:
		(void)child_start(child);
		break;
	case CHILD_STOPPING:
		log_line(child, "does not end, is killed");
		process_signal(child->pidfd, SIGKILL);
		break;
	}
}

void child_adopt(struct child *child, const struct child_record *record, int pidfd)
{
	child->record = *record;
	child->adopted = true;
	child_runs(child, pidfd);
	log_line(child, "runs already, pid %ld", (long)record->pid);
}

void child_inherit(struct child *child, const struct child_record *record)
{
	child->record = *record;
	/* Whatever it shall be, that is something else, so that it is started without a wait. */
	child->record.argv[0] = '\0';
}

struct child *child_new(struct children *children, const char *name)
{
	struct child *child = calloc(1, sizeof(*child));

	if (!child)
		abort();
	child->children = children;
	child->pidfd = -1;
	child->state = CHILD_WAITING; /* for its first start */
	child->timer = evtimer_new(children->base, child_is_due, child);
	snprintf(child->name, sizeof(child->name), "%s", name);
	child->next = children->first;
	children->first = child;
	return child;
}

void child_take_spec(struct child *child, const struct child_spec *spec)
{
	size_t n = 0;

	while (spec->argv[n])
		n++;
	/* One that was adopted may have settled before anybody knew what that means. */
	if (!child->arena && child->state == CHILD_RUNNING)
		child_enter(child, CHILD_RUNNING);
	arena_free(child->arena);
	child->arena = arena_new();
	child->argv = arena_array_of(child->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		child->argv[i] = arena_strdup(child->arena, spec->argv[i]);
	for (size_t i = 0; i < CHILD_FOLDERS_MAX; i++)
		child->folders[i] = arena_strdup(child->arena, spec->folders[i]);
	child->socket = arena_strdup(child->arena, spec->socket);
	child->starting = spec->starting;
	child->settled = spec->settled;
	child->restart_signal = spec->restart_signal ? spec->restart_signal : SIGTERM;
	snprintf(child->package, sizeof(child->package), "%s", spec->package);
	child->wanted = true;
}
