/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_goodbye.h"

#include "../../../test.h"

static void ipv4_has_a_next_hop(void **state)
{
	static const uint8_t wanted[] = { 42,   2,    0,    32,   7,    6,    1, 0,    10,
		                          1,    2,    3,    6,    10,   0,    0, 0x68, 0x5b,
		                          0x47, 0x71, 0x05, 0x54, 0xa0, 0x23, 8, 10,   1,
		                          0,    0,    0,    1,    0x90, 0,    0, 0xff, 0xff };
	uint8_t packet[BABEL_GOODBYE_MAX];
	struct prefix prefix;
	struct ip own;

	(void)state;
	assert_true(prefix_parse("0.0.0.0/0", &prefix));
	assert_true(ip_parse("10.1.2.3", &own));
	assert_int_equal(babel_goodbye_write("68:5b:47:71:05:54:a0:23", &prefix, &own, packet),
	                 sizeof(wanted));
	assert_memory_equal(packet, wanted, sizeof(wanted));
}

static void ipv6_has_as_many_bytes_as_it_needs(void **state)
{
	static const uint8_t wanted[] = { 8,    18,   2,    0,    64,   0,    1,    0x90, 0, 0,
		                          0xff, 0xff, 0xfd, 0xd3, 0x96, 0x16, 0x1c, 0x13, 0, 0 };
	uint8_t packet[BABEL_GOODBYE_MAX];
	struct prefix prefix;
	size_t size;

	(void)state;
	assert_true(prefix_parse("fdd3:9616:1c13::/64", &prefix));
	size = babel_goodbye_write("68:5b:47:71:05:54:a0:23", &prefix, &(struct ip){ 0 }, packet);
	assert_int_equal(size, 4 + 12 + sizeof(wanted));
	assert_memory_equal(packet + size - sizeof(wanted), wanted, sizeof(wanted));
	assert_true(prefix_parse("fdd3::1/128", &prefix));
	assert_in_range(babel_goodbye_write("68:5b:47:71:05:54:a0:23", &prefix, &prefix.ip, packet),
	                1, BABEL_GOODBYE_MAX);
}

static void what_is_no_id_says_nothing(void **state)
{
	uint8_t packet[BABEL_GOODBYE_MAX];
	struct prefix prefix;

	(void)state;
	assert_true(prefix_parse("::/0", &prefix));
	assert_int_equal(babel_goodbye_write("", &prefix, &prefix.ip, packet), 0);
	assert_int_equal(babel_goodbye_write("68:5b:47:71:05:54:a0", &prefix, &prefix.ip, packet),
	                 0);
	assert_int_equal(
		babel_goodbye_write("68:5b:47:71:05:54:a0:23:9", &prefix, &prefix.ip, packet), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_has_a_next_hop),
		cmocka_unit_test(ipv6_has_as_many_bytes_as_it_needs),
		cmocka_unit_test(what_is_no_id_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
