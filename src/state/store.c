/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "state/bytes.h"
#include "state/parts.h"

struct table_limits table_limits(unsigned table_id)
{
	const struct state_table *table = state_table_by_id(table_id);

	if (!table)
		return (struct table_limits){ ROW_LIFETIME_MAX, FOREIGN_ROWS_MAX, FOREIGN_VALUE_MAX,
			                      0 };
	return (struct table_limits){ table->lifetime_s, table->max_rows, table->max_value,
		                      table->id };
}

static void *alloc(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

struct store *store_new(const struct store_options *options)
{
	struct store *store = alloc(sizeof(*store));
	struct author_id self;

	store->options = *options;
	if (!store->options.max_bytes)
		store->options.max_bytes = STORE_BYTES_MAX;
	if (!store->options.max_author_bytes)
		store->options.max_author_bytes = STORE_AUTHOR_BYTES_MAX;
	if (!store->options.max_authors)
		store->options.max_authors = STORE_AUTHORS_MAX;
	store->next_expiry = UINT64_MAX;
	author_from_key(options->key, &self);
	store->self = store_author_add(store, &self);
	return store;
}

static void free_authors(struct row_author *author)
{
	while (author) {
		struct row_author *next = author->chain;

		while (author->rows) {
			struct row *row = author->rows;

			author->rows = row->author_next;
			free(row);
		}
		free(author);
		author = next;
	}
}

void store_free(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < AUTHOR_BUCKETS; i++)
		free_authors(store->author[i]);
	free(store);
}

const struct author_id *store_self(const struct store *store)
{
	return &store->self->id;
}

uint32_t store_epoch(const struct store *store)
{
	return store->options.epoch;
}

void store_stats(const struct store *store, struct store_stats *stats)
{
	*stats = store->stats;
	stats->n_rows = store->count;
}

/* Hashes. */

static uint64_t hash_bytes(const struct store *store, const void *bytes, size_t size)
{
	const struct state_crypto *crypto = &store->options.crypto;
	uint8_t hash[STATE_HASH_SIZE];
	struct reader reader = { .at = hash, .end = hash + sizeof(hash) };

	crypto->hash(crypto->context, bytes, size, hash);
	return take_number(&reader, 8);
}

uint64_t store_slot(const struct store *store, const struct statement *statement)
{
	uint8_t bytes[3 + AUTHOR_ID_MAX + ROW_KEY_MAX];
	struct writer writer = { .at = bytes, .end = bytes + sizeof(bytes) };

	put_number(&writer, statement->table_id, 1);
	put_number(&writer, statement->author.kind, 1);
	put_number(&writer, statement->author.size, 1);
	put_bytes(&writer, statement->author.byte, statement->author.size);
	put_bytes(&writer, statement->key, statement->key_size);
	assert(!writer.bad);
	return hash_bytes(store, bytes, (size_t)(writer.at - bytes));
}

uint64_t store_digest(const struct store *store, const uint8_t *statement, size_t size)
{
	return hash_bytes(store, statement, size);
}

/* Authors. */

static size_t author_bucket(const struct author_id *id)
{
	unsigned sum = 0;

	for (size_t i = 0; i < id->size; i++)
		sum = sum * 31 + id->byte[i];
	return sum % AUTHOR_BUCKETS;
}

struct row_author *store_author(const struct store *store, const struct author_id *id)
{
	struct row_author *author = store->author[author_bucket(id)];

	while (author && !author_equal(&author->id, id))
		author = author->chain;
	return author;
}

struct row_author *store_author_add(struct store *store, const struct author_id *id)
{
	struct row_author **bucket = &store->author[author_bucket(id)];
	struct row_author *author = store_author(store, id);

	if (author)
		return author;
	if (store->stats.n_authors >= store->options.max_authors)
		return NULL;
	author = alloc(sizeof(*author));
	author->id = *id;
	author->chain = *bucket;
	*bucket = author;
	store->stats.n_authors++;
	return author;
}

