/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/leases.h"

#include "../../../test.h"
#include "base/arena.h"

static void what_dnsmasq_writes_is_understood(void **state)
{
	/* Recorded from dnsmasq 2.90, but for the last line. */
	static const char text[] = "1795381917 02:00:00:00:00:99 10.13.5.5 phone *\n"
				   "0 02:00:00:00:00:88 10.13.192.6 * 01:02:00:00:00:00:88\n"
				   "duid 00:01:00:01:32:96:08:d0:aa:aa:aa:0d:fe:aa\n"
				   "1795381917 12345 fd0d::7 phone 00:01:00:01:32:96:08:d0:02:00\n";
	AUTO(arena_free) struct arena *arena = arena_new();
	struct leases leases = leases_parse(text, strlen(text), arena);
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	(void)state;
	assert_int_equal(leases.count, 3);
	assert_int_equal(leases.n_refused, 0);
	assert_int_equal(leases.items[0].ends, 1795381917);
	assert_string_equal(mac_format(&leases.items[0].mac, mac), "02:00:00:00:00:99");
	assert_string_equal(ip_format(&leases.items[0].ip, ip), "10.13.5.5");
	assert_string_equal(leases.items[0].name, "phone");
	assert_int_equal(leases.items[1].ends, 0);
	assert_string_equal(leases.items[1].name, "");
	assert_string_equal(ip_format(&leases.items[2].ip, ip), "fd0d::7");
	assert_true(mac_is_zero(&leases.items[2].mac));
}

static void what_is_no_lease_is_counted_and_passed_over(void **state)
{
	static const char text[] = "\n"
				   "1 02:00:00:00:00:01 10.0.0.1\n"
				   "x 02:00:00:00:00:01 10.0.0.1 a *\n"
				   "-1 02:00:00:00:00:01 10.0.0.1 a *\n"
				   "1 02:00:00:00:00 10.0.0.1 a *\n"
				   "1 02:00:00:00:00:01 10.0.0.256 a *\n"
				   "1 02:00:00:00:00:01 10.0.0.1 <b> *\n"
				   "9999999999999999999 02:00:00:00:00:01 10.0.0.1 a *\n"
				   "5 02:00:00:00:00:01 10.0.0.1 good *";
	AUTO(arena_free) struct arena *arena = arena_new();
	struct leases leases = leases_parse(text, strlen(text), arena);

	(void)state;
	assert_int_equal(leases.count, 1);
	assert_string_equal(leases.items[0].name, "good");
	assert_int_equal(leases.n_refused, 7);
}

static void lines_without_an_end_are_refused(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	static char text[5000];
	struct leases leases;

	(void)state;
	memset(text, '1', sizeof(text));
	leases = leases_parse(text, sizeof(text), arena);
	assert_int_equal(leases.count, 0);
	assert_int_equal(leases.n_refused, 1);
	leases = leases_parse(NULL, 0, arena);
	assert_int_equal(leases.count, 0);
	assert_int_equal(leases.n_refused, 0);
}

static void reservations_are_leases_of_other_nodes(void **state)
{
	static const char text[] = "02:00:00:00:00:01,10.13.7.9,phone\n"
				   "02:00:00:00:00:02,10.13.7.10\n"
				   "02:00:00:00:00:03,10.13.7.11,$(x)\n"
				   "02:00:00:00:00:04\n"
				   "x,10.13.7.12\n";
	AUTO(arena_free) struct arena *arena = arena_new();
	struct leases leases = leases_parse_reservations(text, sizeof(text) - 1, arena);
	char ip[IP_TEXT_SIZE];

	(void)state;
	assert_int_equal(leases.count, 2);
	assert_int_equal(leases.n_refused, 3);
	assert_string_equal(leases.items[0].name, "phone");
	assert_string_equal(ip_format(&leases.items[0].ip, ip), "10.13.7.9");
	assert_int_equal(leases.items[0].mac.byte[5], 1);
	assert_string_equal(leases.items[1].name, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reservations_are_leases_of_other_nodes),
		cmocka_unit_test(what_dnsmasq_writes_is_understood),
		cmocka_unit_test(what_is_no_lease_is_counted_and_passed_over),
		cmocka_unit_test(lines_without_an_end_are_refused),
	};

	return RUN(tests);
}
