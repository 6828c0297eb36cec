/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Reading JSON that may be of another version of weft: what is missing or of another type is
 * nothing. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json_object;

/* A text of JSON; NULL if it is none.  To be freed by read_free(). */
struct json_object *read_parse(const char *text);
void read_free(struct json_object *object);
/* As JSON again; "null" if there is none. */
void read_print(struct json_object *object, struct buf *out);

/* NULL if there is none; borrowed. */
struct json_object *read_member(struct json_object *object, const char *name);
/* "" if there is none; borrowed. */
const char *read_text(struct json_object *object, const char *name);
int64_t read_number(struct json_object *object, const char *name);
bool read_bool(struct json_object *object, const char *name);
/* Elements of the array of that name: their count, and one of them. */
size_t read_count(struct json_object *object, const char *name);
struct json_object *read_element(struct json_object *object, const char *name, size_t index);
/* An element that is a number, `absent` otherwise. */
int64_t read_number_at(struct json_object *object, const char *name, size_t index, int64_t absent);
/* An element that is a text, "" otherwise. */
const char *read_line(struct json_object *object, const char *name, size_t index);
