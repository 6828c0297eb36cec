/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * A child is one record in memory and one on disk (child_record.h).  It changes state in
 * child_enter() alone.  All that is known of what runs is what its pid file says, so a
 * supervisor that was just started and one that has run for a year do the same thing: compare
 * what the running child was given with what it shall have.
 */
#include "platform/linux/service/child.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "platform/linux/service/child_process.h"
#include "platform/linux/service/child_record.h"

/* Who does not end when asked is killed: babeld and dnsmasq need a few milliseconds. */
#define STOP_MS     5000
#define MISSING_MS  30000
#define LOG_LIMIT   65536
#define LOG_CHECK_S 60
#define FILE_LIMIT  (1024 * 1024)

/* Seconds to wait after the first, second, ... end of its own in a row. */
static const int back_off_s[] = { 0, 1, 2, 4, 8, 16, 30 };

struct child {
	struct child *next;
	struct children *children;
	struct child_record record;
	enum child_state state;
	char name[CHILD_NAME_SIZE];
	char package[CHILD_NAME_SIZE];
	struct arena *arena; /* of argv; NULL until children_sync() has named it */
	const char **argv;
	const char *folders[CHILD_FOLDERS_MAX], *socket; /* in the arena */
	int restart_signal;
	void (*starting)(const char *folder);
	void (*settled)(const char *folder);
	bool wanted;
	bool adopted;
	bool named; /* in the specs of the children_sync() that runs */
	int pidfd;  /* -1 unless it runs */
	struct event *ended, *timer;
	int64_t since_ms, due_ms;
	uint32_t restarts;
	size_t failures; /* in a row */
	char last_exit[80];
};

struct children {
	struct event_base *base;
	char folder[PATH_MAX - 256];
	child_log *log;
	void *context;
	struct child *first;
	struct event *log_timer;
};

static const char *path_of(const struct children *children, const char *name, const char *end,
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

static void child_free(struct child *child)
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
		(void)unlink(path_of(child->children, child->record.files[i].name, "", path));
	for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
		(void)unlink(path_of(child->children, child->name, ends[i], path));
	if (child->socket)
		(void)unlink(path_of(child->children, child->socket, "", path));
	/* A folder that still has something in it belongs to who put that there. */
	for (size_t i = 0; i < CHILD_FOLDERS_MAX && child->folders[i]; i++)
		(void)rmdir(path_of(child->children, child->folders[i], "", path));
}

/* Takes it out of the list, with all that it left behind. */
static void child_remove(struct children *children, struct child *child)
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
		(void)unlink(path_of(child->children, child->socket, "", path));
	for (size_t i = 0; i < CHILD_FOLDERS_MAX && child->folders[i]; i++) {
		int rc = file_make_folder(path_of(child->children, child->folders[i], "", path),
		                          0755);

		if (rc < 0)
			return rc;
	}
	if (child->starting)
		child->starting(child->children->folder);
	return 0;
}

