/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/merge.h"

#include <string.h>

#include "state/parts.h"
#include "state/presence.h"
#include "state/tables/tables.h"
#include "state/value.h"

/* How often neighbours can make this node count another boot: so many times, and once more each. */
#define RAISES_MAX     8
#define RAISE_PAUSE_MS (600u * 1000)

/* What a row of this author, as new as `version`, has to be to stay. */
static bool is_capped(const struct row_author *author, const struct row_version *version)
{
	return author->capped && row_version_compare(version, &author->cap) <= 0;
}

static struct row *oldest(const struct row_author *author, unsigned list)
{
	struct row *found = NULL;

	for (struct row *row = author->rows; row; row = row->author_next) {
		if (row->state == ROW_EXPIRED || row == author->presence ||
		    (list < TABLES_MAX && table_limits(row->table_id).list != list))
			continue;
		if (!found || row_version_compare(&row->version, &found->version) < 0)
			found = row;
	}
	return found;
}

static void evict(struct store *store, struct row *row, uint64_t now)
{
	store->stats.n_evicted++;
	store_drop(store, row, false, now);
}

static struct row_author *heaviest(const struct store *store)
{
	struct row_author *found = NULL;

	for (size_t i = 0; i < AUTHOR_BUCKETS; i++) {
		for (struct row_author *a = store->author[i]; a; a = a->chain) {
			if (a != store->self && (!found || a->bytes > found->bytes))
				found = a;
		}
	}
	return found;
}

static void keep_total(struct store *store, uint64_t now)
{
	while (store->stats.bytes > store->options.max_bytes) {
		struct row_author *author = heaviest(store);
		struct row *row = author ? oldest(author, TABLES_MAX) : NULL;

		if (!row)
			return;
		evict(store, row, now);
	}
}

/* Whether an author says more than it may, in the table of what it said last: its oldest rows go.
 */
static void keep_limits(struct store *store, struct row_author *author, unsigned table_id,
                        uint64_t now)
{
	struct table_limits limits = table_limits(table_id);

	while (author->n_in_table[limits.list] > 2 * limits.max_rows)
		evict(store, oldest(author, limits.list), now);
	while (author->bytes > store->options.max_author_bytes) {
		struct row *row = oldest(author, TABLES_MAX);

		if (!row)
			break;
		author->capped = true;
		author->cap = row->version;
		evict(store, row, now);
	}
	keep_total(store, now);
}

/* Signs of life. */

static enum presence_word presence_word(const struct row_author *author,
                                        const struct row_version *version)
{
	const struct row *presence = author->presence;

	if (!presence)
		return PRESENCE_UNKNOWN;
	return presence_says(presence->value, presence->value_size, &presence->version, version);
}

static void drop_void(struct store *store, struct row_author *author, uint64_t now)
{
	struct row *row = author->rows, *after;

	for (; row; row = after) {
		after = row->author_next;
		if (row->state != ROW_EXPIRED && row != author->presence &&
		    presence_word(author, &row->version) == PRESENCE_VOID)
			store_drop(store, row, true, now);
	}
}

void store_note_presence(struct store *store, struct row *row, uint64_t now)
{
	struct row_author *author = row->author;

	author->presence = row;
	if (!author->alive || row_version_compare(&row->version, &author->alive_version) > 0) {
		author->alive = true;
		author->alive_version = row->version;
		author->alive_born = row->born;
		author->alive_seen = now;
	}
	drop_void(store, author, now);
}

/* Checks, the cheap ones first. */

static bool is_key(const struct statement *statement, char key[ROW_KEY_MAX + 1])
{
	const struct state_table *table = state_table_by_id(statement->table_id);

	if (statement->key_size == 0 || statement->key_size > ROW_KEY_MAX ||
	    memchr(statement->key, 0, statement->key_size))
		return false;
	memcpy(key, statement->key, statement->key_size);
	key[statement->key_size] = '\0';
	return !value_check_plain(key) && (!table || !table->key_check || table->key_check(key));
}

