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
	lease_print_node_names(b.store, &scope, &(struct lease_view){ 0 }, 1000, &lines);
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

static void say_node(struct party *party, const char *name, const char *domain, const struct ip *ip)
{
	struct node_info_row row = { .hostname = name, .domain = domain, .ipv4 = *ip };
	char text[IP_TEXT_SIZE];

	assert_int_equal(store_put(party->store, &state_table_node_info, name, &row, 0, 0), 0);
	put_name(party, name, ip_format(ip, text), NULL);
}

static void lease(struct party *party, uint8_t mac, const struct ip *ip, const char *name)
{
	struct lease_row row = { .ip = *ip, .hostname = name };
	char key[MAC_TEXT_SIZE];
	struct mac client = MAC(mac);

	assert_int_equal(
		store_put(party->store, &state_table_leases, mac_format(&client, key), &row, 0, 0),
		0);
}

static const struct ip here9 = IP(9), here8 = IP(8);
static const struct ip there9 = { IP_V4, { 10, 14, 0, 9 } };
static const struct ip there20 = { IP_V4, { 10, 14, 0, 20 } };

static void test_other_clouds(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b;
	struct lease_view view;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	say_node(&a, "casa", "norte.mesh", &here9);
	say_node(&b, "escuela", "sur.mesh", &there9);
	lease(&b, 1, &there20, "phone");
	lease(&b, 2, &(struct ip){ IP_V4, { 10, 14, 0, 21 } }, "tablet");
	/* Addresses that are none of its cloud, names that are none: nobody's. */
	lease(&b, 3, &(struct ip){ IP_V4, { 8, 8, 8, 8 } }, "google");
	lease(&b, 4, &(struct ip){ IP_V4, { 10, 14, 0, 22 } }, "*");
	assert_int_equal(bind(&a, 9, 30, "tablet", 0), 0);
	tell(&b, &a, 0);
	view = lease_view(a.store, &scope, 1000, arena);
	lease_print_node_names(a.store, &scope, &view, 1000, &lines);
	/* What this cloud has too, is there by its full name. */
	assert_string_equal(buf_text(&lines), "10.14.0.9 escuela.sur.mesh escuela\n"
	                                      "10.14.0.20 phone.sur.mesh phone\n"
	                                      "10.14.0.21 tablet.sur.mesh\n");
	party_done(&a);
	party_done(&b);
}

/* Two clouds may have one domain: then a name of the other cloud is like one of this. */
static void test_one_domain(void **state)
{
	struct party a, b;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	say_node(&a, "casa", "thisnode.info", &here9);
	say_node(&b, "escuela", "thisnode.info", &there9);
	put_name(&b, "casa", "10.14.0.20", NULL);
	tell(&b, &a, 0);
	lease_print_node_names(a.store, &scope, &(struct lease_view){ 0 }, 1000, &lines);
	assert_string_equal(buf_text(&lines), "10.14.0.9 escuela\n");
	party_done(&a);
	party_done(&b);
}

/* Whatever came first: all find the same. */
static void test_collision(void **state)
{
	struct party a, b, c;
	BUF_AUTO at_a = { 0 };
	BUF_AUTO at_b = { 0 };
	BUF_AUTO at_c = { 0 };
	BUF_AUTO collisions = { 0 };
	struct lease_view none = { 0 };
	char alias[16], expected[128];

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	party_init(&c, 3);
	say_node(&a, "casa", "norte.mesh", &here9);
	say_node(&b, "casa", "norte.mesh", &here8);
	tell(&a, &b, HOUR);
	tell(&b, &a, 0);
	tell(&a, &c, 0);
	snprintf(alias, sizeof(alias), "casa-%02x%02x", a.key.key[0], a.key.key[1]);
	lease_print_node_names(a.store, &scope, &none, 1000, &at_a);
	lease_print_node_names(b.store, &scope, &none, HOUR, &at_b);
	lease_print_node_names(c.store, &scope, &none, 1000, &at_c);
	assert_string_equal(buf_text(&at_a), "10.13.0.8 casa\n");
	snprintf(expected, sizeof(expected), "10.13.0.9 %s\n", alias);
	assert_string_equal(buf_text(&at_b), expected);
	snprintf(expected, sizeof(expected), "10.13.0.8 casa\n10.13.0.9 %s\n", alias);
	assert_string_equal(buf_text(&at_c), expected);
	lease_print_collisions(c.store, &scope, 1000, &collisions);
	snprintf(expected, sizeof(expected), "casa 10.13.0.8 10.13.0.9 %s\n", alias);
	assert_string_equal(buf_text(&collisions), expected);
	party_done(&a);
	party_done(&b);
	party_done(&c);
}

static void test_delegation(void **state)
{
	static const struct {
		const char *domain, *own;
		bool may;
	} cases[] = {
		{ "sur.mesh", "norte.mesh", true },
		{ "sur.mesh", "thisnode.info", true },
		{ "mesh", "norte.lan", true },
		{ "norte.mesh", "norte.mesh", false },
		{ "google.com", "norte.mesh", false },
		{ "com", "norte.com", false },
		{ "google.com", "norte.com", false },
		{ "sur.example.org", "norte.example.org", true },
		{ "example.org", "norte.example.org", false },
		{ "org", "norte.example.org", false },
		{ "info", "thisnode.info", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		if (lease_may_delegate(cases[i].domain, cases[i].own) != cases[i].may)
			fail_msg("%s in %s", cases[i].domain, cases[i].own);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes),      cmocka_unit_test(test_clients),
		cmocka_unit_test(test_servers),    cmocka_unit_test(test_other_clouds),
		cmocka_unit_test(test_one_domain), cmocka_unit_test(test_collision),
		cmocka_unit_test(test_delegation),
	};

	return RUN(tests);
}
