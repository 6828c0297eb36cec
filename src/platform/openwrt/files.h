/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The files of a box: as they are, and as they shall be.
 *
 * Renderers change them here, in memory; nothing is written.  What differs in the end is a
 * list of changes, for whoever writes them (or only shows them).  A file is read when
 * somebody first asks for it, by a function of the caller's, so that all of this is pure.
 *
 * Paths are below the root and begin without a slash: "etc/config/network".
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct arena;
struct buf;
struct diag;
struct files;
struct uci_document;

/* What is larger is refused with a message. */
#define FILES_LIMIT (1024u * 1024u) /* bytes */

/*
 * Appends the content of a file to `out` and gives its permissions: 0, -ENOENT, or what else the
 * system says.  -ELOOP for a symbolic link, with what it points to in `out`.
 */
typedef int (*files_reader)(void *data, const char *path, struct buf *out, unsigned *mode);

/* Mistakes in files, and what cannot be read, go to `diag`, which has to live as long. */
struct files *files_new(files_reader reader, void *data, struct diag *diag);
void files_free(struct files *files);
AUTO_DEFINE(files_free, struct files);

/* /etc/config/PACKAGE, to be changed in place.  NULL if there is no such file. */
struct uci_document *files_uci(struct files *files, const char *package);
/* The same, made empty where there is none. */
struct uci_document *files_make_uci(struct files *files, const char *package);

/* What another file holds by now; NULL if there is none, or if it is a symbolic link. */
const char *files_text(struct files *files, const char *path);
/* What a file holds that need not be a text.  -ENOENT and the like if it cannot be read, which is
 * no mistake until the caller says so. */
struct files_content {
	const char *bytes;
	size_t size;
	unsigned mode;
};
int files_bytes(struct files *files, const char *path, struct files_content *content);
/* `mode` counts only for a file that is not there yet. */
void files_set_text(struct files *files, const char *path, const char *text, unsigned mode);
/* The same for bytes that need not be a text. */
void files_set_bytes(struct files *files, const char *path, const void *bytes, size_t size,
                     unsigned mode);
/* A symbolic link to `target`, whatever was there. */
void files_set_link(struct files *files, const char *path, const char *target);
void files_remove(struct files *files, const char *path);

enum file_change_kind {
	FILE_CHANGE_WRITE,
	FILE_CHANGE_LINK, /* `after` is what it points to */
	FILE_CHANGE_REMOVE,
};

struct file_change {
	enum file_change_kind kind;
	const char *path;
	const char *before; /* NULL: there was no file; of a link: what it pointed to */
	const char *after;  /* NULL if removed */
	size_t size;        /* of what is after */
	unsigned mode;      /* of a file that is new; 0: that of the one which is there */
};

/* What differs, by path; none for files that are as they were.  Belongs to the files. */
const struct file_change *files_changes(struct files *files, size_t *n_changes);
