/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"

#include <json-c/json.h>

#include "../test.h"
#include "base/buf.h"

static void check(void (*show)(struct json_object *, struct buf *), const char *json,
                  const char *wanted)
{
	struct json_object *object = json_tokener_parse(json);
	BUF_AUTO out = { 0 };

	show(object, &out);
	assert_string_equal(buf_text(&out), wanted);
	json_object_put(object);
}

static void the_status_of_a_node_reads_as_news(void **state)
{
	static const char json[] =
		"{\"problems\":[\"no way\"],"
		"\"node\":{\"version\":\"1\",\"uptime_s\":180,\"name\":\"n1\",\"ipv4\":\"10.1.1.1/16\"},"
		"\"configuration\":{\"state\":\"last good\",\"applied\":true,\"mistakes\":[\"x:1: bad\"],"
		"\"refused\":[],\"failure\":[]},"
		"\"clouds\":[{\"ssid\":\"nor\\u001bte\",\"network_id\":\"ead524\",\"clients\":3,\"nodes\":["
		"{\"name\":\"n2\",\"ipv4\":\"10.1.2.1\",\"mac\":\"02:00:00:00:00:02\",\"neighbour\":true,"
		"\"port\":\"mesh0_17\",\"quality_percent\":97,\"seen_ms\":500},"
		"{\"ipv4\":\"10.1.3.1\",\"mac\":\"02:00:00:00:00:03\",\"neighbour\":false,"
		"\"via\":\"02:00:00:00:00:02\",\"port\":\"mesh0_17\",\"quality_percent\":50,"
		"\"seen_ms\":11000}]}],"
		"\"cables\":[{\"port\":\"lan0\",\"state\":\"alone\"},"
		"{\"port\":\"lan1\",\"state\":\"silent\",\"other\":\"02:00:00:00:00:09\"}],"
		"\"gateways\":[{\"family\":4,\"via\":\"fe80::1\",\"port\":\"mesh0_17\",\"metric\":0,"
		"\"by\":\"another node\",\"used\":true}],"
		"\"clients\":[{\"mac\":\"02:00:00:00:00:0a\",\"port\":\"lan0\",\"here_s\":7200,"
		"\"idle_s\":90}]}";

	(void)state;
	check(show_status, json,
	      "! no way\n"
	      "n1: weft 1, running for 3 min\n"
	      "  10.1.1.1/16\n"
	      "  configuration: the last good one (lime-autogen)\n"
	      "    x:1: bad\n"
	      "\n"
	      "cloud nor\\x1bte (network id ead524): 2 other nodes, 3 clients\n"
	      "  n2                   10.1.2.1        on mesh0_17, 97 %\n"
	      "  10.1.3.1             10.1.3.1        by way of n2, 50 %, not heard for 11 s\n"
	      "\n"
	      "cables shared with other nodes\n"
	      "  lan1                 silent, the other is 02:00:00:00:00:09\n"
	      "\n"
	      "way to the Internet\n"
	      "  IPv4 by another node, fe80::1 on mesh0_17\n"
	      "\n"
	      "clients here\n"
	      "  02:00:00:00:00:0a                    on lan0 for 2 h, silent for 90 s\n");
}

static void what_is_not_said_is_not_shown(void **state)
{
	(void)state;
	check(show_status, "{}",
	      "this node: weft , running for 0 s\n  configuration: , not in force\n");
	check(show_status, "{\"clouds\":3,\"clients\":{},\"cables\":[1],\"problems\":[[]]}",
	      "! \nthis node: weft , running for 0 s\n  configuration: , not in force\n"
	      "\ncables shared with other nodes\n"
	      "                       , the other is \n");
}

static void steps_and_their_absence_are_told(void **state)
{
	(void)state;
	check(show_steps, "{\"steps\":[],\"warnings\":[]}", "nothing to do\n");
	check(show_steps, "{\"steps\":[\"make a\",\"make b\"],\"warnings\":[\"hm\"]}",
	      "make a\nmake b\nhm\n");
}

static void events_read_as_sentences(void **state)
{
	(void)state;
	check(show_event, "{\"client\":\"here\",\"mac\":\"m\",\"port\":\"lan0\"}",
	      "client m is here, on lan0\n");
	check(show_event, "{\"client\":\"elsewhere\",\"mac\":\"m\",\"port\":\"bat0\"}",
	      "m is elsewhere in the cloud\n");
	check(show_event, "{\"client\":\"gone\",\"mac\":\"m\",\"port\":\"lan0\"}",
	      "client m is gone from lan0\n");
	check(show_event, "{ \"new\": 1 }", "{ \"new\": 1 }\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_of_a_node_reads_as_news),
		cmocka_unit_test(what_is_not_said_is_not_shown),
		cmocka_unit_test(steps_and_their_absence_are_told),
		cmocka_unit_test(events_read_as_sentences),
	};

	return RUN(tests);
}
