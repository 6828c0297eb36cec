/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "network/network.h"

#include "../state/fixture.h"
#include "base/buf.h"

#define MINUTE UINT64_C(60000)

static void pass(const struct party *from, const struct party *to, uint64_t now)
{
	static struct packet packets[64];
	size_t n = packets_of(from->store, now, packets, ARRAY_LENGTH(packets));

	for (size_t i = 0; i < n; i++)
		(void)packet_merge(to->store, &packets[i], now);
}

static void say_node(const struct party *party, const char *name, const char *cloud,
                     const char *mac, uint64_t now)
{
	const char *macs[] = { mac };
	struct node_info_row row = { .hostname = name,
		                     .firmware_version = "weft 1",
		                     .latitude = "-31.8",
		                     .longitude = "-64.4",
		                     .macs = { macs, 1 },
		                     .uptime_s = 100,
		                     .cloud = cloud,
		                     .domain = "norte.mesh" };

	assert_int_equal(store_put(party->store, &state_table_node_info, name, &row, 0, now), 0);
}

static void say_mesh(const struct party *party, const struct state_table *table, const char *host,
                     uint8_t own, uint8_t other, uint32_t tq)
{
	struct bat_link_row row = { .host = host,
		                    .src_mac = { { 2, 0, 0, 0, 0, own } },
		                    .dst_mac = { { 2, 0, 0, 0, 0, other } },
		                    .iface = "eth0_29",
		                    .tq = tq };
	char key[32];

	snprintf(key, sizeof(key), "0200000000%02x0200000000%02x", own < other ? own : other,
	         own < other ? other : own);
	assert_int_equal(store_put(party->store, table, key, &row, 0, 1), 0);
}

static void assert_has(const struct buf *text, const char *part)
{
	if (!strstr(buf_text(text), part))
		fail_msg("'%s' is not in %s", part, buf_text(text));
}

static void assert_lacks(const struct buf *text, const char *part)
{
	if (strstr(buf_text(text), part))
		fail_msg("'%s' is in %s", part, buf_text(text));
}

static size_t count_of(const struct buf *text, const char *part)
{
	size_t n = 0;

	for (const char *at = buf_text(text); (at = strstr(at, part)); at++)
		n++;
	return n;
}

static void nodes_of_all_clouds_are_there(void **state)
{
	struct party here, there;
	BUF_AUTO out = { 0 };
	struct lease_row lease = { .ip = { IP_V4, { 10, 1, 0, 7 } } };

	(void)state;
	party_init(&here, 1);
	party_init(&there, 2);
	say_node(&here, "casa", "aabbcc", "02:00:00:00:00:01", 0);
	say_node(&there, "escuela", "ddeeff", "02:00:00:00:00:02", 0);
	assert_int_equal(
		store_put(there.store, &state_table_leases, "02:00:00:00:00:99", &lease, 0, 0), 0);
	pass(&there, &here, MINUTE);
	network_print_nodes(here.store, 2 * MINUTE, &out);
	assert_has(&out, "\"clouds\":[{\"id\":\"aabbcc\",\"domain\":\"norte.mesh\",\"own\":true,"
	                 "\"nodes\":1},{\"id\":\"ddeeff\"");
	assert_has(&out, "\"name\":\"casa\",\"signed\":true,\"self\":true,\"state\":\"alive\"");
	assert_has(&out, "\"name\":\"escuela\",\"signed\":true,\"self\":false");
	assert_has(&out, "\"latitude\":\"-31.8\",\"longitude\":\"-64.4\",\"clients\":1}");
	assert_has(&out, "\"uptime_s\":220"); /* 100 s when it was said, two minutes ago */
	assert_lacks(&out, "same_name");
	party_done(&here);
	party_done(&there);
}

static void two_nodes_with_one_name_are_two_nodes(void **state)
{
	struct party here, there;
	BUF_AUTO out = { 0 };

	(void)state;
	party_init(&here, 1);
	party_init(&there, 2);
	say_node(&here, "casa", "aabbcc", "02:00:00:00:00:01", 0);
	say_node(&there, "casa", "aabbcc", "02:00:00:00:00:02", 0);
	pass(&there, &here, 1);
	network_print_nodes(here.store, 2, &out);
	assert_int_equal(count_of(&out, "\"name\":\"casa\""), 2);
	assert_int_equal(count_of(&out, "\"same_name\":true"), 2);
	assert_int_equal(count_of(&out, "\"self\":true"), 1);
	party_done(&here);
	party_done(&there);
}