static bool is_value(const struct statement *statement)
{
	const struct state_table *table = state_table_by_id(statement->table_id);

	if (statement->removed || !table)
		return true;
	if (!table->shape)
		return statement->author.kind == AUTHOR_KEY &&
		       presence_is_valid(statement->value, statement->value_size,
		                         &statement->version);
	return value_read(table->shape, statement->value, statement->value_size, NULL, NULL) == 0;
}

static bool has_form(const struct statement *statement)
{
	struct table_limits limits = table_limits(statement->table_id);
	char key[ROW_KEY_MAX + 1];

	return statement->table_id && statement->value_size <= limits.max_value &&
	       (!statement->removed || limits.list != state_table_presence.id) &&
	       is_key(statement, key) && is_value(statement);
}

static bool is_signature_good(const struct store *store, const struct record *record)
{
	const struct state_crypto *crypto = &store->options.crypto;
	uint8_t bytes[SIGNED_MAX];
	size_t size;

	if (record->statement.author.kind == AUTHOR_NAME)
		return !record->signature;
	size = statement_sign_bytes(record->bytes, record->size, bytes);
	return record->signature && crypto->verify(crypto->context, record->statement.author.byte,
	                                           bytes, size, record->signature);
}

static bool has_room(const struct store *store, const struct row_author *author,
                     const struct record *record)
{
	const struct statement *statement = &record->statement;
	struct table_limits limits = table_limits(statement->table_id);
	const struct row *first;

	if (!author)
		return store->stats.n_authors < store->options.max_authors;
	if (is_capped(author, &statement->version))
		return false;
	if (author->n_in_table[limits.list] < 2 * limits.max_rows)
		return true;
	first = oldest(author, limits.list);
	return !first || row_version_compare(&statement->version, &first->version) > 0;
}

static bool is_void(const struct row_author *author, const struct statement *statement)
{
	return author && presence_word(author, &statement->version) == PRESENCE_VOID;
}

/*
 * What was said before its author's last sign of life cannot be younger than the time that this has
 * been here.  How old that was when it came is a neighbour's word, as much as the age of the
 * record.
 */
static uint64_t renewed_ms(const struct row_author *author, const struct record *record,
                           uint64_t now)
{
	const struct statement *statement = &record->statement;

	if (!author || !author->alive || statement->removed ||
	    row_version_compare(&statement->version, &author->alive_version) >= 0)
		return record->renewed_ms;
	return record->renewed_ms > now - author->alive_seen ? record->renewed_ms
	                                                     : now - author->alive_seen;
}

/* `author` is NULL if nothing is known of it yet. */
static enum merge_refusal refusal(struct store *store, const struct row_author *author,
                                  const struct record *record, uint64_t now)
{
	const struct statement *statement = &record->statement;
	struct table_limits limits = table_limits(statement->table_id);

	if (!has_form(statement))
		return REFUSED_FORM;
	if (statement->lifetime_s == 0 || statement->lifetime_s > limits.lifetime_s)
		return REFUSED_LIFETIME;
	if (renewed_ms(author, record, now) >= statement->lifetime_s * UINT64_C(1000))
		return REFUSED_AGE;
	if (is_void(author, statement))
		return REFUSED_VOID;
	if (!has_room(store, author, record))
		return REFUSED_ROOM;
	if (!is_signature_good(store, record))
		return REFUSED_SIGNATURE;
	return N_REFUSALS;
}

/*
 * Of an expired row: whether its author was heard since, and stands for `version` of it.  That is
 * the same one after a long silence, or an older one if the author forgot how far it had counted.
 */
static bool is_back(const struct row *old, const struct row_version *version, uint64_t now)
{
	const struct row_author *author = old->author;

	return old->state == ROW_EXPIRED && author->presence &&
	       row_version_compare(&author->presence->version, &old->version) > 0 &&
	       presence_word(author, version) == PRESENCE_LIVE &&
	       now - author->alive_seen < old->lifetime_s * UINT64_C(1000);
}

