/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/bytes.h"

#include <assert.h>
#include <string.h>

const uint8_t *take_bytes(struct reader *reader, size_t size)
{
	const uint8_t *at = reader->at;

	if (reader->bad || size > take_left(reader)) {
		reader->bad = true;
		return NULL;
	}
	reader->at += size;
	return at;
}

uint64_t take_number(struct reader *reader, unsigned size)
{
	const uint8_t *bytes = take_bytes(reader, size);
	uint64_t number = 0;

	for (unsigned i = 0; bytes && i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

unsigned take_length(struct reader *reader)
{
	unsigned length = (unsigned)take_number(reader, 1);

	if (length < 128)
		return length;
	length = (length & 127) << 8 | (unsigned)take_number(reader, 1);
	if (length < 128)
		reader->bad = true;
	return reader->bad ? 0 : length;
}

size_t take_left(const struct reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

void put_bytes(struct writer *writer, const void *bytes, size_t size)
{
	if (writer->bad || size > (size_t)(writer->end - writer->at)) {
		writer->bad = true;
		return;
	}
	if (size)
		memcpy(writer->at, bytes, size);
	writer->at += size;
}

void put_number(struct writer *writer, uint64_t number, unsigned size)
{
	uint8_t bytes[8];

	assert(size <= sizeof(bytes));
	for (unsigned i = 0; i < size; i++)
		bytes[i] = (uint8_t)(number >> 8 * (size - 1 - i));
	put_bytes(writer, bytes, size);
}

void put_length(struct writer *writer, size_t length)
{
	if (length > 32767)
		writer->bad = true;
	else if (length < 128)
		put_number(writer, length, 1);
	else
		put_number(writer, length | 0x8000, 2);
}
