/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "lease/lease.h"

#include <errno.h>

#include "fixture.h"

static const struct lease_claim *claim_of(const struct lease_view *view, uint8_t mac)
{
	struct mac wanted = MAC(mac);

	for (size_t i = 0; i < view->count; i++) {
		if (mac_equal(&view->claims[i].mac, &wanted))
			return &view->claims[i];
	}
	fail_msg("no claim");
	return NULL;
}

static void test_reservations(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b;
	struct lease_view view;
	BUF_AUTO lines = { 0 };
	BUF_AUTO names = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	assert_int_equal(bind(&a, 1, 9, "phone", 0), 0);
	assert_int_equal(bind(&a, 2, 10, NULL, 0), 0);
	assert_int_equal(bind(&a, 3, 8, "a name; no name", 0), 0);
	assert_int_equal(bind(&b, 4, 11, "mine", 0), 0);
	tell(&a, &b, 0);
	view = lease_view(b.store, &scope, 2000, arena);
	assert_int_equal(view.count, 4);
	assert_int_equal(view.n_conflicts, 0);
	lease_print_reservations(&view, &lines);
	assert_string_equal(buf_text(&lines), "02:00:00:00:00:03,10.13.0.8\n"
	                                      "02:00:00:00:00:01,10.13.0.9,phone\n"
	                                      "02:00:00:00:00:02,10.13.0.10\n");
	lease_print_names(&view, &names);
	assert_string_equal(buf_text(&names), "10.13.0.9 phone\n");
	party_done(&a);
	party_done(&b);
}

