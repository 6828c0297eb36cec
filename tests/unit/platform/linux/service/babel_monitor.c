/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_monitor.h"

#include "../../../test.h"
#include "base/compiler.h"

static enum babel_answer tell(struct babel_state *state, const char *line)
{
	return babel_state_line(state, line, strlen(line));
}

/* Recorded from babeld 1.12.1. */
static const char *const dump[] = {
	"BABEL 1.0",
	"version babeld-1.12.1",
	"host vm",
	"my-id 20:2c:6f:75:3c:00:66:bf",
	"ok",
	"add interface vab up true ipv6 fe80::c47e:6cff:fe61:fe8b ipv4 10.1.0.1",
	"add interface vax up false",
	"add neighbour 5566907a4fc0 address fe80::9802:34ff:fea5:a860 if vad reach ff00 ureach 0000 "
	"rxcost 258 txcost 264 cost 266",
	"add neighbour 5566907a4880 address fe80::1423:f3ff:fe19:16db if vab reach fe00 ureach 0000 "
	"rxcost 260 txcost 65535 rtt 1.234 rttcost 0 cost 65535",
	"add xroute 10.1.0.0/16-0.0.0.0/0 prefix 10.1.0.0/16 from 0.0.0.0/0 metric 0",
	"add route 5566907a51e0 prefix 10.2.0.0/16 from 0.0.0.0/0 installed yes id "
	"4c:a4:91:dc:ea:d7:2e:80 metric 301 refmetric 0 via fe80::1423:f3ff:fe19:16db if vab",
	"add route 5566907a7290 prefix 10.2.0.0/16 from 0.0.0.0/0 installed no id "
	"4c:a4:91:dc:ea:d7:2e:80 metric 1176 refmetric 908 via fe80::9802:34ff:fea5:a860 if vad",
	"add route 5566907a7291 prefix ::/0 from ::/0 installed yes id "
	"4c:a4:91:dc:ea:d7:2e:80 metric 1176 refmetric 908 via fe80::9802:34ff:fea5:a860 if vad",
	"ok",
};

static void what_babeld_dumps_is_understood(void **state)
{
	struct babel_state said = { 0 };
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(dump); i++)
		assert_int_equal(tell(&said, dump[i]),
		                 strcmp(dump[i], "ok") == 0 ? BABEL_ANSWER_OK : BABEL_ANSWER_MORE);
	assert_int_equal(said.n_refused, 0);
	assert_string_equal(said.router, "20:2c:6f:75:3c:00:66:bf");
	assert_int_equal(said.n_interfaces, 2);
	assert_true(said.interfaces[0].up);
	assert_string_equal(ip_format(&said.interfaces[0].ipv4, text), "10.1.0.1");
	assert_false(said.interfaces[1].up);
	assert_int_equal(said.n_neighbours, 2);
	assert_int_equal(said.neighbours[0].reach, 0xff00);
	assert_int_equal(said.neighbours[0].rxcost, 258);
	assert_int_equal(said.neighbours[0].txcost, 264);
	assert_int_equal(said.neighbours[0].cost, 266);
	assert_string_equal(said.neighbours[0].ifname, "vad");
	assert_int_equal(said.neighbours[1].cost, BABEL_INFINITY);
	assert_int_equal(said.n_xroutes, 1);
	assert_int_equal(said.n_routes, 3);
	assert_string_equal(prefix_format(&said.routes[0].prefix, text), "10.2.0.0/16");
	assert_true(said.routes[0].installed);
	assert_false(said.routes[1].installed);
	assert_int_equal(said.routes[1].metric, 1176);
	assert_int_equal(said.routes[1].refmetric, 908);
	assert_string_equal(ip_format(&said.routes[0].via, text), "fe80::1423:f3ff:fe19:16db");
	assert_string_equal(said.routes[0].router, "4c:a4:91:dc:ea:d7:2e:80");
	assert_string_equal(prefix_format(&said.routes[2].prefix, text), "::/0");
	babel_state_done(&said);
}

