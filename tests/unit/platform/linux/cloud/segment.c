/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/segment.h"

#include "../../../test.h"

#define LAN1 3
#define LAN2 4

static struct segment_hello node(unsigned number)
{
	return (struct segment_hello){
		.node = { { 0x02, 0, 0, 0, 0, (uint8_t)number } },
		.backbone = { { 0x02, 0x95, 0x39, 0, 0, (uint8_t)number } },
		.cloud = { 0x0d, 0xfe, 0x46, 0x8c, 0xe8, 0x8a },
	};
}

static struct segment *segment_of(unsigned number)
{
	static const int ports[] = { LAN1, LAN2 };
	struct segment_hello self = node(number);
	struct segment *segment = segment_new(&self);

	segment_set_ports(segment, ports, 2, 0);
	(void)segment_decide(segment, 0);
	return segment;
}

static void hear(struct segment *segment, int port, unsigned number, int64_t now_ms)
{
	struct segment_hello hello = node(number);

	segment_hear(segment, port, &hello, now_ms);
}

static unsigned hellos_until(struct segment *segment, int port, int64_t *now_ms, int64_t end_ms)
{
	struct segment_hello hello;
	unsigned count = 0;

	for (; *now_ms < end_ms; *now_ms += 10) {
		int sent;

		while ((sent = segment_next_hello(segment, *now_ms, &hello)) != 0)
			count += sent == port;
	}
	return count;
}

static void a_hello_reads_as_it_was_written(void **state)
{
	uint8_t bytes[SEGMENT_HELLO_SIZE];
	struct segment_hello hello = node(5), read;

	(void)state;
	hello.leaving = true;
	segment_hello_write(&hello, bytes);
	assert_true(segment_hello_read(bytes, sizeof(bytes), &read));
	assert_memory_equal(&read, &hello, sizeof(hello));
	hello.leaving = false;
	hello.silent = true;
	segment_hello_write(&hello, bytes);
	assert_true(segment_hello_read(bytes, sizeof(bytes), &read));
	assert_memory_equal(&read, &hello, sizeof(hello));
	assert_true(segment_hello_read(bytes, 24, &read));
}

static void what_is_no_hello_is_refused(void **state)
{
	uint8_t bytes[SEGMENT_HELLO_SIZE];
	struct segment_hello hello = node(5), read;

	(void)state;
	segment_hello_write(&hello, bytes);
	assert_false(segment_hello_read(bytes, 23, &read));
	assert_false(segment_hello_read(bytes, 0, &read));
	bytes[4] = 2;
	assert_false(segment_hello_read(bytes, sizeof(bytes), &read));
	bytes[4] = 1;
	bytes[0] = 'W';
	assert_false(segment_hello_read(bytes, sizeof(bytes), &read));
	bytes[0] = 'w';
	bytes[6] |= 1;
	assert_false(segment_hello_read(bytes, sizeof(bytes), &read));
}

static void a_node_alone_answers_everywhere(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);

	(void)state;
	assert_false(segment_decide(segment, 100000));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_ALONE);
	assert_false(segment_port(segment, 0)->quiet);
	assert_null(segment_port(segment, 2));
	assert_int_equal(segment_next_takeover(segment, 100000), 0);
}

static void the_lowest_answers_on_that_port_alone(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);

	(void)state;
	hear(segment, LAN1, 7, 1000);
	assert_false(segment_decide(segment, 1000));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_LOWEST);
	hear(segment, LAN1, 3, 1100);
	assert_true(segment_decide(segment, 1100));
	assert_true(segment_port(segment, 0)->quiet);
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_HIGHER);
	assert_int_equal(segment_port(segment, 0)->other.byte[5], 3);
	assert_false(segment_port(segment, 1)->quiet);
}

static void the_next_takes_over_when_the_lowest_is_silent(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);

	(void)state;
	hear(segment, LAN1, 3, 1000);
	hear(segment, LAN1, 7, 1000);
	assert_true(segment_decide(segment, 1000));
	assert_false(segment_decide(segment, 4499));
	hear(segment, LAN1, 7, 4499);
	assert_true(segment_decide(segment, 4500));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_LOWEST);
	for (int64_t now = 4500; now < 5700; now += 400) {
		assert_int_equal(segment_next_takeover(segment, now), LAN1);
		assert_int_equal(segment_next_takeover(segment, now + 399), 0);
	}
	assert_int_equal(segment_next_takeover(segment, 10000), 0);
}

static void a_node_that_says_goodbye_is_followed_at_once(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello goodbye = node(3);

	(void)state;
	hear(segment, LAN1, 3, 1000);
	assert_true(segment_decide(segment, 1000));
	goodbye.leaving = true;
	segment_hear(segment, LAN1, &goodbye, 1200);
	assert_true(segment_decide(segment, 1200));
	assert_int_equal(segment_next_takeover(segment, 1200), LAN1);
}

