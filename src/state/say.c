/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What this node says itself, and what it has heard from LibreMesh peers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state/parts.h"
#include "state/presence.h"
#include "state/tables/tables.h"
#include "state/value.h"

/* After a start, until what was said before it is taken for known. */
#define SETTLE_MS (60u * 1000)
/* A row of a peer that lives longer by so much of its table's lifetime is news. */
#define NEWS_PART 4

static int check_key(const struct state_table *table, const char *key)
{
	size_t length = strlen(key);

	if (length == 0 || length > ROW_KEY_MAX || value_check_plain(key) ||
	    (table->key_check && !table->key_check(key)))
		return -EINVAL;
	return 0;
}

static size_t count_live(const struct row_author *author, const struct state_table *table)
{
	size_t count = 0;

	for (const struct row *row = author->rows; row; row = row->author_next)
		count += row->table == table && row->state == ROW_LIVE;
	return count;
}

/* Whether the row's words are the same; not how long they live. */
static bool says(const struct row *row, const struct statement *statement)
{
	return row && row->state == (statement->removed ? ROW_REMOVED : ROW_LIVE) &&
	       row->value_size == statement->value_size &&
	       (!row->value_size || memcmp(row->value, statement->value, row->value_size) == 0);
}

static struct row *row_of(const struct store *store, const struct statement *statement)
{
	return store_at(store, store_slot(store, statement), statement);
}

/* Signs it with the next version and puts it in; it was first said `age_ms` ago. */
static void say(struct store *store, struct statement *statement, uint64_t age_ms, uint64_t now)
{
	const struct state_crypto *crypto = &store->options.crypto;
	uint8_t bytes[STATEMENT_MAX], sign_bytes[SIGNED_MAX], signature[STATE_SIGNATURE_SIZE];
	struct record record = { .signature = signature, .bytes = bytes, .age_ms = age_ms };

	statement->author = store->self->id;
	statement->version = (struct row_version){ store->options.epoch, ++store->sequence };
	record.statement = *statement;
	record.size = statement_write(statement, bytes);
	crypto->sign(crypto->context, sign_bytes,
	             statement_sign_bytes(bytes, record.size, sign_bytes), signature);
	store_insert(store, store->self, &record, row_of(store, statement), now)->fresh = true;
}

void store_say_again(struct store *store, const struct row *row, uint64_t now)
{
	struct statement statement;
	uint8_t value[ROW_VALUE_MAX];
	char key[ROW_KEY_MAX + 1];

	/* The row goes as it is said: its words are kept aside. */
	row_statement(row, &statement);
	memcpy(key, row->key, row->key_size);
	if (row->value_size)
		memcpy(value, row->value, row->value_size);
	statement.key = key;
	statement.value = value;
	say(store, &statement, row_age_ms(row, now), now);
}

static int write_value(const struct state_table *table, const void *object,
                       uint8_t value[ROW_VALUE_MAX], struct statement *statement)
{
	int error = value_write(table->shape, object, value, &statement->value_size);

	if (error < 0)
		return error;
	statement->value = value;
	return statement->value_size <= table->max_value ? 0 : -E2BIG;
}

static struct statement statement_for(const struct store *store, const struct state_table *table,
                                      const char *key, uint32_t lifetime_s)
{
	return (struct statement){
		.table_id = table->id,
		.author = store->self->id,
		.lifetime_s = lifetime_s && lifetime_s < table->lifetime_s ? lifetime_s
		                                                           : table->lifetime_s,
		.key = key,
		.key_size = strlen(key),
	};
}

/* Withdrawn rows stand in the way until the next sign of life, which makes them void. */
static bool has_own_room(struct store *store, const struct state_table *table, uint64_t now)
{
	struct row_author *self = store->self;

	if (self->n_in_table[table->id] >= 2 * table->max_rows - 1 ||
	    self->bytes + RECORD_MAX > store->options.max_author_bytes) {
		store->presence_due = 0;
		store_presence(store, now);
	}
	return count_live(self, table) < table->max_rows &&
	       self->bytes + RECORD_MAX <= store->options.max_author_bytes;
}

int store_put(struct store *store, const struct state_table *table, const char *key,
              const void *object, uint32_t lifetime_s, uint64_t now)
{
	struct statement statement;
	uint8_t value[ROW_VALUE_MAX];
	const struct row *old;
	int error = table->shape ? check_key(table, key) : -EINVAL;

	if (error < 0)
		return error;
	statement = statement_for(store, table, key, lifetime_s);
	error = write_value(table, object, value, &statement);
	if (error < 0)
		return error;
	old = row_of(store, &statement);
	if (says(old, &statement) && old->lifetime_s == statement.lifetime_s &&
	    old->version.epoch == store->options.epoch)
		return 0;
	if (!(old && old->state == ROW_LIVE) && !has_own_room(store, table, now))
		return -ENOSPC;
	say(store, &statement, 0, now);
	return 0;
}

