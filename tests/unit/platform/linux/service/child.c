/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "platform/linux/service/child_process.h"

static char folder[64];
static struct event_base *base;

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-child-XXXXXX");
	assert_non_null(mkdtemp(folder));
	base = event_base_new();
	return 0;
}

/* What a child leaves behind would be a failure of rmdir. */
static int remove_folder(void **state)
{
	(void)state;
	event_base_free(base);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static const char *const sleep_words[] = { "sleep", "1000", NULL };
static const struct child_spec sleeper = { .name = "sleeper",
	                                   .argv = sleep_words,
	                                   .package = "coreutils" };

static size_t sync_with(struct children *children, const struct child_spec *specs, size_t n)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };
	size_t n_changes = 0;
	int rc = children_sync(children, specs, n, diag, NULL, &n_changes);

	diag_print(diag, &text);
	assert_string_equal(buf_text(&text), "");
	assert_int_equal(rc, 0);
	return n_changes;
}

static struct child_status status_of(const struct children *children, size_t index)
{
	struct child_status status;

	assert_true(children_status(children, index, &status));
	return status;
}

/* Turns the loop until `done` or until it has taken too long. */
static void turn_until(const struct children *children, bool (*done)(const struct children *))
{
	int64_t end = process_now_ms() + 20000;

	while (!done(children) && process_now_ms() < end) {
		struct timeval moment = { .tv_usec = 10000 };

		event_base_loopexit(base, &moment);
		event_base_dispatch(base);
	}
	assert_true(done(children));
}

static bool none(const struct children *children)
{
	struct child_status status;

	return !children_status(children, 0, &status);
}

static bool runs(const struct children *children)
{
	return status_of(children, 0).state == CHILD_RUNNING;
}

static bool started_again(const struct children *children)
{
	return status_of(children, 0).restarts == 1 && runs(children);
}

static bool failed_twice(const struct children *children)
{
	return status_of(children, 0).restarts == 2;
}

static void what_is_wanted_runs_and_a_second_sync_does_nothing(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	pid_t pid;

	(void)state;
	assert_int_equal(sync_with(children, &sleeper, 1), 1);
	pid = status_of(children, 0).pid;
	assert_int_equal(kill(pid, 0), 0);
	assert_int_equal(sync_with(children, &sleeper, 1), 0);
	assert_int_equal(status_of(children, 0).pid, pid);
	assert_int_equal(sync_with(children, NULL, 0), 1);
	turn_until(children, none);
	assert_int_equal(kill(pid, 0), -1);
}

static void who_dies_is_started_again_at_once(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	int64_t before;
	pid_t pid;

	(void)state;
	sync_with(children, &sleeper, 1);
	pid = status_of(children, 0).pid;
	before = process_now_ms();
	kill(pid, SIGKILL);
	turn_until(children, started_again);
	assert_true(process_now_ms() - before < 900);
	assert_int_not_equal(status_of(children, 0).pid, pid);
	assert_string_equal(status_of(children, 0).last_exit, "killed by signal 9 (Killed)");
	children_stop(children, 5000);
	assert_true(none(children));
}

static void who_cannot_run_is_tried_less_and_less_often(void **state)
{
	static const char *const words[] = { "false", NULL };
	static const struct child_spec spec = { .name = "no",
		                                .argv = words,
		                                .package = "coreutils" };
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	struct child_status status;
	BUF_AUTO text = { 0 };

	(void)state;
	sync_with(children, &spec, 1);
	turn_until(children, failed_twice);
	status = status_of(children, 0);
	assert_int_equal(status.state, CHILD_WAITING);
	assert_in_range(status.due_ms - process_now_ms(), 1, 1000);
	child_status_print(&status, status.due_ms, &text);
	assert_string_equal(buf_text(&text), "no: does not run, starts in 0 s, started again 2 "
	                                     "times, last time ended with status 1\n");
	children_stop(children, 5000);
}

static void a_program_that_is_missing_is_named_with_its_package(void **state)
{
	static const char *const words[] = { "weft-no-such-program", NULL };
	const struct child_spec specs[] = { { .name = "x", .argv = words, .package = "nonesuch" },
		                            sleeper };
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };

	(void)state;
	assert_int_equal(children_sync(children, specs, 2, diag, NULL, NULL), -ENOENT);
	diag_print(diag, &text);
	assert_non_null(strstr(buf_text(&text), "program weft-no-such-program is not installed "
	                                        "(Debian package nonesuch)"));
	assert_int_equal(status_of(children, 0).state, CHILD_MISSING);
	assert_int_equal(status_of(children, 1).state, CHILD_RUNNING);
	children_stop(children, 5000);
}