static void nodes_of_another_cloud_and_echoes_do_not_count(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello other = node(3);

	(void)state;
	other.cloud[0]++;
	segment_hear(segment, LAN1, &other, 1000);
	hear(segment, LAN1, 5, 1000);
	hear(segment, 99, 3, 1000);
	assert_false(segment_decide(segment, 1000));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_ALONE);
}

static void beside_a_node_that_says_no_hello_this_one_is_silent(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_backbone foreign = { { { 0x02, 0x95, 0x39, 0, 0, 9 } }, LAN1 };

	(void)state;
	segment_set_backbones(segment, &foreign, 1, 1000);
	assert_false(segment_decide(segment, 4499));
	segment_set_backbones(segment, &foreign, 1, 4500);
	assert_true(segment_decide(segment, 4500));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_FOREIGN);
	assert_int_equal(segment_port(segment, 0)->other.byte[5], 9);
	assert_false(segment_port(segment, 1)->quiet);

	/* It says hello after all. */
	hear(segment, LAN1, 9, 5000);
	assert_true(segment_decide(segment, 5000));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_LOWEST);
}

static void a_dead_peer_whose_backbone_is_still_listed_is_not_foreign(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_backbone backbone = { node(3).backbone, LAN1 };

	(void)state;
	hear(segment, LAN1, 3, 1000);
	segment_set_backbones(segment, &backbone, 1, 1000);
	assert_true(segment_decide(segment, 1000));
	for (int64_t now = 4500; now < 62000; now += 1000) {
		segment_set_backbones(segment, &backbone, 1, now);
		(void)segment_decide(segment, now);
		assert_false(segment_port(segment, 0)->quiet);
	}
	segment_set_backbones(segment, NULL, 0, 62000);
	assert_false(segment_decide(segment, 62000));
}

/* Its kernel speaks every ten seconds, for ten minutes. */
static void live_on(struct segment *segment, unsigned number, int64_t from_ms)
{
	struct segment_backbone backbone = { node(number).backbone, LAN1, from_ms };

	for (int64_t now = from_ms; now < from_ms + 600000; now += 1000) {
		backbone.seen_ms = now - now % 10000;
		segment_set_backbones(segment, &backbone, 1, now);
		(void)segment_decide(segment, now);
	}
}

static void a_node_whose_weft_alone_died_is_left_to_answer(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_backbone backbone = { node(3).backbone, LAN1, 20000 };

	(void)state;
	hear(segment, LAN1, 3, 19500);
	segment_set_backbones(segment, &backbone, 1, 20000);
	(void)segment_decide(segment, 22900);
	/* Whether it has died whole is not known yet. */
	backbone.seen_ms = 22900;
	segment_set_backbones(segment, &backbone, 1, 23100);
	assert_true(segment_decide(segment, 23100));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_ALONE);
	backbone.seen_ms = 30000;
	segment_set_backbones(segment, &backbone, 1, 30500);
	assert_true(segment_decide(segment, 30500));
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_FROZEN);
	assert_true(segment_port(segment, 0)->quiet);
	assert_int_equal(segment_port(segment, 0)->other.byte[5], 3);
	live_on(segment, 3, 31000);
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_FROZEN);
	hear(segment, LAN1, 3, 631000);
	(void)segment_decide(segment, 631000);
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_HIGHER);
}

static void a_silent_node_whose_weft_died_does_not_count(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello silent = node(7);

	(void)state;
	silent.silent = true;
	segment_hear(segment, LAN1, &silent, 1000);
	live_on(segment, 7, 2000);
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_ALONE);
	assert_false(segment_port(segment, 0)->quiet);
}

static void a_node_that_left_and_runs_on_does_not_count(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello leaving = node(3);

	(void)state;
	leaving.leaving = true;
	segment_hear(segment, LAN1, &leaving, 1000);
	live_on(segment, 3, 2000);
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_ALONE);
}

static void a_node_that_comes_back_with_other_software_is_not_known_any_more(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello silent = node(7);

	(void)state;
	silent.silent = true;
	segment_hear(segment, LAN1, &silent, 1000);
	segment_set_backbones(segment, NULL, 0, 61000);
	(void)segment_decide(segment, 200000);
	live_on(segment, 7, 201000);
	assert_int_equal(segment_port(segment, 0)->reason, SEGMENT_FOREIGN);
}

static void hellos_say_on_which_cable_this_node_is_silent(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello hello;
	int port;

	(void)state;
	hear(segment, LAN1, 3, 60000);
	(void)segment_decide(segment, 60000);
	while ((port = segment_next_hello(segment, 60000, &hello)) != 0)
		assert_int_equal(hello.silent, port == LAN1);
}

static void hellos_are_frequent_only_where_somebody_is(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_backbone backbone = { node(3).backbone, LAN1 };
	int64_t now = 0;

	(void)state;
	/* At once, each second while the port is new, then every ten. */
	assert_int_equal(hellos_until(segment, LAN1, &now, 5000), 5);
	assert_in_range(hellos_until(segment, LAN1, &now, 65000), 6, 7);
	segment_set_backbones(segment, &backbone, 1, now);
	assert_in_range(hellos_until(segment, LAN1, &now, now + 10000), 10, 11);
	assert_in_range(hellos_until(segment, LAN2, &now, now + 30000), 2, 3);
}

