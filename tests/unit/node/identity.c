/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void assert_address(const struct prefix *prefix, const char *text)
{
	char is[PREFIX_TEXT_SIZE];

	assert_string_equal(prefix_format(prefix, is), text);
}

static void the_network_comes_from_the_ssid_and_the_rest_from_the_mac(void **state)
{
	FIXTURE_AUTO f;
	char mac[MAC_TEXT_SIZE];

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime wifi\n\toption ap_ssid quintanalibre.org.ar\n", "");
	assert_address(&f.node->identity.ipv4, "10.238.32.48/16");
	assert_address(&f.node->identity.ipv6, "fdee:3ed9:f63a::10:2030/64");
	assert_address(&f.node->identity.anygw4, "10.238.0.1/16");
	assert_address(&f.node->identity.anygw6, "fdee:3ed9:f63a::1/64");
	assert_string_equal(mac_format(&f.node->identity.anygw_mac, mac), "aa:aa:aa:ee:3e:aa");
}

static void the_mac_is_that_of_the_chosen_device(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime network\n\toption primary_interface eth1\n", "");
	assert_string_equal(f.node->identity.hostname, "LiMe-102031");
}

static void without_a_shared_gateway_its_address_is_free(void **state)
{
	FIXTURE_AUTO f = { 0 };

	(void)state;
	fixture_link(&f, "eth0", "52:54:00:10:00:01");
	fixture_make(&f, "config lime network\n\tlist protocols lan\n", "");
	assert_address(&f.node->identity.ipv4, "10.13.0.1/16");
	assert_int_equal(f.node->identity.anygw4.ip.family, IP_NONE);
}

static void a_machine_without_a_network_device_cannot_be_a_node(void **state)
{
	FIXTURE_AUTO f = { 0 };

	(void)state;
	fixture_make(&f, "", "");
	assert_null(f.node->plan);
	assert_said(&f,
	            "error: network.primary_interface: there is no network device whose MAC the "
	            "node could take its addresses from\n");
}

static void templates_that_are_no_addresses_are_all_told(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime network\n\toption main_ipv4_address 10.0.0.0\n"
	             "\toption main_ipv6_address fd00::/200\n\toption anygw_mac nonsense\n",
	             "");
	assert_null(f.node->plan);
	assert_int_equal(diag_count(f.diag, DIAG_ERROR), 3);
	assert_int_equal(diag_first(f.diag)->origin.line, 2);
	assert_int_equal(diag_first(f.diag)->next->origin.line, 3);
	assert_int_equal(diag_first(f.diag)->next->next->origin.line, 4);
}

static void assert_refused(const char *option, const char *text, const char *words)
{
	BUF_AUTO file = { 0 }, expected = { 0 };
	FIXTURE_AUTO f;

	fixture_pc(&f);
	buf_printf(&file, "config lime network\n\toption %s '%s'\n", option, text);
	fixture_make(&f, file.text, "");
	buf_printf(&expected, "lime-community:2:%zu: error: network.%s: '%s' %s\n",
	           strlen("Toption ") + strlen(option) + 2, option, text, words);
	assert_null(f.node->plan);
	assert_said(&f, expected.text);
}

static void addresses_that_no_node_can_have_are_refused(void **state)
{
	static const struct {
		const char *option, *text, *words;
	} cases[] = {
		{ "main_ipv4_address", "0.1.2.3/16",
		  "gives 0.1.2.3/16, and such addresses are of no network" },
		{ "main_ipv4_address", "127.0.0.1/8",
		  "gives 127.255.255.254/8, and such addresses are of the machine itself" },
		{ "main_ipv4_address", "169.254.0.0/16",
		  "gives 169.254.32.48/16, and such addresses are valid on one link only" },
		{ "main_ipv4_address", "224.0.0.9/24",
		  "gives 224.0.0.9/24, and such addresses are of groups" },
		{ "main_ipv4_address", "255.255.255.0/24",
		  "gives 255.255.255.48/24, and such addresses are of no network" },
		{ "main_ipv4_address", "10.0.0.0/0",
		  "gives 10.0.0.0/0; a network larger than /8 cannot be" },
		{ "main_ipv6_address", "::/64",
		  "gives ::10:2030/64, and such addresses are of no network" },
		{ "main_ipv6_address", "::ffff:10.0.0.0/104",
		  "gives ::ffff:10.16.32.48/104, and such addresses are of no network" },
		{ "main_ipv6_address", "fe80::/64",
		  "gives fe80::10:2030/64, and such addresses are valid on one link only" },
		{ "main_ipv6_address", "ff02::/64",
		  "gives ff02::10:2030/64, and such addresses are of groups" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		assert_refused(cases[i].option, cases[i].text, cases[i].words);
}

static void a_network_of_one_address_is_only_warned_of(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime network\n\toption main_ipv4_address '10.1.2.3/32'\n", "");
	assert_non_null(f.node->plan);
	assert_non_null(strstr(diag_first(f.diag)->text, "beside the one that all nodes share"));
	assert_int_equal(diag_first(f.diag)->origin.line, 2);
}

static void a_shared_mac_must_be_of_one_device(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime network\n\toption anygw_mac '01:00:5e:%N1:%N2:01'\n", "");
	assert_null(f.node->plan);
	assert_said(&f,
	            "lime-community:2:19: error: network.anygw_mac: '01:00:5e:0d:fe:01' is no MAC "
	            "that a device can have\n");
}

static void an_ssid_that_libremesh_reads_otherwise_is_a_warning(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f, "config lime wifi\n\toption ap_ssid 'Ca$h'\n", "");
	assert_non_null(f.node->plan);
	assert_int_equal(diag_count(f.diag, DIAG_WARNING), 1);
	assert_int_equal(diag_first(f.diag)->origin.line, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_network_comes_from_the_ssid_and_the_rest_from_the_mac),
		cmocka_unit_test(the_mac_is_that_of_the_chosen_device),
		cmocka_unit_test(without_a_shared_gateway_its_address_is_free),
		cmocka_unit_test(a_machine_without_a_network_device_cannot_be_a_node),
		cmocka_unit_test(templates_that_are_no_addresses_are_all_told),
		cmocka_unit_test(addresses_that_no_node_can_have_are_refused),
		cmocka_unit_test(a_network_of_one_address_is_only_warned_of),
		cmocka_unit_test(a_shared_mac_must_be_of_one_device),
		cmocka_unit_test(an_ssid_that_libremesh_reads_otherwise_is_a_warning),
	};

	return RUN(tests);
}
