/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A folder that is a box's root, as a table of system calls: the real one, or a test's, which
 * fails, fills up or loses power where the test wants it to.
 *
 * Paths are below the root and begin without a slash.  Everything returns 0 or more, or a negative
 * errno.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"

struct buf;

enum disk_kind {
	DISK_FILE,
	DISK_LINK, /* symbolic */
	DISK_FOLDER,
	DISK_OTHER,
};

#define DISK_OWNER_ANY UINT32_MAX /* whoever makes it */

struct disk_status {
	enum disk_kind kind;
	unsigned mode; /* permissions */
	uint32_t user, group;
};

struct disk {
	/* Of the name itself, also if it is a link. */
	int (*status)(struct disk *disk, const char *path, struct disk_status *status);
	int (*read)(struct disk *disk, const char *path, size_t limit, struct buf *out);
	int (*read_link)(struct disk *disk, const char *path, struct buf *out);

	/* A new or emptied file, for writing; gives a descriptor.  No link is followed. */
	int (*create)(struct disk *disk, const char *path, unsigned mode);
	/* Mode and owner of a created file. */
	int (*own)(struct disk *disk, int file, const struct disk_status *status);
	ssize_t (*write)(struct disk *disk, int file, const void *bytes, size_t size);
	int (*sync)(struct disk *disk, int file);
	int (*close)(struct disk *disk, int file);

	int (*make_link)(struct disk *disk, const char *target, const char *path);
	int (*make_folder)(struct disk *disk, const char *path);
	int (*rename)(struct disk *disk, const char *from, const char *to);
	int (*remove)(struct disk *disk, const char *path);
	/* Names in a folder are safe from a power cut behind this. */
	int (*sync_folder)(struct disk *disk, const char *path);
	/* All of the file system that holds the folder is. */
	int (*sync_all)(struct disk *disk, const char *folder);

	const char *root; /* of the real one, without a "/" at its end; belongs to the caller */
};

/* The files below `root`, "" for the machine's own. */
struct disk disk_of(const char *root);

/* A files_reader; `data` is the root folder, a text without a slash at its end. */
int disk_read(void *data, const char *path, struct buf *out, unsigned *mode);
