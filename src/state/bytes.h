/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Reads and writes bytes within bounds, in network order.  What goes wrong once stays wrong: look
 * at `bad` when all is done.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

/* What cannot be read is 0, or NULL. */
uint64_t take_number(struct reader *reader, unsigned size);
const uint8_t *take_bytes(struct reader *reader, size_t size);
/* One byte up to 127, else two of which the first has its upper bit set; the longer form of a small
 * number is bad. */
unsigned take_length(struct reader *reader);
size_t take_left(const struct reader *reader);

struct writer {
	uint8_t *at, *end;
	bool bad; /* did not fit; nothing was written behind `end` */
};

void put_number(struct writer *writer, uint64_t number, unsigned size);
void put_bytes(struct writer *writer, const void *bytes, size_t size);
/* Up to 32767. */
void put_length(struct writer *writer, size_t length);
