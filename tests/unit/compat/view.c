/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/view.h"

#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json_reader.h"
#include "compat/async.h"
#include "compat/type.h"
#include "sim/crypto.h"
#include "state/store.h"
#include "state/tables/tables.h"

static const struct compat_peer by_async = { COMPAT_ASYNC }, by_http = { COMPAT_HTTP },
				many = { COMPAT_MULTIWRITER };

struct fixture {
	struct sim_key key;
	struct store *store;
	struct compat_view *view;
	struct arena *arena;
	uint64_t now;
};

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct store_options options = { .epoch = 1 };

	sim_key_init(&f->key, 1, 0);
	options.crypto = sim_crypto(&f->key);
	memcpy(options.key, f->key.key, sizeof(options.key));
	f->now = 1000000;
	f->store = store_new(&options);
	f->view = compat_view_new(f->store);
	f->arena = arena_new();
	compat_view_set_name(f->view, "weft");
	compat_view_set_time(f->view, f->now);
	*state = f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	compat_view_free(f->view);
	store_free(f->store);
	free(f);
	return 0;
}

static void hear(struct fixture *f, const struct compat_peer *peer, const char *type,
                 const char *key, const char *author, int64_t ttl, const char *data)
{
	const struct compat_state *state = compat_view_state(f->view);
	struct compat_entry entry = { .key = key, .author = author, .ttl = ttl, .data = data };
	struct compat_slice slice = { &entry, 1, 1 };

	entry.data_size = data ? strlen(data) : 0;
	assert_true(state->knows(state->data, peer, type));
	state->merge(state->data, peer, type, &slice);
}

/* "KEY AUTHOR TTL DATA" of each entry, a line each. */
static const char *tell(struct fixture *f, const struct compat_peer *peer, const char *type)
{
	const struct compat_state *state = compat_view_state(f->view);
	struct compat_slice slice = { 0 };
	BUF_AUTO out = { 0 };

	state->collect(state->data, peer, type, f->arena, &slice);
	for (size_t i = 0; i < slice.count; i++) {
		const struct compat_entry *e = &slice.entries[i];

		assert_true(json_is_valid(e->data, e->data_size));
		buf_printf(&out, "%s %s %lld %.*s\n", e->key, e->author, (long long)e->ttl,
		           (int)e->data_size, e->data);
	}
	return arena_strdup(f->arena, buf_text(&out));
}

static void own_lease(struct fixture *f, const char *mac, const char *ip, const char *hostname)
{
	struct lease_row lease = { .hostname = hostname };

	assert_true(ip_parse(ip, &lease.ip));
	assert_int_equal(store_put(f->store, &state_table_leases, mac, &lease, 0, f->now), 0);
}

#define LEASE "{\"hostname\":\"phone\",\"mac\":\"02:00:00:00:00:0A\"}"

static void leases_go_both_ways(void **state)
{
	struct fixture *f = *state;
	const struct row *row;
	struct lease_row lease;

	hear(f, &by_http, "dnsmasq-leases", "10.13.5.9", "LiMe-a", 30, LEASE);
	row = store_believe(f->store, &state_table_leases, "02:00:00:00:00:0a", f->now);
	assert_non_null(row);
	assert_false(row_is_signed(row));
	assert_int_equal(row_read(row, f->arena, &lease), 0);
	assert_string_equal(lease.hostname, "phone");
	own_lease(f, "02:00:00:00:00:0b", "10.13.5.10", NULL);
	assert_string_equal(
		tell(f, &by_http, "dnsmasq-leases"),
		"10.13.5.10 weft 30 {\"hostname\":\"*\",\"mac\":\"02:00:00:00:00:0b\"}\n"
		"10.13.5.9 LiMe-a 30 {\"hostname\":\"phone\",\"mac\":\"02:00:00:00:00:0a\"}"
		"\n");
	/* The other protocol tells the same in its own unit. */
	assert_non_null(strstr(tell(f, &by_async, "dnsmasq-leases"), "10.13.5.9 LiMe-a 3600 "));
	/* It is taken back by its address alone. */
	hear(f, &by_http, "dnsmasq-leases", "10.13.5.9", "LiMe-a", 31, NULL);
	assert_null(store_believe(f->store, &state_table_leases, "02:00:00:00:00:0a", f->now));
}