int store_remove(struct store *store, const struct state_table *table, const char *key,
                 uint64_t now)
{
	const struct row *row = store_find(store, table, key, &store->self->id);
	struct statement statement;

	if (!row)
		return -ENOENT;
	statement = statement_for(store, table, key, row->lifetime_s);
	statement.removed = true;
	say(store, &statement, 0, now);
	return 0;
}

/* Signs of life. */

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void say_presence(struct store *store, uint64_t now)
{
	struct row_author *self = store->self;
	struct statement statement = statement_for(store, &state_table_presence, PRESENCE_KEY, 0);
	struct row_version version = { store->options.epoch, store->sequence + 1 };
	uint32_t *live = calloc(self->n_rows + 1, sizeof(*live));
	uint8_t value[ROW_VALUE_MAX];
	size_t n_live = 0;

	if (!live)
		abort();
	for (struct row *row = self->rows; row; row = row->author_next) {
		if (row->state == ROW_LIVE && row->version.epoch == version.epoch &&
		    row->table != &state_table_presence)
			live[n_live++] = row->version.sequence;
	}
	qsort(live, n_live, sizeof(*live), compare_numbers);
	statement.value_size = presence_write(&version, live, n_live, store->settled, value);
	statement.value = value;
	free(live);
	say(store, &statement, 0, now);
	store_note_presence(store, row_of(store, &statement), now);
}

void store_settle(struct store *store, uint64_t now)
{
	struct row *row, *after;

	for (row = store->self->rows; row; row = after) {
		after = row->author_next;
		if (row->state == ROW_LIVE && row->version.epoch != store->options.epoch &&
		    row->table && (row->fresh || row->table->survives_restart))
			store_say_again(store, row, now);
	}
	store->settled = true;
	store->presence_due = now;
	store_presence(store, now);
}

void store_presence(struct store *store, uint64_t now)
{
	if (!store->started) {
		store->started = true;
		store->started_at = now;
		store->presence_due = now;
	}
	if (!store->settled && now - store->started_at >= SETTLE_MS) {
		store_settle(store, now);
		return;
	}
	if (now < store->presence_due)
		return;
	/* Nodes that were switched on together need not speak together. */
	store->presence_due = now + (STORE_PRESENCE_S - store->self->id.byte[0]) * UINT64_C(1000);
	say_presence(store, now);
}

/* What peers say. */

static bool lives_longer(const struct row *row, uint32_t remaining_s, uint64_t now)
{
	uint64_t more_ms = row->table->lifetime_s * UINT64_C(1000) / NEWS_PART;

	return remaining_s * UINT64_C(1000) > row_remaining_ms(row, now) + more_ms;
}

/* Whether the peer's words are worth a new version. */
static bool has_news(const struct row *old, const struct statement *statement, uint64_t now)
{
	if (!old)
		return !statement->removed;
	if (old->version.sequence == UINT32_MAX || (statement->removed && old->state != ROW_LIVE))
		return false;
	return !says(old, statement) || lives_longer(old, statement->lifetime_s, now);
}

int store_import(struct store *store, const struct state_table *table, const char *key,
                 const struct store_heard *heard, uint64_t now)
{
	struct statement statement;
	uint8_t value[ROW_VALUE_MAX], bytes[STATEMENT_MAX];
	struct record record;
	struct row *old;
	int error = table->shape ? check_key(table, key) : -EINVAL;

	if (error < 0)
		return error;
	statement = statement_for(store, table, key, heard->remaining_s);
	statement.removed = !heard->object;
	error = author_from_name(heard->author, &statement.author);
	if (error == 0 && heard->object)
		error = write_value(table, heard->object, value, &statement);
	if (error < 0)
		return error;
	old = row_of(store, &statement);
	if (heard->remaining_s == 0 || !has_news(old, &statement, now))
		return -EALREADY;
	statement.version = (struct row_version){ 0, old ? old->version.sequence + 1 : 1 };
	record = (struct record){ .statement = statement, .bytes = bytes };
	record.size = statement_write(&statement, bytes);
	return store_merge(store, &record, now) == MERGE_TAKEN ? 0 : -ENOSPC;
}
