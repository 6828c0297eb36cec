/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Text or bytes that grow.  Zero-initialised is empty and valid; the text is
 * always terminated, so `buf.text` may be printed after the first addition.
 */
#include <stddef.h>

#include "base/compiler.h"

struct buf {
	char *text; /* NULL while nothing was added; owned */
	size_t length, room;
};

void buf_done(struct buf *buf);

/* A buffer on the stack that frees itself. */
#define BUF_AUTO __attribute__((cleanup(buf_done))) struct buf

void buf_add(struct buf *buf, const char *text);
void buf_add_bytes(struct buf *buf, const void *bytes, size_t size);
void buf_add_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF(2, 3);

/* What others wrote, for a person: control characters, which could steer a terminal, as \xNN. */
void buf_add_printable(struct buf *buf, const char *text);

/* `text` as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void buf_add_json(struct buf *buf, const char *text);

/* Hands the text over (never NULL, caller frees) and leaves the buffer empty. */
char *buf_take(struct buf *buf) MUST_CHECK;

/* The text, "" if nothing was added. */
const char *buf_text(const struct buf *buf);
