/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* Who goes by which name: nodes of all clouds, what they named, and clients of other clouds. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "lease/lease.h"
#include "state/store.h"
#include "state/tables/tables.h"

struct known {
	const char *name;
	const char *domain; /* of its cloud; NULL: not known */
	struct string_list addresses;
	struct ip ip; /* the first of them that is not everybody's */
	const struct author_id *author;
	bool here;   /* of this cloud */
	bool client; /* of another cloud */
	bool self;
	bool is_signed;
};

struct knowns {
	const struct store *store;
	const struct lease_scope *scope;
	struct arena *arena;
	uint64_t now;
	const char *own_domain;
	struct known *all; /* by name; of one name the one that has it comes first */
	size_t count;
};

/* What a node says of itself; false if it says nothing. */
static bool read_info(const struct knowns *knowns, const struct author_id *author,
                      struct node_info_row *info)
{
	const struct row *row = NULL;

	while ((row = store_next(knowns->store, &state_table_node_info, row))) {
		if (author_equal(row_author(row), author))
			return row_read(row, knowns->arena, info) == 0;
	}
	return false;
}

const char *lease_own_domain(const struct store *store, struct arena *arena)
{
	struct knowns knowns = { .store = store, .arena = arena };
	struct node_info_row info = { 0 };

	return read_info(&knowns, store_self(store), &info) && info.domain ? info.domain : "";
}

static bool is_shared(const struct knowns *knowns, const struct ip *ip)
{
	return ip_equal(ip, &knowns->scope->anycast);
}

static void find_ip(const struct knowns *knowns, struct known *known)
{
	for (size_t i = 0; i < known->addresses.count; i++) {
		struct ip ip;

		if (!ip_parse(known->addresses.items[i], &ip) || is_shared(knowns, &ip))
			continue;
		if (known->ip.family == IP_NONE ||
		    (ip.family == IP_V4 && known->ip.family == IP_V6))
			known->ip = ip;
	}
}

/* --- reading --- */

static void add_node(struct knowns *knowns, const struct row *row)
{
	struct known *known = &knowns->all[knowns->count];
	struct node_info_row info = { 0 };
	struct name_row name;

	if (!row_is_signed(row) &&
	    store_believe(knowns->store, row->table, row->key, knowns->now) != row)
		return;
	if (row_read(row, knowns->arena, &name) < 0)
		return;
	*known = (struct known){ .name = arena_strdup(knowns->arena, row->key),
		                 .addresses = name.addresses,
		                 .author = row_author(row),
		                 .is_signed = row_is_signed(row) };
	known->self = author_equal(known->author, store_self(knowns->store));
	find_ip(knowns, known);
	if (known->ip.family == IP_NONE)
		return;
	if (read_info(knowns, known->author, &info))
		known->domain = info.domain;
	if (known->ip.family == IP_V4)
		known->here = prefix_contains(&knowns->scope->network, &known->ip);
	else
		known->here = !known->domain || strcasecmp(known->domain, knowns->own_domain) == 0;
	knowns->count++;
}

/* A client of another cloud has an address beside its node's, or it is none. */
static bool is_beside(const struct knowns *knowns, const struct ip *ip, const struct ip *node)
{
	struct prefix network = { *node, knowns->scope->network.length };

	return node->family == IP_V4 && ip->family == IP_V4 && prefix_contains(&network, ip) &&
	       !prefix_contains(&knowns->scope->network, ip) && !ip_reserved(ip);
}

static void add_client(struct knowns *knowns, const struct row *row)
{
	struct known *known = &knowns->all[knowns->count];
	struct node_info_row info = { 0 };
	struct lease_row lease;
	char ip[IP_TEXT_SIZE];

	if (store_believe(knowns->store, row->table, row->key, knowns->now) != row ||
	    row_read(row, knowns->arena, &lease) < 0 || !lease.hostname ||
	    !key_is_name(lease.hostname) || !read_info(knowns, row_author(row), &info) ||
	    !is_beside(knowns, &lease.ip, &info.ipv4))
		return;
	*known = (struct known){ .name = lease.hostname,
		                 .domain = info.domain,
		                 .ip = lease.ip,
		                 .author = row_author(row),
		                 .client = true,
		                 .is_signed = row_is_signed(row) };
	known->addresses.items = arena_array_of(knowns->arena, const char *, 1);
	known->addresses.items[0] = arena_strdup(knowns->arena, ip_format(&lease.ip, ip));
	known->addresses.count = 1;
	knowns->count++;
}

/* The same at every node of a cloud, whatever came when. */
static int compare(const void *a, const void *b)
{
	const struct known *x = a, *y = b;
	int order = strcasecmp(x->name, y->name);

	if (!order)
		order = y->here - x->here;
	if (!order)
		order = x->client - y->client;
	if (!order)
		order = y->is_signed - x->is_signed;
	if (!order)
		order = (int)x->ip.family - (int)y->ip.family;
	if (!order)
		order = memcmp(x->ip.byte, y->ip.byte, sizeof(x->ip.byte));
	return order ? order : author_compare(x->author, y->author);
}

