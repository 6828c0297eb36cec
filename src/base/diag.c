/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/diag.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

struct diag {
	struct arena *arena;
	struct diag_item *first;
	const struct diag_item **end;
};

struct diag *diag_new(void)
{
	struct arena *arena = arena_new();
	struct diag *diag = arena_new_of(arena, struct diag);

	diag->arena = arena;
	return diag;
}

void diag_free(struct diag *diag)
{
	if (diag)
		arena_free(diag->arena);
}

static struct origin copy_origin(struct arena *arena, const struct origin *origin)
{
	return (struct origin){
		.file = arena_strdup(arena, origin->file),
		.line = origin->line,
		.column = origin->column,
		.where = arena_strdup(arena, origin->where),
		.value = arena_strdup(arena, origin->value),
	};
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_same(const struct diag_item *a, const struct diag_item *b)
{
	const struct origin *x = &a->origin, *y = &b->origin;

	return x->line == y->line && x->column == y->column && is_same_text(x->file, y->file) &&
	       is_same_text(x->where, y->where) && !strcmp(a->text, b->text);
}

static bool is_known(const struct diag *diag, const struct diag_item *item)
{
	for (const struct diag_item *i = diag->first; i; i = i->next) {
		if (i->severity == item->severity && is_same(i, item))
			return true;
	}
	return false;
}

void diag_add(struct diag *diag, enum diag_severity severity, const struct origin *origin,
              const char *format, ...)
{
	struct diag_item *item = arena_new_of(diag->arena, struct diag_item);
	va_list args;

	item->severity = severity;
	if (origin)
		item->origin = copy_origin(diag->arena, origin);
	va_start(args, format);
	item->text = arena_vprintf(diag->arena, format, args);
	va_end(args);
	item->repeated = is_known(diag, item);
	if (diag->end)
		*diag->end = item;
	else
		diag->first = item;
	diag->end = &item->next;
}

bool diag_says(const struct diag *diag, const struct diag_item *item)
{
	const struct diag_item *i = diag->first;

	while (i && !is_same(i, item))
		i = i->next;
	return i;
}

void diag_add_unneeded(struct diag *diag, const struct diag *found)
{
	for (const struct diag_item *item = found->first; item; item = item->next) {
		if (item->severity != DIAG_WARNING && !diag_says(diag, item))
			diag_add(diag, DIAG_UNKNOWN, &item->origin, "%s", item->text);
	}
}

size_t diag_count(const struct diag *diag, enum diag_severity severity)
{
	size_t count = 0;

	for (const struct diag_item *item = diag->first; item; item = item->next)
		count += item->severity == severity;
	return count;
}

void diag_merge(struct diag *diag, const struct diag *more, size_t limit)
{
	for (const struct diag_item *item = more->first; item; item = item->next) {
		if (!is_known(diag, item) && diag_count(diag, item->severity) < limit)
			diag_add(diag, item->severity, &item->origin, "%s", item->text);
	}
}

bool diag_has_errors(const struct diag *diag)
{
	return diag_count(diag, DIAG_ERROR) > 0;
}

const struct diag_item *diag_first(const struct diag *diag)
{
	return diag->first;
}

static void print_place(const struct origin *origin, struct buf *out)
{
	if (!origin->file)
		return;
	buf_add(out, origin->file);
	if (origin->line)
		buf_printf(out, ":%u", origin->line);
	if (origin->line && origin->column)
		buf_printf(out, ":%u", origin->column);
	buf_add(out, ": ");
}

void diag_item_print(const struct diag_item *item, struct buf *out)
{
	static const char *const words[] = {
		[DIAG_WARNING] = "warning",
		[DIAG_UNKNOWN] = "ignored",
		[DIAG_ERROR] = "error",
	};

	print_place(&item->origin, out);
	buf_printf(out, "%s: ", words[item->severity]);
	if (item->origin.where)
		buf_printf(out, "%s: ", item->origin.where);
	buf_add_printable(out, item->text);
}

void diag_print(const struct diag *diag, struct buf *out)
{
	for (const struct diag_item *item = diag->first; item; item = item->next) {
		if (item->repeated)
			continue;
		diag_item_print(item, out);
		buf_add_char(out, '\n');
	}
}
