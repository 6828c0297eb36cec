/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fleet/fleet.h"

#include "../test.h"
#include "base/buf.h"
#include "uci/uci.h"

#define FIRST  "52:54:00:10:20:30"
#define SECOND "52:54:00:10:20:31"

struct net {
	struct fleet *fleet;
	struct diag *diag;
	struct fleet_config *config;
	unsigned line;
};

static void net_done(struct net *net)
{
	fleet_free(net->fleet);
	diag_free(net->diag);
}
#define NET_AUTO __attribute__((cleanup(net_done))) struct net

static void net_begin(struct net *net)
{
	*net = (struct net){ .fleet = fleet_new(), .diag = diag_new() };
}

/* What lime-defaults says in short, under a community's file and that of a box. */
static void use(struct net *net, const char *name, const char *community, const char *own)
{
	static const char defaults[] = "config lime network\n"
				       "\tlist protocols lan\n\tlist protocols anygw\n"
				       "\tlist protocols batadv:%N1\n\tlist protocols babeld:17\n";
	AUTO(uci_free) struct uci_document *low = uci_parse("lime-defaults", defaults,
	                                                    strlen(defaults), net->diag);
	AUTO(uci_free) struct uci_document *middle = uci_parse(name, community, strlen(community),
	                                                       net->diag);
	AUTO(uci_free) struct uci_document *high = uci_parse("own", own, strlen(own), net->diag);
	struct uci_document *const layers[] = { low, middle, high };

	net->config = fleet_add_config(net->fleet, name, layers, 3, net->diag);
}

static void add(struct net *net, const char *text)
{
	struct origin listed = { .file = "macs", .line = ++net->line };
	struct mac mac;

	assert_true(mac_parse(text, &mac));
	fleet_add_node(net->fleet, net->config, &mac, &listed, net->diag);
}

/* The kinds in their order, a word each; what is said begins with `text`. */
static void assert_problems(struct net *net, const char *kinds, const char *text)
{
	BUF_AUTO is = { 0 }, said = { 0 };

	diag_print(net->diag, &said);
	assert_string_equal(buf_text(&said), "");
	fleet_compare(net->fleet);
	for (const struct fleet_problem *p = fleet_problems(net->fleet); p; p = p->next)
		buf_printf(&is, "%s%s", is.length ? " " : "", fleet_kind_name(p->kind));
	assert_string_equal(buf_text(&is), kinds);
	fleet_print_problems(net->fleet, &said);
	if (text && !strstr(buf_text(&said), text))
		assert_string_equal(buf_text(&said), text);
}

static void boxes_that_differ_are_fine(void **state)
{
	BUF_AUTO clouds = { 0 };
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "config lime wifi\n\toption ap_ssid quintanalibre.org.ar\n", "");
	add(&net, FIRST);
	add(&net, SECOND);
	assert_problems(&net, "", NULL);
	assert_int_equal(fleet_count(net.fleet, DIAG_ERROR), 0);
	fleet_print_clouds(net.fleet, &clouds);
	assert_string_equal(clouds.text, "quintanalibre.org.ar: VLAN 254, 10.238.0.0/16, "
	                                 "fdee:3ed9:f63a::/64, 2 nodes\n");
}

static void a_box_that_is_listed_twice_is_one(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, FIRST);
	add(&net, SECOND);
	add(&net, FIRST);
	assert_problems(&net, "mac",
	                "macs:3: error: " FIRST " stands in the lists 2 times\n"
	                "\t" FIRST "  macs:1\n"
	                "\t" FIRST "  macs:3\n"
	                "\tchange: leave one of these lines\n");
}

/* The last two bytes of the MAC are all that a /16 has room for. */
static void an_address_belongs_to_one(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, FIRST);
	add(&net, "52:54:00:11:20:30");
	assert_problems(&net, "ipv4",
	                "macs:2: error: 2 nodes have the address 10.13.32.48\n"
	                "\t52:54:00:10:20:30  macs:1\n"
	                "\t52:54:00:11:20:30  macs:2\n"
	                "\tfrom network.main_ipv4_address\n"
	                "\tchange: in lime-525400112030, section network: option "
	                "main_ipv4_address '10.13.0.2/16'\n");
}

