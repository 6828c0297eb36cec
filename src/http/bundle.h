/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The files of the page as one piece of memory, so that a process without files can serve them.
 * Whoever has the files makes it, whoever serves them only reads it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct buf;

#define BUNDLE_FILES_MAX 256
#define BUNDLE_NAME_MAX  120
#define BUNDLE_SIZE_MAX  (2U * 1024 * 1024)

struct bundle_file {
	const char *name; /* "assets/page.js": relative, without ".gz" */
	const char *plain, *zipped;
	size_t plain_size, zipped_size; /* 0: not there in this form */
	uint64_t tag;                   /* another one whenever the content is another */
};

struct bundle {
	const char *bytes; /* borrowed; NULL: nothing is there */
	size_t size;
	uint32_t count;
};

/* The files, sorted by name, as a bundle.  -E2BIG */
int bundle_print(const struct bundle_file *files, size_t count, struct buf *out) MUST_CHECK;

/* -EINVAL if the bytes are none. */
int bundle_open(const void *bytes, size_t size, struct bundle *bundle) MUST_CHECK;
bool bundle_find(const struct bundle *bundle, const char *name, struct bundle_file *file);

/* The type that a file of this name has. */
const char *bundle_type(const char *name);
/* Whether the name changes with the content ("page-3fa94b1c.js"), so that it may be kept for ever.
 */
bool bundle_is_immutable(const char *name);
