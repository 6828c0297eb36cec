/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/codec.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "state/bytes.h"

#define FLAG_SIGNED  1
#define FLAG_REMOVED 2
#define AGE_MAX      ((UINT64_C(1) << 48) - 1)

size_t statement_write(const struct statement *statement, uint8_t bytes[STATEMENT_MAX])
{
	struct writer writer = { .at = bytes, .end = bytes + STATEMENT_MAX };
	const struct author_id *author = &statement->author;
	bool is_signed = author->kind == AUTHOR_KEY;

	put_number(&writer, statement->table_id, 1);
	put_number(&writer,
	           (is_signed ? FLAG_SIGNED : 0u) | (statement->removed ? FLAG_REMOVED : 0u), 1);
	if (!is_signed)
		put_number(&writer, author->size, 1);
	put_bytes(&writer, author->byte, author->size);
	put_number(&writer, statement->version.epoch, 4);
	put_number(&writer, statement->version.sequence, 4);
	put_number(&writer, statement->lifetime_s, 4);
	put_number(&writer, statement->key_size, 1);
	put_bytes(&writer, statement->key, statement->key_size);
	put_number(&writer, statement->value_size, 2);
	put_bytes(&writer, statement->value, statement->value_size);
	assert(!writer.bad);
	return (size_t)(writer.at - bytes);
}

size_t statement_sign_bytes(const uint8_t *statement, size_t size, uint8_t bytes[SIGNED_MAX])
{
	assert(size <= STATEMENT_MAX);
	memcpy(bytes, SIGNED_CONTEXT, sizeof(SIGNED_CONTEXT));
	memcpy(bytes + sizeof(SIGNED_CONTEXT), statement, size);
	return sizeof(SIGNED_CONTEXT) + size;
}

void row_statement(const struct row *row, struct statement *statement)
{
	*statement = (struct statement){
		.table_id = row->table_id,
		.removed = row->state == ROW_REMOVED,
		.author = *row_author(row),
		.version = row->version,
		.lifetime_s = row->lifetime_s,
		.key = row->key,
		.key_size = row->key_size,
		.value = row->value,
		.value_size = row->value_size,
	};
}

/* A hop takes time, so each adds some. */
static uint64_t older(uint64_t age_ms, uint64_t most)
{
	return age_ms < most ? age_ms + 1 : most;
}

size_t record_write(const struct row *row, uint64_t now, uint8_t bytes[RECORD_MAX])
{
	struct statement statement;
	struct writer writer = { .end = bytes + RECORD_MAX };

	assert(row->state != ROW_EXPIRED);
	row_statement(row, &statement);
	writer.at = bytes + statement_write(&statement, bytes);
	if (row->signature)
		put_bytes(&writer, row->signature, STATE_SIGNATURE_SIZE);
	put_number(&writer, older(row_age_ms(row, now), AGE_MAX), 6);
	put_number(&writer, older(row_renewed_ms(row, now), UINT32_MAX), 4);
	assert(!writer.bad);
	return (size_t)(writer.at - bytes);
}

static void read_author(struct reader *reader, bool is_signed, struct author_id *author)
{
	size_t size = is_signed ? STATE_KEY_SIZE : (size_t)take_number(reader, 1);
	const uint8_t *bytes = take_bytes(reader, size);
	char name[AUTHOR_ID_MAX + 1];

	if (!bytes || size > AUTHOR_ID_MAX) {
		reader->bad = true;
		return;
	}
	if (is_signed) {
		author_from_key(bytes, author);
		return;
	}
	memcpy(name, bytes, size);
	name[size] = '\0';
	if (strlen(name) != size || author_from_name(name, author) < 0)
		reader->bad = true;
}

static void read_statement(struct reader *reader, struct statement *statement)
{
	unsigned flags;

	statement->table_id = (unsigned)take_number(reader, 1);
	flags = (unsigned)take_number(reader, 1);
	statement->removed = flags & FLAG_REMOVED;
	read_author(reader, flags & FLAG_SIGNED, &statement->author);
	statement->version.epoch = (uint32_t)take_number(reader, 4);
	statement->version.sequence = (uint32_t)take_number(reader, 4);
	statement->lifetime_s = (uint32_t)take_number(reader, 4);
	statement->key_size = (size_t)take_number(reader, 1);
	statement->key = (const char *)take_bytes(reader, statement->key_size);
	statement->value_size = (size_t)take_number(reader, 2);
	statement->value = take_bytes(reader, statement->value_size);
	if (flags & ~(FLAG_SIGNED | FLAG_REMOVED) || statement->key_size > ROW_KEY_MAX ||
	    statement->value_size > ROW_VALUE_MAX || (statement->removed && statement->value_size))
		reader->bad = true;
}

int record_read(const uint8_t *bytes, size_t *size, struct record *record)
{
	struct reader reader = { .at = bytes, .end = bytes + *size };

	memset(record, 0, sizeof(*record));
	read_statement(&reader, &record->statement);
	record->bytes = bytes;
	record->size = (size_t)(reader.at - bytes);
	if (record->statement.author.kind == AUTHOR_KEY)
		record->signature = take_bytes(&reader, STATE_SIGNATURE_SIZE);
	record->age_ms = take_number(&reader, 6);
	record->renewed_ms = (uint32_t)take_number(&reader, 4);
	if (reader.bad || record->renewed_ms > record->age_ms)
		return -EINVAL;
	*size = (size_t)(reader.at - bytes);
	return 0;
}
