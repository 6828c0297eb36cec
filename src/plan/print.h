/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What printing, explaining and comparing plans have in common.  Only for this folder. */
#include <stddef.h>

#include "plan/plan.h"

struct buf;

/* A text from who knows where as one word: in single quotes if it is empty or has spaces or quotes,
 * control characters as \xNN. */
void print_word(const char *text, struct buf *out);
/* The value of a field as one word; "(not set)". */
void print_value(const struct field *field, const void *value, struct buf *out);
/* "name=value ..." of the fields that matter and are not part of the item's name. */
void print_fields(const struct plan_item *item, struct buf *out);

/* '"id":..., fields that matter, "because":{...}', without the braces around. */
void print_item_json(const struct plan_item *item, struct buf *out);

/* Spaces up to a column. */
void print_padding(size_t from, size_t to, struct buf *out);
/* Characters of a UTF-8 text. */
size_t print_width(const char *text);
