/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What stands at a path and needs root.
 */
#include <string.h>

#include "base/file.h"
#include "daemon/web/parts.h"

#define COMMUNITY_LIMIT 65536

static unsigned community(const struct calls *calls, struct buf *body)
{
	const char *root = calls->options.root;
	BUF_AUTO path = { 0 };

	buf_printf(&path, "%s/etc/config/lime-community", strcmp(root, "/") ? root : "");
	return file_read(path.text, COMMUNITY_LIMIT, body) < 0 ? 404 : 200;
}

struct page {
	const char *path, *type;
	unsigned (*print)(const struct calls *calls, struct buf *body);
};

static const struct page pages[] = {
	{ "/cgi-bin/lime/lime-community", "text/plain", community },
};

unsigned pages_answer(const struct calls *calls, const char *path, const char **type,
                      struct buf *body)
{
	for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
		if (!strcmp(pages[i].path, path)) {
			*type = pages[i].type;
			return pages[i].print(calls, body);
		}
	}
	buf_add(body, "There is nothing here.\n");
	return 404;
}
