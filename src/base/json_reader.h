/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Reads JSON (RFC 8259) of strangers, value by value and without memory of its own.
 *
 *	struct json_reader r;
 *
 *	json_reader_init(&r, bytes, size);
 *	json_reader_enter(&r, '{');
 *	while (json_reader_member(&r, name, sizeof(name))) {
 *		if (!strcmp(name, "ttl"))
 *			json_reader_number(&r, &ttl);
 *		else
 *			json_reader_skip(&r);
 *	}
 *	if (!json_reader_end(&r))
 *		...
 *
 * The first mistake is remembered and ends all reading: every function after it fails, and one
 * check at the end is enough.  Nothing recurses; what is nested deeper than JSON_DEPTH_MAX is a
 * mistake.  A byte order mark before and blanks and zeros behind are allowed, for they occur.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

#define JSON_DEPTH_MAX 32

enum json_type {
	JSON_NONE, /* there is no value: a mistake, or the end */
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_TEXT,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json_reader {
	const char *at, *end;
	unsigned depth;
	bool first;  /* nothing of the array or object that was entered last has been read */
	bool failed; /* there was a mistake */
};

void json_reader_init(struct json_reader *r, const char *bytes, size_t size);

/* What the next value is, by how it begins. */
enum json_type json_reader_peek(struct json_reader *r);

/* Goes into the next value, which has to be an array ('[') or an object ('{'). */
bool json_reader_enter(struct json_reader *r, char bracket);
/* The name of the next member; its value has to be read or skipped then.  False at the end of the
 * object, which is left.  A name that does not fit is cut: it is none of those that are known. */
bool json_reader_member(struct json_reader *r, char *name, size_t room);
/* Whether there is another item, to be read or skipped.  False at the end of the array. */
bool json_reader_item(struct json_reader *r);

/* A string with its end; bytes are passed on as they are, also where they are no UTF-8.  A mistake
 * if it does not fit or contains a zero. */
bool json_reader_text(struct json_reader *r, char *text, size_t room);
/* An integer that fits.  A fraction or an exponent is a mistake. */
bool json_reader_number(struct json_reader *r, int64_t *number);
bool json_reader_bool(struct json_reader *r, bool *value);
void json_reader_skip(struct json_reader *r);
/* Where the next value stands, which is skipped. */
bool json_reader_raw(struct json_reader *r, const char **bytes, size_t *size);

/* Whether all was good and nothing is left. */
bool json_reader_end(struct json_reader *r);

/* Whether the bytes are one value and nothing else. */
bool json_is_valid(const char *bytes, size_t size);

/* The same value, which has to be valid, without blanks or with a line for each member and item,
 * four blanks deeper each level. */
void json_print_compact(const char *bytes, size_t size, struct buf *out);
void json_print_pretty(const char *bytes, size_t size, struct buf *out);