static void forget_author(struct store *store, struct row_author *author)
{
	struct row_author **at = &store->author[author_bucket(&author->id)];

	if (author->rows || author == store->self)
		return;
	while (*at && *at != author)
		at = &(*at)->chain;
	assert(*at);
	*at = author->chain;
	free(author);
	store->stats.n_authors--;
}

/* Places. */

unsigned digest_leaf_of(uint64_t slot)
{
	return (unsigned)(slot >> 52);
}

static void sum_add(struct store *store, const struct row *row, uint64_t digest, size_t count)
{
	unsigned leaf = digest_leaf_of(row->slot);

	store->leaf_sum[leaf] += digest;
	store->branch_sum[leaf / DIGEST_FAN] += digest;
	store->root_sum += digest;
	store->branch_count[leaf / DIGEST_FAN] += count;
	store->count += count;
}

uint64_t digest_root(const struct store *store)
{
	return store->root_sum;
}

size_t digest_count(const struct store *store)
{
	return store->count;
}

uint64_t digest_branch(const struct store *store, unsigned branch)
{
	return store->branch_sum[branch];
}

size_t digest_branch_count(const struct store *store, unsigned branch)
{
	return store->branch_count[branch];
}

uint64_t digest_leaf(const struct store *store, unsigned leaf)
{
	return store->leaf_sum[leaf];
}

const struct row *digest_next(const struct store *store, unsigned leaf, const struct row *after)
{
	const struct row *row = after ? after->chain : store->leaf[leaf];

	while (row && row->state == ROW_EXPIRED)
		row = row->chain;
	return row;
}

const struct row *digest_find(const struct store *store, uint64_t slot)
{
	const struct row *row = store->leaf[digest_leaf_of(slot)];

	while (row && (row->slot != slot || row->state == ROW_EXPIRED))
		row = row->chain;
	return row;
}

struct row *store_at(const struct store *store, uint64_t slot, const struct statement *statement)
{
	struct row *row = store->leaf[digest_leaf_of(slot)];

	for (; row; row = row->chain) {
		if (row->slot == slot && row->table_id == statement->table_id &&
		    row->key_size == statement->key_size &&
		    memcmp(row->key, statement->key, row->key_size) == 0 &&
		    author_equal(&row->author->id, &statement->author))
			return row;
	}
	return NULL;
}

/* Rows in and out. */

static size_t row_bytes(const struct row *row)
{
	return sizeof(*row) + row->key_size + 1u + row->value_size +
	       (row->signature ? STATE_SIGNATURE_SIZE : 0);
}

static void list_remove(struct row_list *list, struct row *row)
{
	*(row->previous ? &row->previous->next : &list->first) = row->next;
	*(row->next ? &row->next->previous : &list->last) = row->previous;
}

static void list_append(struct store *store, struct row *row)
{
	struct row_list *list = &store->table[table_limits(row->table_id).list];

	row->changed = list->serial = ++store->serial;
	row->previous = list->last;
	row->next = NULL;
	*(list->last ? &list->last->next : &list->first) = row;
	list->last = row;
}

static void link_row(struct store *store, struct row *row)
{
	struct row_author *author = row->author;
	struct row **leaf = &store->leaf[digest_leaf_of(row->slot)];

	row->chain = *leaf;
	*leaf = row;
	row->author_previous = NULL;
	row->author_next = author->rows;
	if (author->rows)
		author->rows->author_previous = row;
	author->rows = row;
	store->stats.bytes += row_bytes(row);
	if (row->state == ROW_EXPIRED) {
		author->n_expired++;
		store->stats.n_expired++;
	} else {
		author->n_rows++;
		author->bytes += row_bytes(row);
		author->n_in_table[table_limits(row->table_id).list]++;
		sum_add(store, row, row->digest, 1);
	}
	list_append(store, row);
}

