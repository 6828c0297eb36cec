/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/base64.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const void *bytes, size_t size, struct buf *out)
{
	const unsigned char *at = bytes;

	for (; size; at += 3) {
		size_t n = size < 3 ? size : 3;
		unsigned group = (unsigned)at[0] << 16 | (n > 1 ? (unsigned)at[1] << 8 : 0) |
		                 (n > 2 ? at[2] : 0);

		for (unsigned i = 0; i < 4; i++)
			buf_add_char(out, i <= n ? letters[group >> (18 - 6 * i) & 63] : '=');
		size -= n;
	}
}

/* The value of four letters, and how many bytes they are; 0: they are none. */
static size_t decode_group(const char *text, unsigned *group)
{
	const char *end = memchr(text, '=', 4);
	size_t n = end ? (size_t)(end - text) : 4;

	*group = 0;
	if (n < 2 || strspn(text + n, "=") < 4 - n)
		return 0;
	for (size_t i = 0; i < 4; i++) {
		const char *letter = i < n ? strchr(letters, text[i]) : letters;

		if (!letter || !*letter)
			return 0;
		*group = *group << 6 | (unsigned)(letter - letters);
	}
	return n - 1;
}

int base64_decode(const char *text, struct buf *out)
{
	size_t length = strlen(text);

	if (length % 4)
		return -EINVAL;
	for (; *text; text += 4) {
		unsigned group;
		size_t n = decode_group(text, &group);

		if (!n || (n < 3 && text[4]))
			return -EINVAL;
		for (unsigned i = 0; i < n; i++)
			buf_add_char(out, (char)(group >> (16 - 8 * i) & 255));
	}
	return 0;
}
