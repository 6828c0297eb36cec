/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child_process.h"

#include "fixture.h"

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
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_log_that_grows_is_cut_and_its_end_is_kept),
	};

	return RUN(tests);
}
