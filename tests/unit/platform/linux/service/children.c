/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/children.h"

#include "fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_supervisor_that_was_killed_finds_its_child_again),
		IN_FOLDER(an_adopted_child_with_another_command_line_is_restarted),
		IN_FOLDER(a_child_that_nobody_wants_any_more_is_stopped_by_the_next_supervisor),
	};

	return RUN(tests);
}
