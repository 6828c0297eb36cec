/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/utf8.h"

#include <string.h>

#include "base/compiler.h"

/* Bytes that follow the first, and the range of the first that follows (RFC 3629, section 4). */
struct lead {
	unsigned char first, last, low, high, length;
};

static const struct lead leads[] = {
	{ 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

size_t utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	const struct lead *lead = leads;

	while (lead < leads + ARRAY_LENGTH(leads) && s[0] > lead->last)
		lead++;
	if (lead == leads + ARRAY_LENGTH(leads) || s[0] < lead->first)
		return 0;
	if (lead->length > 1 && (s[1] < lead->low || s[1] > lead->high))
		return 0;
	for (size_t i = 2; i < lead->length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return lead->length;
}

size_t utf8_cut(const char *text, size_t limit)
{
	size_t length = strlen(text);

	if (length <= limit)
		return length;
	for (size_t back = 1; back <= 3 && back <= limit; back++) {
		if (utf8_length(text + limit - back) > back)
			return limit - back;
	}
	return limit;
}