static void unlink_row(struct store *store, struct row *row)
{
	struct row_author *author = row->author;
	struct row **at = &store->leaf[digest_leaf_of(row->slot)];

	while (*at != row)
		at = &(*at)->chain;
	*at = row->chain;
	*(row->author_previous ? &row->author_previous->author_next
	                       : &author->rows) = row->author_next;
	if (row->author_next)
		row->author_next->author_previous = row->author_previous;
	store->stats.bytes -= row_bytes(row);
	if (row->state == ROW_EXPIRED) {
		author->n_expired--;
		store->stats.n_expired--;
	} else {
		author->n_rows--;
		author->bytes -= row_bytes(row);
		author->n_in_table[table_limits(row->table_id).list]--;
		sum_add(store, row, 0 - row->digest, (size_t)-1);
	}
	if (author->presence == row)
		author->presence = NULL;
	list_remove(&store->table[table_limits(row->table_id).list], row);
}

static void tell(const struct store *store, const struct row *row)
{
	for (size_t i = 0; i < STORE_WATCHERS && store->watcher[i].fn; i++)
		store->watcher[i].fn(store->watcher[i].context, row);
}

/* With a key, a value and a signature behind it, all copied. */
static struct row *row_new(const struct statement *statement, const uint8_t *signature)
{
	size_t signature_size = signature ? STATE_SIGNATURE_SIZE : 0;
	struct row *row = alloc(sizeof(*row) + statement->key_size + 1 + statement->value_size +
	                        signature_size);
	char *key = (char *)(row + 1);
	uint8_t *value = (uint8_t *)key + statement->key_size + 1;

	memcpy(key, statement->key, statement->key_size);
	if (statement->value_size)
		memcpy(value, statement->value, statement->value_size);
	row->key = key;
	row->key_size = (uint8_t)statement->key_size;
	row->value = value;
	row->value_size = (uint16_t)statement->value_size;
	if (signature) {
		memcpy(value + statement->value_size, signature, STATE_SIGNATURE_SIZE);
		row->signature = value + statement->value_size;
	}
	row->table_id = (uint8_t)statement->table_id;
	row->table = state_table_by_id(statement->table_id);
	row->version = statement->version;
	row->lifetime_s = statement->lifetime_s;
	row->state = statement->removed ? ROW_REMOVED : ROW_LIVE;
	return row;
}

/* No younger than something that came here at `born`. */
static void keep_older(struct row *row, uint64_t born, uint64_t now)
{
	if (now - born > now - row->born)
		row->born = born;
	if (now - born > now - row->renewed)
		row->renewed = born;
}

struct row *store_insert(struct store *store, struct row_author *author,
                         const struct record *record, struct row *old, uint64_t now)
{
	struct row *row = row_new(&record->statement, record->signature);
	uint64_t expiry;

	row->author = author;
	row->slot = store_slot(store, &record->statement);
	row->digest = store_digest(store, record->bytes, record->size);
	row->born = now - record->age_ms;
	row->renewed = now - record->renewed_ms;
	if (author->alive && row_version_compare(&row->version, &author->alive_version) < 0)
		keep_older(row, author->alive_seen, now);
	if (old) {
		unlink_row(store, old);
		free(old);
	}
	link_row(store, row);
	expiry = now + row_remaining_ms(row, now);
	if (expiry < store->next_expiry)
		store->next_expiry = expiry;
	tell(store, row);
	return row;
}

void store_drop(struct store *store, struct row *row, bool remember, uint64_t now)
{
	struct row_author *author = row->author;
	struct statement statement;
	struct row *left;

	row_statement(row, &statement);
	statement.value_size = 0;
	left = row_new(&statement, NULL);
	left->author = author;
	left->slot = row->slot;
	left->digest = row->digest;
	left->born = now;
	left->state = ROW_EXPIRED;
	unlink_row(store, row);
	free(row);
	link_row(store, left);
	tell(store, left);
	if (!remember || author->n_expired > EXPIRED_AUTHOR_MAX ||
	    store->stats.n_expired > EXPIRED_MAX) {
		unlink_row(store, left);
		free(left);
	} else if (now + EXPIRED_KEPT_MS < store->next_expiry) {
		store->next_expiry = now + EXPIRED_KEPT_MS;
	}
}