static void who_is_not_there_is_gone_or_forgotten(void **state)
{
	struct network_node_row member = { .hostname = "viejo", .member = true, .board = "A box" };
	struct network_node_row forgotten = { .hostname = "roto" };
	struct store_heard heard = { .author = "libre", .remaining_s = 3000 };
	struct coordinates_row place = { .latitude = "1.5", .longitude = "2" };
	struct party here;
	BUF_AUTO out = { 0 };

	(void)state;
	party_init(&here, 1);
	say_node(&here, "casa", "aabbcc", "02:00:00:00:00:01", 0);
	assert_int_equal(store_put(here.store, &state_table_network_nodes, "viejo", &member, 0, 0),
	                 0);
	assert_int_equal(
		store_put(here.store, &state_table_network_nodes, "roto", &forgotten, 0, 0), 0);
	/* A LibreMesh node that speaks the older protocol alone. */
	heard.object = &place;
	assert_int_equal(store_import(here.store, &state_table_coordinates, "libre", &heard, 0), 0);
	network_print_nodes(here.store, 1, &out);
	assert_has(&out, "\"name\":\"viejo\",\"signed\":true,\"self\":false,\"state\":\"gone\","
	                 "\"model\":\"A box\"");
	assert_has(&out,
	           "\"name\":\"roto\",\"signed\":true,\"self\":false,\"state\":\"forgotten\"");
	assert_has(&out, "\"id\":\"libre\",\"name\":\"libre\",\"signed\":false");
	assert_int_equal(count_of(&out, "\"state\""), 4);
	party_done(&here);
}

static void a_link_has_both_its_ends(void **state)
{
	struct party here, there;
	BUF_AUTO out = { 0 };

	(void)state;
	party_init(&here, 1);
	party_init(&there, 2);
	say_node(&here, "casa", "aabbcc", "02:00:00:00:00:01", 0);
	say_node(&there, "escuela", "aabbcc", "02:00:00:00:00:02", 0);
	say_mesh(&here, &state_table_bat_links, "casa", 1, 2, 255);
	say_mesh(&there, &state_table_bat_links, "escuela", 2, 1, 128);
	/* Its other end says nothing, and nobody knows who it is. */
	say_mesh(&there, &state_table_bat_links, "escuela", 2, 9, 255);
	pass(&there, &here, 1);
	network_print_links(here.store, 2, &out);
	assert_int_equal(count_of(&out, "\"kind\""), 2);
	assert_has(&out, "\"key\":\"020000000001020000000002\",\"quality\":50,\"ends\":[");
	assert_has(&out, "\"name\":\"casa\",\"port\":\"eth0_29\",\"address\":\"02:00:00:00:00:01\","
	                 "\"quality\":100,\"tq\":255");
	assert_has(&out, ",{\"address\":\"02:00:00:00:00:09\"}]}");
	assert_lacks(&out, "reference");
	/* Before the other end's words have come, it is known by its device. */
	network_print_links(there.store, 2, &out);
	assert_int_equal(count_of(&out, "\"kind\""), 4);
	party_done(&here);
	party_done(&there);
}

static void links_are_compared_with_their_reference(void **state)
{
	struct party here;
	BUF_AUTO out = { 0 };

	(void)state;
	party_init(&here, 1);
	say_mesh(&here, &state_table_bat_links, "casa", 1, 2, 255);
	say_mesh(&here, &state_table_bat_links, "casa", 1, 3, 100);
	say_mesh(&here, &state_table_bat_links, "casa", 1, 4, 255);
	say_mesh(&here, &state_table_bat_links_ref, "casa", 1, 2, 250);
	say_mesh(&here, &state_table_bat_links_ref, "casa", 1, 3, 250);
	say_mesh(&here, &state_table_bat_links_ref, "casa", 1, 5, 250);
	network_print_links(here.store, 2, &out);
	assert_has(&out, "0002\",\"quality\":100,\"reference\":\"ok\"");
	assert_has(&out, "0003\",\"quality\":39,\"reference\":\"worse\"");
	assert_has(&out, "0004\",\"quality\":100,\"reference\":\"new\"");
	assert_has(&out, "0005\",\"quality\":0,\"reference\":\"down\"");
	party_done(&here);
}

/* Whatever rows there are, what comes out has its brackets. */
static void any_rows_give_json(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	uint64_t seed = 7;
	struct party here;
	BUF_AUTO out = { 0 };
	int depth = 0;

	(void)state;
	party_init(&here, 1);
	for (unsigned i = 0; i < 2000; i++) {
		const struct state_table *table = state_tables[random_next(&seed) % 18];

		if (table->shape)
			(void)!store_put(here.store, table, random_key(table, &seed, 12, arena),
			                 random_object(table->shape, &seed, arena), 0, i);
	}
	network_print_nodes(here.store, 3000, &out);
	network_print_links(here.store, 3000, &out);
	for (const char *c = buf_text(&out); *c; c++)
		depth += (*c == '{' || *c == '[') - (*c == '}' || *c == ']');
	assert_int_equal(depth, 0);
	assert_lacks(&out, ",,");
	assert_lacks(&out, "(null)");
	party_done(&here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_of_all_clouds_are_there),
		cmocka_unit_test(two_nodes_with_one_name_are_two_nodes),
		cmocka_unit_test(who_is_not_there_is_gone_or_forgotten),
		cmocka_unit_test(a_link_has_both_its_ends),
		cmocka_unit_test(links_are_compared_with_their_reference),
		cmocka_unit_test(any_rows_give_json),
	};

	return RUN(tests);
}
