/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>

#include "fixture.h"
#include "platform/linux/service/children.h"

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

static bool heard_hup(const struct children *children)
{
	BUF_AUTO text = { 0 };

	(void)children;
	return strcmp(log_text(&text), "ready\nhup\n") == 0;
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
	assert_int_equal(stop(children, 5000), 0);
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
	assert_int_equal(stop(children, 5000), 0);
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
	assert_int_equal(stop(children, 5000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(what_is_wanted_runs_and_a_second_sync_does_nothing),
		IN_FOLDER(a_program_that_is_missing_is_named_with_its_package),
		IN_FOLDER(each_file_is_taken_over_in_its_own_way),
		IN_FOLDER(an_adopted_child_is_told_only_what_changed_meanwhile),
	};

	return RUN(tests);
}