/* When it is due for something; UINT64_MAX: never. */
static uint64_t due(const struct store *store, const struct row *row, uint64_t now)
{
	if (row->state == ROW_EXPIRED)
		return row->born + EXPIRED_KEPT_MS;
	if (row->author == store->self && row->state == ROW_LIVE)
		return UINT64_MAX;
	return now + row_remaining_ms(row, now);
}

static uint64_t expire_author(struct store *store, struct row_author *author, uint64_t now)
{
	uint64_t next = UINT64_MAX;
	struct row *row = author->rows, *after;

	for (; row; row = after) {
		uint64_t when = due(store, row, now);

		after = row->author_next;
		if (when > now) {
			next = when < next ? when : next;
		} else if (row->state == ROW_EXPIRED) {
			unlink_row(store, row);
			free(row);
		} else {
			/* It comes back as a row in front of those that are still to be seen. */
			store_drop(store, row, true, now);
			next = now + EXPIRED_KEPT_MS < next ? now + EXPIRED_KEPT_MS : next;
		}
	}
	forget_author(store, author);
	return next;
}

uint64_t store_expire(struct store *store, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	if (now < store->next_expiry)
		return store->next_expiry;
	store->next_expiry = UINT64_MAX;
	for (size_t i = 0; i < AUTHOR_BUCKETS; i++) {
		struct row_author *author = store->author[i];

		while (author) {
			struct row_author *after = author->chain;
			uint64_t when = expire_author(store, author, now);

			next = when < next ? when : next;
			author = after;
		}
	}
	if (next < now + 1000)
		next = now + 1000;
	store->next_expiry = next;
	return next;
}

/* Reading. */

static const struct row_list *list_of(const struct store *store, const struct state_table *table)
{
	return &store->table[table->id];
}

const struct row *store_next(const struct store *store, const struct state_table *table,
                             const struct row *after)
{
	const struct row *row = after ? after->next : list_of(store, table)->first;

	while (row && row->state != ROW_LIVE)
		row = row->next;
	return row;
}

const struct row *store_next_changed(const struct store *store, const struct state_table *table,
                                     uint64_t since)
{
	const struct row *row = list_of(store, table)->last, *found = NULL;

	for (; row && row->changed > since; row = row->previous)
		found = row;
	return found;
}

uint64_t store_serial(const struct store *store, const struct state_table *table)
{
	return list_of(store, table)->serial;
}

const struct row *store_find(const struct store *store, const struct state_table *table,
                             const char *key, const struct author_id *author)
{
	struct statement statement = {
		.table_id = table->id, .author = *author, .key = key, .key_size = strlen(key)
	};
	const struct row *row;

	if (statement.key_size > ROW_KEY_MAX)
		return NULL;
	row = store_at(store, store_slot(store, &statement), &statement);
	return row && row->state == ROW_LIVE ? row : NULL;
}

const struct row *store_believe(const struct store *store, const struct state_table *table,
                                const char *key, uint64_t now)
{
	const struct row *row = NULL, *best = NULL;

	while ((row = store_next(store, table, row))) {
		if (strcmp(row->key, key) != 0)
			continue;
		if (!best || (table->prefer ? table->prefer : state_prefer)(row, best, now))
			best = row;
	}
	return best;
}

void store_watch(struct store *store, store_watch_fn *fn, void *context)
{
	size_t i = 0;

	while (i < STORE_WATCHERS && store->watcher[i].fn)
		i++;
	assert(i < STORE_WATCHERS);
	store->watcher[i] = (struct watcher){ fn, context };
}