static void test_scope(void **state)
{
	static const struct lease_event wrong[] = {
		{ .mac = MAC(1), .ip = { IP_V4, { 10, 14, 0, 9 } } },
		{ .mac = MAC(1), .ip = { IP_V4, { 10, 13, 255, 255 } } },
		{ .mac = MAC(1), .ip = IP(0) },
		{ .mac = MAC(1), .ip = IP(1) },
		{ .mac = MAC(1), .ip = { IP_V6, { 0xfd } } },
		{ .mac = MAC(1) },
		{ .ip = IP(9) },
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a;
	struct lease_row foreign = { .ip = { IP_V4, { 192, 168, 1, 1 } } };
	struct lease_view view;

	(void)state;
	party_init(&a, 1);
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		assert_int_equal(lease_bound(a.store, &scope, &wrong[i], 0), -EINVAL);
	/* Another's row may say anything; here it is passed over. */
	assert_int_equal(store_import(a.store, &state_table_leases, "02:00:00:00:00:07",
	                              &(struct store_heard){ "LiMe-1", &foreign, 100 }, 0),
	                 0);
	view = lease_view(a.store, &scope, 0, arena);
	assert_int_equal(view.count, 0);
	assert_int_equal(view.n_refused, 1);
	party_done(&a);
}

/* A renewal is no news; a client that walks keeps its seniority. */
static void test_walk(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b;
	struct lease_view view;
	uint64_t serial;

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	assert_int_equal(bind(&a, 1, 9, "phone", 0), 0);
	serial = store_serial(a.store, &state_table_leases);
	assert_int_equal(bind(&a, 1, 9, "phone", HOUR), 0);
	assert_int_equal(store_serial(a.store, &state_table_leases), serial);
	tell(&a, &b, HOUR);
	assert_int_equal(bind(&b, 1, 9, "phone", HOUR + 2000), 0);
	view = lease_view(b.store, &scope, HOUR + 2000, arena);
	assert_int_equal(view.count, 1);
	assert_true(claim_of(&view, 1)->own);
	assert_true(claim_of(&view, 1)->held_ms >= HOUR);
	/* And at the node that it came from it is now another's. */
	tell(&b, &a, HOUR + 3000);
	view = lease_view(a.store, &scope, HOUR + 4000, arena);
	assert_false(claim_of(&view, 1)->own);
	party_done(&a);
	party_done(&b);
}

/* After a split: the older one keeps the address, and both sides agree on that. */
static void test_conflict(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b;
	struct lease_view at_a, at_b;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	assert_int_equal(bind(&a, 9, 77, "old", 0), 0);
	assert_int_equal(bind(&b, 1, 77, "young", HOUR / 2), 0);
	tell(&a, &b, HOUR);
	tell(&b, &a, HOUR);
	at_a = lease_view(a.store, &scope, HOUR + 1000, arena);
	at_b = lease_view(b.store, &scope, HOUR + 1000, arena);
	assert_int_equal(at_a.n_conflicts, 1);
	assert_int_equal(at_b.n_conflicts, 1);
	assert_false(claim_of(&at_a, 9)->loses);
	assert_false(claim_of(&at_b, 9)->loses);
	assert_true(claim_of(&at_a, 1)->loses);
	assert_true(claim_of(&at_b, 1)->loses);
	/* The loser's server reserves the address for the winner. */
	lease_print_reservations(&at_b, &lines);
	assert_string_equal(buf_text(&lines), "02:00:00:00:00:09,10.13.0.77,old\n");
	party_done(&a);
	party_done(&b);
}

/* At the same moment, as near as ages tell: the smaller MAC, whichever side looks. */
static void test_tie(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b;
	struct lease_view at_a, at_b;

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	assert_int_equal(bind(&a, 9, 77, NULL, 0), 0);
	assert_int_equal(bind(&b, 1, 77, NULL, 800), 0);
	tell(&a, &b, 1000);
	tell(&b, &a, 1000);
	at_a = lease_view(a.store, &scope, 2000, arena);
	at_b = lease_view(b.store, &scope, 2000, arena);
	assert_true(claim_of(&at_a, 9)->loses);
	assert_true(claim_of(&at_b, 9)->loses);
	party_done(&a);
	party_done(&b);
}

/* What a LibreMesh node claims never takes an address from a signed claim. */
static void test_unsigned(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct lease_row row = { .ip = IP(77), .held_s = 1000000 };
	struct party a;
	struct lease_view view;

	(void)state;
	party_init(&a, 1);
	assert_int_equal(bind(&a, 9, 77, NULL, 0), 0);
	assert_int_equal(store_import(a.store, &state_table_leases, "02:00:00:00:00:01",
	                              &(struct store_heard){ "LiMe-1", &row, 1000 }, 0),
	                 0);
	view = lease_view(a.store, &scope, 100, arena);
	assert_true(claim_of(&view, 1)->loses);
	party_done(&a);
}

static void test_resync(void **state)
{
	static const struct lease_event events[] = {
		{ .mac = MAC(1), .ip = IP(9) },
		{ .mac = MAC(3), .ip = IP(11) },
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	struct mac gone = MAC(3);
	struct party a;

	(void)state;
	party_init(&a, 1);
	assert_int_equal(bind(&a, 1, 9, NULL, 0), 0);
	assert_int_equal(bind(&a, 2, 10, NULL, 0), 0);
	assert_int_equal(lease_resync(a.store, &scope, events, 2, true, 10), 0);
	assert_int_equal(lease_view(a.store, &scope, 10, arena).count, 3);
	assert_int_equal(lease_resync(a.store, &scope, events, 2, false, 10), 0);
	assert_int_equal(lease_view(a.store, &scope, 10, arena).count, 2);
	assert_int_equal(lease_ended(a.store, &gone, 10), 0);
	assert_int_equal(lease_ended(a.store, &gone, 10), -ENOENT);
	assert_int_equal(lease_view(a.store, &scope, 10, arena).count, 1);
	party_done(&a);
}

/* A router that was switched off and on: its clients keep their addresses and their seniority. */
static void test_restart(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct party a, b, again;
	struct lease_view view;
	BUF_AUTO lines = { 0 };

	(void)state;
	party_init(&a, 1);
	party_init(&b, 2);
	party_init(&again, 1);
	assert_int_equal(bind(&a, 1, 9, "phone", 0), 0);
	tell(&a, &b, HOUR);
	store_presence(again.store, HOUR);
	tell(&b, &again, HOUR + 5000);
	view = lease_view(again.store, &scope, HOUR + 6000, arena);
	lease_print_reservations(&view, &lines);
	assert_string_equal(buf_text(&lines), "02:00:00:00:00:01,10.13.0.9,phone\n");
	store_presence(again.store, HOUR + 70000);
	assert_int_equal(bind(&again, 1, 9, "phone", HOUR + 80000), 0);
	view = lease_view(again.store, &scope, HOUR + 80000, arena);
	assert_true(claim_of(&view, 1)->held_ms > HOUR);
	party_done(&a);
	party_done(&b);
	party_done(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reservations), cmocka_unit_test(test_scope),
		cmocka_unit_test(test_walk),         cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_tie),          cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_resync),       cmocka_unit_test(test_restart),
	};

	return RUN(tests);
}
