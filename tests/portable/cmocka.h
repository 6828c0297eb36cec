/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Stands in for cmocka where Debian has none: for musl, and for processors other than
 * this machine's.  It has what the tests of the pure folders use and nothing more; what it
 * does not have does not compile.  self.c tests that each assertion can fail.
 */

#include <assert.h>

struct CMUnitTest {
	const char *name;
	void (*function)(void **state);
	int (*setup)(void **state), (*teardown)(void **state);
};

#define cmocka_unit_test_setup_teardown(function_, setup_, teardown_)           \
	{                                                                       \
		.name = #function_, .function = (function_), .setup = (setup_), \
		.teardown = (teardown_)                                         \
	}
#define cmocka_unit_test(function_) cmocka_unit_test_setup_teardown(function_, NULL, NULL)

static jmp_buf portable_failed;

#define print_message(...) ((void)fprintf(stderr, __VA_ARGS__))

static inline void portable_check(bool good, const char *file, int line, const char *what)
{
	if (good)
		return;
	print_message("%s:%d: %s\n", file, line, what);
	longjmp(portable_failed, 1);
}

static inline void portable_check_range(uintmax_t is, uintmax_t min, uintmax_t max, bool within,
                                        const char *file, int line)
{
	bool good = (is >= min && is <= max) == within;

	if (!good)
		print_message("%#jx, and from %#jx to %#jx:\n", is, min, max);
	portable_check(good, file, line, "the wrong number");
}

static inline void portable_check_equal(uintmax_t is, uintmax_t other, bool equal, const char *file,
                                        int line)
{
	portable_check_range(is, other, other, equal, file, line);
}

static inline void portable_check_texts(const char *is, const char *other, bool equal,
                                        const char *file, int line)
{
	bool good = (strcmp(is, other) == 0) == equal;

	if (!good)
		print_message("--- is\n%s\n--- and\n%s\n---\n", is, other);
	portable_check(good, file, line, "the wrong text");
}

/* A setup or teardown fails by its status or as a test does. */
static inline bool portable_run_one(const struct CMUnitTest *test)
{
	void *state = NULL;

	if (setjmp(portable_failed) != 0)
		return false;
	if (test->setup && test->setup(&state) != 0)
		return false;
	test->function(&state);
	return !test->teardown || test->teardown(&state) == 0;
}

static inline int portable_run(const struct CMUnitTest *tests, size_t count)
{
	int n_failed = 0;

	for (size_t i = 0; i < count; i++) {
		if (portable_run_one(&tests[i]))
			continue;
		n_failed++;
		print_message("FAILED %s\n", tests[i].name);
	}
	print_message("%zu tests, %d failed\n", count, n_failed);
	return n_failed;
}

/* Groups have no setup here. */
#define cmocka_run_group_tests(tests_, setup_, teardown_) \
	(assert((setup_) == NULL && (teardown_) == NULL), \
	 portable_run((tests_), sizeof(tests_) / sizeof((tests_)[0])))

/* As with cmocka, an argument is evaluated once. */
#define CHECK(good_, what_) portable_check((good_), __FILE__, __LINE__, (what_))
#define CHECK_RANGE(is_, min_, max_, within_)                                                   \
	portable_check_range((uintmax_t)(is_), (uintmax_t)(min_), (uintmax_t)(max_), (within_), \
	                     __FILE__, __LINE__)
#define CHECK_TEXTS(is_, other_, equal_) \
	portable_check_texts((is_), (other_), (equal_), __FILE__, __LINE__)
#define CHECK_EQUAL(is_, other_, equal_) \
	portable_check_equal((uintmax_t)(is_), (uintmax_t)(other_), (equal_), __FILE__, __LINE__)

#define assert_true(condition_)            CHECK((condition_) ? true : false, #condition_)
#define assert_false(condition_)           CHECK((condition_) ? false : true, "not: " #condition_)
#define assert_null(pointer_)              CHECK((pointer_) == NULL, #pointer_ " is something")
#define assert_non_null(pointer_)          CHECK((pointer_) != NULL, #pointer_ " is NULL")
#define assert_ptr_equal(a_, b_)           CHECK((const void *)(a_) == (const void *)(b_), #a_)
#define assert_int_equal(a_, b_)           CHECK_EQUAL((a_), (b_), true)
#define assert_int_not_equal(a_, b_)       CHECK_EQUAL((a_), (b_), false)
#define assert_in_range(is_, min_, max_)   CHECK_RANGE((is_), (min_), (max_), true)
#define assert_string_equal(a_, b_)        CHECK_TEXTS((a_), (b_), true)
#define assert_string_not_equal(a_, b_)    CHECK_TEXTS((a_), (b_), false)
#define assert_memory_equal(a_, b_, size_) CHECK(memcmp((a_), (b_), (size_)) == 0, #a_)
#define fail_msg(...)                      (print_message(__VA_ARGS__), CHECK(false, ""))
