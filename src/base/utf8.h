/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* UTF-8 (RFC 3629), as it comes from outside: perhaps broken. */
#include <stddef.h>

/* Bytes of the well-formed character at `text`: 1 to 4, or 0 if there is none. `text` is
 * terminated; its end counts as a character of one byte. */
size_t utf8_length(const char *text);

/* The longest part of `text` of at most `limit` bytes that does not end inside of a character. */
size_t utf8_cut(const char *text, size_t limit);
