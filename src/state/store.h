/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Everything that the cloud knows, as one node knows it.
 *
 * Pure: the time is an argument, in milliseconds of any clock that never goes back; it need not
 * agree with anybody's.  Whatever order rows arrive in, and however often, the same rows stay.
 *
 * Limits hold against authors who say too much: of one author's rows in one table the newest stay;
 * of one with too many bytes, the newest; if the whole is too large, the author with the most bytes
 * loses its oldest rows first.  This node's own rows never go.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/row.h"
#include "state/table.h"

struct store;

struct store_options {
	struct state_crypto crypto;
	uint8_t key[STATE_KEY_SIZE]; /* this node's public key */
	uint32_t epoch;              /* boots so far, from 1: greater than at any boot before */
	/* 0: the defaults */
	size_t max_bytes;        /* of all rows together, their overhead included */
	size_t max_author_bytes; /* of one author */
	uint32_t max_authors;
};

#define STORE_BYTES_MAX        (6u << 20)
#define STORE_AUTHOR_BYTES_MAX (192u << 10)
#define STORE_AUTHORS_MAX      2048

struct store *store_new(const struct store_options *options);
void store_free(struct store *store);
AUTO_DEFINE(store_free, struct store);

/* What this node says. */

/*
 * Says `object`, of the table's shape, under `key`; nothing happens if that is what it says
 * already.  `lifetime_s` 0: the table's.  -EINVAL: a key or a field that the table does not allow;
 * -E2BIG: the value is too large; -ENOSPC: more rows than an author may have.
 */
int store_put(struct store *store, const struct state_table *table, const char *key,
              const void *object, uint32_t lifetime_s, uint64_t now) MUST_CHECK;
/* Withdraws it.  -ENOENT if this node says nothing under that key. */
int store_remove(struct store *store, const struct state_table *table, const char *key,
                 uint64_t now);
/*
 * A sign of life, which renews all rows of this node; to be called every STORE_PRESENCE_S or
 * oftener, no harm done.  It writes only if it is due: up to some minutes earlier, each node at
 * another moment.
 */
#define STORE_PRESENCE_S 1800
void store_presence(struct store *store, uint64_t now);
/*
 * Some time after a start, when the neighbours have told what this node said before it: withdraws
 * all of that in tables that do not survive a restart, and says the rest again.
 */
void store_settle(struct store *store, uint64_t now);
/* Boots as this store counts them: greater than the option if a neighbour remembered more. */
uint32_t store_epoch(const struct store *store);

/* What LibreMesh peers say. */

/* An entry of a peer. */
struct store_heard {
	const char *author;   /* the host name that it gives */
	const void *object;   /* of the table's shape; NULL withdraws */
	uint32_t remaining_s; /* what it says is left of its life; cut to the table's lifetime */
};

/*
 * It counts as news if the object differs from what is there, or if it lives noticeably longer.  0
 * if it was taken, -EALREADY if it is no news, else the errors of store_put().
 */
int store_import(struct store *store, const struct state_table *table, const char *key,
                 const struct store_heard *heard, uint64_t now) MUST_CHECK;

/* Reading. */

/*
 * The rows of a table in the order of their last change, oldest first: NULL gives the first one.
 * Live ones alone.
 */
const struct row *store_next(const struct store *store, const struct state_table *table,
                             const struct row *after);
/*
 * What changed after the change numbered `since` (0: ever), oldest first, withdrawn and expired
 *rows included; the caller takes `changed` of each as its new mark, and asks again with that:
 *
 *	while ((row = store_next_changed(store, table, mark))) { mark = row->changed; ... }
 *
 * A row that changed twice is seen once.  What was withdrawn or has expired is seen as such for two
 * hours, most of the time (a hostile author's is forgotten sooner): who must be sure reads the
 *whole table again when store_serial() says that it changed.
 */
const struct row *store_next_changed(const struct store *store, const struct state_table *table,
                                     uint64_t since);
/* Number of the last change of a table (0: none yet): who has seen this one has seen all. */
uint64_t store_serial(const struct store *store, const struct state_table *table);

/* The row that readers believe, of all authors that say something live about `key`.  NULL: none */
const struct row *store_believe(const struct store *store, const struct state_table *table,
                                const char *key, uint64_t now);
/* What this author says. NULL: nothing live. */
const struct row *store_find(const struct store *store, const struct state_table *table,
                             const char *key, const struct author_id *author);
const struct author_id *store_self(const struct store *store);

/*
 * Called for each row that was added, changed, withdrawn or expired, after it has happened; may
 * read but not change the store.  A sign of life that renews others is a change of itself alone.
 * At most STORE_WATCHERS.
 */
#define STORE_WATCHERS 4
typedef void store_watch_fn(void *context, const struct row *row);
void store_watch(struct store *store, store_watch_fn *fn, void *context);

/* Lets expire what is due and gives the time of the next call. */
uint64_t store_expire(struct store *store, uint64_t now);

struct store_stats {
	size_t n_rows;    /* live and withdrawn */
	size_t n_expired; /* remembered */
	size_t n_authors;
	size_t bytes;
	uint64_t n_refused[8]; /* by enum merge_refusal, state/merge.h */
	uint64_t n_evicted;
};
void store_stats(const struct store *store, struct store_stats *stats);
