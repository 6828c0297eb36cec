/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "lease/names.h"

#include "fixture.h"

static void put_name(struct party *party, const char *name, const char *first, const char *second)
{
	const char *items[] = { first, second };
	struct name_row row = { { items, second ? 2 : 1 } };

	assert_int_equal(store_put(party->store, &state_table_names, name, &row, 0, 0), 0);
}

static void test_nodes(void **state)
{
	struct party a, b;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	/* The anycast address is everybody's: no node goes by it. */
	put_name(&a, "node-a", "10.13.0.1", "10.13.7.9");
	put_name(&a, "printer", "fd00::7", NULL);
	put_name(&b, "node-b", "10.13.7.10", NULL);
	tell(&a, &b, 0);
	lease_print_node_names(b.store, &scope, 1000, &lines);
	assert_string_equal(buf_text(&lines), "10.13.7.9 node-a\nfd00::7 printer\n");
	assert_true(lease_is_node_name(b.store, "NODE-A"));
	assert_false(lease_is_node_name(b.store, "node"));
	party_done(&a);
	party_done(&b);
}

/* One name stands for one client: the senior one, and never instead of a node. */
static void test_clients(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b;
	struct lease_view view;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	put_name(&b, "printer", "10.13.7.9", NULL);
	assert_int_equal(bind(&a, 1, 9, "phone", HOUR / 2), 0);
	assert_int_equal(bind(&a, 2, 10, "Phone", 0), 0);
	assert_int_equal(bind(&a, 3, 11, "Printer", 0), 0);
	assert_int_equal(bind(&a, 4, 12, "*", 0), 0);
	tell(&a, &b, HOUR);
	view = lease_view(b.store, &scope, HOUR + 1000, arena);
	lease_print_names(&view, &lines);
	assert_string_equal(buf_text(&lines), "10.13.0.10 Phone\n");
	party_done(&a);
	party_done(&b);
}

static void test_servers(void **state)
{
	struct dns_server_row row = { .ip = { IP_V4, { 10, 14, 0, 1 } } };
	struct party a;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	assert_int_equal(store_put(a.store, &state_table_dns_servers, "other.mesh", &row, 0, 0), 0);
	assert_int_equal(store_import(a.store, &state_table_dns_servers, "third.mesh",
	                              &(struct store_heard){ "LiMe-1", &row, 100 }, 0),
	                 0);
	assert_int_equal(store_put(a.store, &state_table_dns_servers, "our.mesh", &row, 0, 0), 0);
	lease_print_servers(a.store, "Our.Mesh", 0, &lines);
	assert_string_equal(buf_text(&lines),
	                    "server=/other.mesh/10.14.0.1\nserver=/third.mesh/10.14.0.1\n");
	party_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_servers),
	};

	return RUN(tests);
}
