/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a journal says: changes of files, whole, with a sum over all of it, so that one that a power
 * cut left half written is never taken for a decision.
 */
#include <stddef.h>

#include "base/compiler.h"
#include "platform/openwrt/disk.h"
#include "platform/openwrt/files.h"

struct arena;
struct buf;

#define JOURNAL_LIMIT (16u * 1024u * 1024u) /* bytes; far more than the files of a box */

/* A change as it is decided, with the owner that the file shall have. */
struct journal_entry {
	struct file_change change;
	struct disk_status status;
};

struct journal {
	const struct journal_entry *entries;
	size_t count;
};

void journal_print(const struct journal *journal, struct buf *out);
/* Texts live in the arena.  -EINVAL if it is not whole. */
int journal_parse(const char *text, size_t size, struct arena *arena,
                  struct journal *journal) MUST_CHECK;
