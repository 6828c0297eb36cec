/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/file.h"

#include <errno.h>
#include <unistd.h>

#include "../test.h"
#include "base/buf.h"

static void what_was_written_is_read_and_not_written_twice(void **state)
{
	char folder[] = "/tmp/weft-file-XXXXXX", path[64], deep[64];
	BUF_AUTO content = { 0 };
	bool changed;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(deep, sizeof(deep), "%s/a/b", folder);
	snprintf(path, sizeof(path), "%s/a/b/c", folder);
	assert_int_equal(file_make_folder(deep, 0755), 0);
	assert_int_equal(file_read(path, 10, &content), -ENOENT);
	assert_int_equal(file_update(path, "hello", 5, 0644, &changed), 0);
	assert_true(changed);
	assert_int_equal(file_update(path, "hello", 5, 0644, &changed), 0);
	assert_false(changed);
	assert_int_equal(file_read(path, 4, &content), -EFBIG);
	assert_int_equal(content.length, 0);
	assert_int_equal(file_read(path, 5, &content), 0);
	assert_string_equal(content.text, "hello");
	unlink(path);
	rmdir(deep);
	snprintf(deep, sizeof(deep), "%s/a", folder);
	rmdir(deep);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read_and_not_written_twice),
	};

	return RUN(tests);
}
