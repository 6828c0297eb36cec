/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/identity.h"

#include <errno.h>

#include "../test.h"
#include "base/arena.h"

static const struct mac mac_c = { { 0xa8, 0x40, 0x41, 0x1f, 0x73, 0xaa } };

/* The address that a template gives a node, or why it gives none. */
static const char *address_of(struct arena *arena, const char *text, struct mac mac, bool anygw)
{
	enum ip_family family = strchr(text, ':') ? IP_V6 : IP_V4;
	struct template_ids ids = template_ids_of("LibreMesh.org", &mac);
	struct prefix address = { 0 };
	char out[PREFIX_TEXT_SIZE];
	const char *wrong = identity_address(arena, text, &ids, family, anygw, &address);

	if (wrong)
		return wrong;
	return arena_strdup(arena, prefix_format(&address, out));
}

static void templates_give_addresses(void **state)
{
	static const char *const pairs[][2] = {
		{ "10.%N1.0.0/16", "10.13.115.170/16" },
		{ "10.%N1.%M5.%M6/16", "10.13.115.170/16" },
		{ "10.0.2.1/16", "10.0.2.1/16" },
		{ "10.0.128.0/17", "10.0.243.170/17" },
		{ "10.0.128.0/16/17", "10.0.243.170/16" },
		{ "10.%N1.0.0/21", "10.13.3.170/21" },
		{ "10.%N1.0.0/16/18", "10.13.51.170/16" },
		{ "192.0.128.0/16", "192.0.128.0/16" },
		{ "fd%N1:%N2%N3:%N4%N5::/64", "fd0d:fe46:8ce8::1f:73aa/64" },
		{ "2a00:1508:0a%N1:%N200::/64", "2a00:1508:a0d:fe00::1f:73aa/64" },
		{ "fd%N1:%N2%N3:%N4%N5:%M1%M2::/64", "fd0d:fe46:8ce8:a840::1f:73aa/64" },
		{ "2001:db8::%M4:%M5%M6/64", "2001:db8::1f:73aa/64" },
		{ "fd00::/64/112", "fd00::73aa/64" },
		{ "fd00::/64/120", "fd00::aa/64" },
		{ "fd00:1:2:3::/104", "fd00:1:2:3::1f:73aa/104" },
		{ "0.0.0.0/0", "0.31.115.170/0" },
	};
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++)
		assert_string_equal(address_of(arena, pairs[i][0], mac_c, true), pairs[i][1]);
}

static void macs_fill_only_what_is_free(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct mac high = { { 2, 0, 0, 0xff, 0, 5 } };

	(void)state;
	assert_string_equal(address_of(arena, "10.0.0.0/8", high, false), "10.255.0.5/8");
	assert_string_equal(address_of(arena, "10.0.0.0/9", high, false), "10.127.0.5/9");
	assert_string_equal(address_of(arena, "fd00::/104", high, false), "fd00::ff:5/104");
	assert_string_equal(address_of(arena, "fd00::/105", high, false), "fd00::7f:5/105");
}

static void reserved_addresses_of_ipv4_become_the_last_host(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct mac zero = { 0 }, one = { .byte = { [5] = 1 } };
	const struct mac all = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

	(void)state;
	assert_string_equal(address_of(arena, "10.5.0.0/16", zero, false), "10.5.255.254/16");
	assert_string_equal(address_of(arena, "10.5.0.0/16", all, false), "10.5.255.254/16");
	assert_string_equal(address_of(arena, "10.5.0.0/16", one, false), "10.5.0.1/16");
	assert_string_equal(address_of(arena, "10.5.0.0/16", one, true), "10.5.255.254/16");
	assert_string_equal(address_of(arena, "10.5.0.1/16", mac_c, true), "10.5.255.254/16");
	assert_string_equal(address_of(arena, "10.5.0.0/31", mac_c, false), "10.5.0.0/31");
	assert_string_equal(address_of(arena, "10.5.0.3/32", mac_c, false), "10.5.0.3/32");
}

