/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "lease/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "lease/lease.h"
#include "state/store.h"
#include "state/tables/tables.h"

static bool has_key(const struct store *store, const struct state_table *table, const char *name)
{
	const struct row *row = NULL;

	while ((row = store_next(store, table, row))) {
		if (strcasecmp(row->key, name) == 0)
			return true;
	}
	return false;
}

bool lease_is_node_name(const struct store *store, const char *name)
{
	return has_key(store, &state_table_names, name) ||
	       has_key(store, &state_table_node_info, name);
}

/* What is printed stands in files of dnsmasq: an address is one and a name is a name, because no
 * row gets into the store otherwise. */

void lease_print_reservations(const struct lease_view *view, struct buf *out)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct lease_claim *claim = &view->claims[i];
		char mac[MAC_TEXT_SIZE], ip[IP_TEXT_SIZE];

		if (claim->own || claim->loses)
			continue;
		buf_printf(out, "%s,%s", mac_format(&claim->mac, mac), ip_format(&claim->ip, ip));
		if (claim->name)
			buf_printf(out, ",%s", claim->name);
		buf_add_char(out, '\n');
	}
}

void lease_print_names(const struct lease_view *view, struct buf *out)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct lease_claim *claim = &view->claims[i];
		char ip[IP_TEXT_SIZE];

		if (!claim->own && !claim->loses && claim->name)
			buf_printf(out, "%s %s\n", ip_format(&claim->ip, ip), claim->name);
	}
}

/* The rows that readers believe: one a key. */

struct said {
	const struct row *row;
	uint64_t now;
};

static int compare_said(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order = strcmp(x->row->key, y->row->key);

	if (order)
		return order;
	return state_prefer(x->row, y->row, x->now) ? -1 : 1;
}

/* In the arena, by key; gives how many. */
static size_t believed(const struct store *store, const struct state_table *table, uint64_t now,
                       struct arena *arena, struct said **all)
{
	const struct row *row = NULL;
	size_t n = 0, kept = 0;

	while ((row = store_next(store, table, row)))
		n++;
	*all = arena_array_of(arena, struct said, n + 1);
	for (size_t i = 0; i < n; i++)
		(*all)[i] = (struct said){ row = store_next(store, table, row), now };
	qsort(*all, n, sizeof(**all), compare_said);
	for (size_t i = 0; i < n; i++) {
		if (!kept || strcmp((*all)[kept - 1].row->key, (*all)[i].row->key) != 0)
			(*all)[kept++] = (*all)[i];
	}
	return kept;
}

/* Endings that nobody can have on the Internet, or that nobody has. */
static bool is_private(const char *ending)
{
	static const char *const endings[] = { "mesh", "lan",      "local", "home", "internal",
		                               "test", "intranet", "libre", "wifi", "localdomain" };

	for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
		if (strcasecmp(ending, endings[i]) == 0)
			return true;
	}
	return false;
}

bool lease_may_delegate(const char *domain, const char *own_domain)
{
	const char *ending = strrchr(domain, '.'), *parent = strchr(domain, '.');
	const char *own_parent = strchr(own_domain, '.');

	if (strcasecmp(domain, own_domain) == 0)
		return false;
	if (is_private(ending ? ending + 1 : domain))
		return true;
	/* A sibling of a domain right below "org" would be anything. */
	return parent && own_parent && strchr(parent + 1, '.') &&
	       strcasecmp(parent, own_parent) == 0;
}

void lease_print_servers(const struct store *store, const char *own_domain, uint64_t now,
                         struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct said *said;
	/* Before it is known which domain is one's own, none is another's. */
	size_t n = *own_domain ? believed(store, &state_table_dns_servers, now, arena, &said) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = said[i].row;
		struct dns_server_row server;
		char ip[IP_TEXT_SIZE];

		if (lease_may_delegate(row->key, own_domain) &&
		    row_read(row, arena, &server) == 0 && server.ip.family != IP_NONE)
			buf_printf(out, "server=/%s/%s\n", row->key, ip_format(&server.ip, ip));
	}
}
