/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * One statement of one author, as the store holds it.
 *
 * A row is known by its table, its key and its author: nobody can displace another's row, they can
 * only say something else.  Of two rows with the same identity the one with the greater version
 * stays.  Ages are relative, so no clock of any node is trusted: a row is as old as what it was
 * when it arrived and the time since.
 *
 * Rows are the store's; a pointer is good until the store is next changed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/crypto.h"

struct arena;
struct buf;
struct state_table;

#define ROW_KEY_MAX      64   /* bytes */
#define ROW_VALUE_MAX    1000 /* bytes; a row with all that belongs to it fits into one datagram */
#define AUTHOR_ID_MAX    63   /* bytes */
#define ROW_LIFETIME_MAX (7 * 86400)

enum author_kind {
	AUTHOR_NAME, /* a LibreMesh peer: the id is a host name that anybody can claim */
	AUTHOR_KEY,  /* a weft node: the id is its public key, every row of it is signed */
};

struct author_id {
	enum author_kind kind;
	uint8_t size;                    /* of AUTHOR_KEY always STATE_KEY_SIZE */
	uint8_t byte[AUTHOR_ID_MAX + 1]; /* ends with a zero */
};

/* Greater is newer.  The epoch counts the boots of the author, the sequence all that it ever said
 * in one. */
struct row_version {
	uint32_t epoch, sequence;
};

enum row_state {
	ROW_LIVE,
	ROW_REMOVED, /* its author withdrew it; passed on, so that everybody hears */
	ROW_EXPIRED, /* kept for itself, so that nobody can bring the same version back */
};

struct row_author; /* the store's own */

struct row {
	const struct state_table *table; /* NULL: a table of a later weft, its value unread */
	struct row_author *author;
	struct row_version version;
	uint64_t slot;    /* hash of the identity */
	uint64_t digest;  /* hash of all that was said */
	uint64_t born;    /* on the store's clock, perhaps before its zero: see row_age_ms() */
	uint64_t renewed; /* likewise, when its author was last known to stand for it */
	uint64_t changed; /* number of the change that made it what it is */
	uint32_t lifetime_s;
	uint16_t value_size;
	uint8_t key_size;
	uint8_t table_id;
	enum row_state state;
	bool fresh;                  /* this node said it since it started */
	const char *key;             /* ends with a zero; holds no control characters */
	const uint8_t *value;        /* see row_read() */
	const uint8_t *signature;    /* NULL if the author is AUTHOR_NAME */
	struct row *next, *previous; /* in the order of change; use store_next() */
	struct row *chain, *author_next, *author_previous;
};

const struct author_id *row_author(const struct row *row);
/* True for what a key signed. */
bool row_is_signed(const struct row *row);

/* The host name of AUTHOR_NAME; of AUTHOR_KEY the first 8 bytes of the key in hex. */
#define AUTHOR_TEXT_SIZE 64
const char *author_format(const struct author_id *author, char text[AUTHOR_TEXT_SIZE]);
bool author_equal(const struct author_id *a, const struct author_id *b);
/* Less than, equal to or greater than 0; any order, but the same on all nodes. */
int author_compare(const struct author_id *a, const struct author_id *b);
/* -EINVAL if the name is empty, too long or no host name. */
int author_from_name(const char *name, struct author_id *author) MUST_CHECK;
void author_from_key(const uint8_t key[STATE_KEY_SIZE], struct author_id *author);

int row_version_compare(const struct row_version *a, const struct row_version *b);

/* Since these words were written. */
uint64_t row_age_ms(const struct row *row, uint64_t now);
/* Since the author last stood for them: with every sign of life it renews all its rows. */
uint64_t row_renewed_ms(const struct row *row, uint64_t now);
/* Until it expires if its author is not heard again; 0 if it has. */
uint64_t row_remaining_ms(const struct row *row, uint64_t now);

/*
 * Reads the value into an object of the table's shape; texts go to the arena.  -EINVAL if the table
 * is unknown or the row is not live.
 */
int row_read(const struct row *row, struct arena *arena, void *object) MUST_CHECK;
