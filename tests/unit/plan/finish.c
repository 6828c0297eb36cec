/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>

#include "plan/plan.h"
#include "sample.h"

static const struct fact_link fact_links[] = {
	{ .name = "lan1", .mtu_max = 1508 },
	{ .name = "eth0", .mtu_max = 9000 },
	{ .name = "old0" },
};
static const struct facts facts = { .links = fact_links, .n_links = ARRAY_LENGTH(fact_links) };

static const struct origin here = { "lime-node", 4, 2, "network.protocols", "batadv" };

/* A plan to add mistakes to: a port, a bridge with a network. */
static struct plan *small_plan(void)
{
	struct plan *plan = plan_new();

	plan_because(plan, &here, NULL);
	plan_add_link(plan, &(struct plan_link){ .name = "eth0" });
	plan_add_link(plan, &(struct plan_link){ .name = "br-lan", .kind = PLAN_LINK_BRIDGE });
	plan_add_address(plan, &(struct plan_address){ .ifname = "br-lan",
	                                               .address = sample_prefix("10.13.0.9/16") });
	return plan;
}

/* Finishes the plan: there must be just this one mistake, and its place must be told. */
static void assert_mistake(struct plan *plan, const char *expected)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO out = { 0 }, line = { 0 };

	assert_int_equal(plan_finish(plan, &facts, diag), -EINVAL);
	diag_print(diag, &out);
	buf_printf(&line, "lime-node:4:2: error: network.protocols: %s\n", expected);
	assert_string_equal(out.text, line.text);
}

static void assert_fine(struct plan *plan)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO out = { 0 };
	int status = plan_finish(plan, &facts, diag);

	diag_print(diag, &out);
	assert_string_equal(buf_text(&out), "");
	assert_int_equal(status, 0);
}

static size_t position(const struct plan *plan, enum plan_kind kind, const char *name)
{
	size_t at = 0;

	for (const struct plan_item *i = plan->items; i; i = i->next, at++) {
		if (i->kind == kind && strcmp(i->name, name) == 0)
			return at;
	}
	fail_msg("no %s", name);
	return at;
}

static void items_stand_after_what_they_need(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();

	(void)state;
	/* The wrong way round on purpose. */
	sample_node(plan);
	plan_add_link(plan, &(struct plan_link){ .name = "anygw6",
	                                         .kind = PLAN_LINK_MACVLAN,
	                                         .parent = "br-lan" });
	sample_anygw(plan);
	sample_cloud(plan);
	plan_link(plan, "lan1_29")->mtu = 0;
	assert_fine(plan);
	assert_int_equal(position(plan, PLAN_HOSTNAME, "hostname"), 0);
	assert_int_equal(position(plan, PLAN_LINK, "br-lan"), 1);
	assert_int_equal(position(plan, PLAN_LINK, "lan1"), 2);
	assert_true(position(plan, PLAN_LINK, "bat0") < position(plan, PLAN_LINK, "lan1_29"));
	assert_true(position(plan, PLAN_LINK, "br-lan") < position(plan, PLAN_LINK, "anygw6"));
	assert_true(position(plan, PLAN_LINK, "lan1_29") <
	            position(plan, PLAN_SYSCTL, "net/ipv4/conf/br-lan/arp_ignore"));
	assert_true(position(plan, PLAN_CHAIN, "bridge forward_anygw") <
	            position(plan, PLAN_ANYCAST, "anygw"));
}

static void finishing_twice_changes_nothing(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *plan = sample_random_plan(&seed);
		AUTO(diag_free) struct diag *diag = diag_new();
		size_t count = sample_count(plan);
		BUF_AUTO once = { 0 }, twice = { 0 };
		int status = plan_finish(plan, &facts, diag);

		assert_int_equal(sample_count(plan), count);
		plan_print(plan, &once);
		assert_int_equal(plan_finish(plan, &facts, diag), status);
		plan_print(plan, &twice);
		assert_string_equal(once.text, twice.text);
	}
}

static void items_can_be_added_to_a_finished_plan(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();

	(void)state;
	assert_fine(plan);
	plan_add_link(plan, &(struct plan_link){ .name = "eth1" });
	assert_non_null(plan_link(plan, "eth1"));
}

