/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Memory for things that live and die together: one parsed configuration, one
 * plan, one request.  Nothing is freed by itself; all of it goes with the arena.
 *
 * Running out of memory ends the program: our own allocations are small, and
 * what is sized by somebody else is checked against a named limit first.
 */
#include <stdarg.h>
#include <stddef.h>

#include "base/compiler.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
AUTO_DEFINE(arena_free, struct arena);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

#define arena_new_of(arena_, type_) ((type_ *)arena_alloc((arena_), sizeof(type_)))
#define arena_array_of(arena_, type_, count_) \
	((type_ *)arena_alloc((arena_), sizeof(type_) * (count_)))

/* Copies; NULL stays NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list args) PRINTF(2, 0);

/* Bytes handed out so far. */
size_t arena_size(const struct arena *arena);
