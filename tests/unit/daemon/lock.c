/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/lock.h"

#include <errno.h>
#include <unistd.h>

#include "../test.h"

static void the_second_is_told_who_has_the_lock(void **state)
{
	char path[] = "/tmp/weft-lock-XXXXXX";
	pid_t other = 0;
	int first, again, made = mkstemp(path);

	(void)state;
	close(made);
	first = lock_take(path, &other);
	assert_true(first >= 0);
	assert_int_equal(lock_take(path, &other), -EBUSY);
	assert_int_equal(other, getpid());
	close(first);
	again = lock_take(path, &other);
	assert_true(again >= 0);
	close(again);
	unlink(path);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
	pid_t other = 0;

	(void)state;
	assert_int_equal(lock_take("/nonexistent/lock", &other), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_is_told_who_has_the_lock),
		cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
	};

	return RUN(tests);
}
