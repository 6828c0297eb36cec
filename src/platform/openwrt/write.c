/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/write.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"

static int make_folder_of(const char *path)
{
	BUF_AUTO folder = { 0 };

	buf_add_bytes(&folder, path, (size_t)(strrchr(path, '/') - path));
	return file_make_folder(buf_text(&folder), 0755);
}

static unsigned mode_of(const char *path, unsigned fallback)
{
	struct stat status;

	return fallback || stat(path, &status) < 0 ? fallback : status.st_mode & 07777;
}

static int write_link(const char *path, const char *target)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	return symlink(target, path) < 0 ? -errno : 0;
}

static int write_change(const char *path, const struct file_change *change)
{
	int rc = make_folder_of(path);

	if (rc < 0)
		return rc;
	switch (change->kind) {
	case FILE_CHANGE_WRITE:
		return file_write(path, change->after, strlen(change->after),
		                  mode_of(path, change->mode));
	case FILE_CHANGE_LINK:
		return write_link(path, change->after);
	case FILE_CHANGE_REMOVE:
		return unlink(path) < 0 ? -errno : 0;
	}
	return -EINVAL;
}

int write_changes(const char *root, const struct file_change *changes, size_t n_changes,
                  struct diag *diag)
{
	for (size_t i = 0; i < n_changes; i++) {
		struct origin origin = { .file = changes[i].path };
		BUF_AUTO path = { 0 };
		int rc;

		buf_printf(&path, "%s/%s", root, changes[i].path);
		rc = write_change(path.text, &changes[i]);
		if (rc < 0) {
			diag_add(diag, DIAG_ERROR, &origin, "cannot be written: %s", strerror(-rc));
			return rc;
		}
	}
	return 0;
}
