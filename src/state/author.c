/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "state/row.h"
#include "state/table.h"

const char *author_format(const struct author_id *author, char text[AUTHOR_TEXT_SIZE])
{
	if (author->kind == AUTHOR_NAME) {
		snprintf(text, AUTHOR_TEXT_SIZE, "%s", (const char *)author->byte);
		return text;
	}
	for (size_t i = 0; i < 8; i++)
		snprintf(text + 2 * i, 3, "%02x", author->byte[i]);
	return text;
}

int author_compare(const struct author_id *a, const struct author_id *b)
{
	if (a->kind != b->kind)
		return a->kind == AUTHOR_KEY ? -1 : 1;
	return memcmp(a->byte, b->byte, sizeof(a->byte));
}

bool author_equal(const struct author_id *a, const struct author_id *b)
{
	return author_compare(a, b) == 0;
}

int author_from_name(const char *name, struct author_id *author)
{
	size_t length = strlen(name);

	if (length > AUTHOR_ID_MAX || !key_is_name(name))
		return -EINVAL;
	*author = (struct author_id){ .kind = AUTHOR_NAME, .size = (uint8_t)length };
	memcpy(author->byte, name, length);
	return 0;
}

void author_from_key(const uint8_t key[STATE_KEY_SIZE], struct author_id *author)
{
	*author = (struct author_id){ .kind = AUTHOR_KEY, .size = STATE_KEY_SIZE };
	memcpy(author->byte, key, STATE_KEY_SIZE);
}