static void who_is_heard_first_is_answered_at_once_but_never_in_a_storm(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello hello;
	int64_t now = 0;

	(void)state;
	(void)hellos_until(segment, LAN1, &now, 60000);
	hear(segment, LAN1, 7, now);
	assert_int_equal(segment_next_hello(segment, now, &hello), LAN1);
	assert_int_equal(hello.node.byte[5], 5);
	for (unsigned i = 10; i < 250; i++)
		hear(segment, LAN1, i, now + 1);
	assert_in_range(hellos_until(segment, LAN1, &now, 61000), 1, 3);
}

static void invented_nodes_cannot_push_a_living_one_out(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);

	(void)state;
	hear(segment, LAN1, 3, 1000);
	for (unsigned i = 0; i < 100000; i++) {
		struct segment_hello invented = node(200);

		invented.node.byte[3] = (uint8_t)(i >> 8);
		invented.node.byte[4] = (uint8_t)i;
		segment_hear(segment, LAN2, &invented, 1000 + i / 100);
	}
	(void)segment_decide(segment, 2000);
	assert_true(segment_port(segment, 0)->quiet);
}

static void ports_that_go_take_their_state_with_them(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	static const int one[] = { LAN2 }, many[SEGMENT_PORTS_MAX + 5] = { LAN2, 50, 51, 52 };

	(void)state;
	hear(segment, LAN1, 3, 1000);
	(void)segment_decide(segment, 1000);
	segment_set_ports(segment, one, 1, 2000);
	assert_false(segment_decide(segment, 2000));
	assert_int_equal(segment_port(segment, 0)->index, LAN2);
	assert_null(segment_port(segment, 1));
	segment_set_ports(segment, many, ARRAY_LENGTH(many), 3000);
	assert_non_null(segment_port(segment, 3));
	assert_null(segment_port(segment, SEGMENT_PORTS_MAX));
}

static void who_leaves_says_so_where_others_are_and_is_silent_there(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello hello;
	int64_t now = 0;

	(void)state;
	(void)hellos_until(segment, LAN1, &now, 60000);
	hear(segment, LAN1, 7, now);
	(void)hellos_until(segment, LAN1, &now, now + 50);
	segment_leave(segment, now);
	assert_true(segment_port(segment, 0)->quiet);
	assert_false(segment_port(segment, 1)->quiet);
	assert_int_equal(segment_next_hello(segment, now, &hello), LAN1);
	assert_true(hello.leaving);
	assert_int_equal(segment_next_hello(segment, now, &hello), 0);
}

static void the_next_time_to_act_is_told(void **state)
{
	AUTO(segment_free) struct segment *segment = segment_of(5);
	struct segment_hello hello;
	int64_t now = 0;

	(void)state;
	assert_true(segment_due(segment, 0) <= 0);
	while (segment_next_hello(segment, 0, &hello))
		;
	assert_int_equal(segment_due(segment, 0), 1000);
	(void)hellos_until(segment, LAN1, &now, 60000);
	hear(segment, LAN2, 3, now);
	(void)hellos_until(segment, LAN1, &now, now + 100);
	assert_true(segment_due(segment, now) <= now + 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hello_reads_as_it_was_written),
		cmocka_unit_test(what_is_no_hello_is_refused),
		cmocka_unit_test(a_node_alone_answers_everywhere),
		cmocka_unit_test(the_lowest_answers_on_that_port_alone),
		cmocka_unit_test(the_next_takes_over_when_the_lowest_is_silent),
		cmocka_unit_test(a_node_that_says_goodbye_is_followed_at_once),
		cmocka_unit_test(nodes_of_another_cloud_and_echoes_do_not_count),
		cmocka_unit_test(beside_a_node_that_says_no_hello_this_one_is_silent),
		cmocka_unit_test(a_dead_peer_whose_backbone_is_still_listed_is_not_foreign),
		cmocka_unit_test(a_node_whose_weft_alone_died_is_left_to_answer),
		cmocka_unit_test(a_silent_node_whose_weft_died_does_not_count),
		cmocka_unit_test(a_node_that_left_and_runs_on_does_not_count),
		cmocka_unit_test(a_node_that_comes_back_with_other_software_is_not_known_any_more),
		cmocka_unit_test(hellos_say_on_which_cable_this_node_is_silent),
		cmocka_unit_test(hellos_are_frequent_only_where_somebody_is),
		cmocka_unit_test(who_is_heard_first_is_answered_at_once_but_never_in_a_storm),
		cmocka_unit_test(invented_nodes_cannot_push_a_living_one_out),
		cmocka_unit_test(ports_that_go_take_their_state_with_them),
		cmocka_unit_test(who_leaves_says_so_where_others_are_and_is_silent_there),
		cmocka_unit_test(the_next_time_to_act_is_told),
	};

	return RUN(tests);
}
