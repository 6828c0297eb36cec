/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/tar.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#define BLOCK 512

struct header {
	char name[TAR_NAME_MAX], mode[8], owner[8], group[8], size[12], time[12], sum[8], type;
	char link[100], magic[6], version[2], rest[247];
};

static void pad(struct buf *out, size_t size)
{
	static const char zeros[BLOCK];

	if (size % BLOCK)
		buf_add_bytes(out, zeros, BLOCK - size % BLOCK);
}

bool tar_add(struct buf *out, const char *name, const void *bytes, size_t size)
{
	struct header header = { .mode = "0000644",
		                 .owner = "0000000",
		                 .group = "0000000",
		                 .time = "00000000000",
		                 .type = '0',
		                 .magic = "ustar" };
	const unsigned char *at = (const unsigned char *)&header;
	unsigned sum = 0;
	char digits[16];

	_Static_assert(sizeof(header) == BLOCK, "it is a block");
	if (strlen(name) >= TAR_NAME_MAX)
		return false;
	memcpy(header.name, name, strlen(name));
	snprintf(digits, sizeof(digits), "%011zo", size);
	memcpy(header.size, digits, sizeof(header.size) - 1);
	memcpy(header.version, "00", 2);
	/* Of the header with blanks in its own place. */
	memset(header.sum, ' ', sizeof(header.sum));
	for (size_t i = 0; i < sizeof(header); i++)
		sum += at[i];
	snprintf(digits, sizeof(digits), "%06o", sum);
	memcpy(header.sum, digits, 7);
	buf_add_bytes(out, &header, sizeof(header));
	buf_add_bytes(out, bytes, size);
	pad(out, size);
	return true;
}

void tar_end(struct buf *out)
{
	static const char zeros[2 * BLOCK];

	buf_add_bytes(out, zeros, sizeof(zeros));
}
