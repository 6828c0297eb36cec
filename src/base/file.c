/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static int read_all(int fd, size_t limit, struct buf *content)
{
	char block[4096];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		if (content->length + (size_t)n > limit)
			return -EFBIG;
		buf_add_bytes(content, block, (size_t)n);
	}
}

static int read_open(int fd, bool any, size_t limit, struct buf *content)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	return any || S_ISREG(status.st_mode) ? read_all(fd, limit, content) : -ENOTSUP;
}

static int read_path(const char *path, bool any, size_t limit, struct buf *out)
{
	/* A pipe that nobody writes into is opened without waiting for somebody. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (any ? 0 : O_NONBLOCK));
	BUF_AUTO content = { 0 };
	struct stat status;
	int rc;

	if (fd < 0 && errno == ENOENT && lstat(path, &status) == 0)
		return -ENOLINK;
	if (fd < 0)
		return -errno;
	rc = read_open(fd, any, limit, &content);
	close(fd);
	if (rc == 0)
		buf_add_bytes(out, buf_text(&content), content.length);
	return rc;
}

int file_read(const char *path, size_t limit, struct buf *out)
{
	return read_path(path, false, limit, out);
}

int file_read_any(const char *path, size_t limit, struct buf *out)
{
	return read_path(path, true, limit, out);
}

const char *file_fault(int rc)
{
	switch (-rc) {
	case ENOLINK:
		return "it is a link to a file that is not there";
	case ENOTSUP:
		return "it is no file, but a pipe, a device or the like";
	default:
		return strerror(-rc);
	}
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		size -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int write_temporary(const char *path, const void *bytes, size_t size, unsigned mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	int rc;

	if (fd < 0)
		return -errno;
	rc = fchmod(fd, mode) < 0 ? -errno : write_all(fd, bytes, size);
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc < 0)
		(void)unlink(path);
	return rc;
}

/* A rename is only on disk when its folder is. */
static int sync_folder_of(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd, rc;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
	         slash ? path : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
	close(fd);
	return rc;
}

int file_write(const char *path, const void *bytes, size_t size, unsigned mode)
{
	char temporary[PATH_MAX];
	int rc;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.new", path) >= sizeof(temporary))
		return -ENAMETOOLONG;
	rc = write_temporary(temporary, bytes, size, mode);
	if (rc < 0)
		return rc;
	if (rename(temporary, path) < 0) {
		rc = -errno;
		(void)unlink(temporary);
		return rc;
	}
	return sync_folder_of(path);
}

int file_update(const char *path, const void *bytes, size_t size, unsigned mode, bool *changed)
{
	BUF_AUTO old = { 0 };
	bool same = file_read(path, size, &old) == 0 && old.length == size &&
	            memcmp(buf_text(&old), bytes, size) == 0;
	int rc = same ? 0 : file_write(path, bytes, size, mode);

	if (rc == 0 && changed)
		*changed = !same;
	return rc;
}

int file_make_folder(const char *path, unsigned mode)
{
	char folder[PATH_MAX];

	if ((size_t)snprintf(folder, sizeof(folder), "%s", path) >= sizeof(folder))
		return -ENAMETOOLONG;
	for (char *slash = folder + 1; *slash; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		if (mkdir(folder, mode) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(folder, mode) < 0 && errno != EEXIST ? -errno : 0;
}
