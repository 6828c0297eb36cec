/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/plan.h"
#include "sample.h"

static const char *const expected =
	"hostnames\n"
	"  hostname  hostname=roof  # lime-node:3 system.hostname 'roof'\n"
	"\n"
	"links\n"
	"  br-lan   kind=bridge                                       # "
	"lime-defaults:7 network.protocols 'lan'\n"
	"  lan1     kind=port master=br-lan                           # "
	"lime-defaults:7 network.protocols 'lan' (LAN port of this board)\n"
	"  bat0     kind=batadv master=br-lan routing_algo=BATMAN_IV "
	"orig_interval=2000 bridge_loop_avoidance gateway_mode=client  # "
	"lime-community:12 network.protocols 'batadv:%N1'\n"
	"  lan1_29  kind=vlan parent=lan1 master=bat0 mac=02:95:03:ab:c0:01 mtu=1532 "
	"vlan_id=29 vlan_protocol=8021ad  # lime-community:12 network.protocols "
	"'batadv:%N1'\n"
	"  anygw    kind=macvlan parent=br-lan mac=aa:aa:aa:0d:fe:aa  # "
	"lime-community:13 network.protocols 'anygw'\n"
	"\n"
	"sysctls\n"
	"  net/ipv4/conf/br-lan/arp_ignore  value=1  # lime-community:13 "
	"network.protocols 'anygw'\n"
	"\n"
	"addresses\n"
	"  10.13.0.1/16 dev anygw     no_prefix_route  # lime-community:13 "
	"network.protocols 'anygw'\n"
	"  10.13.192.1/16 dev br-lan                   # lime-defaults:7 "
	"network.protocols 'lan'\n"
	"\n"
	"routes\n"
	"  10.13.0.0/16 dev anygw table 170  # lime-community:13 network.protocols "
	"'anygw'\n"
	"\n"
	"rules\n"
	"  1700 from 10.13.0.1/32  table=170  # lime-community:13 network.protocols "
	"'anygw'\n"
	"\n"
	"chains\n"
	"  bridge forward_anygw  type=filter hook=forward priority=filter "
	"policy=accept  # lime-community:13 network.protocols 'anygw'\n"
	"\n"
	"filters\n"
	"  bridge forward_anygw ether daddr aa:aa:aa:00:00:00/24 drop  # "
	"lime-community:13 network.protocols 'anygw'\n"
	"\n"
	"dhcps\n"
	"  anygw  first=10.13.0.2 last=10.13.255.254 netmask=255.255.0.0 lease=3600 "
	"router=10.13.0.1 mtu=1350  # lime-community:13 network.protocols 'anygw'\n"
	"\n"
	"names\n"
	"  roof roof.lan  ipv4=10.13.192.1  # every node is found under its name\n"
	"\n"
	"anycasts\n"
	"  anygw  bridge=br-lan cloud=bat0 ipv4=10.13.0.1  # lime-community:13 "
	"network.protocols 'anygw'\n";

static void a_plan_reads_as_a_table(void **state)
{
	AUTO(plan_free) struct plan *plan = sample_plan();
	BUF_AUTO out = { 0 };

	(void)state;
	plan_print(plan, &out);
	assert_string_equal(out.text, expected);
}

static void an_empty_plan_prints_nothing(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	BUF_AUTO out = { 0 };

	(void)state;
	plan_print(plan, &out);
	assert_string_equal(buf_text(&out), "");
}

static void every_item_is_one_line_without_control_characters(void **state)
{
	(void)state;
	sample_each_seed(seed)
	{
		AUTO(plan_free) struct plan *plan = sample_random_plan(&seed);
		BUF_AUTO out = { 0 };
		size_t n_items = 0;

		plan_print(plan, &out);
		for (const char *c = out.text; *c; c++) {
			n_items += c[0] == '\n' && c[1] == ' ' && c[2] == ' ';
			assert_true(*c == '\n' || (unsigned char)*c >= ' ');
		}
		assert_int_equal(n_items, sample_count(plan));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_reads_as_a_table),
		cmocka_unit_test(an_empty_plan_prints_nothing),
		cmocka_unit_test(every_item_is_one_line_without_control_characters),
	};

	return RUN(tests);
}
