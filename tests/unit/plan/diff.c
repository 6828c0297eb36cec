/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/plan.h"
#include "sample.h"

static void a_plan_does_not_differ_from_itself(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		uint32_t again = seed;
		AUTO(plan_free) struct plan *a = sample_random_plan(&seed);
		AUTO(plan_free) struct plan *b = sample_random_plan(&again);
		BUF_AUTO out = { 0 };

		assert_int_equal(plan_diff_print(a, a, false, &out), 0);
		assert_int_equal(plan_diff_print(a, b, false, &out), 0);
		assert_string_equal(buf_text(&out), "");
	}
}

/* Doing to `from` what the differences say must give `to`. */
static void differences_lead_from_one_plan_to_the_other(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(arena_free) struct arena *arena = arena_new();
		AUTO(plan_free) struct plan *from = sample_random_plan(&seed);
		AUTO(plan_free) struct plan *to = sample_random_plan(&seed);
		struct plan_diff diff = plan_diff(from, to, arena);
		size_t n_kept = sample_count(from), n_new = 0;

		for (size_t i = 0; i < diff.count; i++) {
			const struct plan_difference *d = &diff.items[i];

			n_kept -= d->change == PLAN_REMOVED;
			n_new += d->change == PLAN_ADDED;
			assert_true(!d->to || plan_find(to, d->to->kind, d->to->name) == d->to);
			assert_true(!d->from ||
			            plan_find(from, d->from->kind, d->from->name) == d->from);
			assert_true((d->change == PLAN_CHANGED) == (d->fields != 0));
		}
		assert_int_equal(n_kept + n_new, sample_count(to));
	}
}

static void the_way_back_is_as_long(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *a = sample_random_plan(&seed);
		AUTO(plan_free) struct plan *b = sample_random_plan(&seed);
		BUF_AUTO out = { 0 };

		assert_int_equal(plan_diff_print(a, b, false, &out),
		                 plan_diff_print(b, a, true, &out));
	}
}

static void differences_read_as_lines(void **state)
{
	AUTO(plan_free) struct plan *from = sample_plan();
	AUTO(plan_free) struct plan *to = plan_new();
	const struct origin wan = { "lime-node", 9, 2, "network.protocols", "wan" };
	BUF_AUTO out = { 0 };

	(void)state;
	sample_cloud(to);
	sample_node(to);
	plan_link(to, "lan1_29")->mtu = 1496;
	plan_link(to, "lan1_29")->vlan_protocol = PLAN_VLAN_8021Q;
	plan_link(to, "lan1_29")->mac = (struct mac){ 0 };
	plan_because(to, &wan, NULL);
	plan_add_link(to, &(struct plan_link){ .name = "wan" });
	assert_int_equal(plan_diff_print(from, to, false, &out), 11);
	assert_string_equal(
		out.text,
		"- link anygw  kind=macvlan parent=br-lan mac=aa:aa:aa:0d:fe:aa  # "
		"lime-community:13 network.protocols 'anygw'\n"
		"~ link lan1_29: mac 02:95:03:ab:c0:01 -> (not set), mtu 1532 -> 1496, "
		"vlan_protocol 8021ad -> 8021q\n"
		"+ link wan  kind=port  # lime-node:9 network.protocols 'wan'\n"
		"- sysctl net/ipv4/conf/br-lan/arp_ignore  value=1  # lime-community:13 "
		"network.protocols 'anygw'\n"
		"- address 10.13.0.1/16 dev anygw  no_prefix_route  # lime-community:13 "
		"network.protocols 'anygw'\n"
		"- route 10.13.0.0/16 dev anygw table 170  # lime-community:13 "
		"network.protocols 'anygw'\n"
		"- rule 1700 from 10.13.0.1/32  table=170  # lime-community:13 "
		"network.protocols 'anygw'\n"
		"- chain bridge forward_anygw  type=filter hook=forward priority=filter "
		"policy=accept  # lime-community:13 network.protocols 'anygw'\n"
		"- filter bridge forward_anygw ether daddr aa:aa:aa:00:00:00/24 drop  # "
		"lime-community:13 network.protocols 'anygw'\n"
		"- dhcp anygw  first=10.13.0.2 last=10.13.255.254 netmask=255.255.0.0 "
		"lease=3600 router=10.13.0.1 mtu=1350  # lime-community:13 network.protocols "
		"'anygw'\n"
		"- anycast anygw  bridge=br-lan cloud=bat0 ipv4=10.13.0.1  # "
		"lime-community:13 network.protocols 'anygw'\n");
}

static void what_goes_goes_from_the_end(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(plan_free) struct plan *from = sample_plan();
	AUTO(plan_free) struct plan *to = plan_new();
	struct plan_diff diff;

	(void)state;
	diff = plan_diff(from, to, arena);
	assert_int_equal(diff.count, sample_count(from));
	assert_ptr_equal(diff.items[diff.count - 1].from, from->items);
	diff = plan_diff(to, from, arena);
	assert_ptr_equal(diff.items[0].to, from->items);
}

static void order_counts_where_the_first_wins(void **state)
{
	AUTO(plan_free) struct plan *a = plan_new();
	AUTO(plan_free) struct plan *b = plan_new();
	AUTO(plan_free) struct plan *c = plan_new();
	BUF_AUTO out = { 0 };

	(void)state;
	plan_add_filter(a, "inet", "in", "accept");
	plan_add_filter(a, "inet", "out", "accept");
	plan_add_filter(a, "inet", "in", "drop");
	plan_add_filter(b, "inet", "in", "drop");
	plan_add_filter(b, "inet", "in", "accept");
	plan_add_filter(b, "inet", "out", "accept");
	plan_add_filter(c, "inet", "out", "accept");
	plan_add_filter(c, "inet", "in", "accept");
	plan_add_filter(c, "inet", "in", "drop");
	assert_int_equal(plan_diff_print(a, b, false, &out), 2);
	assert_non_null(strstr(out.text, "~ filter inet in drop: another place in its list\n"));
	assert_int_equal(plan_diff_print(a, c, false, &out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_does_not_differ_from_itself),
		cmocka_unit_test(differences_lead_from_one_plan_to_the_other),
		cmocka_unit_test(the_way_back_is_as_long),
		cmocka_unit_test(differences_read_as_lines),
		cmocka_unit_test(what_goes_goes_from_the_end),
		cmocka_unit_test(order_counts_where_the_first_wins),
	};

	return RUN(tests);
}