/* Runs a supervisor that starts the spec and is killed. */
static pid_t start_and_die(const struct child_spec *spec)
{
	struct child_status status;
	struct children *children;
	int wait_status, ends[2];
	pid_t supervisor, pid = 0;

	assert_int_equal(pipe(ends), 0);
	supervisor = fork();
	if (supervisor == 0) {
		children = children_new(event_base_new(), folder, NULL, NULL);
		sync_with(children, spec, 1);
		status = status_of(children, 0);
		/* Its pid file stands when it is the program. */
		usleep(200000);
		(void)!write(ends[1], &status.pid, sizeof(status.pid));
		raise(SIGKILL);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &pid, sizeof(pid)), sizeof(pid));
	close(ends[0]);
	assert_int_equal(waitpid(supervisor, &wait_status, 0), supervisor);
	return pid;
}

static void a_supervisor_that_was_killed_finds_its_child_again(void **state)
{
	pid_t pid = start_and_die(&sleeper);
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);

	(void)state;
	assert_int_equal(kill(pid, 0), 0);
	assert_int_equal(sync_with(children, &sleeper, 1), 0);
	assert_int_equal(status_of(children, 0).pid, pid);
	assert_true(status_of(children, 0).adopted);
	assert_true(process_now_ms() - status_of(children, 0).since_ms < 60000);
	kill(pid, SIGKILL);
	turn_until(children, started_again);
	assert_false(status_of(children, 0).adopted);
	children_stop(children, 5000);
}

static void an_adopted_child_with_another_command_line_is_restarted(void **state)
{
	static const char *const words[] = { "sleep", "2000", NULL };
	static const struct child_spec other = { .name = "sleeper",
		                                 .argv = words,
		                                 .package = "coreutils" };
	pid_t pid = start_and_die(&sleeper);
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);

	(void)state;
	assert_int_equal(sync_with(children, &other, 1), 1);
	turn_until(children, runs);
	assert_int_not_equal(status_of(children, 0).pid, pid);
	assert_int_equal(status_of(children, 0).restarts, 0);
	children_stop(children, 5000);
}

static void a_child_that_nobody_wants_any_more_is_stopped_by_the_next_supervisor(void **state)
{
	pid_t pid = start_and_die(&sleeper);
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);

	(void)state;
	assert_int_equal(status_of(children, 0).pid, pid);
	assert_int_equal(sync_with(children, NULL, 0), 1);
	turn_until(children, none);
}

static int n_calls;
static char call_old[64], call_new[64];
static int call_result;

static int remember_call(const char *where, const char *old, const char *new)
{
	assert_string_equal(where, folder);
	n_calls++;
	snprintf(call_old, sizeof(call_old), "%s", old);
	snprintf(call_new, sizeof(call_new), "%s", new);
	return call_result;
}

/* Says in its log which signals came; the shell is the test's, not the product's. */
static const char *const listener_words[] = {
	"/bin/sh", "-c", "trap 'echo hup' HUP; echo ready; while :; do sleep 0.05; done", NULL
};

static struct child_spec listener_with(const char *restart, const char *by_signal, const char *call)
{
	return (struct child_spec){
		.name = "listener",
		.argv = listener_words,
		.package = "dash",
		.n_files = 3,
		.files = {
			{ .name = "a.conf", .content = restart, .change = CHILD_CHANGE_RESTART },
			{ .name = "b.conf", .content = by_signal, .change = CHILD_CHANGE_SIGNAL,
			  .signal = SIGHUP },
			{ .name = "c.conf", .content = call, .change = CHILD_CHANGE_CALL,
			  .call = remember_call },
		},
	};
}

static const char *log_text(struct buf *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/listener.log", folder);
	text->length = 0;
	(void)!file_read(path, 65536, text);
	return buf_text(text);
}

static bool is_ready(const struct children *children)
{
	BUF_AUTO text = { 0 };

	(void)children;
	return strstr(log_text(&text), "ready") != NULL;
}

static bool heard_hup(const struct children *children)
{
	BUF_AUTO text = { 0 };

	(void)children;
	return strcmp(log_text(&text), "ready\nhup\n") == 0;
}

