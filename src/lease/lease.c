/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "lease/lease.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "lease/names.h"
#include "state/store.h"
#include "state/tables/tables.h"

/* Ages come over many hops: what differs by less is equal, and the smaller MAC has it. */
#define HELD_EQUAL_MS 5000

static const struct state_table *const leases = &state_table_leases;

static bool is_in_scope(const struct lease_scope *scope, const struct ip *ip)
{
	struct ip first = prefix_network(&scope->network).ip, last = prefix_last(&scope->network);

	return ip->family == IP_V4 && prefix_contains(&scope->network, ip) &&
	       !ip_equal(ip, &first) && !ip_equal(ip, &last) && !ip_equal(ip, &scope->anycast);
}

static uint64_t held_ms(const struct row *row, const struct lease_row *lease, uint64_t now)
{
	return lease->held_s * UINT64_C(1000) + row_age_ms(row, now);
}

/* Writing. */

/* For how long the client has had this address, wherever it was; 0: it has not. */
static uint64_t seniority(const struct store *store, const char *key, const struct ip *ip,
                          uint64_t now)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct row *row = NULL;
	uint64_t most = 0;

	while ((row = store_next(store, leases, row))) {
		struct lease_row lease;
		uint64_t held;

		if (strcmp(row->key, key) != 0 || row_read(row, arena, &lease) < 0 ||
		    !ip_equal(&lease.ip, ip))
			continue;
		held = held_ms(row, &lease, now);
		most = held > most ? held : most;
	}
	return most;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Whether this node says exactly that already, except for the time. */
static bool is_known(const struct store *store, const char *key, const struct lease_row *lease)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct row *row = store_find(store, leases, key, store_self(store));
	struct lease_row old;

	return row && row->fresh && row_read(row, arena, &old) == 0 &&
	       ip_equal(&old.ip, &lease->ip) && same_text(old.hostname, lease->hostname) &&
	       same_text(old.client_id, lease->client_id);
}

int lease_bound(struct store *store, const struct lease_scope *scope,
                const struct lease_event *event, uint64_t now)
{
	struct lease_row lease = { .ip = event->ip };
	char key[MAC_TEXT_SIZE];
	uint64_t held_s;

	if (!is_in_scope(scope, &event->ip) || mac_is_zero(&event->mac))
		return -EINVAL;
	mac_format(&event->mac, key);
	if (event->hostname && key_is_name(event->hostname))
		lease.hostname = event->hostname;
	if (event->client_id && key_is_hex(event->client_id) && strlen(event->client_id) <= 120)
		lease.client_id = event->client_id;
	if (is_known(store, key, &lease))
		return 0;
	held_s = seniority(store, key, &event->ip, now) / 1000;
	lease.held_s = held_s < UINT32_MAX ? (uint32_t)held_s : UINT32_MAX;
	return store_put(store, leases, key, &lease, 0, now);
}

int lease_ended(struct store *store, const struct mac *mac, uint64_t now)
{
	char key[MAC_TEXT_SIZE];

	return store_remove(store, leases, mac_format(mac, key), now);
}

static bool is_among(const char *key, const struct lease_event *events, size_t n)
{
	struct mac mac;

	if (!mac_parse(key, &mac))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (mac_equal(&events[i].mac, &mac))
			return true;
	}
	return false;
}

/* A row of this node that its server knows nothing of; NULL: none. */
static const struct row *find_stale(const struct store *store, const struct lease_event *events,
                                    size_t n)
{
	const struct row *row = NULL;

	while ((row = store_next(store, leases, row))) {
		if (author_equal(row_author(row), store_self(store)) &&
		    !is_among(row->key, events, n))
			return row;
	}
	return NULL;
}

size_t lease_resync(struct store *store, const struct lease_scope *scope,
                    const struct lease_event *events, size_t n, bool keep, uint64_t now)
{
	const struct row *row;
	size_t n_failed = 0;

	while (!keep && (row = find_stale(store, events, n)))
		(void)store_remove(store, leases, row->key, now);
	for (size_t i = 0; i < n; i++)
		n_failed += lease_bound(store, scope, &events[i], now) < 0;
	return n_failed;
}

/* Reading. */

struct reading {
	const struct store *store;
	const struct lease_scope *scope;
	struct arena *arena;
	uint64_t now;
	struct lease_view *view;
};

/* By client; of one client what is believed first. */
struct candidate {
	const struct row *row;
	struct lease_row lease;
	uint64_t now;
};

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->row->key, y->row->key);

	if (order)
		return order;
	return state_prefer(x->row, y->row, x->now) ? -1 : 1;
}

static struct lease_claim claim_of(const struct reading *reading, const struct candidate *from)
{
	const struct row *row = from->row;
	struct lease_claim claim = {
		.ip = from->lease.ip,
		.name = from->lease.hostname,
		.held_ms = held_ms(row, &from->lease, reading->now),
		.own = row->fresh && author_equal(row_author(row), store_self(reading->store)),
		.is_signed = row_is_signed(row),
	};