static void what_is_no_lease_stays_outside(void **state)
{
	static const struct {
		const char *key, *data;
	} wrong[] = {
		{ "10.13.5.9 x", LEASE },
		{ "10.13.5.9\ndhcp-host=evil", LEASE },
		{ "$(reboot)", LEASE },
		{ "10.13.5.256", LEASE },
		{ "10.13.5.9", "\"x\"" },
		{ "10.13.5.9", "{}" },
		{ "10.13.5.9", "{\"mac\":\"no\"}" },
		{ "10.13.5.9", "{\"mac\":\"00:00:00:00:00:00\"}" },
		{ "10.13.5.9", "{\"mac\":\"ff:ff:ff:ff:ff:ff\"}" },
		{ "10.13.5.9", "{\"mac\":[\"02:00:00:00:00:0a\"]}" },
	};
	struct fixture *f = *state;
	struct lease_row lease;
	const struct row *row;

	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		hear(f, &by_http, "dnsmasq-leases", wrong[i].key, "LiMe-a", 30, wrong[i].data);
	assert_null(store_next(f->store, &state_table_leases, NULL));
	assert_int_equal(compat_view_stats(f->view).n_refused, ARRAY_LENGTH(wrong));
	/* An author that is no name. */
	hear(f, &by_http, "dnsmasq-leases", "10.13.5.9", "a b", 30, LEASE);
	hear(f, &by_http, "dnsmasq-leases", "10.13.5.9", "", 30, LEASE);
	assert_null(store_next(f->store, &state_table_leases, NULL));
	/* A name that is none is left out; the lease is still one. */
	hear(f, &by_http, "dnsmasq-leases", "10.13.5.9", "LiMe-a", 30,
	     "{\"hostname\":\"a\\nb\",\"mac\":\"02:00:00:00:00:0a\"}");
	row = store_next(f->store, &state_table_leases, NULL);
	assert_non_null(row);
	assert_int_equal(row_read(row, f->arena, &lease), 0);
	assert_null(lease.hostname);
}

static void nobody_speaks_in_our_name(void **state)
{
	struct fixture *f = *state;

	own_lease(f, "02:00:00:00:00:0a", "10.13.5.9", "phone");
	hear(f, &by_async, "dnsmasq-leases", "10.13.5.9", "weft", INT64_MAX,
	     "{\"hostname\":\"evil\",\"mac\":\"02:00:00:00:00:0a\"}");
	assert_int_equal(compat_view_stats(f->view).n_foreign, 1);
	/* In another's name it may say something else, which nobody believes. */
	hear(f, &by_async, "dnsmasq-leases", "10.13.5.66", "evil", INT64_MAX, LEASE);
	assert_int_equal(compat_view_stats(f->view).n_taken, 1);
	assert_string_equal(
		tell(f, &by_async, "dnsmasq-leases"),
		"10.13.5.9 weft 3901 {\"hostname\":\"phone\",\"mac\":\"02:00:00:00:00:0a\"}"
		"\n");
}

static void an_entry_lives_no_longer_than_its_type(void **state)
{
	struct fixture *f = *state;
	const struct row *row;

	hear(f, &by_async, "bat-hosts", "AE:40:41:22:55:78", "LiMe-a", INT64_MAX,
	     "\"LiMe_a_eth0\"");
	hear(f, &by_async, "bat-hosts", "ae:40:41:22:55:79", "LiMe-a", -5, "\"LiMe_a_eth1\"");
	assert_string_equal(tell(f, &by_async, "bat-hosts"),
	                    "ae:40:41:22:55:78 LiMe-a 2431 \"LiMe_a_eth0\"\n");
	row = store_next(f->store, &state_table_bat_hosts, NULL);
	assert_in_range(row_remaining_ms(row, f->now), 2430000, 2431000);
	f->now += 2432000;
	compat_view_set_time(f->view, f->now);
	(void)store_expire(f->store, f->now);
	assert_string_equal(tell(f, &by_async, "bat-hosts"), "");
}

