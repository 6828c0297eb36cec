/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "platform/openwrt/files.h"

/* A path below the root, for the kernel. */
struct place {
	char path[PATH_MAX];
};

static int place_of(const struct disk *disk, const char *path, struct place *place)
{
	int length = snprintf(place->path, sizeof(place->path), "%s/%s", disk->root, path);

	return (size_t)length < sizeof(place->path) ? 0 : -ENAMETOOLONG;
}

static int result(int rc)
{
	return rc < 0 ? -errno : rc;
}

static enum disk_kind kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return DISK_FILE;
	case S_IFLNK:
		return DISK_LINK;
	case S_IFDIR:
		return DISK_FOLDER;
	default:
		return DISK_OTHER;
	}
}

static int real_status(struct disk *disk, const char *path, struct disk_status *status)
{
	struct place place;
	struct stat s;
	int rc = place_of(disk, path, &place);

	if (rc < 0)
		return rc;
	if (lstat(place.path, &s) < 0)
		return -errno;
	*status = (struct disk_status){ kind_of(s.st_mode), s.st_mode & 07777, s.st_uid, s.st_gid };
	return 0;
}

static int real_read(struct disk *disk, const char *path, size_t limit, struct buf *out)
{
	struct place place;
	int rc = place_of(disk, path, &place);

	return rc < 0 ? rc : file_read(place.path, limit, out);
}

static int real_read_link(struct disk *disk, const char *path, struct buf *out)
{
	struct place place, target;
	int rc = place_of(disk, path, &place);
	ssize_t length;

	if (rc < 0)
		return rc;
	length = readlink(place.path, target.path, sizeof(target.path));
	if (length < 0)
		return -errno;
	if ((size_t)length == sizeof(target.path))
		return -ENAMETOOLONG;
	buf_add_bytes(out, target.path, (size_t)length);
	return 0;
}

static int real_create(struct disk *disk, const char *path, unsigned mode)
{
	struct place place;
	int rc = place_of(disk, path, &place);

	if (rc < 0)
		return rc;
	return result(
		open(place.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
}

/* An owner that is right already is left alone: only root may change it. */
static int real_own(struct disk *disk, int file, const struct disk_status *status)
{
	struct stat s;

	(void)disk;
	if (fstat(file, &s) < 0)
		return -errno;
	if (status->user != DISK_OWNER_ANY &&
	    (s.st_uid != status->user || s.st_gid != status->group) &&
	    fchown(file, status->user, status->group) < 0)
		return -errno;
	return result(fchmod(file, status->mode));
}

static ssize_t real_write(struct disk *disk, int file, const void *bytes, size_t size)
{
	ssize_t n = write(file, bytes, size);

	(void)disk;
	return n < 0 ? -errno : n;
}

static int real_sync(struct disk *disk, int file)
{
	(void)disk;
	return result(fsync(file));
}

static int real_close(struct disk *disk, int file)
{
	(void)disk;
	return result(close(file));
}

static int real_make_link(struct disk *disk, const char *target, const char *path)
{
	struct place place;
	int rc = place_of(disk, path, &place);

	return rc < 0 ? rc : result(symlink(target, place.path));
}

static int real_make_folder(struct disk *disk, const char *path)
{
	struct place place;
	int rc = place_of(disk, path, &place);

	return rc < 0 ? rc : result(mkdir(place.path, 0755));
}

static int real_rename(struct disk *disk, const char *from, const char *to)
{
	struct place old, new;
	int rc = place_of(disk, from, &old);

	if (rc == 0)
		rc = place_of(disk, to, &new);
	return rc < 0 ? rc : result(rename(old.path, new.path));
}

static int real_remove(struct disk *disk, const char *path)
{
	struct place place;
	int rc = place_of(disk, path, &place);

	return rc < 0 ? rc : result(unlink(place.path));
}

static int sync_by(struct disk *disk, const char *path, int (*call)(int fd))
{
	struct place place;
	int rc = place_of(disk, path, &place);
	int fd;

	if (rc < 0)
		return rc;
	fd = open(place.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = result(call(fd));
	close(fd);
	return rc;
}

/* Some file systems have nothing to sync a folder with, and nothing that it would be good for. */
static int real_sync_folder(struct disk *disk, const char *path)
{
	int rc = sync_by(disk, path, fsync);

	return rc == -EINVAL ? 0 : rc;
}

static int real_sync_all(struct disk *disk, const char *folder)
{
	return sync_by(disk, folder, syncfs);
}

struct disk disk_of(const char *root)
{
	return (struct disk){
		.status = real_status,
		.read = real_read,
		.read_link = real_read_link,
		.create = real_create,
		.own = real_own,
		.write = real_write,
		.sync = real_sync,
		.close = real_close,
		.make_link = real_make_link,
		.make_folder = real_make_folder,
		.rename = real_rename,
		.remove = real_remove,
		.sync_folder = real_sync_folder,
		.sync_all = real_sync_all,
		.root = root,
	};
}

int disk_read(void *data, const char *path, struct buf *out, unsigned *mode)
{
	struct disk disk = disk_of(data);
	struct disk_status status = { 0 };
	int rc = real_status(&disk, path, &status);

	if (rc < 0)
		return rc;
	*mode = status.mode;
	if (status.kind != DISK_LINK)
		return real_read(&disk, path, FILES_LIMIT, out);
	rc = real_read_link(&disk, path, out);
	return rc < 0 ? rc : -ELOOP;
}
