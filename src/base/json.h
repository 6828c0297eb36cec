/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Writes JSON (RFC 8259) without a thought for commas.  A member of an object has a name, an
 *element of an array has NULL for one.
 *
 *	struct json json = { .out = &buf };
 *	json_open(&json, NULL, '{');
 *	json_text(&json, "name", "abc");
 *	json_close(&json, '}');
 */
#include <stdbool.h>
#include <stdint.h>

struct buf;

struct json {
	struct buf *out;
	bool comma; /* before the next one */
};

void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);

/* A NULL text is left out where it has a name, and null where it has none. */
void json_text(struct json *json, const char *name, const char *text);
void json_number(struct json *json, const char *name, int64_t number);
void json_bool(struct json *json, const char *name, bool value);
/* JSON that is there already: one value, or, without a name, members of the object that is open. */
void json_raw(struct json *json, const char *name, const char *text);
