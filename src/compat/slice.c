/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/slice.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_reader.h"

bool compat_slice_add(struct compat_slice *slice, struct arena *arena,
                      const struct compat_entry *entry)
{
	if (slice->count == COMPAT_ENTRIES_MAX)
		return false;
	if (slice->count == slice->room) {
		size_t room = slice->room ? 2 * slice->room : 64;
		struct compat_entry *entries = arena_array_of(arena, struct compat_entry, room);

		if (slice->count)
			memcpy(entries, slice->entries, slice->count * sizeof(*entries));
		slice->entries = entries;
		slice->room = room;
	}
	slice->entries[slice->count] = *entry;
	slice->entries[slice->count].order = slice->count;
	slice->count++;
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct compat_entry *left = a, *right = b;
	int r = strcmp(left->key, right->key);

	if (r)
		return r;
	return left->order < right->order ? -1 : left->order > right->order;
}

void compat_slice_sort(struct compat_slice *slice)
{
	size_t kept = 0;

	if (!slice->count)
		return;
	qsort(slice->entries, slice->count, sizeof(*slice->entries), compare);
	for (size_t i = 1; i < slice->count; i++) {
		if (strcmp(slice->entries[i].key, slice->entries[kept].key) != 0)
			slice->entries[++kept] = slice->entries[i];
	}
	slice->count = kept + 1;
}

static int compare_key(const void *key, const void *entry)
{
	return strcmp(key, ((const struct compat_entry *)entry)->key);
}

const struct compat_entry *compat_slice_find(const struct compat_slice *slice, const char *key)
{
	if (!slice->count)
		return NULL;
	return bsearch(key, slice->entries, slice->count, sizeof(*slice->entries), compare_key);
}

bool compat_same_data(const struct compat_entry *a, const struct compat_entry *b)
{
	BUF_AUTO left = { 0 };
	BUF_AUTO right = { 0 };

	if (!a->data || !b->data)
		return !a->data && !b->data;
	json_print_compact(a->data, a->data_size, &left);
	json_print_compact(b->data, b->data_size, &right);
	return left.length == right.length && !strcmp(buf_text(&left), buf_text(&right));
}

void compat_slice_take_away(struct compat_slice *known, const struct compat_slice *said,
                            int64_t slack)
{
	size_t kept = 0;

	for (size_t i = 0; i < known->count; i++) {
		const struct compat_entry *entry = &known->entries[i];
		const struct compat_entry *theirs = compat_slice_find(said, entry->key);

		if (!theirs || theirs->ttl < entry->ttl - slack || !compat_same_data(theirs, entry))
			known->entries[kept++] = *entry;
	}
	known->count = kept;
}