	(void)mac_parse(row->key, &claim.mac);
	if (claim.name && strcmp(claim.name, "*") == 0)
		claim.name = NULL;
	return claim;
}

static size_t read_candidates(const struct reading *reading, struct candidate **candidates)
{
	const struct row *row = NULL;
	size_t n = 0, room = 0;

	while ((row = store_next(reading->store, leases, row)))
		room++;
	*candidates = arena_array_of(reading->arena, struct candidate, room + 1);
	while ((row = store_next(reading->store, leases, row))) {
		struct candidate *candidate = &(*candidates)[n];

		candidate->row = row;
		candidate->now = reading->now;
		if (row_read(row, reading->arena, &candidate->lease) == 0 &&
		    is_in_scope(reading->scope, &candidate->lease.ip))
			n++;
		else
			reading->view->n_refused++;
	}
	return n;
}

/* The first candidate of a client is its claim; the others may know it for longer. */
static void add_claim(const struct reading *reading, const struct candidate *from)
{
	struct lease_view *view = reading->view;
	struct lease_claim claim = claim_of(reading, from);
	struct lease_claim *last = view->count ? &view->claims[view->count - 1] : NULL;

	if (!last || !mac_equal(&last->mac, &claim.mac))
		view->claims[view->count++] = claim;
	else if (ip_equal(&last->ip, &claim.ip) && claim.held_ms > last->held_ms)
		last->held_ms = claim.held_ms;
}

/* Whom an address belongs to, of two that claim it; the same on all nodes. */
static bool is_senior(const struct lease_claim *a, const struct lease_claim *b)
{
	uint64_t apart = a->held_ms > b->held_ms ? a->held_ms - b->held_ms
	                                         : b->held_ms - a->held_ms;

	if (a->is_signed != b->is_signed)
		return a->is_signed;
	if (apart >= HELD_EQUAL_MS)
		return a->held_ms > b->held_ms;
	return memcmp(&a->mac, &b->mac, sizeof(a->mac)) < 0;
}

static int compare_claims(const void *a, const void *b)
{
	const struct lease_claim *x = a, *y = b;
	int order = memcmp(x->ip.byte, y->ip.byte, sizeof(x->ip.byte));

	if (order)
		return order;
	return memcmp(&x->mac, &y->mac, sizeof(x->mac));
}

static void find_losers(struct lease_view *view)
{
	for (size_t i = 0; i < view->count;) {
		size_t best = i, end = i;

		for (; end < view->count && ip_equal(&view->claims[end].ip, &view->claims[i].ip);
		     end++) {
			if (is_senior(&view->claims[end], &view->claims[best]))
				best = end;
		}
		for (size_t j = i; j < end; j++)
			view->claims[j].loses = j != best;
		view->n_conflicts += end - i - 1;
		i = end;
	}
}

struct named {
	struct lease_claim *claim;
};

static int compare_names(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcasecmp(x->claim->name, y->claim->name);

	return order ? order : compare_claims(x->claim, y->claim);
}

/* Of those from `first` on that go by one name; gives the first that goes by another. */
static size_t keep_senior(const struct named *named, size_t first, size_t n)
{
	const char *name = named[first].claim->name;
	size_t best = first, end = first;

	for (; end < n && strcasecmp(named[end].claim->name, name) == 0; end++) {
		if (is_senior(named[end].claim, named[best].claim))
			best = end;
	}
	for (size_t i = first; i < end; i++) {
		if (i != best)
			named[i].claim->name = NULL;
	}
	return end;
}

/* Of clients that go by one name the senior one does, and none that goes by a node's. */
static void settle_names(const struct reading *reading)
{
	struct lease_view *view = reading->view;
	struct named *named = arena_array_of(reading->arena, struct named, view->count + 1);
	size_t n = 0;

	for (size_t i = 0; i < view->count; i++) {
		struct lease_claim *claim = &view->claims[i];

		if (claim->name &&
		    (claim->loses || lease_is_node_name(reading->store, claim->name)))
			claim->name = NULL;
		if (claim->name)
			named[n++].claim = claim;
	}
	qsort(named, n, sizeof(named[0]), compare_names);
	for (size_t i = 0, end = 0; i < n; i = end)
		end = keep_senior(named, i, n);
}

struct lease_view lease_view(const struct store *store, const struct lease_scope *scope,
                             uint64_t now, struct arena *arena)
{
	struct lease_view view = { 0 };
	struct reading reading = { store, scope, arena, now, &view };
	struct candidate *candidates;
	size_t n = read_candidates(&reading, &candidates);

	qsort(candidates, n, sizeof(candidates[0]), compare_candidates);
	view.claims = arena_array_of(arena, struct lease_claim, n + 1);
	for (size_t i = 0; i < n; i++)
		add_claim(&reading, &candidates[i]);
	qsort(view.claims, view.count, sizeof(view.claims[0]), compare_claims);
	find_losers(&view);
	settle_names(&reading);
	return view;
}
