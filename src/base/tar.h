/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Archives of files as tar(1) reads them (POSIX.1-2001, ustar). */
#include <stdbool.h>
#include <stddef.h>

struct buf;

#define TAR_NAME_MAX 100 /* bytes, and one less where it ends in none */

/* False if the name is too long. */
bool tar_add(struct buf *out, const char *name, const void *bytes, size_t size);
void tar_end(struct buf *out);