static struct knowns read_knowns(const struct store *store, const struct lease_scope *scope,
                                 uint64_t now, struct arena *arena)
{
	struct knowns knowns = { .store = store, .scope = scope, .arena = arena, .now = now };
	const struct row *row = NULL;
	size_t room = 1;

	while ((row = store_next(store, &state_table_names, row)))
		room++;
	while ((row = store_next(store, &state_table_leases, row)))
		room++;
	knowns.all = arena_array_of(arena, struct known, room);
	knowns.own_domain = lease_own_domain(store, arena);
	while ((row = store_next(store, &state_table_names, row)))
		add_node(&knowns, row);
	while ((row = store_next(store, &state_table_leases, row)))
		add_client(&knowns, row);
	if (knowns.count)
		qsort(knowns.all, knowns.count, sizeof(*knowns.all), compare);
	return knowns;
}

/* The first after `from` that has another name. */
static size_t next_name(const struct knowns *knowns, size_t from)
{
	size_t i = from + 1;

	while (i < knowns->count && !strcasecmp(knowns->all[i].name, knowns->all[from].name))
		i++;
	return i;
}

/* --- printing --- */

/* What a node is called whose name another one has. */
static const char *alias_of(const struct knowns *knowns, const struct known *known)
{
	const uint8_t *id = known->is_signed ? known->author->byte : &known->ip.byte[2];
	const char *alias = arena_printf(knowns->arena, "%s-%02x%02x", known->name, id[0], id[1]);

	return key_is_name(alias) ? alias : NULL;
}

static void print(const struct knowns *knowns, const struct known *known, const char *names,
                  struct buf *out)
{
	for (size_t i = 0; i < known->addresses.count; i++) {
		struct ip ip;
		char text[IP_TEXT_SIZE];

		if (ip_parse(known->addresses.items[i], &ip) && !is_shared(knowns, &ip))
			buf_printf(out, "%s %s\n", ip_format(&ip, text), names);
	}
}

static bool is_client_name(const struct lease_view *clients, const char *name)
{
	for (size_t i = 0; i < clients->count; i++) {
		if (clients->claims[i].name && !strcasecmp(clients->claims[i].name, name))
			return true;
	}
	return false;
}

/* Of this cloud: its own name each node answers itself. */
static void print_here(const struct knowns *knowns, const struct known *known, bool has_name,
                       struct buf *out)
{
	const char *name = has_name ? known->name : alias_of(knowns, known);

	if (!known->self && name)
		print(knowns, known, name, out);
}

/* Of another cloud: its full name, and the bare one if nobody else has that. */
static void print_elsewhere(const struct knowns *knowns, const struct known *known, bool is_free,
                            struct buf *out)
{
	bool other = known->domain && strcasecmp(known->domain, knowns->own_domain) != 0 &&
	             lease_may_delegate(known->domain, knowns->own_domain);
	const char *full = other ? arena_printf(knowns->arena, "%s.%s", known->name, known->domain)
	                         : NULL;

	if (full && is_free)
		full = arena_printf(knowns->arena, "%s %s", full, known->name);
	if (full)
		print(knowns, known, full, out);
	else if (is_free)
		print(knowns, known, known->name, out);
}

static bool same_domain(const struct known *a, const struct known *b)
{
	return strcasecmp(a->domain ? a->domain : "", b->domain ? b->domain : "") == 0;
}

/* Whether one of those before it, of the same name and domain, has the full name. */
static bool is_taken(const struct known *first, const struct known *known)
{
	for (; first < known; first++) {
		if (!first->here && same_domain(first, known))
			return true;
	}
	return false;
}

void lease_print_node_names(const struct store *store, const struct lease_scope *scope,
                            const struct lease_view *clients, uint64_t now, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct knowns knowns = read_knowns(store, scope, now, arena);

	for (size_t first = 0, next; first < knowns.count; first = next) {
		const struct known *all = knowns.all;

		next = next_name(&knowns, first);
		for (size_t i = first; i < next; i++) {
			if (all[i].here)
				print_here(&knowns, &all[i], i == first, out);
			else if (!is_taken(&all[first], &all[i]))
				print_elsewhere(&knowns, &all[i],
				                i == first && !is_client_name(clients, all[i].name),
				                out);
		}
	}
}

void lease_print_collisions(const struct store *store, const struct lease_scope *scope,
                            uint64_t now, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct knowns knowns = read_knowns(store, scope, now, arena);

	for (size_t first = 0, next; first < knowns.count; first = next) {
		next = next_name(&knowns, first);
		for (size_t i = first + 1; i < next && knowns.all[i].here; i++) {
			const struct known *known = &knowns.all[i];
			const char *alias = alias_of(&knowns, known);
			char holder[IP_TEXT_SIZE], other[IP_TEXT_SIZE];

			buf_printf(out, "%s %s %s %s\n", known->name,
			           ip_format(&knowns.all[first].ip, holder),
			           ip_format(&known->ip, other), alias ? alias : known->name);
		}
	}
}
