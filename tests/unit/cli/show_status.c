/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>

#include "../test.h"
#include "base/buf.h"
#include "cli/show.h"

#define HEAD "this node: weft , running for 0 s\n  configuration: , not in force\n"

static void check(const char *json, const char *wanted)
{
	struct json_object *object = json_tokener_parse(json);
	BUF_AUTO out = { 0 };

	assert_non_null(object);
	show_status(object, &out);
	assert_string_equal(buf_text(&out), wanted);
	json_object_put(object);
}

static void the_status_of_a_node_reads_as_news(void **state)
{
	(void)state;
	check("{\"problems\":[\"no way\"],"
	      "\"node\":{\"version\":\"1\",\"uptime_s\":180,\"name\":\"n1\",\"ipv4\":\"10.1.1.1/16\"},"
	      "\"configuration\":{\"state\":\"last good\",\"applied\":true,\"mistakes\":[\"x:1: bad\"],"
	      "\"refused\":[],\"failure\":[]}}",
	      "! no way\n"
	      "n1: weft 1, running for 3 min\n"
	      "  10.1.1.1/16\n"
	      "  configuration: the last good one (lime-autogen)\n"
	      "    x:1: bad\n");
}

static void a_cloud_is_a_list_of_nodes(void **state)
{
	(void)state;
	check("{\"clouds\":[{\"ssid\":\"nor\\u001bte\",\"network_id\":\"ead524\",\"clients\":3,\"nodes\":["
	      "{\"name\":\"n2\",\"ipv4\":\"10.1.2.1\",\"mac\":\"02:00:00:00:00:02\",\"neighbour\":true,"
	      "\"port\":\"mesh0_29\",\"quality_percent\":97,\"seen_ms\":500},"
	      "{\"ipv4\":\"10.1.3.1\",\"mac\":\"02:00:00:00:00:03\",\"neighbour\":false,"
	      "\"through\":\"n2\",\"port\":\"mesh0_29\",\"quality_percent\":50,"
	      "\"seen_ms\":11000}]}],"
	      "\"cables\":[{\"port\":\"lan0\",\"state\":\"alone\"},"
	      "{\"port\":\"lan1\",\"state\":\"silent\",\"other\":\"02:00:00:00:00:09\"}]}",
	      HEAD "\n"
	           "cloud nor\\x1bte (network id ead524): 2 other nodes, 3 clients\n"
	           "  n2                   10.1.2.1        on mesh0_29, 97 %\n"
	           "  10.1.3.1             10.1.3.1        by way of n2, 50 %, not heard for 11 s\n"
	           "\n"
	           "cables shared with other nodes\n"
	           "  lan1                 silent, the other is 02:00:00:00:00:09\n");
}

static void the_way_to_the_internet_has_its_reason(void **state)
{
	(void)state;
	check("{\"internet\":["
	      "{\"family\":4,\"by\":\"another node\",\"name\":\"s1\",\"via\":\"10.2.5.1\","
	      "\"port\":\"mesh2_17\",\"cost\":256,\"why\":[\"no uplink\",\"no other\"]},"
	      "{\"family\":6,\"by\":\"another node\",\"via\":\"fe80::1\",\"port\":\"mesh2_17\","
	      "\"why\":[\"no uplink\",\"no other\"]}],"
	      "\"gateways\":[{\"family\":4,\"by\":\"another node\",\"used\":true},"
	      "{\"family\":4,\"by\":\"another node\",\"name\":\"n3\",\"via\":\"fe80::3\","
	      "\"port\":\"mesh1_17\",\"cost\":768,\"used\":false}]}",
	      HEAD "\n"
	           "way to the Internet\n"
	           "  IPv4 through s1, 10.2.5.1 on mesh2_17, cost 256\n"
	           "  IPv6 through fe80::1 on mesh2_17\n"
	           "    no uplink\n"
	           "    no other\n"
	           "  IPv4 through n3, fe80::3 on mesh1_17, cost 768 (not used)\n");
	check("{\"internet\":["
	      "{\"family\":4,\"by\":\"own uplink\",\"via\":\"192.0.2.1\",\"port\":\"wan0\","
	      "\"why\":[\"it works\"]},"
	      "{\"family\":6,\"by\":\"none\",\"why\":[\"wan0 got no IPv6 address\"]}]}",
	      HEAD "\n"
	           "way to the Internet\n"
	           "  IPv4 own uplink, 192.0.2.1 on wan0\n"
	           "    it works\n"
	           "  IPv6 none\n"
	           "    wan0 got no IPv6 address\n");
}