static void a_device_that_is_not_planned_is_missed(void **state)
{
	static const struct {
		struct plan_link link;
		const char *expected;
	} cases[] = {
		{ { .name = "eth9_17", .kind = PLAN_LINK_VLAN, .parent = "eth9", .vlan_id = 17 },
		  "link 'eth9_17' needs the device 'eth9', which is not in the plan" },
		{ { .name = "lan2", .master = "br-far" },
		  "link 'lan2' needs the device 'br-far', which is not in the plan" },
		{ { .name = "anygw", .kind = PLAN_LINK_MACVLAN },
		  "'anygw' must sit on another device, and none is given" },
		{ { .name = "lan2", .parent = "eth0" },
		  "'lan2' cannot sit on 'eth0': only a VLAN or a macvlan can" },
		{ { .name = "lan2", .master = "eth0" },
		  "'lan2' cannot be a member of 'eth0', which is neither a bridge nor a mesh" },
		{ { .name = "br-2", .kind = PLAN_LINK_BRIDGE, .master = "br-lan" },
		  "'br-2' cannot be a member of 'br-lan': both are of the same kind" },
		{ { .name = "eth0_0", .kind = PLAN_LINK_VLAN, .parent = "eth0" },
		  "'eth0_0' has the VLAN number 0; it must be from 1 to 4094" },
		{ { .name = "eth0_4095",
		    .kind = PLAN_LINK_VLAN,
		    .parent = "eth0",
		    .vlan_id = 4095 },
		  "'eth0_4095' has the VLAN number 4095; it must be from 1 to 4094" },
		{ { .name = "wlan0-meshes_170" },
		  "the name 'wlan0-meshes_170' of a network device has more than the 15 characters "
		  "that the kernel takes" },
		{ { .name = "eth/0" },
		  "the name 'eth/0' of a network device has something other than letters, digits, "
		  "dots, dashes and _" },
		{ { .name = ".." },
		  "the name '..' of a network device is one that the kernel keeps for itself" },
		{ { .name = "" }, "the name '' of a network device is empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO(plan_free) struct plan *plan = small_plan();

		plan_add_link(plan, &cases[i].link);
		assert_mistake(plan, cases[i].expected);
	}
}

static void a_wifi_interface_is_a_device_too(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();

	(void)state;
	plan_add_wifi(plan, &(struct plan_wifi){ .ifname = "wlan0-mesh", .radio = "radio0" });
	plan_add_link(plan, &(struct plan_link){ .name = "wlan0-mesh_17",
	                                         .kind = PLAN_LINK_VLAN,
	                                         .parent = "wlan0-mesh",
	                                         .vlan_id = 17 });
	plan_add_babel_interface(plan,
	                         &(struct plan_babel_interface){ "wlan0-mesh_17", "wireless", 0 });
	assert_fine(plan);
}

static void a_loop_is_told_once(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();

	(void)state;
	plan_add_link(plan, &(struct plan_link){ .name = "a_1",
	                                         .kind = PLAN_LINK_VLAN,
	                                         .parent = "b_1",
	                                         .vlan_id = 1,
	                                         .mtu = 1532 });
	plan_add_link(plan, &(struct plan_link){ .name = "b_1",
	                                         .kind = PLAN_LINK_VLAN,
	                                         .parent = "a_1",
	                                         .vlan_id = 1,
	                                         .mtu = 1532 });
	assert_mistake(plan, "'b_1' needs 'a_1', and that needs 'b_1': a loop");
}

static void one_vlan_is_not_made_twice(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();
	struct plan_link vlan = { "eth0_17", PLAN_LINK_VLAN, "eth0", .vlan_id = 17 };

	(void)state;
	plan_add_link(plan, &vlan);
	vlan.name = "eth0_17q";
	vlan.vlan_protocol = PLAN_VLAN_8021Q;
	plan_add_link(plan, &vlan);
	assert_fine(plan);
	vlan.name = "eth0_babel";
	plan_add_link(plan, &vlan);
	assert_mistake(plan, "'eth0_17q' and 'eth0_babel' are both VLAN 17 of 'eth0'");
}

static void one_address_is_not_in_two_networks(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();
	struct plan_address address = { "eth0", sample_prefix("10.13.0.9/32") };

	(void)state;
	/* The node's own address again as a host, as every device of Babel has it. */
	plan_add_address(plan, &address);
	assert_fine(plan);
	address.address.length = 24;
	plan_add_link(plan, &(struct plan_link){ .name = "lan2" });
	address.ifname = "lan2";
	plan_add_address(plan, &address);
	assert_mistake(
		plan, "'10.13.0.9/24 dev lan2' and '10.13.0.9/16 dev br-lan' are the same address; "
		      "the other comes from lime-node:4 network.protocols 'batadv'");
}

static void clients_get_addresses_of_their_network(void **state)
{
	static const struct {
		const char *first, *last, *expected;
	} cases[] = {
		{ "10.13.0.2", "10.13.255.254", NULL },
		{ "10.13.0.2", "10.14.0.9",
		  "the addresses for clients, 10.13.0.2 to 10.14.0.9, are in no network of 'br-lan'" },
		{ "10.12.255.255", "10.13.0.9",
		  "the addresses for clients, 10.12.255.255 to 10.13.0.9, are in no network of "
		  "'br-lan'" },
		{ "10.13.0.9", "10.13.0.8",
		  "the addresses for clients on 'br-lan' end (10.13.0.8) before they begin "
		  "(10.13.0.9)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO(plan_free) struct plan *plan = small_plan();

		plan_add_dhcp(plan, &(struct plan_dhcp){ .ifname = "br-lan",
		                                         .first = sample_ip(cases[i].first),
		                                         .last = sample_ip(cases[i].last) });
		if (cases[i].expected)
			assert_mistake(plan, cases[i].expected);
		else
			assert_fine(plan);
	}
}

static void an_announced_network_has_an_address(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();

	(void)state;
	plan_add_ra(plan, &(struct plan_ra){ .ifname = "br-lan",
	                                     .prefix = sample_prefix("fd0d:fe46:8ce8::/64") });
	assert_mistake(plan, "'br-lan' has no address in fd0d:fe46:8ce8::/64, which it should "
	                     "announce to clients");
}

static void a_filter_wants_its_chain(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();

	(void)state;
	plan_add_filter(plan, "inet", "forward", "accept");
	assert_mistake(plan, "the rule 'accept' is for the chain 'inet forward', which is not in "
	                     "the plan");
}

static void all_mistakes_are_told(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)state;
	plan_add_filter(plan, "inet", "forward", "accept");
	plan_add_link(plan, &(struct plan_link){ .name = "lan2", .master = "br-far" });
	plan_add_link(plan, &(struct plan_link){ .name = "wlan0-meshes_170" });
	assert_int_equal(plan_finish(plan, NULL, diag), -EINVAL);
	assert_int_equal(diag_count(diag, DIAG_ERROR), 3);
}

static void ports_are_raised_to_what_vlans_need(void **state)
{
	AUTO(plan_free) struct plan *plan = small_plan();

	(void)state;
	plan_add_link(plan, &(struct plan_link){ .name = "old0" });
	plan_add_link(plan, &(struct plan_link){ "eth0_2", PLAN_LINK_VLAN, "eth0", .vlan_id = 2 });
	plan_add_link(plan, &(struct plan_link){ "eth0_2_29", PLAN_LINK_VLAN, "eth0_2", .mtu = 1532,
	                                         .vlan_id = 29 });
	plan_add_link(plan, &(struct plan_link){ "old0_17", PLAN_LINK_VLAN, "old0", .mtu = 1496,
	                                         .vlan_id = 17 });
	assert_fine(plan);
	assert_int_equal(plan_link(plan, "eth0")->mtu, 1532);
	assert_int_equal(plan_link(plan, "eth0_2")->mtu, 0);
	assert_int_equal(plan_link(plan, "old0")->mtu, 0);
}

static void vlans_are_lowered_to_what_ports_can(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO out = { 0 };

	(void)state;
	sample_cloud(plan);
	assert_int_equal(plan_finish(plan, &facts, diag), 0);
	diag_print(diag, &out);
	assert_string_equal(
		out.text, "lime-community:12:2: warning: network.protocols: 'lan1_29' should carry "
			  "packets of 1532 bytes, but its port can do only 1508: lowered\n");
	assert_int_equal(plan_link(plan, "lan1_29")->mtu, 1508);
	assert_int_equal(plan_link(plan, "lan1")->mtu, 1508);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_stand_after_what_they_need),
		cmocka_unit_test(finishing_twice_changes_nothing),
		cmocka_unit_test(items_can_be_added_to_a_finished_plan),
		cmocka_unit_test(a_device_that_is_not_planned_is_missed),
		cmocka_unit_test(a_wifi_interface_is_a_device_too),
		cmocka_unit_test(a_loop_is_told_once),
		cmocka_unit_test(one_vlan_is_not_made_twice),
		cmocka_unit_test(one_address_is_not_in_two_networks),
		cmocka_unit_test(clients_get_addresses_of_their_network),
		cmocka_unit_test(an_announced_network_has_an_address),
		cmocka_unit_test(a_filter_wants_its_chain),
		cmocka_unit_test(all_mistakes_are_told),
		cmocka_unit_test(ports_are_raised_to_what_vlans_need),
		cmocka_unit_test(vlans_are_lowered_to_what_ports_can),
	};

	return RUN(tests);
}
