/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Whether what was made of the table of methods is what the table says: describe FOLDER.
 * describe --write FOLDER makes it so.
 */
#include "api/describe.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

#define SIZE_LIMIT (1 << 20)

static bool is_good(const char *folder, const char *name, bool write,
                    void (*describe)(struct buf *out))
{
	BUF_AUTO path = { 0 };
	BUF_AUTO is = { 0 };
	BUF_AUTO should_be = { 0 };

	buf_printf(&path, "%s/%s", folder, name);
	describe(&should_be);
	if (write)
		return file_write(path.text, should_be.text, should_be.length, 0644) == 0;
	if (file_read(path.text, SIZE_LIMIT, &is) == 0 && is.length == should_be.length &&
	    !memcmp(is.text, should_be.text, is.length))
		return true;
	fprintf(stderr, "%s is not what the table of methods says: `make api` makes it so\n", name);
	return false;
}

int main(int argc, char **argv)
{
	bool write = argc == 3 && !strcmp(argv[1], "--write"), good;

	if (argc < 2)
		return 2;
	good = is_good(argv[argc - 1], "docs/api.md", write, describe_markdown);
	return is_good(argv[argc - 1], "web/api.ts", write, describe_typescript) && good ? 0 : 1;
}
