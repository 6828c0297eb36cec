/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What the files of the store share with each other and with nobody else. */
#include "state/codec.h"
#include "state/digest.h"
#include "state/merge.h"
#include "state/store.h"

#define AUTHOR_BUCKETS 256
#define TABLES_MAX     64 /* tables are numbered below; 0 holds all of a later weft's */

/* A table that this weft does not know: its rows are kept and passed on, within these. */
#define FOREIGN_ROWS_MAX  32
#define FOREIGN_VALUE_MAX 512

/* Expired rows that are remembered: for how long, how many, how many of one author. */
#define EXPIRED_KEPT_MS    (2u * 3600 * 1000)
#define EXPIRED_MAX        4096
#define EXPIRED_AUTHOR_MAX 256

struct row_author {
	struct author_id id;
	struct row_author *chain;
	struct row *rows;
	size_t n_rows, n_expired;
	size_t bytes; /* of those that have not expired */
	uint16_t n_in_table[TABLES_MAX];
	struct row *presence; /* NULL: none */
	/* Its last sign of life, which stays known when the row is gone. */
	bool alive;
	struct row_version alive_version;
	uint64_t alive_born, alive_seen; /* how old it is said to be; when it came here */
	/* What was dropped because it said too much, and all before. */
	bool capped;
	struct row_version cap;
};

struct row_list {
	struct row *first, *last;
	uint64_t serial;
};

struct watcher {
	store_watch_fn *fn;
	void *context;
};

struct store {
	struct store_options options;
	struct row_author *self;
	uint32_t sequence;
	/* How often neighbours may still know of more boots than this node, and since when. */
	unsigned n_raises;
	uint64_t raised_at;
	bool started, settled; /* see store_settle() */
	uint64_t started_at;
	uint64_t presence_due;
	uint64_t serial;
	uint64_t next_expiry;
	struct row *leaf[DIGEST_LEAVES];
	uint64_t leaf_sum[DIGEST_LEAVES];
	uint64_t branch_sum[DIGEST_FAN], root_sum;
	size_t branch_count[DIGEST_FAN], count;
	struct row_author *author[AUTHOR_BUCKETS];
	struct row_list table[TABLES_MAX];
	struct watcher watcher[STORE_WATCHERS];
	struct store_stats stats;
};

/* The limits of a row's table, foreign ones too. */
struct table_limits {
	uint32_t lifetime_s, max_rows, max_value;
	unsigned list; /* where in store->table */
};
struct table_limits table_limits(unsigned table_id);

/* Hashes. */
uint64_t store_slot(const struct store *store, const struct statement *statement);
uint64_t store_digest(const struct store *store, const uint8_t *statement, size_t size);

struct row *store_at(const struct store *store, uint64_t slot, const struct statement *statement);
struct row_author *store_author(const struct store *store, const struct author_id *id);
/* NULL if there are too many. */
struct row_author *store_author_add(struct store *store, const struct author_id *id);

/* Puts it in, in the place of `old` (NULL: none); then tells the watchers. */
struct row *store_insert(struct store *store, struct row_author *author,
                         const struct record *record, struct row *old, uint64_t now);
/* Out of the readers' sight, told to the watchers; remembered if there is room for that. */
void store_drop(struct store *store, struct row *row, bool remember, uint64_t now);

/* Says a row of this node once more, in a new version. */
void store_say_again(struct store *store, const struct row *row, uint64_t now);

/* A sign of life was put in: what it makes void goes. */
void store_note_presence(struct store *store, struct row *row, uint64_t now);
