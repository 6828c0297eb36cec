/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/icmp.h"

#include <string.h>

#include "../test.h"

static const uint8_t four[] = { 0x45, 0, 0, 32, 0,  0, 0, 0, 64,   1,    0,    0,
	                        9,    9, 9, 9,  10, 0, 0, 1, /* the message */
	                        0,    0, 1, 2,  3,  4, 5, 6, 0xde, 0xca, 0xde, 0x01 };
static const uint8_t six[] = { 129, 0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 7, 8 };

static void an_answer_is_read(void **state)
{
	struct icmp_echo answer;

	(void)state;
	assert_true(icmp_echo_read(four, sizeof(four), IP_V4, 4, &answer));
	assert_memory_equal(&answer.ident, "\3\4", 2);
	assert_memory_equal(&answer.sequence, "\5\6", 2);
	assert_memory_equal(answer.token, "\xde\xca\xde\1\0\0\0\0", 8);
	assert_true(icmp_echo_read(six, sizeof(six), IP_V6, 8, &answer));
	assert_memory_equal(answer.token, "\1\2\3\4\5\6\7\10", 8);
}

static void what_is_cut_off_is_none(void **state)
{
	struct icmp_echo answer = { 0 };

	(void)state;
	for (size_t size = 0; size < sizeof(four); size++)
		assert_false(icmp_echo_read(four, size, IP_V4, 4, &answer));
	for (size_t size = 0; size < sizeof(six); size++)
		assert_false(icmp_echo_read(six, size, IP_V6, 8, &answer));
	assert_int_equal(answer.ident, 0);
}

static void what_is_something_else_is_none(void **state)
{
	struct icmp_echo answer;
	uint8_t bytes[sizeof(four)];

	(void)state;
	memcpy(bytes, four, sizeof(four));
	bytes[20] = 8;
	assert_false(icmp_echo_read(bytes, sizeof(bytes), IP_V4, 4, &answer));
	/* Headers that cannot be. */
	memcpy(bytes, four, sizeof(four));
	for (unsigned first = 0; first < 256; first++) {
		bytes[0] = (uint8_t)first;
		assert_int_equal(icmp_echo_read(bytes, sizeof(bytes), IP_V4, 4, &answer),
		                 first == 0x45);
	}
	assert_false(icmp_echo_read(four, sizeof(four), IP_V6, 4, &answer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_read),
		cmocka_unit_test(what_is_cut_off_is_none),
		cmocka_unit_test(what_is_something_else_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
