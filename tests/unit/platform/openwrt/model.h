/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A disk that is a value: it can lose power between any two system calls, fill up, or fail one
 * call.
 *
 * What was not synced when the power goes may be there or not, each name and each content for
 * itself, and of a content also only the beginning: worse than what real file systems do.  But a
 * rename is one thing, and an fsync of a new file makes its name safe, too, as on ext4, XFS, F2FS
 * and UBIFS.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "platform/openwrt/disk.h"

#define MODEL_NODES 256
#define MODEL_NAMES 64
#define MODEL_BYTES 4096
#define MODEL_NONE  (-1)

struct model_node {
	enum disk_kind kind;
	unsigned mode;
	char now[MODEL_BYTES], safe[MODEL_BYTES];
	size_t now_size, safe_size;
};

struct model_name {
	char path[64];
	int now, safe; /* a node or MODEL_NONE */
	int with;      /* the name that a rename changed together with it; MODEL_NONE */
};

struct model {
	struct disk disk;
	struct model_node nodes[MODEL_NODES];
	struct model_name names[MODEL_NAMES];
	int n_nodes, n_names;
	int power;     /* so many changing calls are left; negative: no end */
	int fails;     /* the call that fails with EIO, counted from 0; negative: none */
	size_t room;   /* bytes that fit */
	int n_changes; /* changing calls so far */
	uint32_t seed;
};

static inline uint32_t model_random(struct model *m)
{
	m->seed = m->seed * 1664525u + 1013904223u;
	return m->seed >> 8;
}

/* Before each call that changes something. */
static inline int model_spend(struct model *m)
{
	if (m->power == 0)
		return -EIO;
	if (m->power > 0)
		m->power--;
	return m->n_changes++ == m->fails ? -EIO : 0;
}

static inline struct model_name *model_name(struct model *m, const char *path)
{
	for (int i = 0; i < m->n_names; i++) {
		if (strcmp(m->names[i].path, path) == 0)
			return &m->names[i];
	}
	assert(m->n_names < MODEL_NAMES);
	m->names[m->n_names] =
		(struct model_name){ .now = MODEL_NONE, .safe = MODEL_NONE, .with = MODEL_NONE };
	snprintf(m->names[m->n_names].path, sizeof(m->names->path), "%s", path);
	return &m->names[m->n_names++];
}

static inline struct model_node *model_node(struct model *m, const char *path)
{
	int now = model_name(m, path)->now;

	return now == MODEL_NONE ? NULL : &m->nodes[now];
}

static inline bool model_has_folder(struct model *m, const char *path)
{
	char folder[64];
	const char *slash = strrchr(path, '/');

	if (!slash)
		return true;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	return model_node(m, folder) && model_node(m, folder)->kind == DISK_FOLDER;
}

static inline struct model_node *model_add(struct model *m, const char *path, enum disk_kind kind,
                                           const char *bytes, unsigned mode)
{
	struct model_node *node = &m->nodes[m->n_nodes];

	assert(m->n_nodes < MODEL_NODES);
	*node = (struct model_node){ .kind = kind, .mode = mode, .now_size = strlen(bytes) };
	memcpy(node->now, bytes, node->now_size);
	model_name(m, path)->now = m->n_nodes++;
	return node;
}

static inline int model_status(struct disk *disk, const char *path, struct disk_status *status)
{
	struct model *m = container_of(disk, struct model, disk);
	const struct model_node *node = model_node(m, path);

	if (!node)
		return -ENOENT;
	*status = (struct disk_status){ node->kind, node->mode, 0, 0 };
	return 0;
}

static inline int model_read(struct disk *disk, const char *path, size_t limit, struct buf *out)
{
	const struct model_node *node = model_node(container_of(disk, struct model, disk), path);

	if (!node)
		return -ENOENT;
	if (node->now_size > limit)
		return -EFBIG;
	buf_add_bytes(out, node->now, node->now_size);
	return 0;
}

static inline int model_read_link(struct disk *disk, const char *path, struct buf *out)
{
	return model_read(disk, path, MODEL_BYTES, out);
}

static inline int model_create(struct disk *disk, const char *path, unsigned mode)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	if (!model_has_folder(m, path))
		return -ENOENT;
	if (!model_node(m, path))
		model_add(m, path, DISK_FILE, "", mode);
	model_node(m, path)->now_size = 0;
	return model_name(m, path)->now;
}

static inline int model_own(struct disk *disk, int file, const struct disk_status *status)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc == 0)
		m->nodes[file].mode = status->mode;
	return rc;
}

static inline size_t model_used(const struct model *m)
{
	size_t used = 0;

	for (int i = 0; i < m->n_names; i++) {
		if (m->names[i].now != MODEL_NONE)
			used += m->nodes[m->names[i].now].now_size;
	}
	return used;
}

