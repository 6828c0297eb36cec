/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static void buf_reserve(struct buf *buf, size_t more)
{
	size_t room = buf->room ? buf->room : 64;

	assert(more < SIZE_MAX / 4);
	if (buf->text && buf->room - buf->length > more)
		return;
	while (room - buf->length <= more)
		room *= 2;
	buf->text = realloc(buf->text, room);
	if (!buf->text)
		abort();
	buf->room = room;
	buf->text[buf->length] = '\0';
}

void buf_done(struct buf *buf)
{
	free(buf->text);
	*buf = (struct buf){ 0 };
}

void buf_add_bytes(struct buf *buf, const void *bytes, size_t size)
{
	buf_reserve(buf, size);
	if (size)
		memcpy(buf->text + buf->length, bytes, size);
	buf->length += size;
	buf->text[buf->length] = '\0';
}

void buf_add(struct buf *buf, const char *text)
{
	buf_add_bytes(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add_bytes(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(length >= 0);
	buf_reserve(buf, (size_t)length);
	va_start(args, format);
	vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
	va_end(args);
	buf->length += (size_t)length;
}

void buf_add_printable(struct buf *buf, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f)
			buf_printf(buf, "\\x%02x", c);
		else
			buf_add_char(buf, *text);
	}
}

static void add_json_char(struct buf *buf, const char **next)
{
	const char *s = *next;
	size_t length = utf8_length(s);

	*next += length ? length : 1;
	if (!length)
		buf_add(buf, "\\ufffd");
	else if (*s == '"' || *s == '\\')
		buf_printf(buf, "\\%c", *s);
	else if (length == 1 && (*s < 0x20 || *s == 0x7f))
		buf_printf(buf, "\\u%04x", (unsigned)*s);
	else
		buf_add_bytes(buf, s, length);
}

void buf_add_json(struct buf *buf, const char *text)
{
	buf_add_char(buf, '"');
	while (*text)
		add_json_char(buf, &text);
	buf_add_char(buf, '"');
}

char *buf_take(struct buf *buf)
{
	char *text;

	buf_reserve(buf, 0);
	text = buf->text;
	*buf = (struct buf){ 0 };
	return text;
}

const char *buf_text(const struct buf *buf)
{
	return buf->text ? buf->text : "";
}
