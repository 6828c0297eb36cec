/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child_record.h"

#include <signal.h>

#include "../../../test.h"
#include "base/buf.h"

#define DIGEST "0123456789abcdef0123456789abcdef"
#define GOOD   "1234 567890123456\nstop 15\nargv " DIGEST "\nfile dnsmasq.conf " DIGEST "\n"

static void what_is_printed_is_parsed(void **state)
{
	static const char *const words[] = { "sleep", "1", NULL };
	const struct child_spec spec = { .name = "x",
		                         .argv = words,
		                         .files = { { .name = "x.conf", .content = "hello" } },
		                         .n_files = 1,
		                         .stop_signal = SIGINT };
	struct child_record record = child_record_of(&spec), parsed;
	BUF_AUTO text = { 0 };
	BUF_AUTO again = { 0 };

	(void)state;
	record.pid = 77;
	record.start = UINT64_MAX;
	child_record_print(&record, &text);
	assert_true(child_record_parse(buf_text(&text), &parsed));
	child_record_print(&parsed, &again);
	assert_string_equal(buf_text(&text), buf_text(&again));
	assert_int_equal(parsed.stop_signal, SIGINT);
	assert_string_equal(parsed.files[0].digest, "5d41402abc4b2a76b9719d911017c592");
}

static void words_are_not_confused_with_each_other(void **state)
{
	static const char *const two[] = { "a", "b c", NULL };
	static const char *const three[] = { "a", "b", "c", NULL };
	const struct child_spec first = { .argv = two }, second = { .argv = three };
	struct child_record a = child_record_of(&first), b = child_record_of(&second);

	(void)state;
	assert_string_not_equal(a.argv, b.argv);
}

static void a_file_that_is_not_ours_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"1234\n",
		"1234 567890\n",
		"0 567890\nstop 15\nargv " DIGEST "\n",
		"1 567890\nstop 15\nargv " DIGEST "\n",
		"-5 567890\nstop 15\nargv " DIGEST "\n",
		"1234 567890\nstop 0\nargv " DIGEST "\n",
		"1234 567890\nstop 99\nargv " DIGEST "\n",
		"1234 567890\nstop 15\nargv \n",
		GOOD "file ../passwd " DIGEST "\n",
		GOOD "file .hidden " DIGEST "\n",
		GOOD "file a/b " DIGEST "\n",
		GOOD "something else\n",
		GOOD "file a " DIGEST "\nfile b " DIGEST "\nfile c " DIGEST "\nfile d " DIGEST
		     "\nfile e " DIGEST "\nfile f " DIGEST "\n",
	};
	struct child_record record;

	(void)state;
	assert_true(child_record_parse(GOOD, &record));
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(child_record_parse(bad[i], &record));
	assert_int_equal(record.pid, 1234);
	assert_int_equal(record.n_files, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_parsed),
		cmocka_unit_test(words_are_not_confused_with_each_other),
		cmocka_unit_test(a_file_that_is_not_ours_is_refused),
	};

	return RUN(tests);
}