static void changes_are_followed(void **state)
{
	struct babel_state said = { 0 };

	(void)state;
	tell(&said, "add interface a up false");
	tell(&said, "add interface b up true");
	tell(&said, "change interface a up true ipv4 10.0.0.1");
	assert_int_equal(said.n_interfaces, 2);
	assert_true(said.interfaces[0].up);
	tell(&said, "flush interface a up false");
	assert_int_equal(said.n_interfaces, 1);
	assert_string_equal(said.interfaces[0].name, "b");
	tell(&said, "flush interface never-seen up false");
	assert_int_equal(said.n_interfaces, 1);

	tell(&said, "add xroute 10.1.0.0/16-0.0.0.0/0 prefix 10.1.0.0/16 from 0.0.0.0/0 metric 0");
	tell(&said, "change xroute 10.1.0.0/16-0.0.0.0/0 prefix 10.1.0.0/16 from 0.0.0.0/0 "
	            "metric 512");
	assert_int_equal(said.n_xroutes, 1);
	assert_int_equal(said.xroutes[0].metric, 512);
	tell(&said, "flush xroute 10.1.0.0/16-0.0.0.0/0 prefix 10.1.0.0/16 from 0.0.0.0/0 "
	            "metric 512");
	assert_int_equal(said.n_xroutes, 0);
	assert_int_equal(said.n_refused, 0);
	babel_state_done(&said);
}

static void answers_end_in_three_ways(void **state)
{
	struct babel_state said = { 0 };

	(void)state;
	assert_int_equal(tell(&said, "ok"), BABEL_ANSWER_OK);
	assert_int_equal(tell(&said, "no No such interface"), BABEL_ANSWER_NO);
	assert_int_equal(tell(&said, "bad"), BABEL_ANSWER_BAD);
	assert_int_equal(tell(&said, ""), BABEL_ANSWER_MORE);
	assert_int_equal(tell(&said, "add something new that we do not know"), BABEL_ANSWER_MORE);
	assert_int_equal(said.n_refused, 0);
}

static void nonsense_is_counted_and_changes_nothing(void **state)
{
	static const char *const bad[] = {
		"add interface an-interface-with-a-long-name up true",
		"move interface a up true",
		"add neighbour xyz address fe80::1 if a reach ffff rxcost 1 txcost 1 cost 1",
		"add neighbour 1 address nobody if a reach ffff rxcost 1 txcost 1 cost 1",
		"add neighbour 1 address fe80::1 if a reach fffff rxcost 1 txcost 1 cost 1",
		"add neighbour 1 address fe80::1 if a reach ffff rxcost -1 txcost 1 cost 1",
		"add neighbour 1 address fe80::1 if a reach ffff rxcost 1 txcost 4294967296 cost 1",
		"add neighbour 1 address fe80::1 if a reach ffff rxcost 1 txcost 1",
		"add route 1 prefix 10.2.0.0/33 from 0.0.0.0/0 installed yes id "
		"4c:a4:91:dc:ea:d7:2e:80 metric 1 refmetric 0 via fe80::1 if a",
		"add route 1 prefix 10.2.0.0/16 from 0.0.0.0/0 installed yes id 4c metric 1 "
		"refmetric 0 via fe80::1 if a",
		"add xroute x prefix x from x metric x",
		"my-id me",
	};
	struct babel_state said = { 0 };
	char words[BABEL_LINE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		tell(&said, bad[i]);
		assert_int_equal(said.n_refused, i + 1);
	}
	/* Too many words; a byte too long; a zero in between. */
	for (size_t i = 0; i < BABEL_LINE_MAX; i++)
		words[i] = i % 2 ? ' ' : 'x';
	words[BABEL_LINE_MAX] = 'x';
	babel_state_line(&said, words, BABEL_LINE_MAX);
	babel_state_line(&said, words, BABEL_LINE_MAX + 1);
	babel_state_line(&said, "o\0k", 3);
	assert_int_equal(said.n_refused, ARRAY_LENGTH(bad) + 3);
	assert_int_equal(said.n_interfaces + said.n_neighbours + said.n_routes + said.n_xroutes, 0);
	babel_state_done(&said);
}

static void there_is_an_end_to_what_is_kept(void **state)
{
	struct babel_state said = { 0 };

	(void)state;
	for (unsigned i = 0; i < BABEL_INTERFACES_MAX + 5; i++) {
		char line[64];

		snprintf(line, sizeof(line), "add interface a%u up true", i);
		tell(&said, line);
	}
	assert_int_equal(said.n_interfaces, BABEL_INTERFACES_MAX);
	assert_int_equal(said.n_refused, 5);
	assert_string_equal(said.interfaces[BABEL_INTERFACES_MAX - 1].name, "a255");
	babel_state_done(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_babeld_dumps_is_understood),
		cmocka_unit_test(changes_are_followed),
		cmocka_unit_test(answers_end_in_three_ways),
		cmocka_unit_test(nonsense_is_counted_and_changes_nothing),
		cmocka_unit_test(there_is_an_end_to_what_is_kept),
	};

	return RUN(tests);
}