static int child_start(struct child *child)
{
	char program[PATH_MAX], log[PATH_MAX], pid_file[PATH_MAX];
	struct process_start start = {
		.path = program,
		.argv = child->argv,
		.log = path_of(child->children, child->name, ".log", log),
		.pid_file = path_of(child->children, child->name, ".pid", pid_file),
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

static void child_stop(struct child *child, int number)
{
	process_signal(child->pidfd, number);
	child_enter(child, CHILD_STOPPING);
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
	process_end_group(&child->record);
	process_reap(pidfd, child->last_exit, sizeof(child->last_exit));
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

static struct child *child_new(struct children *children, const char *name)
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

static void child_adopt(struct children *children, const char *name)
{
	char path[PATH_MAX];
	BUF_AUTO text = { 0 };
	struct child_record record;
	struct child *child;
	int pidfd;

	if (file_read(path_of(children, name, ".pid", path), 4096, &text) < 0 ||
	    !child_record_parse(buf_text(&text), &record))
		return;
	pidfd = process_open(&record);
	if (pidfd < 0)
		return;
	child = child_new(children, name);
	child->record = record;
	child->adopted = true;
	child_runs(child, pidfd);
	log_line(child, "runs already, pid %ld", (long)record.pid);
}

static void adopt_all(struct children *children)
{
	DIR *folder = opendir(children->folder);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char name[CHILD_NAME_SIZE];
		size_t length = strlen(entry->d_name);

		if (length < 5 || length - 4 >= sizeof(name) ||
		    strcmp(entry->d_name + length - 4, ".pid") != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(length - 4), entry->d_name);
		if (child_name_is_good(name))
			child_adopt(children, name);
	}
	if (folder)
		closedir(folder);
}

static void bound_logs(evutil_socket_t fd, short what, void *context)
{
	struct children *children = context;
	char path[PATH_MAX];

	(void)fd;
	(void)what;
	for (struct child *child = children->first; child; child = child->next)
		process_bound_log(path_of(children, child->name, ".log", path), LOG_LIMIT);
}

struct children *children_new(struct event_base *base, const char *folder, child_log *log,
                              void *context)
{
	const struct timeval every = { .tv_sec = LOG_CHECK_S };
	struct children *children;
	int rc = file_make_folder(folder, 0755);

	if (strlen(folder) >= sizeof(children->folder))
		rc = -ENAMETOOLONG;
	if (rc < 0) {
		errno = -rc;
		return NULL;
	}
	children = calloc(1, sizeof(*children));
	if (!children)
		abort();
	children->base = base;
	children->log = log;
	children->context = context;
	snprintf(children->folder, sizeof(children->folder), "%s", folder);
	children->log_timer = event_new(base, -1, EV_PERSIST, bound_logs, children);
	event_add(children->log_timer, &every);
	adopt_all(children);
	return children;
}

void children_free(struct children *children)
{
	if (!children)
		return;
	while (children->first) {
		struct child *child = children->first;

		children->first = child->next;
		child_free(child);
	}
	event_free(children->log_timer);
	free(children);
}

/* What one children_sync() works with. */
struct sync {
	struct children *children;
	struct diag *diag;
	struct buf *report;
	size_t n_changes;
	int rc;
};

static void sync_did(struct sync *sync, const struct child *child, const char *what)
{
	sync->n_changes++;
	if (sync->report)
		buf_printf(sync->report, "%s %s\n", what, child->name);
}

static void sync_failed(struct sync *sync, const char *name, int rc, const char *what)
{
	struct origin where = { .where = name };

	diag_add(sync->diag, DIAG_ERROR, &where, "%s: %s", what, strerror(-rc));
	sync->rc = -EIO;
}

static struct child *find_child(const struct children *children, const char *name)
{
	struct child *child = children->first;

	while (child && strcmp(child->name, name) != 0)
		child = child->next;
	return child;
}

static void child_take_spec(struct child *child, const struct child_spec *spec)
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

static bool file_changed(const struct child_record *from, const struct child_record *to,
                         const char *name)
{
	const struct child_record_file *a = child_record_file(from, name);
	const struct child_record_file *b = child_record_file(to, name);

	return !a || !b || strcmp(a->digest, b->digest) != 0;
}

/* Whether what runs can only be had by starting it anew. */
static bool needs_restart(const struct child *child, const struct child_spec *spec,
                          const struct child_record *wanted)
{
	if (strcmp(child->record.argv, wanted->argv) != 0)
		return true;
	for (size_t i = 0; i < spec->n_files; i++) {
		if (spec->files[i].change == CHILD_CHANGE_RESTART &&
		    file_changed(&child->record, wanted, spec->files[i].name))
			return true;
	}
	return false;
}

/* Tells the running child of a file; false if it did not take it. */
static bool call_file(struct sync *sync, const struct child_file *file)
{
	char path[PATH_MAX];
	BUF_AUTO old = { 0 };

	return file_read(path_of(sync->children, file->name, "", path), FILE_LIMIT, &old) == 0 &&
	       file->call(sync->children->folder, buf_text(&old), file->content) == 0;
}

static bool call_files(struct sync *sync, const struct child *child, const struct child_spec *spec,
                       const struct child_record *wanted)
{
	bool taken = true;

	for (size_t i = 0; i < spec->n_files; i++) {
		if (spec->files[i].change == CHILD_CHANGE_CALL &&
		    file_changed(&child->record, wanted, spec->files[i].name))
			taken = call_file(sync, &spec->files[i]) && taken;
	}
	return taken;
}

static int write_files(struct sync *sync, const struct child_spec *spec)
{
	char path[PATH_MAX];
	int result = 0;

	for (size_t i = 0; i < spec->n_files; i++) {
		const struct child_file *file = &spec->files[i];
		int rc = file_update(path_of(sync->children, file->name, "", path), file->content,
		                     strlen(file->content), 0644, NULL);

		if (rc < 0) {
			sync_failed(sync, spec->name, rc, path);
			result = rc;
		}
	}
	return result;
}

static void remove_old_files(struct sync *sync, const struct child_record *old,
                             const struct child_record *wanted)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < old->n_files; i++) {
		const char *name = old->files[i].name;

		if (!child_record_file(wanted, name))
			(void)unlink(path_of(sync->children, name, "", path));
	}
}