/* A few bytes at a time, so that there is much to interrupt. */
static inline ssize_t model_write(struct disk *disk, int file, const void *bytes, size_t size)
{
	struct model *m = container_of(disk, struct model, disk);
	struct model_node *node = &m->nodes[file];
	size_t left = m->room - model_used(m);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	if (left == 0)
		return -ENOSPC;
	if (size > 100)
		size = 100;
	if (size > left)
		size = left;
	assert(node->now_size + size <= MODEL_BYTES);
	memcpy(node->now + node->now_size, bytes, size);
	node->now_size += size;
	return (ssize_t)size;
}

static inline void model_save_content(struct model_node *node)
{
	memcpy(node->safe, node->now, node->now_size);
	node->safe_size = node->now_size;
}

static inline int model_sync(struct disk *disk, int file)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	model_save_content(&m->nodes[file]);
	for (int i = 0; i < m->n_names; i++) {
		if (m->names[i].now == file)
			m->names[i].safe = file;
	}
	return 0;
}

static inline int model_close(struct disk *disk, int file)
{
	(void)file;
	return model_spend(container_of(disk, struct model, disk));
}

static inline int model_make(struct disk *disk, const char *path, enum disk_kind kind,
                             const char *bytes)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	if (!model_has_folder(m, path))
		return -ENOENT;
	if (model_node(m, path))
		return -EEXIST;
	model_add(m, path, kind, bytes, 0755);
	return 0;
}

static inline int model_make_link(struct disk *disk, const char *target, const char *path)
{
	return model_make(disk, path, DISK_LINK, target);
}

static inline int model_make_folder(struct disk *disk, const char *path)
{
	return model_make(disk, path, DISK_FOLDER, "");
}

static inline int model_rename(struct disk *disk, const char *from, const char *to)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	if (!model_node(m, from))
		return -ENOENT;
	model_name(m, to)->now = model_name(m, from)->now;
	model_name(m, to)->with = (int)(model_name(m, from) - m->names);
	model_name(m, from)->now = MODEL_NONE;
	model_name(m, from)->with = (int)(model_name(m, to) - m->names);
	return 0;
}

static inline int model_remove(struct disk *disk, const char *path)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	if (!model_node(m, path))
		return -ENOENT;
	model_name(m, path)->now = MODEL_NONE;
	return 0;
}

static inline int model_sync_folder(struct disk *disk, const char *path)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);
	size_t length = strlen(path);

	if (rc < 0)
		return rc;
	for (int i = 0; i < m->n_names; i++) {
		struct model_name *name = &m->names[i];

		if (strncmp(name->path, path, length) == 0 && name->path[length] == '/' &&
		    !strchr(name->path + length + 1, '/'))
			name->safe = name->now;
	}
	return 0;
}

static inline void model_save(struct model *m)
{
	for (int i = 0; i < m->n_names; i++)
		m->names[i].safe = m->names[i].now;
	for (int i = 0; i < m->n_nodes; i++)
		model_save_content(&m->nodes[i]);
}

static inline int model_sync_all(struct disk *disk, const char *folder)
{
	struct model *m = container_of(disk, struct model, disk);
	int rc = model_spend(m);

	if (rc < 0)
		return rc;
	if (!model_node(m, folder))
		return -ENOENT;
	model_save(m);
	return 0;
}

/* What is there when the power comes back. */
static inline void model_restart(struct model *m)
{
	bool lost[MODEL_NAMES];

	for (int i = 0; i < m->n_nodes; i++) {
		struct model_node *node = &m->nodes[i];

		switch (model_random(m) % 3) {
		case 0: /* nothing of what was not synced */
			memcpy(node->now, node->safe, node->safe_size);
			node->now_size = node->safe_size;
			break;
		case 1: /* the beginning */
			if (node->now_size != node->safe_size ||
			    memcmp(node->now, node->safe, node->now_size) != 0)
				node->now_size = model_random(m) % (node->now_size + 1);
			break;
		default: /* all */
			break;
		}
	}
	for (int i = 0; i < m->n_names; i++) {
		struct model_name *name = &m->names[i];

		lost[i] = name->with != MODEL_NONE && name->with < i ? lost[name->with]
		                                                     : model_random(m) % 2;
		/* Folders stay, or it would be another test. */
		if (lost[i] && (name->now == MODEL_NONE || m->nodes[name->now].kind != DISK_FOLDER))
			name->now = name->safe;
		name->with = MODEL_NONE;
	}
	model_save(m);
	m->power = -1;
	m->fails = -1;
}

static inline void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->power = -1;
	m->fails = -1;
	m->room = SIZE_MAX;
	m->disk = (struct disk){
		.status = model_status,
		.read = model_read,
		.read_link = model_read_link,
		.create = model_create,
		.own = model_own,
		.write = model_write,
		.sync = model_sync,
		.close = model_close,
		.make_link = model_make_link,
		.make_folder = model_make_folder,
		.rename = model_rename,
		.remove = model_remove,
		.sync_folder = model_sync_folder,
		.sync_all = model_sync_all,
	};
}