static void neighbours_in_babel_have_names_and_costs(void **state)
{
	(void)state;
	check("{\"babel\":{\"answers\":true,\"neighbours\":["
	      "{\"name\":\"s1\",\"address\":\"fe80::1\",\"port\":\"mesh2_17\",\"reachable\":true,"
	      "\"cost\":256,\"rxcost\":256,\"txcost\":256,\"hellos\":16},"
	      "{\"address\":\"fe80::2\",\"port\":\"mesh2_17\",\"reachable\":true,\"cost\":512,"
	      "\"hellos\":9},"
	      "{\"address\":\"fe80::3\",\"port\":\"mesh2_17\",\"reachable\":false,\"rxcost\":256,"
	      "\"hellos\":9},"
	      "{\"address\":\"fe80::4\",\"port\":\"mesh2_17\",\"reachable\":false,\"hellos\":0}],"
	      "\"networks\":[{\"network\":\"10.2.0.0/16\",\"name\":\"s1\",\"via\":\"fe80::1\","
	      "\"port\":\"mesh2_17\",\"cost\":256}]}}",
	      HEAD "\n"
	           "neighbours in Babel\n"
	           "  s1                   on mesh2_17, cost 256\n"
	           "  fe80::2              on mesh2_17, cost 512, heard 9 of the last 16 times\n"
	           "  fe80::3              on mesh2_17, heard, but does not hear this node\n"
	           "  fe80::4              on mesh2_17, not heard any more\n"
	           "\n"
	           "other networks\n"
	           "  10.2.0.0/16          through s1 on mesh2_17, cost 256\n");
	check("{\"babel\":{\"answers\":true,\"neighbours\":[],\"networks\":[]}}",
	      HEAD "\nneighbours in Babel\n  none\n");
	check("{\"babel\":{\"answers\":false}}",
	      HEAD "\nneighbours in Babel\n  babeld does not answer\n");
}

static void of_many_networks_some_are_shown(void **state)
{
	static const char line[] = "  10.2.0.0/16          through s1 on mesh2_17, cost 256\n";
	BUF_AUTO json = { 0 };
	BUF_AUTO wanted = { 0 };

	(void)state;
	buf_add(&json, "{\"babel\":{\"neighbours\":[],\"answers\":true,\"networks\":[");
	buf_add(&wanted, HEAD "\nneighbours in Babel\n  none\n\nother networks\n");
	for (unsigned i = 0; i < 14; i++)
		buf_printf(&json,
		           "%s{\"network\":\"10.2.0.0/16\",\"name\":\"s1\",\"port\":\"mesh2_17\","
		           "\"cost\":256}",
		           i ? "," : "");
	for (unsigned i = 0; i < 12; i++)
		buf_add(&wanted, line);
	buf_add(&json, "]}}");
	buf_add(&wanted, "  and 2 more\n");
	check(buf_text(&json), buf_text(&wanted));
}

static void clients_have_names_and_all_their_addresses(void **state)
{
	(void)state;
	check("{\"clients\":["
	      "{\"name\":\"ana\",\"mac\":\"02:00:00:00:00:0b\",\"ipv4\":\"10.1.1.7\","
	      "\"ipv6\":[\"fd00::1\",\"fd00::2\"],\"port\":\"lan0\",\"here_s\":5,\"idle_s\":0},"
	      "{\"mac\":\"02:00:00:00:00:0a\",\"ipv6\":[],\"port\":\"lan0\",\"here_s\":7200,"
	      "\"idle_s\":90}]}",
	      HEAD "\n"
	           "clients here\n"
	           "  ana                  10.1.1.7        on lan0 for 5 s\n"
	           "                       fd00::1\n"
	           "                       fd00::2\n"
	           "  02:00:00:00:00:0a                    on lan0 for 2 h, silent for 90 s\n");
}

static void what_is_not_said_is_not_shown(void **state)
{
	(void)state;
	check("{}", HEAD);
	check("{\"clouds\":3,\"clients\":{},\"cables\":[1],\"problems\":[[]],\"internet\":{},"
	      "\"gateways\":1}",
	      "! \n" HEAD "\n"
	      "cables shared with other nodes\n"
	      "                       , the other is \n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_of_a_node_reads_as_news),
		cmocka_unit_test(a_cloud_is_a_list_of_nodes),
		cmocka_unit_test(the_way_to_the_internet_has_its_reason),
		cmocka_unit_test(neighbours_in_babel_have_names_and_costs),
		cmocka_unit_test(of_many_networks_some_are_shown),
		cmocka_unit_test(clients_have_names_and_all_their_addresses),
		cmocka_unit_test(what_is_not_said_is_not_shown),
	};

	return RUN(tests);
}
