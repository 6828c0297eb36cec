/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A state that keeps what it is told of one type, and merges as the original does. */
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "compat/peer.h"

struct memory {
	const char *type;
	struct arena *arena;
	struct compat_slice slice;
	size_t n_merged; /* slices */
};

static inline char *memory_copy(struct memory *memory, const char *bytes, size_t size)
{
	return arena_strndup(memory->arena, bytes, size);
}

static inline void memory_put(struct memory *memory, const struct compat_entry *entry)
{
	struct compat_entry copy = *entry;

	copy.key = memory_copy(memory, entry->key, strlen(entry->key));
	copy.author = memory_copy(memory, entry->author, strlen(entry->author));
	if (entry->data)
		copy.data = memory_copy(memory, entry->data, entry->data_size);
	for (size_t i = 0; i < memory->slice.count; i++) {
		struct compat_entry *known = &memory->slice.entries[i];

		if (strcmp(known->key, copy.key) != 0)
			continue;
		if (copy.ttl >= known->ttl)
			*known = copy;
		return;
	}
	assert_true(compat_slice_add(&memory->slice, memory->arena, &copy));
	compat_slice_sort(&memory->slice);
}

static inline bool memory_knows(void *data, const struct compat_peer *peer, const char *type)
{
	const struct memory *memory = data;

	(void)peer;
	return !strcmp(type, memory->type);
}

static inline void memory_merge(void *data, const struct compat_peer *peer, const char *type,
                                const struct compat_slice *slice)
{
	struct memory *memory = data;

	(void)peer;
	assert_string_equal(type, memory->type);
	memory->n_merged++;
	for (size_t i = 0; i < slice->count; i++)
		memory_put(memory, &slice->entries[i]);
}

static inline void memory_collect(void *data, const struct compat_peer *peer, const char *type,
                                  struct arena *arena, struct compat_slice *slice)
{
	const struct memory *memory = data;

	(void)peer;
	(void)type;
	for (size_t i = 0; i < memory->slice.count; i++)
		assert_true(compat_slice_add(slice, arena, &memory->slice.entries[i]));
}

static inline void memory_init(struct memory *memory, const char *type)
{
	*memory = (struct memory){ .type = type, .arena = arena_new() };
}

static inline void memory_done(struct memory *memory)
{
	arena_free(memory->arena);
}

static inline struct compat_state memory_state(struct memory *memory)
{
	return (struct compat_state){ memory, memory_knows, memory_merge, memory_collect };
}
