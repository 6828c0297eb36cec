/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/disk.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "platform/openwrt/files.h"

int disk_read(void *data, const char *path, struct buf *out)
{
	BUF_AUTO full = { 0 };
	char target[PATH_MAX];
	ssize_t size;

	buf_printf(&full, "%s/%s", (const char *)data, path);
	size = readlink(full.text, target, sizeof(target));
	if (size < 0)
		return errno == EINVAL ? file_read(full.text, FILES_LIMIT, out) : -errno;
	buf_add_bytes(out, target, (size_t)size);
	return -ELOOP;
}
