/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/ip.h"

#include "../test.h"

static const char *again(const char *text)
{
	static char out[IP_TEXT_SIZE];
	struct ip ip;

	return ip_parse(text, &ip) ? ip_format(&ip, out) : "none";
}

static const char *prefix_again(const char *text)
{
	static char out[PREFIX_TEXT_SIZE];
	struct prefix prefix;

	return prefix_parse(text, &prefix) ? prefix_format(&prefix, out) : "none";
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static const char *text_of(struct ip ip)
{
	static char out[IP_TEXT_SIZE];

	return ip_format(&ip, out);
}

static void addresses_are_written_in_one_way(void **state)
{
	static const char *const pairs[][2] = {
		{ "10.13.0.1", "10.13.0.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "FD0D:FE46:8CE8::00AB:C001", "fd0d:fe46:8ce8::ab:c001" },
		/* RFC 5952, section 4.2.2: one group is not shortened; 4.2.3: the longest, then the
		 * first. */
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "::ffff:192.0.2.128", "::ffff:192.0.2.128" },
		{ "::ffff:0:0", "::ffff:0.0.0.0" },
		{ "64:ff9b::1.2.3.4", "64:ff9b::102:304" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(again(pairs[i][0]), pairs[i][1]);
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"10",
		"10.0.0",
		"10.0.0.",
		"10.0.0.0.",
		"10.0.0.0.0",
		"10.0.0.256",
		"10.0.0.01",
		"010.0.0.1",
		"10..0.1",
		"10.0.0.-1",
		" 10.0.0.1",
		"10.0.0.1 ",
		"10.0.0.99999999999999999999",
		"0x0a.0.0.1",
		":",
		":::",
		"1",
		"1:",
		":1",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:8::",
		"::1:2:3:4:5:6:7:8",
		"1::2::3",
		"1:::2",
		"12345::",
		"g::",
		"::1%eth0",
		"::1 ",
		"::1.2.3",
		"::1.2.3.4:5",
		"1:2:3:4:5:6:7:1.2.3.4",
		"::/64",
		"1:2:3:4:5:6:7:8:",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(again(bad[i]), "none");
}

static void prefixes_have_lengths_of_their_family(void **state)
{
	(void)state;
	assert_string_equal(prefix_again("10.13.0.1/16"), "10.13.0.1/16");
	assert_string_equal(prefix_again("10.13.0.1"), "10.13.0.1/32");
	assert_string_equal(prefix_again("0.0.0.0/0"), "0.0.0.0/0");
	assert_string_equal(prefix_again("fd00::/64"), "fd00::/64");
	assert_string_equal(prefix_again("fd00::1"), "fd00::1/128");
	assert_string_equal(prefix_again("10.0.0.0/33"), "none");
	assert_string_equal(prefix_again("fd00::/129"), "none");
	assert_string_equal(prefix_again("10.0.0.0/"), "none");
	assert_string_equal(prefix_again("10.0.0.0/-1"), "none");
	assert_string_equal(prefix_again("10.0.0.0/16/17"), "none");
	assert_string_equal(prefix_again("/16"), "none");
	assert_string_equal(prefix_again("1000000000000000000000000000000000000000000000000/8"),
	                    "none");
}

static void networks_have_ends(void **state)
{
	struct prefix prefix = prefix_of("10.13.178.195/17");
	struct prefix network = prefix_network(&prefix);
	struct prefix six = prefix_of("2001:db8:1:2:3:4:5:6/49");

	(void)state;
	assert_string_equal(text_of(network.ip), "10.13.128.0");
	assert_int_equal(network.length, 17);
	assert_string_equal(text_of(prefix_first_host(&prefix)), "10.13.128.1");
	assert_string_equal(text_of(prefix_last(&prefix)), "10.13.255.255");
	assert_string_equal(text_of(prefix_netmask(&prefix)), "255.255.128.0");
	assert_string_equal(text_of(prefix_last(&six)), "2001:db8:1:7fff:ffff:ffff:ffff:ffff");
	assert_string_equal(text_of(prefix_first_host(&six)), "2001:db8:1::1");
	prefix = prefix_of("10.1.2.3/32");
	assert_string_equal(text_of(prefix_first_host(&prefix)), "10.1.2.3");
	prefix = prefix_of("10.1.2.3/0");
	assert_string_equal(text_of(prefix_netmask(&prefix)), "0.0.0.0");
	assert_string_equal(text_of(prefix_last(&prefix)), "255.255.255.255");
}

static void a_prefix_contains_its_own_family_only(void **state)
{
	struct prefix prefix = prefix_of("10.13.0.1/16"), any = prefix_of("::/0");
	struct ip in = ip_of("10.13.255.255"), out = ip_of("10.14.0.0"), six = ip_of("::1");

	(void)state;
	assert_true(prefix_contains(&prefix, &in));
	assert_false(prefix_contains(&prefix, &out));
	assert_false(prefix_contains(&prefix, &six));
	assert_true(prefix_contains(&any, &six));
	assert_false(prefix_contains(&any, &in));
	assert_false(prefix_contains(&any, &(struct ip){ 0 }));
	assert_false(prefix_contains(&(struct prefix){ 0 }, &in));
	assert_false(prefix_contains(&(struct prefix){ 0 }, &(struct ip){ 0 }));
	assert_false(prefix_equal(&prefix, &any));
	assert_true(prefix_equal(&prefix, &prefix));
}

static void sums_carry_and_wrap(void **state)
{
	struct ip four = ip_of("10.255.255.255"), last = ip_of("255.255.255.255");
	struct ip six = ip_of("::ffff:ffff:ffff");

	(void)state;
	assert_string_equal(text_of(ip_add(&four, 1)), "11.0.0.0");
	assert_string_equal(text_of(ip_add(&last, 2)), "0.0.0.1");
	assert_string_equal(text_of(ip_add(&six, 1)), "::1:0:0:0");
	six = ip_of("fd00::");
	assert_string_equal(text_of(ip_add(&six, UINT32_MAX)), "fd00::ffff:ffff");
}

static void pools_end_before_the_broadcast_address(void **state)
{
	struct prefix p16 = prefix_of("10.13.0.1/16"), p30 = prefix_of("10.13.0.1/30");
	struct prefix p31 = prefix_of("10.13.0.1/31"), p32 = prefix_of("10.13.0.1/32");
	struct prefix p0 = prefix_of("10.13.0.1/0"), six = prefix_of("fd00::/64");

	(void)state;
	assert_int_equal(prefix_pool_size(&p16, 2), 65533);
	assert_int_equal(prefix_pool_size(&p16, 100), 65435);
	assert_int_equal(prefix_pool_size(&p16, 70000), 0);
	assert_int_equal(prefix_pool_size(&p30, 2), 1);
	assert_int_equal(prefix_pool_size(&p31, 2), 0);
	assert_int_equal(prefix_pool_size(&p32, 2), 0);
	assert_int_equal(prefix_pool_size(&p0, 2), UINT32_MAX - 2);
	assert_int_equal(prefix_pool_size(&six, 2), 0);
}

static void a_mac_gives_a_link_local_address(void **state)
{
	struct mac mac = { { 0x44, 0xd9, 0xe7, 0, 0, 0 } };

	(void)state;
	assert_string_equal(text_of(ip_link_local(&mac)), "fe80::46d9:e7ff:fe00:0");
	assert_true(ip_is_link_local(&(struct ip){ IP_V6, { 0xfe, 0xbf, 1 } }));
	assert_false(ip_is_link_local(&(struct ip){ IP_V6, { 0xfe, 0xc0, 1 } }));
	assert_false(ip_is_link_local(&(struct ip){ IP_V6, { 0xfd, 0x80, 1 } }));
	assert_false(ip_is_link_local(&(struct ip){ IP_V4, { 0xfe, 0x80, 1 } }));
}

static void nothing_is_written_for_what_is_not_set(void **state)
{
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	assert_string_equal(text_of((struct ip){ 0 }), "");
	assert_string_equal(prefix_format(&(struct prefix){ 0 }, text), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_written_in_one_way),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(prefixes_have_lengths_of_their_family),
		cmocka_unit_test(networks_have_ends),
		cmocka_unit_test(a_prefix_contains_its_own_family_only),
		cmocka_unit_test(sums_carry_and_wrap),
		cmocka_unit_test(pools_end_before_the_broadcast_address),
		cmocka_unit_test(a_mac_gives_a_link_local_address),
		cmocka_unit_test(nothing_is_written_for_what_is_not_set),
	};

	return RUN(tests);
}
