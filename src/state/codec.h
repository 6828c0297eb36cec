/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A row as bytes: docs/wire/state.md. */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/row.h"

/* What an author says, without the store around it.  Pointers into what it was read from. */
struct statement {
	unsigned table_id;
	bool removed;
	struct author_id author;
	struct row_version version;
	uint32_t lifetime_s;
	const char *key; /* no zero at its end */
	size_t key_size;
	const uint8_t *value;
	size_t value_size;
};

#define STATEMENT_MAX (2 + 1 + AUTHOR_ID_MAX + 12 + 1 + ROW_KEY_MAX + 2 + ROW_VALUE_MAX)
#define RECORD_MAX    (STATEMENT_MAX + STATE_SIGNATURE_SIZE + 10)

/* A statement that came over the wire. */
struct record {
	struct statement statement;
	const uint8_t *signature; /* NULL if unsigned */
	uint64_t age_ms;          /* since it was written, when it was sent */
	uint32_t renewed_ms;      /* since its author stood for it; at most the age */
	/* The statement's bytes: what was signed and what is hashed. */
	const uint8_t *bytes;
	size_t size;
};

/* What is signed is this context and the statement's bytes. */
#define SIGNED_CONTEXT "weft state 1"
#define SIGNED_MAX     (sizeof(SIGNED_CONTEXT) + STATEMENT_MAX)
size_t statement_write(const struct statement *statement, uint8_t bytes[STATEMENT_MAX]);
size_t statement_sign_bytes(const uint8_t *statement, size_t size, uint8_t bytes[SIGNED_MAX]);

/* Of a row in the store. */
void row_statement(const struct row *row, struct statement *statement);
/* With the ages that it has `now`, rounded up. */
size_t record_write(const struct row *row, uint64_t now, uint8_t bytes[RECORD_MAX]);

/*
 * Reads the record at the start of `bytes`; `*size` becomes what it took.  -EINVAL if there is no
 * well-formed one.  Whether it may be believed is another question: see state/merge.h.
 */
int record_read(const uint8_t *bytes, size_t *size, struct record *record) MUST_CHECK;
