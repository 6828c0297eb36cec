/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/site.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "daemon/log.h"
#include "daemon/net/gzip.h"
#include "http/bundle.h"

#define DEPTH_MAX 4
#define SMALL     512 /* bytes that are not worth packing */

struct file {
	char name[BUNDLE_NAME_MAX];
	struct buf plain, zipped;
};

struct site {
	struct file *files;
	size_t count;
};

static void site_done(struct site *site)
{
	for (size_t i = 0; i < site->count; i++) {
		buf_done(&site->files[i].plain);
		buf_done(&site->files[i].zipped);
	}
	free(site->files);
}

/* NULL: there are too many. */
static struct file *file_named(struct site *site, const char *name, size_t length)
{
	struct file *file;

	for (size_t i = 0; i < site->count; i++) {
		file = &site->files[i];
		if (strlen(file->name) == length && !strncmp(file->name, name, length))
			return file;
	}
	if (site->count == BUNDLE_FILES_MAX)
		return NULL;
	file = &site->files[site->count++];
	*file = (struct file){ 0 };
	memcpy(file->name, name, length);
	return file;
}

static int add_file(struct site *site, const char *path, const char *name)
{
	size_t length = strlen(name);
	bool zipped = length > 3 && !strcmp(name + length - 3, ".gz");
	struct file *file;

	length -= zipped ? 3 : 0;
	if (length >= BUNDLE_NAME_MAX)
		return -ENAMETOOLONG;
	file = file_named(site, name, length);
	return file ? file_read(path, BUNDLE_SIZE_MAX, zipped ? &file->zipped : &file->plain)
	            : -E2BIG;
}

static int add_folder(struct site *site, const char *folder, const char *below, unsigned depth);

static int add_entry(struct site *site, const char *folder, const char *below,
                     const struct dirent *entry, unsigned depth)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO name = { 0 };
	int r;

	buf_printf(&path, "%s/%s", folder, entry->d_name);
	buf_printf(&name, "%s%s", below, entry->d_name);
	if (entry->d_type != DT_DIR) {
		r = add_file(site, path.text, name.text);
	} else {
		buf_add_char(&name, '/');
		r = add_folder(site, path.text, name.text, depth + 1);
	}
	if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "cannot serve %s: %s", path.text, strerror(-r));
	return r;
}

static int add_folder(struct site *site, const char *folder, const char *below, unsigned depth)
{
	const struct dirent *entry;
	DIR *open_folder;
	int r = 0;

	if (depth > DEPTH_MAX)
		return -ELOOP;
	open_folder = opendir(folder);
	if (!open_folder)
		return -errno;
	while (r == 0 && (entry = readdir(open_folder))) {
		if (entry->d_name[0] != '.')
			r = add_entry(site, folder, below, entry, depth);
	}
	closedir(open_folder);
	return r;
}

static void pack(struct file *file)
{
	static const char *const packed[] = { ".png", ".jpg", ".webp", ".woff2" };
	const char *suffix = strrchr(file->name, '.');

	if (file->zipped.length || file->plain.length < SMALL)
		return;
	for (size_t i = 0; suffix && i < ARRAY_LENGTH(packed); i++) {
		if (!strcmp(packed[i], suffix))
			return;
	}
	if (!gzip_zip(file->plain.text, file->plain.length, file->plain.length * 9 / 10,
	              &file->zipped))
		buf_done(&file->zipped);
}

static int compare(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int print(const struct site *site, struct buf *out)
{
	struct bundle_file *files = calloc(site->count, sizeof(*files));
	int r;

	assert(files);
	for (size_t i = 0; i < site->count; i++) {
		const struct file *file = &site->files[i];

		files[i] = (struct bundle_file){ .name = file->name,
			                         .plain = buf_text(&file->plain),
			                         .plain_size = file->plain.length,
			                         .zipped = buf_text(&file->zipped),
			                         .zipped_size = file->zipped.length };
	}
	r = bundle_print(files, site->count, out);
	free(files);
	return r;
}

/* Whoever gets it can neither change nor shorten it. */
static int make_memory(const struct buf *bytes)
{
	int fd = memfd_create("weft-www", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t at = 0;

	if (fd < 0)
		return -errno;
	while (at < bytes->length) {
		ssize_t n = write(fd, bytes->text + at, bytes->length - at);

		if (n < 0 && errno != EINTR)
			goto failed;
		at += n > 0 ? (size_t)n : 0;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		return fd;
failed:
	at = (size_t)errno;
	close(fd);
	return -(int)at;
}

int site_load(const char *folder, size_t *size)
{
	struct site site = { .files = calloc(BUNDLE_FILES_MAX, sizeof(*site.files)) };
	BUF_AUTO bytes = { 0 };
	int r;

	assert(site.files);
	r = add_folder(&site, folder, "", 0);
	if (r == 0 && !site.count)
		r = -ENOENT;
	if (r == 0) {
		qsort(site.files, site.count, sizeof(*site.files), compare);
		for (size_t i = 0; i < site.count; i++)
			pack(&site.files[i]);
		r = print(&site, &bytes);
	}
	site_done(&site);
	*size = bytes.length;
	return r < 0 ? r : make_memory(&bytes);
}
