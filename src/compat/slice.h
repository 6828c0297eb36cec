/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a LibreMesh peer says of one type: a part of its state, or all of it.  Both of LibreMesh's
 * protocols carry the same, written differently.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define COMPAT_KEY_MAX     255   /* bytes; longer ones are nobody's */
#define COMPAT_AUTHOR_MAX  63    /* bytes */
#define COMPAT_ENTRIES_MAX 16384 /* of one slice; the rest is passed over */

struct compat_entry {
	const char *key;
	const char *author;
	int64_t ttl;      /* of life; the unit is the protocol's: seconds, or bleaches */
	const char *data; /* JSON, not terminated; NULL: the author took it back */
	size_t data_size;
	size_t order; /* in which it came */
};

/* Zero is empty.  Memory is the arena's that it was filled from. */
struct compat_slice {
	struct compat_entry *entries;
	size_t count, room;
};

/* False if there is no room for more. */
bool compat_slice_add(struct compat_slice *slice, struct arena *arena,
                      const struct compat_entry *entry);
/* By key, bytewise; of two with one key the first stays. */
void compat_slice_sort(struct compat_slice *slice);
/* In one that is sorted.  NULL if there is none. */
const struct compat_entry *compat_slice_find(const struct compat_slice *slice, const char *key);
/*
 * Leaves in `known` what the one who `said` this does not have: what it lacks, holds otherwise, or
 * lets end more than `slack` earlier.  Both are sorted.
 */
void compat_slice_take_away(struct compat_slice *known, const struct compat_slice *said,
                            int64_t slack);
/* Whether both are the same JSON but for blanks. */
bool compat_same_data(const struct compat_entry *a, const struct compat_entry *b);
