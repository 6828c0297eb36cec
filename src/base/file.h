/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whole files: read with a limit, written so that a power cut leaves the old
 * or the new content and never half of it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct buf;

/*
 * Appends the content of `path` to `out`.  -ENOENT and the like as the system says, -EFBIG if it is
 * longer than `limit` bytes, -ENOLINK if it is a link to nothing, -ENOTSUP if it is no file: who
 * waits for a pipe may wait forever.  `out` untouched on failure.
 */
int file_read(const char *path, size_t limit, struct buf *out) MUST_CHECK;
/* The same for what a person named who is waiting: also from pipes and devices. */
int file_read_any(const char *path, size_t limit, struct buf *out) MUST_CHECK;

/* What a failure of these is in words, to follow "cannot be read: ". */
const char *file_fault(int rc);

/* Writes beside the target, fsyncs, renames over it, fsyncs the folder. */
int file_write(const char *path, const void *bytes, size_t size, unsigned mode) MUST_CHECK;

/* As file_write, but leaves a file that already has this content alone; tells in `changed`
 * (may be NULL) whether it wrote. */
int file_update(const char *path, const void *bytes, size_t size, unsigned mode,
                bool *changed) MUST_CHECK;

/* Makes the folder and those above it that are missing. */
int file_make_folder(const char *path, unsigned mode) MUST_CHECK;
