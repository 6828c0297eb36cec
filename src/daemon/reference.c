/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/reference.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "daemon/net/own_rows.h"
#include "state/tables/tables.h"
#include "state/value.h"

static const struct {
	const struct state_table *table, *reference;
} pairs[] = {
	{ &state_table_node_info, &state_table_node_info_ref },
	{ &state_table_wifi_links, &state_table_wifi_links_ref },
	{ &state_table_bat_links, &state_table_bat_links_ref },
	{ &state_table_babel_links, &state_table_babel_links_ref },
};

static bool has_row(const struct own_rows *rows, const struct state_table *table, const char *key)
{
	struct own_row row;
	size_t at = 0;

	while (own_rows_next(rows, table, &at, &row)) {
		if (!strcmp(row.key, key))
			return true;
	}
	return false;
}

/* A row that is withdrawn changes places with the last one: look from the beginning again. */
static void drop_old(struct own_rows *rows, const struct state_table *table,
                     const struct state_table *reference)
{
	struct own_row row;
	size_t at = 0;

	while (own_rows_next(rows, reference, &at, &row)) {
		if (has_row(rows, table, row.key))
			continue;
		own_rows_withdraw(rows, reference, row.key);
		at = 0;
	}
}

static size_t copy_rows(struct own_rows *rows, const struct state_table *table,
                        const struct state_table *reference)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	void *object = arena_alloc(arena, table->shape->size);
	struct own_row row;
	size_t at = 0, n = 0;

	drop_old(rows, table, reference);
	while (own_rows_next(rows, table, &at, &row)) {
		if (value_read(table->shape, row.value, row.size, arena, object) == 0 &&
		    own_rows_keep(rows, reference, row.key, object) == 0)
			n++;
	}
	return n;
}

int reference_set(struct own_rows *rows, const char *table, struct diag *diag, struct buf *json)
{
	struct json out = { .out = json };
	bool found = false;

	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++)
		found = found || !table || !strcmp(pairs[i].table->name, table);
	if (!found) {
		diag_add(diag, DIAG_ERROR, NULL,
		         "'%s' has no reference; node_info, wifi_links, bat_links and babel_links "
		         "have one",
		         table);
		return -ENOENT;
	}
	json_open(&out, NULL, '{');
	json_open(&out, "rows", '{');
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
		if (!table || !strcmp(pairs[i].table->name, table))
			json_number(&out, pairs[i].table->name,
			            (int64_t)copy_rows(rows, pairs[i].table, pairs[i].reference));
	}
	json_close(&out, '}');
	json_close(&out, '}');
	return 0;
}

int reference_forget_node(struct own_rows *rows, const char *self, const char *hostname,
                          struct diag *diag)
{
	const struct network_node_row gone = { .hostname = hostname };
	int r;

	if (strcasecmp(self, hostname) == 0) {
		diag_add(diag, DIAG_ERROR, NULL, "'%s' is this node, which is not gone", hostname);
		return -EINVAL;
	}
	r = own_rows_keep(rows, &state_table_network_nodes, hostname, &gone);
	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "'%s' cannot be forgotten: %s", hostname,
		         r == -ENOSPC ? "there is no room for more" : "no node is called so");
	return r;
}