static void what_is_offered_is_free(void **state)
{
	BUF_AUTO said = { 0 };
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, "52:54:00:00:00:02"); /* has 10.13.0.2 */
	add(&net, "52:54:00:00:00:04"); /* and .4 */
	for (int i = 0; i < 3; i++)
		add(&net,
		    (const char *const[]){ FIRST, "52:54:00:11:20:30", "52:54:00:12:20:30" }[i]);
	assert_problems(&net, "ipv4",
	                "lime-525400112030, section network: option "
	                "main_ipv4_address '10.13.0.3/16'");
	fleet_print_problems(net.fleet, &said);
	assert_non_null(strstr(said.text, "lime-525400122030, section network: option "
	                                  "main_ipv4_address '10.13.0.5/16'"));
}

static void an_end_of_a_mac_belongs_to_one(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, FIRST);
	add(&net, "a8:40:41:10:20:30");
	assert_problems(&net, "ipv4 ipv6 name ports",
	                "change: in lime-a84041102030, section network: option main_ipv6_address "
	                "'fd0d:fe46:8ce8::200:1/64'\n");
}

static void an_address_for_all_is_told_to_be_a_network(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "config lime network\n\toption main_ipv4_address 10.1.0.7/16\n", "");
	add(&net, FIRST);
	add(&net, SECOND);
	assert_problems(&net, "ipv4",
	                "\tfrom a:2: network.main_ipv4_address '10.1.0.7/16'\n"
	                "\tchange: write a network there, like '10.%N1.0.0/16': the rest of each "
	                "address then comes from the node's MAC\n");
}

static void names_are_the_same_in_any_case(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "config lime system\n\toption hostname Escuela\n");
	add(&net, FIRST);
	use(&net, "a", "", "config lime system\n\toption hostname escuela\n");
	add(&net, SECOND);
	assert_problems(&net, "name",
	                "macs:2: error: 2 nodes have the name Escuela\n"
	                "\t" FIRST "  macs:1\n"
	                "\t" SECOND "  macs:2\n"
	                "\tfrom own:2: system.hostname 'Escuela'\n"
	                "\tfrom own:2: system.hostname 'escuela'\n");
}

static void a_name_in_two_clouds_is_a_warning(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "config lime system\n\toption hostname Escuela\n");
	add(&net, FIRST);
	use(&net, "b", "config lime wifi\n\toption ap_ssid quintanalibre.org.ar\n",
	    "config lime system\n\toption hostname Escuela\n");
	add(&net, SECOND);
	assert_problems(&net, "name", "warning: 2 nodes of different clouds have the name");
	assert_int_equal(fleet_count(net.fleet, DIAG_ERROR), 0);
	assert_int_equal(fleet_count(net.fleet, DIAG_WARNING), 1);
}

/* All MACs of this kind end up at the same last address. */
static void reserved_addresses_are_told(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, "52:54:00:10:00:00");
	add(&net, "52:54:00:10:00:01");
	add(&net, "52:54:00:10:ff:ff");
	add(&net, "52:54:00:10:ff:fe"); /* its own */
	assert_problems(&net, "ipv4 reserved",
	                "macs:3: warning: 3 nodes of the cloud 'LibreMesh.org' would have a "
	                "reserved IPv4 address (the network's own, the last, or the one that all "
	                "nodes share) and get 10.13.255.254 instead, as would others\n");
}

static void a_network_has_an_end(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "config lime network\n\toption main_ipv4_address 10.1.0.0/29\n", "");
	for (int i = 2; i < 8; i++) {
		char text[MAC_TEXT_SIZE];

		snprintf(text, sizeof(text), "52:54:00:10:20:%02x", (unsigned)i);
		add(&net, text);
	}
	/* .2 to .6 for six, and .7 is the last of the network. */
	assert_problems(&net, "ipv4 reserved room",
	                "a:2: error: the cloud 'LibreMesh.org' has 6 nodes and addresses for 5\n");
}