static void signal_for_files(const struct child *child, const struct child_spec *spec,
                             const struct child_record *wanted)
{
	for (size_t i = 0; i < spec->n_files; i++) {
		const struct child_file *file = &spec->files[i];

		if (file->change == CHILD_CHANGE_SIGNAL &&
		    file_changed(&child->record, wanted, file->name))
			process_signal(child->pidfd, file->signal);
	}
}

static bool record_differs(const struct child_record *a, const struct child_record *b)
{
	BUF_AUTO a_text = { 0 };
	BUF_AUTO b_text = { 0 };

	child_record_print(a, &a_text);
	child_record_print(b, &b_text);
	return strcmp(buf_text(&a_text), buf_text(&b_text)) != 0;
}

/*
 * The order makes a supervisor that dies anywhere in between harmless: the pid file, which says
 * what the child has taken over, is written last, so the next one does what is left once more.
 */
static void sync_running(struct sync *sync, struct child *child, const struct child_spec *spec,
                         struct child_record *wanted)
{
	char path[PATH_MAX];
	BUF_AUTO text = { 0 };
	bool restart = needs_restart(child, spec, wanted);
	int rc;

	wanted->pid = child->record.pid;
	wanted->start = child->record.start;
	child_take_spec(child, spec);
	if (!record_differs(&child->record, wanted))
		return;
	restart = restart || !call_files(sync, child, spec, wanted);
	if (write_files(sync, spec) < 0)
		return;
	if (!restart)
		signal_for_files(child, spec, wanted);
	remove_old_files(sync, &child->record, wanted);
	sync_did(sync, child, restart ? "restart" : "reload");
	child->record = *wanted;
	if (restart) {
		child_stop(child, child->restart_signal);
		return;
	}
	child_record_print(wanted, &text);
	rc = file_write(path_of(sync->children, child->name, ".pid", path), text.text, text.length,
	                0644);
	if (rc < 0)
		sync_failed(sync, child->name, rc, path);
}

static void sync_not_running(struct sync *sync, struct child *child, const struct child_spec *spec,
                             struct child_record *wanted)
{
	struct origin where = { .where = child->name };
	bool changed;
	int rc;

	wanted->pid = child->record.pid;
	wanted->start = child->record.start;
	changed = record_differs(&child->record, wanted);
	child_take_spec(child, spec);
	if (write_files(sync, spec) < 0)
		return;
	remove_old_files(sync, &child->record, wanted);
	child->record = *wanted;
	if (child->state == CHILD_STOPPING || (child->state == CHILD_WAITING && !changed))
		return;
	child->failures = 0;
	rc = child_start(child);
	if (rc == 0) {
		sync_did(sync, child, "start");
	} else if (child->state == CHILD_MISSING) {
		diag_add(sync->diag, DIAG_ERROR, &where,
		         "program %s is not installed (Debian package %s)", child->argv[0],
		         child->package);
		sync->rc = sync->rc ? sync->rc : -ENOENT;
	} else {
		sync_failed(sync, child->name, rc, "cannot start");
	}
}

static void sync_spec(struct sync *sync, const struct child_spec *spec)
{
	struct child *child = find_child(sync->children, spec->name);
	struct child_record wanted = child_record_of(spec);

	if (!child)
		child = child_new(sync->children, spec->name);
	child->named = true;
	if (child->state == CHILD_RUNNING)
		sync_running(sync, child, spec, &wanted);
	else
		sync_not_running(sync, child, spec, &wanted);
}

static void sync_unwanted(struct sync *sync, struct child *child)
{
	child->wanted = false;
	if (child->state == CHILD_STOPPING)
		return;
	sync_did(sync, child, "stop");
	if (child->state == CHILD_RUNNING)
		child_stop(child, child->record.stop_signal);
	else
		child_remove(sync->children, child);
}

/* The list gets the order of the specs; who is about to go comes last. */
static void sort_children(struct children *children, const struct child_spec *specs, size_t n)
{
	while (n--) {
		struct child **at = &children->first;
		struct child *child;

		while (*at && strcmp((*at)->name, specs[n].name) != 0)
			at = &(*at)->next;
		child = *at;
		if (!child)
			continue;
		*at = child->next;
		child->next = children->first;
		children->first = child;
	}
}

