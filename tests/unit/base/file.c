/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>
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

/* Whoever reads must not hang on what somebody left in a folder. */
static void what_is_no_file_is_refused_at_once(void **state)
{
	char folder[] = "/tmp/weft-file-XXXXXX", pipe[64], link[64];
	BUF_AUTO content = { 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(pipe, sizeof(pipe), "%s/pipe", folder);
	snprintf(link, sizeof(link), "%s/link", folder);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(symlink("nowhere", link), 0);
	assert_int_equal(file_read(pipe, 10, &content), -ENOTSUP);
	assert_int_equal(file_read("/dev/zero", 10, &content), -ENOTSUP);
	assert_int_equal(file_read(folder, 10, &content), -EISDIR);
	assert_int_equal(file_read(link, 10, &content), -ENOLINK);
	assert_int_equal(file_read_any("/dev/zero", 10, &content), -EFBIG);
	assert_int_equal(file_read_any("/dev/null", 10, &content), 0);
	assert_int_equal(content.length, 0);
	unlink(pipe);
	unlink(link);
	rmdir(folder);
}

static void failures_have_words(void **state)
{
	(void)state;
	assert_string_equal(file_fault(-ENOENT), "No such file or directory");
	assert_non_null(strstr(file_fault(-ENOTSUP), "pipe"));
	assert_non_null(strstr(file_fault(-ENOLINK), "link"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read_and_not_written_twice),
		cmocka_unit_test(what_is_no_file_is_refused_at_once),
		cmocka_unit_test(failures_have_words),
	};

	return RUN(tests);
}