static void reserved_addresses_of_ipv6_leave_the_range_of_macs(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct mac zero = { 0 }, one = { .byte = { [5] = 1 } };

	(void)state;
	assert_string_equal(address_of(arena, "fd00::/64", zero, true), "fd00::100:0/64");
	assert_string_equal(address_of(arena, "fd00::/64", one, true), "fd00::100:1/64");
	assert_string_equal(address_of(arena, "fd00::/64", zero, false), "fd00::100:0/64");
	assert_string_equal(address_of(arena, "fd00::/64", one, false), "fd00::1/64");
	assert_string_equal(address_of(arena, "fd00::/103", zero, true), "fd00::100:0/103");
	assert_string_equal(address_of(arena, "fd00::/104", zero, true), "fd00::ff:ffff/104");
	assert_string_equal(address_of(arena, "fd00::/126", zero, true), "fd00::3/126");
	assert_string_equal(address_of(arena, "fd00::/127", zero, true), "fd00::/127");
	assert_string_equal(address_of(arena, "fd00::8/128", zero, true), "fd00::8/128");
}

static void what_is_no_address_is_explained(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "gives '', which is no IPv4 address" },
		{ "10.300.0.0/16", "gives '10.300.0.0', which is no IPv4 address" },
		{ "10.%N7.0.0/16", "gives '10.%N7.0.0', which is no IPv4 address" },
		{ "fd00::x/64", "gives 'fd00::x', which is no IPv6 address" },
		{ "10.5.0.0", "has no length: write it like 10.%N1.0.0/16" },
		{ "fd00::", "has no length: write it like fd%N1:%N2%N3:%N4%N5::/64" },
		{ "10.5.0.0/", "has '' behind the address, where numbers from 0 to 32 belong" },
		{ "10.5.0.0/33", "has '33' behind the address, where numbers from 0 to 32 belong" },
		{ "10.5.0.0/16/33",
		  "has '16/33' behind the address, where numbers from 0 to 32 belong" },
		{ "fd00::/1/2/3",
		  "has '1/2/3' behind the address, where numbers from 0 to 128 belong" },
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	struct template_ids ids = template_ids_of("a", &mac_c);
	struct prefix address;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++)
		assert_string_equal(address_of(arena, pairs[i][0], mac_c, true), pairs[i][1]);
	assert_non_null(identity_address(arena, "fd00::/8", &ids, IP_V4, true, &address));
}

static void anygw_has_the_first_address(void **state)
{
	struct prefix address;
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	assert_true(prefix_parse("10.13.115.170/17", &address));
	address = identity_anygw_address(&address);
	assert_string_equal(prefix_format(&address, text), "10.13.0.1/17");
	assert_true(prefix_parse("fd0d:fe46:8ce8:5::1f:73aa/48", &address));
	address = identity_anygw_address(&address);
	assert_string_equal(prefix_format(&address, text), "fd0d:fe46:8ce8::1/64");
}

static void batadv_ports_have_their_own_macs(void **state)
{
	struct mac mac = identity_batadv_mac("wlan0-sta", &mac_c);
	char text[MAC_TEXT_SIZE];

	(void)state;
	assert_string_equal(mac_format(&mac, text), "02:3b:9f:1f:73:aa");
	assert_int_equal(identity_batadv_mtu("eth1.5"), 1496);
	assert_int_equal(identity_batadv_mtu("lan1"), 1532);
}

static void vlans_come_from_numbers_and_templates(void **state)
{
	struct template_ids ids = template_ids_of("LibreMesh.org", &mac_c);
	static const char *const bad[] = { "",    "x",    "4095", "-1",  "%N7",
		                           "%M1", "a%N1", "%N1 ", "0x1d" };
	unsigned vid = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_int_equal(identity_vlan_id(bad[i], &ids, &vid), -EINVAL);
	assert_int_equal(vid, 7);
	assert_int_equal(identity_vlan_id("4094", &ids, &vid), 0);
	assert_int_equal(vid, 4094);
	assert_int_equal(identity_vlan_id("%N1", &ids, &vid), 0);
	assert_int_equal(vid, 29);
	/* "13254" */
	assert_int_equal(identity_vlan_id("%N1%N2", &ids, &vid), 0);
	assert_int_equal(vid, 29 + (13254 - 13) % 256);
	ids.network[0] = 0;
	assert_int_equal(identity_vlan_id("%N1", &ids, &vid), 0);
	assert_int_equal(vid, 29 + 243);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_give_addresses),
		cmocka_unit_test(macs_fill_only_what_is_free),
		cmocka_unit_test(reserved_addresses_of_ipv4_become_the_last_host),
		cmocka_unit_test(reserved_addresses_of_ipv6_leave_the_range_of_macs),
		cmocka_unit_test(what_is_no_address_is_explained),
		cmocka_unit_test(anygw_has_the_first_address),
		cmocka_unit_test(batadv_ports_have_their_own_macs),
		cmocka_unit_test(vlans_come_from_numbers_and_templates),
	};

	return RUN(tests);
}
