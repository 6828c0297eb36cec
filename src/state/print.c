/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/print.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "state/merge.h"
#include "state/row.h"
#include "state/store.h"
#include "state/tables/tables.h"

/* --- who an author is --- */

struct writer {
	const struct row_author *author;
	const char *name;
};

/* The nodes that sign what they say, by what they say they are called. */
struct writers {
	struct writer *all;
	size_t count;
};

static int compare_writers(const void *a, const void *b)
{
	const struct writer *first = a, *second = b;

	return first->author < second->author ? -1 : first->author > second->author;
}

static struct writers find_writers(const struct store *store, struct arena *arena)
{
	const struct state_table *table = &state_table_node_info;
	struct writers writers = { 0 };
	const struct row *row = NULL;
	size_t room = 0;

	while ((row = store_next(store, table, row)))
		room += row_is_signed(row);
	writers.all = arena_array_of(arena, struct writer, room + 1);
	while ((row = store_next(store, table, row))) {
		if (row_is_signed(row))
			writers.all[writers.count++] = (struct writer){ row->author, row->key };
	}
	qsort(writers.all, writers.count, sizeof(*writers.all), compare_writers);
	return writers;
}

static void print_author(const struct store *store, const struct writers *writers,
                         const struct row *row, struct json *json)
{
	const struct author_id *author = row_author(row);
	const struct writer wanted = { row->author, NULL };
	const struct writer *found = bsearch(&wanted, writers->all, writers->count, sizeof(wanted),
	                                     compare_writers);
	char id[AUTHOR_TEXT_SIZE];

	author_format(author, id);
	json_text(json, "node", found ? found->name : row_is_signed(row) ? NULL : id);
	json_text(json, "key_id", row_is_signed(row) ? id : NULL);
	json_bool(json, "signed", row_is_signed(row));
	json_bool(json, "own", author_equal(author, store_self(store)));
}

/* --- rows --- */

static int64_t seconds(uint64_t ms)
{
	return (int64_t)(ms / 1000);
}

static void print_value(const struct row *row, struct json *json)
{
	AUTO(arena_free) struct arena *arena = NULL;
	BUF_AUTO members = { 0 };
	void *object;

	if (row->state != ROW_LIVE || !row->table->shape)
		return;
	arena = arena_new();
	object = arena_alloc(arena, row->table->shape->size);
	if (row_read(row, arena, object) < 0)
		return;
	shape_print_json(row->table->shape, object, &members);
	json_open(json, "value", '{');
	if (members.length)
		json_raw(json, NULL, members.text);
	json_close(json, '}');
}

static void print_row(const struct store *store, const struct writers *writers,
                      const struct row *row, uint64_t now, struct json *json)
{
	json_text(json, "row", row->key);
	print_author(store, writers, row, json);
	json_number(json, "age_s", seconds(row_age_ms(row, now)));
	if (row->state == ROW_LIVE) {
		json_number(json, "confirmed_s", seconds(row_renewed_ms(row, now)));
		json_number(json, "left_s", seconds(row_remaining_ms(row, now)));
	}
	print_value(row, json);
}

/* One of the rows that are printed. */
struct item {
	const struct row *row;
};

static int compare_items(const void *a, const void *b)
{
	const struct item *first = a, *second = b;
	int order = strcmp(first->row->key, second->row->key);

	return order ? order : author_compare(row_author(first->row), row_author(second->row));
}

/* Of rows with one key the one that readers believe. */
static const struct row *believed(const struct item *items, size_t n, uint64_t now)
{
	const struct state_table *table = items[0].row->table;
	const struct row *best = items[0].row;

	for (size_t i = 1; i < n && !strcmp(items[i].row->key, best->key); i++) {
		if ((table->prefer ? table->prefer : state_prefer)(items[i].row, best, now))
			best = items[i].row;
	}
	return best;
}

static struct item *find_items(const struct store *store, const struct state_table *table,
                               const char *key, struct arena *arena, size_t *n)
{
	const struct row *row = NULL;
	struct item *items;
	size_t room = 0;

	while ((row = store_next(store, table, row)))
		room++;
	items = arena_array_of(arena, struct item, room + 1);
	*n = 0;
	while ((row = store_next(store, table, row))) {
		if (!key || !strcmp(row->key, key))
			items[(*n)++].row = row;
	}
	qsort(items, *n, sizeof(*items), compare_items);
	return items;
}

void state_print_rows(const struct store *store, const struct state_table *table, const char *key,
                      size_t limit, uint64_t now, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct writers writers = find_writers(store, arena);
	struct json json = { .out = out };
	const struct row *best = NULL;
	size_t n, i;
	const struct item *items = find_items(store, table, key, arena, &n);

	json_open(&json, NULL, '{');
	json_text(&json, "table", table->name);
	json_text(&json, "doc", table->doc);
	json_number(&json, "n_rows", (int64_t)n);
	json_open(&json, "rows", '[');
	for (i = 0; i < n && out->length < limit; i++) {
		const struct row *row = items[i].row;

		if (!best || strcmp(row->key, best->key) != 0)
			best = believed(items + i, n - i, now);
		json_open(&json, NULL, '{');
		print_row(store, &writers, row, now, &json);
		json_bool(&json, "believed", row == best);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_number(&json, "n_left_out", (int64_t)(n - i));
	json_close(&json, '}');
}

void state_print_event(const struct store *store, const struct row *row, uint64_t now,
                       struct buf *out)
{
	static const char *const words[] = {
		[ROW_LIVE] = "said",
		[ROW_REMOVED] = "withdrawn",
		[ROW_EXPIRED] = "expired",
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct writers writers = find_writers(store, arena);
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_text(&json, "event", words[row->state]);
	json_text(&json, "table", row->table->name);
	print_row(store, &writers, row, now, &json);
	json_close(&json, '}');
}

/* --- tables --- */

static void print_table(const struct store *store, const struct state_table *table, uint64_t now,
                        struct json *json)
{
	const struct row *row = NULL, *last = NULL;
	int64_t n = 0, n_signed = 0, n_own = 0;

	while ((row = store_next(store, table, row))) {
		n++;
		n_signed += row_is_signed(row);
		n_own += author_equal(row_author(row), store_self(store));
		last = row;
	}
	json_open(json, NULL, '{');
	json_text(json, "table", table->name);
	json_text(json, "doc", table->doc);
	json_number(json, "n_rows", n);
	json_number(json, "n_own", n_own);
	json_number(json, "n_unsigned", n - n_signed);
	json_number(json, "lifetime_s", table->lifetime_s);
	if (last)
		json_number(json, "age_s", seconds(row_age_ms(last, now)));
	json_close(json, '}');
}

void state_print_tables(const struct store *store, uint64_t now, struct buf *out)
{
	struct json json = { .out = out };
	struct store_stats stats;
	uint64_t n_refused = 0;

	store_stats(store, &stats);
	for (size_t i = 0; i < ARRAY_LENGTH(stats.n_refused); i++)
		n_refused += stats.n_refused[i];
	json_open(&json, NULL, '{');
	json_number(&json, "n_authors", (int64_t)stats.n_authors);
	json_number(&json, "bytes", (int64_t)stats.bytes);
	json_number(&json, "n_refused", (int64_t)n_refused);
	json_number(&json, "n_forged", (int64_t)stats.n_refused[REFUSED_SIGNATURE]);
	json_number(&json, "n_evicted", (int64_t)stats.n_evicted);
	json_open(&json, "tables", '[');
	for (size_t i = 0; state_tables[i]; i++)
		print_table(store, state_tables[i], now, &json);
	json_close(&json, ']');
	json_close(&json, '}');
}
