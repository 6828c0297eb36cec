/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/presence.h"

#include "fixture.h"

#define NUMBERS 2000

/* Of numbers below NUMBERS, each stands with a chance of one in `part`. */
static size_t choose(uint64_t *seed, uint32_t part, uint32_t live[NUMBERS])
{
	size_t n = 0;

	for (uint32_t i = 1; i < NUMBERS; i++) {
		if (random_next(seed) % part == 0)
			live[n++] = i;
	}
	return n;
}

static enum presence_word say(const uint8_t *bytes, size_t size, const struct row_version *said,
                              uint32_t epoch, uint32_t sequence)
{
	const struct row_version about = { epoch, sequence };

	return presence_says(bytes, size, said, &about);
}

static void test_round(void **state)
{
	static const struct row_version version = { 7, NUMBERS };
	uint64_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		uint8_t bytes[ROW_VALUE_MAX];
		uint32_t live[NUMBERS];
		size_t n = choose(&seed, 10 + round, live), at = 0, size;
		bool only = round & 1;

		size = presence_write(&version, live, n, only, bytes);
		assert_true(presence_is_valid(bytes, size, &version));
		for (uint32_t i = 1; i < NUMBERS; i++) {
			bool stands = at < n && live[at] == i;
			enum presence_word word = say(bytes, size, &version, 7, i);

			at += stands;
			if (stands)
				assert_int_equal(word, PRESENCE_LIVE);
			else if (only || i > live[0])
				assert_int_equal(word, PRESENCE_VOID);
			else
				assert_int_equal(word, PRESENCE_UNKNOWN);
		}
		assert_int_equal(say(bytes, size, &version, 6, 5),
		                 only ? PRESENCE_VOID : PRESENCE_UNKNOWN);
		assert_int_equal(say(bytes, size, &version, 7, NUMBERS), PRESENCE_UNKNOWN);
		assert_int_equal(say(bytes, size, &version, 8, 1), PRESENCE_UNKNOWN);
	}
}

/* More than fit: the newest are named, of the others nothing is said. */
static void test_too_many(void **state)
{
	static const struct row_version version = { 7, NUMBERS };
	uint8_t bytes[ROW_VALUE_MAX];
	uint32_t live[NUMBERS / 2];
	size_t size;

	(void)state;
	for (uint32_t i = 0; i < NUMBERS / 2; i++)
		live[i] = 2 * i;
	size = presence_write(&version, live, NUMBERS / 2, true, bytes);
	assert_true(presence_is_valid(bytes, size, &version));
	assert_int_equal(say(bytes, size, &version, 7, NUMBERS - 2), PRESENCE_LIVE);
	assert_int_equal(say(bytes, size, &version, 7, NUMBERS - 3), PRESENCE_VOID);
	assert_int_equal(say(bytes, size, &version, 7, 2), PRESENCE_UNKNOWN);
	assert_int_equal(say(bytes, size, &version, 7, 3), PRESENCE_UNKNOWN);
	assert_int_equal(say(bytes, size, &version, 6, 3), PRESENCE_UNKNOWN);
}

static void test_small(void **state)
{
	static const struct row_version version = { 1, 1 };
	uint8_t bytes[ROW_VALUE_MAX];

	(void)state;
	assert_int_equal(presence_write(&version, NULL, 0, true, bytes), 1);
	assert_int_equal(say(bytes, 1, &version, 1, 0), PRESENCE_VOID);
}

static void test_broken(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} broken[] = {
		{ "", 0 },                           /* nothing */
		{ "\2", 1 },                         /* a flag of nobody */
		{ "\1\0", 2 },                       /* half a pair */
		{ "\1\0\0", 3 },                     /* none that stands */
		{ "\1\144\1", 3 },                   /* more than there were */
		{ "\1\1\200", 3 },                   /* a number that goes on */
		{ "\1\1\201\0", 4 },                 /* and one that ends with nothing */
		{ "\1\1\377\377\377\377\177", 7 },   /* too large */
		{ "\1\1\377\377\377\377\377\1", 8 }, /* too long */
	};
	static const struct row_version version = { 1, 100 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(broken); i++) {
		if (presence_is_valid((const uint8_t *)broken[i].bytes, broken[i].size, &version))
			fail_msg("number %zu is taken for good", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_broken),
	};

	return RUN(tests);
}
