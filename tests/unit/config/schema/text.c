/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "config/schema/text.h"

#include "../../test.h"
#include "base/compiler.h"

static void domains_are_labels_and_dots(void **state)
{
	static const char *const good[] = { "thisnode.info", "lan", "a-b.c1", "10.mesh" };
	static const char *const bad[] = { ".info", "a..b", "a.",  "-a",
		                           "a-.b",  "a_b",  "a b", "\xc3\xb1" };
	char label[66], name[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_null(text_check_domain(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_non_null(text_check_domain(bad[i]));
	memset(label, 'a', sizeof(label));
	label[64] = '\0';
	assert_non_null(text_check_domain(label));
	label[63] = '\0';
	assert_null(text_check_domain(label));
	memset(name, 'a', sizeof(name));
	for (size_t i = 1; i < sizeof(name); i += 2)
		name[i] = '.';
	name[255] = '\0';
	assert_non_null(text_check_domain(name));
	name[253] = '\0';
	assert_null(text_check_domain(name));
}

static void devices_have_names_that_linux_accepts(void **state)
{
	(void)state;
	assert_null(text_check_ifname("eth0.2"));
	assert_null(text_check_ifname("wlan0-mesh_17"));
	assert_null(text_check_ifname("123456789012345"));
	assert_non_null(text_check_ifname("1234567890123456"));
	assert_non_null(text_check_ifname(""));
	assert_non_null(text_check_ifname(".."));
	assert_non_null(text_check_ifname("../x"));
	assert_non_null(text_check_ifname("a b"));
	assert_non_null(text_check_ifname("eth0:1"));
	assert_non_null(text_check_ifname("eth0@if5"));
}

static void paths_do_not_lead_out(void **state)
{
	(void)state;
	assert_null(text_check_asset("community/first.sh"));
	assert_null(text_check_asset("node/a/..b"));
	assert_non_null(text_check_asset("first.sh"));
	assert_non_null(text_check_asset("community/../../passwd"));
	assert_non_null(text_check_asset("node/.."));
	assert_null(text_check_path("/etc/motd"));
	assert_non_null(text_check_path("etc/motd"));
	assert_non_null(text_check_path("/etc/../motd"));
}

static void text_is_utf8_and_addresses_are_addresses(void **state)
{
	(void)state;
	assert_null(text_check_utf8("\xc3\xb1"
	                            "and\xc3\xba"));
	assert_non_null(text_check_utf8("a\xf1o"));
	assert_null(text_check_ip("2001:470:20::2"));
	assert_non_null(text_check_ip("dns.example"));
}

static void servers_have_addresses_that_can_be_asked(void **state)
{
	static const char *const bad[] = { "dns.example", "0.0.0.0",   "255.255.255.255",
		                           "224.0.0.1",   "127.0.0.1", "::1",
		                           "::",          "fe80::1",   "ff02::1" };

	(void)state;
	assert_null(text_check_server("2001:470:20::2"));
	assert_null(text_check_server("10.1.2.3"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_non_null(text_check_server(bad[i]));
}

static void services_have_a_protocol_and_a_port(void **state)
{
	static const char *const wrong[] = {
		"",
		"22",
		"tcp",
		"tcp:",
		"tcp:0",
		"tcp:022",
		"tcp:65536",
		"tcp:-1",
		"udp:1x",
		"icmp:1",
		"tcp: 22",
		"TCP:22",
		"udp:99999999999999999999",
		"tcp:22 accept",
	};

	(void)state;
	assert_null(text_check_service("tcp:22"));
	assert_null(text_check_service("udp:65535"));
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		assert_non_null(text_check_service(wrong[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_have_a_protocol_and_a_port),
		cmocka_unit_test(domains_are_labels_and_dots),
		cmocka_unit_test(devices_have_names_that_linux_accepts),
		cmocka_unit_test(paths_do_not_lead_out),
		cmocka_unit_test(servers_have_addresses_that_can_be_asked),
		cmocka_unit_test(text_is_utf8_and_addresses_are_addresses),
	};

	return RUN(tests);
}
