/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child_life.h"

#include "fixture.h"

static bool failed_twice(const struct children *children)
{
	return status_of(children, 0).restarts == 2;
}

/* Whether anything is left of what a child was. */
static bool group_is_there(pid_t pid)
{
	return kill(-pid, 0) == 0;
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
	assert_int_equal(stop(children, 5000), 0);
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
	assert_int_equal(stop(children, 5000), 0);
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
	assert_int_equal(stop(children, 200), 0);
	assert_true(none(children));
	assert_int_equal(kill(pid, 0), -1);
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
	assert_int_equal(stop(children, 5000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(who_dies_is_started_again_at_once),
		IN_FOLDER(who_cannot_run_is_tried_less_and_less_often),
		IN_FOLDER(who_does_not_end_when_asked_is_killed),
		IN_FOLDER(what_a_child_left_behind_ends_with_it),
	};

	return RUN(tests);
}
