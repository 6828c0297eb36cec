/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/names.h"

#include "../test.h"
#include "base/arena.h"

static void vlans_are_named_after_their_interface(void **state)
{
	char name[IFNAME_SIZE] = "kept";

	(void)state;
	assert_true(name_vlan("eth0.1", 17, name));
	assert_string_equal(name, "eth0-1_17");
	assert_true(name_vlan("wlan0-mesh", 4094, name));
	assert_string_equal(name, "wlan0-mesh_4094");
	assert_true(name_vlan("eth1.1000", 0, name));
	assert_string_equal(name, "eth1.1000");
}

static void a_name_that_does_not_fit_changes_nothing(void **state)
{
	char name[IFNAME_SIZE] = "kept";

	(void)state;
	assert_false(name_vlan("wlan10-mesh", 4094, name));
	assert_false(name_vlan("sixteen-letters-", 0, name));
	assert_false(name_radio_ifname("radio0", "ap", "0123456789", name));
	assert_false(name_radio_ifname("radio", "ap", "", name));
	assert_string_equal(name, "kept");
}

static void radios_give_their_number(void **state)
{
	char name[IFNAME_SIZE];

	(void)state;
	assert_true(name_radio_ifname("radio10", "ap", "name", name));
	assert_string_equal(name, "wlan10-apname");
	assert_true(name_radio_ifname("phy3", "sta", "", name));
	assert_string_equal(name, "wlan3-sta");
	assert_true(name_is_radio_ifname(name));
	assert_false(name_is_radio_ifname("lan1"));
}

static void sections_hold_only_what_uci_allows(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(name_section(arena, "br-lan", ""), "lm_net_br_lan");
	assert_string_equal(name_section(arena, "eth0.1", "_babeld_if"), "lm_net_eth0_1_babeld_if");
	assert_string_equal(name_section(arena, "a b", "-\xc3\xb1'"), "lm_net_a_b____");
	assert_string_equal(name_device_parent(arena, "wlan0-mesh"), "@lm_net_wlan0_mesh");
	assert_string_equal(name_device_parent(arena, "eth0.1"), "eth0.1");
}

static void hostnames_are_labels(void **state)
{
	char name[65];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[63] = '\0';
	assert_true(name_is_hostname(name));
	name[63] = 'a';
	name[64] = '\0';
	assert_false(name_is_hostname(name));
	assert_true(name_is_hostname("a-B-9"));
	assert_false(name_is_hostname("a"));
	assert_false(name_is_hostname("-a"));
	assert_false(name_is_hostname("a-"));
	assert_false(name_is_hostname("a.b"));
	assert_false(name_is_hostname("ab\n"));
}

static void devices_have_names_that_every_program_takes(void **state)
{
	static const char *const good[] = { "eth0.2", "wlan0-mesh_17", "123456789012345", "_",
		                            "a" };
	static const char *const bad[] = { "",         "1234567890123456",
		                           ".",        "..",
		                           "all",      "default",
		                           "-eth0",    ".eth0",
		                           "a b",      "eth0:1",
		                           "eth0@if5", "../x",
		                           "eth*",     "a\"b",
		                           "\xc3\xb1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_null(name_device_fault(good[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_non_null(name_device_fault(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vlans_are_named_after_their_interface),
		cmocka_unit_test(a_name_that_does_not_fit_changes_nothing),
		cmocka_unit_test(radios_give_their_number),
		cmocka_unit_test(sections_hold_only_what_uci_allows),
		cmocka_unit_test(hostnames_are_labels),
		cmocka_unit_test(devices_have_names_that_every_program_takes),
	};

	return RUN(tests);
}