static void clouds_must_not_share(void **state)
{
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "config lime wifi\n\toption ap_ssid EspaiVeinal\n", "");
	add(&net, FIRST);
	use(&net, "b", "config lime wifi\n\toption ap_ssid MieresLliure\n", "");
	add(&net, SECOND);
	assert_problems(
		&net, "vlan range",
		"macs:2: error: the clouds 'EspaiVeinal' and 'MieresLliure' share VLAN 280: "
		"where they hear each other they become one\n"
		"\t" FIRST "  macs:1\n"
		"\t" SECOND "  macs:2\n"
		"\tfrom lime-defaults:4: network.protocols 'batadv:%N1'\n"
		"\tchange: in b, section network, repeat the whole list protocols with "
		"'batadv:29' in place of its entry batadv, on all nodes of 'MieresLliure'; "
		"or give that cloud another ap_ssid\n");
}

static void a_cloud_needs_no_boxes_to_be_compared(void **state)
{
	BUF_AUTO clouds = { 0 };
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, "00:00:00:00:00:00");
	use(&net, "b",
	    "config lime wifi\n\toption ap_ssid other\n"
	    "config lime network\n\toption main_ipv4_address 10.13.128.0/20\n",
	    "");
	add(&net, "00:00:00:00:00:00");
	assert_problems(&net, "range",
	                "the clouds 'LibreMesh.org' (10.13.0.0/16) and 'other' (10.13.128.0/20) "
	                "share IPv4 addresses: what is meant for one goes to the other\n");
	fleet_print_clouds(net.fleet, &clouds);
	assert_null(strstr(clouds.text, "node"));
}

static void babel_is_the_same_everywhere_and_no_cloud(void **state)
{
	static const char other[] = "config lime wifi\n\toption ap_ssid other\n"
				    "config lime network\n\tlist protocols lan\n"
				    "\tlist protocols batadv:17\n\tlist protocols babeld:18\n";
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, FIRST);
	use(&net, "b", other, "");
	add(&net, SECOND);
	assert_problems(&net, "vlan vlan",
	                "macs:2: error: the cloud 'other' is on VLAN 17, which is Babel's in the "
	                "cloud 'LibreMesh.org'\n");
}

static void one_cloud_is_one_network(void **state)
{
	static const char own[] = "config lime network\n\toption main_ipv4_address 10.7.0.0/16\n"
				  "\tlist protocols batadv:99\n";
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "", "");
	add(&net, FIRST);
	use(&net, "a", "", own);
	add(&net, SECOND);
	assert_problems(&net, "vlan vlan range",
	                "nodes of the cloud 'LibreMesh.org' have batadv on VLAN 29 and on VLAN 99 "
	                "(0 is none) and do not hear each other\n");
}

static void what_is_no_address_is_a_mistake_of_the_file(void **state)
{
	BUF_AUTO said = { 0 };
	NET_AUTO net;

	(void)state;
	net_begin(&net);
	use(&net, "a", "config lime network\n\toption main_ipv4_address nonsense\n", "");
	add(&net, FIRST);
	diag_print(net.diag, &said);
	assert_string_equal(said.text, "a:2:27: error: network.main_ipv4_address: 'nonsense' gives "
	                               "'nonsense', which is no IPv4 address\n");
	fleet_compare(net.fleet);
	assert_null(fleet_problems(net.fleet));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boxes_that_differ_are_fine),
		cmocka_unit_test(a_box_that_is_listed_twice_is_one),
		cmocka_unit_test(an_address_belongs_to_one),
		cmocka_unit_test(what_is_offered_is_free),
		cmocka_unit_test(an_end_of_a_mac_belongs_to_one),
		cmocka_unit_test(an_address_for_all_is_told_to_be_a_network),
		cmocka_unit_test(names_are_the_same_in_any_case),
		cmocka_unit_test(a_name_in_two_clouds_is_a_warning),
		cmocka_unit_test(reserved_addresses_are_told),
		cmocka_unit_test(a_network_has_an_end),
		cmocka_unit_test(clouds_must_not_share),
		cmocka_unit_test(a_cloud_needs_no_boxes_to_be_compared),
		cmocka_unit_test(babel_is_the_same_everywhere_and_no_cloud),
		cmocka_unit_test(one_cloud_is_one_network),
		cmocka_unit_test(what_is_no_address_is_a_mistake_of_the_file),
	};

	return RUN(tests);
}
