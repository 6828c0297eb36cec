/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/facts.h"

#include "../test.h"

static void links_and_roles_are_found_by_name(void **state)
{
	const struct fact_link links[] = { { .name = "eth0" }, { .name = "eth1" } };
	const struct fact_role roles[] = { { .name = "lan" }, { .name = "wan" } };
	const struct facts facts = { .links = links, .n_links = 2, .roles = roles, .n_roles = 2 };

	(void)state;
	assert_ptr_equal(facts_link(&facts, "eth1"), &links[1]);
	assert_ptr_equal(facts_role(&facts, "lan"), &roles[0]);
	assert_null(facts_link(&facts, "eth"));
	assert_null(facts_role(&facts, "lan6"));
	assert_null(facts_link(&(struct facts){ 0 }, "eth0"));
}

static const struct mac mac = { { 2, 0, 0, 0, 0, 1 } };

/* The name of the device that gives the node its MAC. */
static const char *primary(const struct facts *facts, const char *wanted)
{
	const struct fact_link *link = facts_primary(facts, wanted);

	return link ? link->name : "none";
}

static void the_wanted_device_is_primary_if_it_has_a_mac(void **state)
{
	const struct fact_link links[] = {
		{ .name = "eth0", .mac = mac },
		{ .name = "eth1", .mac = mac, .made_by_weft = true },
		{ .name = "eth2" },
		{ .name = "eth3", .mac = mac },
	};
	const struct facts facts = { .links = links, .n_links = 4 };

	(void)state;
	assert_string_equal(primary(&facts, "eth3"), "eth3");
	assert_string_equal(primary(&facts, "eth3.20"), "eth3");
	assert_string_equal(primary(&facts, "eth"), "eth0");
	assert_string_equal(primary(&facts, "eth1"), "eth0");
	assert_string_equal(primary(&facts, "eth2"), "eth0");
}

static void without_it_the_roles_of_the_board_choose(void **state)
{
	const char *lan[] = { "eth9", "eth1" }, *wan[] = { "eth2" };
	const struct fact_link links[] = {
		{ .name = "eth0", .mac = mac },
		{ .name = "eth1", .mac = mac },
		{ .name = "eth2", .mac = mac },
	};
	const struct fact_role roles[] = {
		{ .name = "wan", .devices = wan, .n_devices = 1 },
		{ .name = "lan", .devices = lan, .n_devices = 2 },
	};
	struct facts facts = { .links = links, .n_links = 3, .roles = roles, .n_roles = 2 };

	(void)state;
	assert_string_equal(primary(&facts, "eth7"), "eth1");
	facts.n_roles = 1;
	assert_string_equal(primary(&facts, "eth7"), "eth2");
}

static void a_radio_is_primary_only_where_nothing_else_is(void **state)
{
	const struct fact_link links[] = {
		{ .name = "wlan0", .mac = mac, .wireless = true },
		{ .name = "usb0", .mac = mac },
	};
	struct facts facts = { .links = links, .n_links = 2 };

	(void)state;
	assert_string_equal(primary(&facts, "eth0"), "usb0");
	facts.n_links = 1;
	assert_string_equal(primary(&facts, "eth0"), "wlan0");
	facts.n_links = 0;
	assert_string_equal(primary(&facts, "eth0"), "none");
}

static void what_programs_made_is_primary_only_where_there_is_no_hardware(void **state)
{
	const struct fact_link links[] = {
		{ .name = "docker0", .mac = mac },
		{ .name = "enp1s0", .physical = true },
		{ .name = "enp2s0", .mac = mac, .physical = true },
		{ .name = "enp3s0", .mac = mac, .physical = true },
		{ .name = "wlp4s0", .mac = mac, .physical = true, .wireless = true },
	};
	struct facts facts = { .links = links, .n_links = 5 };

	(void)state;
	assert_string_equal(primary(&facts, "eth0"), "enp2s0");
	assert_string_equal(primary(&facts, "docker0"), "docker0");
	facts.n_links = 2;
	assert_string_equal(primary(&facts, "eth0"), "docker0");
	facts = (struct facts){ .links = links + 4, .n_links = 1 };
	assert_string_equal(primary(&facts, "eth0"), "wlp4s0");
}

static void a_radio_is_hardware_and_a_bridge_is_not(void **state)
{
	const struct fact_link links[] = {
		{ .name = "br0", .mac = mac },
		{ .name = "wlp4s0", .mac = mac, .physical = true, .wireless = true },
	};
	const struct facts facts = { .links = links, .n_links = 2 };

	(void)state;
	assert_string_equal(primary(&facts, "eth0"), "wlp4s0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_and_roles_are_found_by_name),
		cmocka_unit_test(the_wanted_device_is_primary_if_it_has_a_mac),
		cmocka_unit_test(without_it_the_roles_of_the_board_choose),
		cmocka_unit_test(a_radio_is_primary_only_where_nothing_else_is),
		cmocka_unit_test(what_programs_made_is_primary_only_where_there_is_no_hardware),
		cmocka_unit_test(a_radio_is_hardware_and_a_bridge_is_not),
	};

	return RUN(tests);
}
