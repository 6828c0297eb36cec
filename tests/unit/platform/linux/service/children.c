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
	assert_int_equal(stop(children, 5000), 0);
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
	assert_int_equal(stop(children, 5000), 0);
}

/* Starts the spec, and ends it when nobody watches. */
static void start_and_die_both(const struct child_spec *spec)
{
	pid_t pid = start_and_die(spec);
	int64_t end = process_now_ms() + 10000;

	kill(pid, SIGKILL);
	while (kill(pid, 0) == 0 && process_now_ms() < end)
		usleep(10000);
	assert_int_equal(kill(pid, 0), -1);
}

static void what_a_child_left_that_died_unwatched_is_cleared_away_or_used_again(void **state)
{
	static const struct child_spec spec = { .name = "sleeper",
		                                .argv = sleep_words,
		                                .package = "coreutils",
		                                .files = { { .name = "a.conf", .content = "1" } },
		                                .n_files = 1 };
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/a.conf", folder);
	start_and_die_both(&spec);
	{
		AUTO(children_free) struct children *children = children_new(base, folder, NULL,
		                                                             NULL);

		assert_int_equal(sync_with(children, &spec, 1), 1);
		assert_int_equal(status_of(children, 0).state, CHILD_RUNNING);
		assert_int_equal(stop(children, 5000), 0);
	}
	start_and_die_both(&spec);
	assert_int_equal(access(path, F_OK), 0);
	{
		AUTO(children_free) struct children *children = children_new(base, folder, NULL,
		                                                             NULL);

		assert_int_equal(stop(children, 5000), 0);
	}
	assert_int_equal(access(path, F_OK), -1);
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
		IN_FOLDER(what_a_child_left_that_died_unwatched_is_cleared_away_or_used_again),
		IN_FOLDER(a_child_that_nobody_wants_any_more_is_stopped_by_the_next_supervisor),
	};

	return RUN(tests);
}