static void what_is_none_of_our_business_is_passed_on_as_it_is(void **state)
{
	struct fixture *f = *state;
	const char *voucher = "{\"name\": \"luz\",\n \"n\": [1, 2.50, null]}";
	char large[DOCUMENT_MAX + 8];

	hear(f, &by_http, "pirania-vouchers", "ab12cd34", "LiMe-a", 30, voucher);
	hear(f, &by_async, "net-stats", "stats", "LiMe-b", 600, "{}");
	assert_string_equal(tell(f, &by_http, "pirania-vouchers"),
	                    "ab12cd34 LiMe-a 30 {\"name\":\"luz\",\"n\":[1,2.50,null]}\n");
	assert_string_equal(tell(f, &by_async, "net-stats"), "stats LiMe-b 600 {}\n");
	/* What is too large, or no key of a row, is refused. */
	memset(large, '1', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	hear(f, &by_async, "net-stats", "large", "LiMe-b", 600, large);
	hear(f, &by_async, "net-stats", "a\nb", "LiMe-b", 600, "1");
	assert_int_equal(compat_view_stats(f->view).n_refused, 2);
	hear(f, &by_http, "pirania-vouchers", "ab12cd34", "LiMe-a", 30, "null");
	assert_string_equal(tell(f, &by_http, "pirania-vouchers"), "");
}

static void of_two_words_of_one_author_the_younger_stays(void **state)
{
	struct fixture *f = *state;

	hear(f, &by_async, "bat-hosts", "ae:40:41:22:55:78", "LiMe-a", 1000, "\"young\"");
	hear(f, &by_async, "bat-hosts", "ae:40:41:22:55:78", "LiMe-a", 500, "\"old\"");
	assert_non_null(strstr(tell(f, &by_async, "bat-hosts"), "\"young\""));
	hear(f, &by_async, "bat-hosts", "ae:40:41:22:55:78", "LiMe-a", 1500, "\"newest\"");
	assert_non_null(strstr(tell(f, &by_async, "bat-hosts"), "\"newest\""));
}

static void nodes_tell_who_they_are(void **state)
{
	static const char data[] =
		"{\"hostname\":\"LiMe-a\",\"firmware_version\":\"LibreMesh 2024.1\",\"board\":\"x y\","
		"\"ipv4\":\"10.13.5.1\",\"ipv6\":\"fd0d::1\",\"coordinates\":{\"lat\":\"-31.8\","
		"\"long\":\"-64.4\"},\"macs\":[\"02:00:00:00:00:01\",\"02:00:00:00:00:02\"],"
		"\"uptime\":4711,\"device\":\"Router\"}";
	struct fixture *f = *state;
	BUF_AUTO expected = { 0 };

	hear(f, &by_async, "node_info", "LiMe-a", "LiMe-a", 2434, data);
	buf_printf(&expected, "LiMe-a LiMe-a 2434 %s\n", data);
	assert_string_equal(tell(f, &by_async, "node_info"), expected.text);
	/* What is not as it should be is left out. */
	hear(f, &by_async, "node_info", "LiMe-b", "LiMe-b", 2434,
	     "{\"hostname\":\"LiMe-b\",\"ipv4\":\"1.2.3\",\"uptime\":\"12.5\",\"macs\":[\"x\","
	     "\"02:00:00:00:00:03\",{}],\"coordinates\":7,\"new\":{\"a\":{\"b\":1}}}");
	assert_non_null(
		strstr(tell(f, &by_async, "node_info"),
	               "LiMe-b LiMe-b 2434 {\"hostname\":\"LiMe-b\",\"coordinates\":{\"lat\":"
	               "\"FIXME\",\"long\":\"FIXME\"},\"macs\":"
	               "[\"02:00:00:00:00:03\"],\"uptime\":12}\n"));
}

static void links_are_rows(void **state)
{
	static const char two[] =
		"{\"src_loc\":{\"lat\":\"-31.8\",\"long\":\"-64.4\"},\"links\":{"
		"\"020000000001020000000002\":{\"src_mac\":\"02:00:00:00:00:01\",\"dst_mac\":"
		"\"02:00:00:00:00:02\",\"signal\":-35,\"chains\":[-37,-39],\"iface\":\"wlan2-mesh\","
		"\"rx_rate\":270000,\"tx_rate\":300000,\"freq\":5785,\"channel\":157},"
		"\"020000000001020000000003\":{\"src_mac\":\"02:00:00:00:00:01\",\"dst_mac\":"
		"\"02:00:00:00:00:03\",\"signal\":-80,\"iface\":\"wlan2-mesh\"}}}";
	struct fixture *f = *state;
	const char *told;

	hear(f, &by_async, "wifi_links_info", "LiMe-a", "LiMe-a", 2000, two);
	assert_non_null(
		store_find(f->store, &state_table_wifi_links, "020000000001020000000002",
	                   row_author(store_next(f->store, &state_table_wifi_links, NULL))));
	told = tell(f, &by_async, "wifi_links_info");
	/* Where a node is it tells elsewhere. */
	assert_non_null(strstr(told,
	                       "LiMe-a LiMe-a 2000 {\"links\":{\"020000000001020000000002\":"
	                       "{\"src_mac\":\"02:00:00:00:00:01\",\"dst_mac\":\"02:00:00:00:00:02"
	                       "\",\"signal\":-35,\"chains\":[-37,-39],\"iface\":\"wlan2-mesh\","
	                       "\"rx_rate\":270000,\"tx_rate\":300000,\"freq\":5785,\"channel\":157"
	                       "},\"020000000001020000000003\":{"));
	/* One that it does not name any more is gone. */
	hear(f, &by_async, "wifi_links_info", "LiMe-a", "LiMe-a", 2100,
	     "{\"links\":{\"020000000001020000000003\":{\"signal\":-70}}}");
	assert_string_equal(
		tell(f, &by_async, "wifi_links_info"),
		"LiMe-a LiMe-a 2100 {\"links\":{\"020000000001020000000003\":{\"signal\":-70}"
		"}}\n");
}

static void lines_of_one_name_are_one_row(void **state)
{
	const struct compat_state *s;
	struct fixture *f = *state;
	struct compat_entry entries[] = {
		{ .key = "10.13.5.9 phone", .author = "LiMe-a", .ttl = 30, .data = "true" },
		{ .key = "fd0d::9 phone", .author = "LiMe-a", .ttl = 30, .data = "true" },
		{ .key = "10.13.5.10 $(x)", .author = "LiMe-a", .ttl = 30, .data = "true" },
		{ .key = "10.13.5.11 tv", .author = "LiMe-a", .ttl = 30, .data = "true" },
	};
	struct compat_slice slice = { entries, ARRAY_LENGTH(entries), ARRAY_LENGTH(entries) };

	for (size_t i = 0; i < slice.count; i++)
		entries[i].data_size = 4;
	compat_slice_sort(&slice);
	s = compat_view_state(f->view);
	s->merge(s->data, &by_http, "dnsmasq-hosts", &slice);
	assert_string_equal(tell(f, &by_http, "dnsmasq-hosts"), "10.13.5.11 tv LiMe-a 30 true\n"
	                                                        "10.13.5.9 phone LiMe-a 30 true\n"
	                                                        "fd0d::9 phone LiMe-a 30 true\n");
	assert_int_equal(compat_view_stats(f->view).n_refused, 1);
}

static void many_may_write_what_many_write(void **state)
{
	struct fixture *f = *state;

	hear(f, &many, "network_nodes", "LiMe-a", "LiMe-b", 3,
	     "{\"hostname\":\"LiMe-a\",\"member\":true,\"board\":\"x\"}");
	hear(f, &many, "network_nodes", "LiMe-a", "LiMe-b", 2,
	     "{\"hostname\":\"LiMe-a\",\"member\":true,\"board\":\"stale\"}");
	assert_string_equal(
		tell(f, &many, "network_nodes"),
		"LiMe-a LiMe-b 1 {\"hostname\":\"LiMe-a\",\"member\":true,\"board\":\"x\"}\n");
	hear(f, &many, "network_nodes", "LiMe-a", "LiMe-b", 4,
	     "{\"hostname\":\"LiMe-a\",\"member\":false}");
	assert_string_equal(tell(f, &many, "network_nodes"),
	                    "LiMe-a LiMe-b 1 {\"hostname\":\"LiMe-a\",\"member\":false}\n");
}

static void the_other_types_go_through(void **state)
{
	static const struct {
		const char *type, *key, *data;
	} entries[] = {
		{ "dnsmasq-servers", "cloud1.mesh", "\"fd0d:fe46:8ce8::1\"" },
		{ "babeld-hosts", "16:cc:20:ff:fe:da:4e:ac", "\"LiMe-da4eac\"" },
		{ "bat_links_info", "LiMe-a",
		  "{\"links\":{\"020000000001020000000002\":{\"src_mac\":\"02:00:00:00:00:01\","
		  "\"dst_mac\":\"02:00:00:00:00:02\",\"iface\":\"wlan2-mesh_29\",\"tq\":255,"
		  "\"last_seen_msecs\":1560}}}" },
		{ "babel_links_info", "LiMe-a",
		  "{\"links\":{\"fe801fe802\":{\"src_ip\":\"fe80::1\",\"dst_ip\":\"fe80::2\","
		  "\"iface\":\"eth0_17\"}}}" },
		{ "nodes_and_links", "LiMe-a",
		  "{\"hostname\":\"LiMe-a\",\"macs\":[\"02:00:00:00:00:01\"],\"coordinates\":{\"lat\":"
		  "\"-31.8\",\"lon\":\"-64.4\"},\"links\":[\"02:00:00:00:00:02\"]}" },
		{ "wifi_links_info_ref", "LiMe-a",
		  "{\"links\":{\"02aa02bb\":{\"src_mac\":\"02:00:00:00:00:01\",\"signal\":-50}}}" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(entries); i++) {
		BUF_AUTO expected = { 0 };

		hear(f, &by_async, entries[i].type, entries[i].key, "LiMe-a", 900, entries[i].data);
		buf_printf(&expected, "%s LiMe-a 900 %s\n", entries[i].key, entries[i].data);
		assert_string_equal(tell(f, &by_async, entries[i].type), expected.text);
	}
}

/* Both have the same state: a compact exchange costs a few bytes. */
static void an_unchanged_exchange_is_short(void **state)
{
	struct fixture *f = *state;
	struct async server = { .peer = by_async };
	struct compat_slice slice = { 0 };
	const struct compat_state *s = compat_view_state(f->view);
	struct async client = { .peer = by_async };

	for (unsigned i = 0; i < 60; i++) {
		char mac[18];

		snprintf(mac, sizeof(mac), "02:00:00:00:00:%02x", i);
		hear(f, &by_async, "bat-hosts", mac, "LiMe-a", 2000, "\"LiMe_a_eth0\"");
	}
	s->collect(s->data, &by_async, "bat-hosts", f->arena, &slice);
	assert_int_equal(slice.count, 60);
	async_ask(&client, s, "bat-hosts", &slice);
	async_serve(&server, s);
	assert_int_equal(async_receive(&server, client.out.text, client.out.length),
	                 ASYNC_GOING_ON);
	assert_int_equal(server.n_sent, 0);
	assert_in_range(server.out.length, 20, 60);
	async_done(&client);
	async_done(&server);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(leases_go_both_ways),
		TEST(what_is_no_lease_stays_outside),
		TEST(nobody_speaks_in_our_name),
		TEST(an_entry_lives_no_longer_than_its_type),
		TEST(what_is_none_of_our_business_is_passed_on_as_it_is),
		TEST(of_two_words_of_one_author_the_younger_stays),
		TEST(nodes_tell_who_they_are),
		TEST(links_are_rows),
		TEST(lines_of_one_name_are_one_row),
		TEST(many_may_write_what_many_write),
		TEST(the_other_types_go_through),
		TEST(an_unchanged_exchange_is_short),
	};

	return RUN(tests);
}