static void each_file_is_taken_over_in_its_own_way(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	struct child_spec spec = listener_with("1", "1", "1");
	pid_t pid;

	(void)state;
	n_calls = 0;
	call_result = 0;
	assert_int_equal(sync_with(children, &spec, 1), 1);
	pid = status_of(children, 0).pid;
	turn_until(children, is_ready);

	spec = listener_with("1", "2", "1");
	assert_int_equal(sync_with(children, &spec, 1), 1);
	turn_until(children, heard_hup);

	spec = listener_with("1", "2", "2");
	assert_int_equal(sync_with(children, &spec, 1), 1);
	assert_int_equal(n_calls, 1);
	assert_string_equal(call_old, "1");
	assert_string_equal(call_new, "2");
	assert_int_equal(sync_with(children, &spec, 1), 0);
	assert_int_equal(status_of(children, 0).pid, pid);

	/* Who is restarted anyway is told nothing. */
	spec = listener_with("2", "3", "3");
	assert_int_equal(sync_with(children, &spec, 1), 1);
	turn_until(children, runs);
	assert_int_not_equal(status_of(children, 0).pid, pid);
	assert_int_equal(n_calls, 1);

	/* Who does not take it live is restarted. */
	pid = status_of(children, 0).pid;
	call_result = -EIO;
	spec = listener_with("2", "3", "4");
	assert_int_equal(sync_with(children, &spec, 1), 1);
	turn_until(children, runs);
	assert_int_equal(n_calls, 2);
	assert_int_not_equal(status_of(children, 0).pid, pid);
	children_stop(children, 5000);
}

static void an_adopted_child_is_told_only_what_changed_meanwhile(void **state)
{
	struct child_spec spec = listener_with("1", "1", "1");
	pid_t pid = start_and_die(&spec);
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);

	(void)state;
	assert_int_equal(sync_with(children, &spec, 1), 0);
	spec = listener_with("1", "2", "1");
	assert_int_equal(sync_with(children, &spec, 1), 1);
	turn_until(children, heard_hup);
	assert_int_equal(status_of(children, 0).pid, pid);
	children_stop(children, 5000);
}

static void who_does_not_end_when_asked_is_killed(void **state)
{
	static const char *const words[] = {
		"/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done", NULL
	};
	static const struct child_spec spec = { .name = "listener",
		                                .argv = words,
		                                .package = "dash" };
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	pid_t pid;

	(void)state;
	sync_with(children, &spec, 1);
	pid = status_of(children, 0).pid;
	turn_until(children, is_ready);
	children_stop(children, 200);
	assert_true(none(children));
	assert_int_equal(kill(pid, 0), -1);
}

/* Whether anything is left of what a child was. */
static bool group_is_there(pid_t pid)
{
	return kill(-pid, 0) == 0;
}

static void what_a_child_left_behind_ends_with_it(void **state)
{
	static const char *const words[] = {
		"/bin/sh", "-c", "sleep 1000 & echo ready; while :; do sleep 0.05; done", NULL
	};
	static const struct child_spec spec = { .name = "listener",
		                                .argv = words,
		                                .package = "dash" };
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	int64_t end = process_now_ms() + 10000;
	pid_t pid;

	(void)state;
	sync_with(children, &spec, 1);
	pid = status_of(children, 0).pid;
	turn_until(children, is_ready);
	kill(pid, SIGKILL);
	turn_until(children, started_again);
	/* Who is left is dead, and buried as soon as somebody has the time. */
	while (group_is_there(pid) && process_now_ms() < end)
		usleep(10000);
	assert_false(group_is_there(pid));
	children_stop(children, 5000);
}

static void a_log_that_grows_is_cut_and_its_end_is_kept(void **state)
{
	char path[128], old[128];
	BUF_AUTO text = { 0 };

	(void)state;
	snprintf(path, sizeof(path), "%s/x.log", folder);
	snprintf(old, sizeof(old), "%s/x.log.old", folder);
	assert_int_equal(file_write(path, "one two three", 13, 0640), 0);
	process_bound_log(path, 13);
	assert_int_equal(access(old, F_OK), -1);
	process_bound_log(path, 5);
	assert_int_equal(file_read(old, 100, &text), 0);
	assert_string_equal(buf_text(&text), "three");
	assert_int_equal(file_read(path, 100, &text), 0);
	assert_int_equal(text.length, 5);
	unlink(path);
	unlink(old);
}

int main(void)
{
#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(what_is_wanted_runs_and_a_second_sync_does_nothing),
		IN_FOLDER(who_dies_is_started_again_at_once),
		IN_FOLDER(who_cannot_run_is_tried_less_and_less_often),
		IN_FOLDER(a_program_that_is_missing_is_named_with_its_package),
		IN_FOLDER(a_supervisor_that_was_killed_finds_its_child_again),
		IN_FOLDER(an_adopted_child_with_another_command_line_is_restarted),
		IN_FOLDER(a_child_that_nobody_wants_any_more_is_stopped_by_the_next_supervisor),
		IN_FOLDER(each_file_is_taken_over_in_its_own_way),
		IN_FOLDER(an_adopted_child_is_told_only_what_changed_meanwhile),
		IN_FOLDER(who_does_not_end_when_asked_is_killed),
		IN_FOLDER(what_a_child_left_behind_ends_with_it),
		IN_FOLDER(a_log_that_grows_is_cut_and_its_end_is_kept),
	};

	return RUN(tests);
}
