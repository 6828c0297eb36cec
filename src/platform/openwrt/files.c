/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "uci/uci.h"

#define CONFIG_FOLDER "etc/config/"
#define MODE_FILE     0644

/* One file that somebody asked for. */
struct file {
	struct file *next;
	const char *path;
	const char *before;       /* NULL: there was none */
	bool was_link, is_link;   /* then the texts are what it points to */
	const char *after;        /* of a file that is no UCI */
	struct uci_document *uci; /* of one that is; NULL: there shall be none */
	bool is_uci;
	size_t size_before, size_after;
	unsigned mode;
	unsigned mode_before;
	int error; /* why it cannot be read; 0, or a negative errno */
};

struct files {
	struct arena *arena;
	files_reader reader;
	void *data;
	struct diag *diag;
	struct file *list;
	size_t count;
};

struct files *files_new(files_reader reader, void *data, struct diag *diag)
{
	struct arena *arena = arena_new();
	struct files *files = arena_new_of(arena, struct files);

	files->arena = arena;
	files->reader = reader;
	files->data = data;
	files->diag = diag;
	return files;
}

void files_free(struct files *files)
{
	if (!files)
		return;
	for (struct file *file = files->list; file; file = file->next)
		uci_free(file->uci);
	arena_free(files->arena);
}

static struct file *find(const struct files *files, const char *path)
{
	for (struct file *file = files->list; file; file = file->next) {
		if (strcmp(file->path, path) == 0)
			return file;
	}
	return NULL;
}

/* With a zero behind it. */
static char *copy(struct files *files, const void *bytes, size_t size)
{
	return memcpy(arena_alloc(files->arena, size + 1), bytes, size);
}

static void load(struct files *files, struct file *file)
{
	BUF_AUTO content = { 0 };
	int rc = files->reader(files->data, file->path, &content, &file->mode_before);

	if (rc < 0 && rc != -ELOOP) {
		file->error = rc;
		return;
	}
	file->before = copy(files, buf_text(&content), content.length);
	file->size_before = content.length;
	file->was_link = rc == -ELOOP;
}

static void expect_text(struct files *files, const struct file *file)
{
	struct origin origin = { .file = file->path };

	if (file->error && file->error != -ENOENT && file->error != -ENOTDIR)
		diag_add(files->diag, DIAG_ERROR, &origin, "cannot be read: %s",
		         strerror(-file->error));
	if (file->before && strlen(file->before) != file->size_before)
		diag_add(files->diag, DIAG_ERROR, &origin, "this is no text: it has a zero byte");
}

/* By path, so that the changes come in an order that depends on nothing else. */
static void insert(struct files *files, struct file *file)
{
	struct file **at = &files->list;

	while (*at && strcmp((*at)->path, file->path) < 0)
		at = &(*at)->next;
	file->next = *at;
	*at = file;
	files->count++;
}

static struct file *get(struct files *files, const char *path)
{
	struct file *file = find(files, path);

	if (file)
		return file;
	file = arena_new_of(files->arena, struct file);
	file->path = arena_strdup(files->arena, path);
	load(files, file);
	file->after = file->before;
	file->size_after = file->size_before;
	file->is_link = file->was_link;
	insert(files, file);
	return file;
}

static struct file *get_uci(struct files *files, const char *package)
{
	const char *path = arena_printf(files->arena, CONFIG_FOLDER "%s", package);
	struct file *file = get(files, path);

	if (file->is_uci || file->is_link)
		return file;
	file->is_uci = true;
	expect_text(files, file);
	if (file->before)
		file->uci = uci_parse(path, file->before, strlen(file->before), files->diag);
	return file;
}

struct uci_document *files_uci(struct files *files, const char *package)
{
	return get_uci(files, package)->uci;
}

struct uci_document *files_make_uci(struct files *files, const char *package)
{
	struct file *file = get_uci(files, package);

	if (!file->uci) {
		file->is_uci = true;
		file->is_link = false;
		file->uci = uci_new(file->path);
		file->mode = MODE_FILE;
	}
	return file->uci;
}

const char *files_text(struct files *files, const char *path)
{
	const struct file *file = get(files, path);

	expect_text(files, file);
	return file->is_link ? NULL : file->after;
}

int files_bytes(struct files *files, const char *path, struct files_content *content)
{
	const struct file *file = get(files, path);

	if (file->error)
		return file->error;
	if (file->is_link || !file->after)
		return file->is_link ? -ELOOP : -ENOENT;
	*content = (struct files_content){ file->after, file->size_after, file->mode_before };
	return 0;
}

void files_set_bytes(struct files *files, const char *path, const void *bytes, size_t size,
                     unsigned mode)
{
	struct file *file = get(files, path);

	file->after = copy(files, bytes, size);
	file->size_after = size;
	file->error = 0;
	file->is_link = false;
	file->mode = mode;
}

void files_set_text(struct files *files, const char *path, const char *text, unsigned mode)
{
	files_set_bytes(files, path, text, strlen(text), mode);
}

void files_set_link(struct files *files, const char *path, const char *target)
{
	struct file *file = get(files, path);

	file->after = arena_strdup(files->arena, target);
	file->size_after = strlen(target);
	file->is_link = true;
}

void files_remove(struct files *files, const char *path)
{
	struct file *file = get(files, path);

	file->after = NULL;
	file->is_link = false;
}

/* What a file of UCI comes to. */
static void settle(struct files *files, struct file *file)
{
	BUF_AUTO out = { 0 };

	if (!file->is_uci)
		return;
	if (file->uci)
		uci_print(file->uci, &out);
	file->after = file->uci ? copy(files, buf_text(&out), out.length) : NULL;
	file->size_after = out.length;
}

static bool is_same(const struct file *file)
{
	if (!file->before || !file->after)
		return !file->before && !file->after;
	return file->was_link == file->is_link && file->size_before == file->size_after &&
	       memcmp(file->before, file->after, file->size_after) == 0;
}

static struct file_change change_of(const struct file *file)
{
	return (struct file_change){
		.kind = !file->after    ? FILE_CHANGE_REMOVE
		        : file->is_link ? FILE_CHANGE_LINK
		                        : FILE_CHANGE_WRITE,
		.path = file->path,
		.before = file->before,
		.after = file->after,
		.size = file->after ? file->size_after : 0,
		.mode = file->before && !file->was_link ? 0 : file->mode,
	};
}

const struct file_change *files_changes(struct files *files, size_t *n_changes)
{
	struct file_change *changes = arena_array_of(files->arena, struct file_change,
	                                             files->count);

	*n_changes = 0;
	for (struct file *file = files->list; file; file = file->next) {
		settle(files, file);
		if (!is_same(file))
			changes[(*n_changes)++] = change_of(file);
	}
	return changes;
}