static void assert_spec(const struct child_spec *spec)
{
	assert(child_name_is_good(spec->name) && spec->argv[0] && spec->n_files <= CHILD_FILES_MAX);
	for (size_t i = 0; i < spec->n_files; i++)
		assert(child_name_is_good(spec->files[i].name));
}

int children_sync(struct children *children, const struct child_spec *specs, size_t n_specs,
                  struct diag *diag, struct buf *report, size_t *n_changes)
{
	struct sync sync = { .children = children, .diag = diag, .report = report };
	struct child *next;

	for (struct child *child = children->first; child; child = child->next)
		child->named = false;
	for (size_t i = 0; i < n_specs; i++) {
		assert_spec(&specs[i]);
		sync_spec(&sync, &specs[i]);
	}
	for (struct child *child = children->first; child; child = next) {
		next = child->next;
		if (!child->named)
			sync_unwanted(&sync, child);
	}
	sort_children(children, specs, n_specs);
	if (n_changes)
		*n_changes = sync.n_changes;
	return sync.rc;
}

/* Waits until all have ended, or until the time is over. */
static void wait_for_all(struct children *children, int timeout_ms)
{
	int64_t end_ms = process_now_ms() + timeout_ms;
	struct child *next;

	for (struct child *child = children->first; child; child = next) {
		struct pollfd wait = { .fd = child->pidfd, .events = POLLIN };
		int64_t left_ms = end_ms - process_now_ms();

		next = child->next;
		if (poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0) <= 0)
			continue;
		process_end_group(&child->record);
		process_reap(child->pidfd, child->last_exit, sizeof(child->last_exit));
		child_remove(children, child);
	}
}

void children_stop(struct children *children, int timeout_ms)
{
	struct child *next;

	for (struct child *child = children->first; child; child = next) {
		next = child->next;
		child->wanted = false;
		if (child->pidfd < 0)
			child_remove(children, child);
		else
			child_stop(child, child->record.stop_signal);
	}
	wait_for_all(children, timeout_ms);
	for (struct child *child = children->first; child; child = child->next)
		process_signal(child->pidfd, SIGKILL);
	wait_for_all(children, 1000);
}

bool children_status(const struct children *children, size_t index, struct child_status *status)
{
	const struct child *child = children->first;

	while (child && index--)
		child = child->next;
	if (!child)
		return false;
	*status = (struct child_status){
		.name = child->name,
		.state = child->state,
		.pid = child->pidfd < 0 ? 0 : child->record.pid,
		.adopted = child->adopted,
		.since_ms = child->since_ms,
		.due_ms = child->due_ms,
		.restarts = child->restarts,
		.last_exit = child->last_exit,
		.program = child->argv ? child->argv[0] : "",
		.package = child->package,
	};
	return true;
}

static void print_duration(int64_t ms, struct buf *out)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	int64_t seconds = ms > 0 ? ms / 1000 : 0;
	size_t i = 0;

	while (i + 1 < ARRAY_LENGTH(units) && seconds < 2 * units[i].seconds)
		i++;
	buf_printf(out, "%" PRId64 " %s", seconds / units[i].seconds, units[i].unit);
}

static void print_state(const struct child_status *status, int64_t now_ms, struct buf *out)
{
	switch (status->state) {
	case CHILD_RUNNING:
		buf_printf(out, "%s: runs for ", status->name);
		print_duration(now_ms - status->since_ms, out);
		buf_printf(out, " (pid %ld)", (long)status->pid);
		break;
	case CHILD_WAITING:
		buf_printf(out, "%s: does not run, starts in ", status->name);
		print_duration(status->due_ms - now_ms, out);
		break;
	case CHILD_MISSING:
		buf_printf(out, "%s: program %s is not installed (Debian package %s)", status->name,
		           status->program, status->package);
		break;
	case CHILD_STOPPING:
		buf_printf(out, "%s: is being stopped (pid %ld)", status->name, (long)status->pid);
		break;
	}
}

void child_status_print(const struct child_status *status, int64_t now_ms, struct buf *out)
{
	print_state(status, now_ms, out);
	if (status->restarts)
		buf_printf(out, ", started again %" PRIu32 " times", status->restarts);
	if (status->last_exit[0])
		buf_printf(out, ", last time %s", status->last_exit);
	buf_add_char(out, '\n');
}
