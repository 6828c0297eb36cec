/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../../../test.h"
#include "base/buf.h"
#include "platform/linux/service/child.h"

static void check(const struct child_status *status, const char *line)
{
	BUF_AUTO text = { 0 };

	child_status_print(status, 100000000, &text);
	assert_string_equal(buf_text(&text), line);
}

static void each_state_is_a_line_for_a_person(void **state)
{
	struct child_status status = { .name = "babeld",
		                       .pid = 12,
		                       .since_ms = 99820000,
		                       .due_ms = 100030000,
		                       .last_exit = "",
		                       .program = "babeld",
		                       .package = "babel" };

	(void)state;
	check(&status, "babeld: runs for 3 min (pid 12)\n");
	status.state = CHILD_WAITING;
	status.restarts = 2;
	status.last_exit = "ended with status 1";
	check(&status, "babeld: does not run, starts in 30 s, started again 2 times, last time "
	               "ended with status 1\n");
	status.state = CHILD_MISSING;
	status.restarts = 0;
	status.last_exit = "";
	check(&status, "babeld: program babeld is not installed (Debian package babel)\n");
	status.state = CHILD_STOPPING;
	check(&status, "babeld: is being stopped (pid 12)\n");
}

static void times_are_told_in_the_unit_that_fits(void **state)
{
	static const struct {
		int64_t ago_ms;
		const char *line;
	} rows[] = {
		{ -5, "x: runs for 0 s (pid 1)\n" },
		{ 119000, "x: runs for 119 s (pid 1)\n" },
		{ 120000, "x: runs for 2 min (pid 1)\n" },
		{ 7200000, "x: runs for 2 h (pid 1)\n" },
		{ 80000000, "x: runs for 22 h (pid 1)\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		const struct child_status status = { .name = "x",
			                             .pid = 1,
			                             .since_ms = 100000000 - rows[i].ago_ms,
			                             .last_exit = "" };

		check(&status, rows[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_is_a_line_for_a_person),
		cmocka_unit_test(times_are_told_in_the_unit_that_fits),
	};

	return RUN(tests);
}