/* Against what is there already, if anything is. */
static enum merge_result compare(const struct store *store, const struct row *old,
                                 const struct row_version *version, uint64_t digest, uint64_t now)
{
	int order = old ? row_version_compare(version, &old->version) : 1;

	if (order > 0 || is_back(old, version, now))
		return MERGE_TAKEN;
	if (order < 0)
		return MERGE_OLDER;
	if (digest == old->digest)
		return MERGE_SAME;
	/* An author that says two things at once, after it forgot how often it has booted: it
	 * counts on when it hears of it, and until then all agree on one of them. */
	return old->author == store->self || digest > old->digest ? MERGE_TAKEN : MERGE_OLDER;
}

/*
 * A neighbour knows words of this node that are newer than its own: from before a restart.  It
 * counts its boots on from there, and says again what it has said since.  Two nodes with one key
 * would do so for ever; hence the limit.
 */
static bool raise_epoch(struct store *store, const struct row_version *version, uint64_t now)
{
	uint64_t back = (now - store->raised_at) / RAISE_PAUSE_MS;
	struct row *row, *after;

	if (store->n_raises)
		store->n_raises -= back < store->n_raises ? (unsigned)back : store->n_raises;
	if (version->epoch == UINT32_MAX || store->n_raises == RAISES_MAX)
		return false;
	store->n_raises++;
	store->raised_at = now;
	store->options.epoch = version->epoch + 1;
	store->sequence = 0;
	store->settled = false;
	store->started_at = store->presence_due = now;
	for (row = store->self->rows; row; row = after) {
		after = row->author_next;
		if (row->fresh && row->state != ROW_EXPIRED && row != store->self->presence)
			store_say_again(store, row, now);
	}
	return true;
}

/* `old` is what stands in the store, NULL: nothing. */
static enum merge_result merge_own(struct store *store, const struct record *record,
                                   struct row *old, uint64_t now)
{
	const struct statement *statement = &record->statement;
	bool fresh = old && old->fresh;
	bool known = statement->version.epoch < store->options.epoch
	                     ? !store->settled
	                     : raise_epoch(store, &statement->version, now);

	if (!known) {
		store->stats.n_refused[REFUSED_SELF]++;
		return MERGE_REFUSED;
	}
	if (fresh || statement->table_id == state_table_presence.id)
		return MERGE_OLDER;
	(void)store_insert(store, store->self, record, old, now);
	return MERGE_TAKEN;
}

/*
 * Whether these words of this node have a version that it gave to others since: it forgot that it
 * had been there.  Nobody else could tell them apart.
 */
static bool is_twin(const struct store *store, const struct record *record, uint64_t digest)
{
	const struct row_version *version = &record->statement.version;
	const struct row *row = store->self->rows;

	while (row && (row->state == ROW_EXPIRED || row->digest == digest ||
	               row_version_compare(&row->version, version) != 0))
		row = row->author_next;
	return row && is_signature_good(store, record);
}

enum merge_result store_merge(struct store *store, const struct record *record, uint64_t now)
{
	const struct statement *statement = &record->statement;
	struct row *old = store_at(store, store_slot(store, statement), statement), *row;
	struct row_author *author = store_author(store, &statement->author);
	uint64_t digest = store_digest(store, record->bytes, record->size);
	enum merge_result result = compare(store, old, &statement->version, digest, now);
	enum merge_refusal why;

	if (result != MERGE_TAKEN) {
		/* As long as somebody tries, it is remembered. */
		if (old->state == ROW_EXPIRED)
			old->born = now;
		if (author && author == store->self && is_twin(store, record, digest))
			(void)raise_epoch(store, &statement->version, now);
		return result;
	}
	why = refusal(store, author, record, now);
	if (why != N_REFUSALS) {
		store->stats.n_refused[why]++;
		return MERGE_REFUSED;
	}
	if (author && author == store->self)
		return merge_own(store, record, old, now);
	author = store_author_add(store, &statement->author);
	row = store_insert(store, author, record, old, now);
	if (row->table == &state_table_presence)
		store_note_presence(store, row, now);
	keep_limits(store, author, statement->table_id, now);
	return MERGE_TAKEN;
}

uint64_t store_record_slot(const struct store *store, const struct record *record)
{
	return store_slot(store, &record->statement);
}
