/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Plans as text for people and as JSON for programs.  Columns are as wide as what
 * stands in them, kind by kind; what is longer than a screen is wide sticks out and
 * does not push the rest away.
 */
#include "plan/print.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#define WIDEST_NAME   40
#define WIDEST_FIELDS 60

struct row {
	const char *name, *fields, *because;
};

void print_word(const char *text, struct buf *out)
{
	const char *quote = !*text || strpbrk(text, " '\"\t") ? "'" : "";

	buf_add(out, quote);
	buf_add_printable(out, text);
	buf_add(out, quote);
}

void print_value(const struct field *field, const void *value, struct buf *out)
{
	BUF_AUTO text = { 0 };

	if (field->type != FIELD_TYPE_ENUM && !field_is_set(field, value)) {
		buf_add(out, "(not set)");
		return;
	}
	field_print(field, value, &text);
	print_word(buf_text(&text), out);
}

static bool is_key(const struct plan_kind_info *info, const struct field *field)
{
	for (const struct plan_key *key = info->keys; key->field; key++) {
		if (strcmp(key->field, field->name) == 0)
			return true;
	}
	return false;
}

void print_fields(const struct plan_item *item, struct buf *out)
{
	const struct plan_kind_info *info = &plan_kinds[item->kind];
	const char *space = "";

	for (size_t i = 0; i < info->shape->n_fields; i++) {
		const struct field *field = &info->shape->fields[i];

		if (is_key(info, field) || !plan_field_matters(item->kind, item->value, field))
			continue;
		buf_printf(out, "%s%s", space, field->name);
		space = " ";
		if (field->type == FIELD_TYPE_BOOL)
			continue;
		buf_add_char(out, '=');
		print_value(field, item->value, out);
	}
}

void plan_print_because(const struct plan_item *item, struct buf *out)
{
	const struct origin *because = &item->because;
	BUF_AUTO text = { 0 };

	if (because->file)
		buf_add(&text, because->file);
	if (because->file && because->line)
		buf_printf(&text, ":%u", because->line);
	if (because->where)
		buf_printf(&text, "%s%s", text.length ? " " : "", because->where);
	if (because->value)
		buf_printf(&text, "%s'%s'", text.length ? " " : "", because->value);
	if (item->reason)
		buf_printf(&text, text.length ? " (%s)" : "%s", item->reason);
	buf_add_printable(out, buf_text(&text));
}

size_t print_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void print_padding(size_t from, size_t to, struct buf *out)
{
	for (; from < to; from++)
		buf_add_char(out, ' ');
}

static void widen(size_t *column, const char *text, size_t widest)
{
	size_t width = print_width(text);

	if (width > *column && width <= widest)
		*column = width;
}

static void print_row(const struct row *row, size_t name_width, size_t fields_width,
                      struct buf *out)
{
	buf_printf(out, "  %s", row->name);
	if (*row->fields || *row->because) {
		print_padding(print_width(row->name), name_width, out);
		if (*row->fields || fields_width)
			buf_printf(out, "  %s", row->fields);
	}
	if (*row->because) {
		print_padding(print_width(row->fields), fields_width, out);
		buf_printf(out, "  # %s", row->because);
	}
	buf_add_char(out, '\n');
}

static struct row row_of(const struct plan_item *item, struct arena *arena)
{
	BUF_AUTO name = { 0 }, fields = { 0 }, because = { 0 };

	buf_add_printable(&name, item->name);
	print_fields(item, &fields);
	plan_print_because(item, &because);
	return (struct row){
		.name = arena_strdup(arena, buf_text(&name)),
		.fields = arena_strdup(arena, buf_text(&fields)),
		.because = arena_strdup(arena, buf_text(&because)),
	};
}

static size_t count_of(const struct plan *plan, enum plan_kind kind)
{
	size_t count = 0;

	for (const struct plan_item *i = plan_next(plan, kind, NULL); i;
	     i = plan_next(plan, kind, i))
		count++;
	return count;
}

static void print_kind(const struct plan *plan, enum plan_kind kind, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct row *rows = arena_array_of(arena, struct row, count_of(plan, kind));
	size_t n_rows = 0, name_width = 0, fields_width = 0;

	for (const struct plan_item *i = plan_next(plan, kind, NULL); i;
	     i = plan_next(plan, kind, i)) {
		struct row row = row_of(i, arena);

		widen(&name_width, row.name, WIDEST_NAME);
		widen(&fields_width, row.fields, WIDEST_FIELDS);
		rows[n_rows++] = row;
	}
	if (n_rows)
		buf_printf(out, "%s%s\n", out->length ? "\n" : "", plan_kinds[kind].plural);
	for (size_t i = 0; i < n_rows; i++)
		print_row(&rows[i], name_width, fields_width, out);
}

void plan_print(const struct plan *plan, struct buf *out)
{
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		if (!plan_kinds[kind].openwrt)
			print_kind(plan, kind, out);
	}
}

static void add_json_text(const char *name, const char *text, const char **comma, struct buf *out)
{
	if (!text)
		return;
	buf_printf(out, "%s\"%s\":", *comma, name);
	buf_add_json(out, text);
	*comma = ",";
}

static void print_because_json(const struct plan_item *item, struct buf *out)
{
	const char *comma = "";

	buf_add(out, "\"because\":{");
	add_json_text("file", item->because.file, &comma, out);
	if (item->because.line) {
		buf_printf(out, "%s\"line\":%u", comma, item->because.line);
		comma = ",";
	}
	add_json_text("option", item->because.where, &comma, out);
	add_json_text("value", item->because.value, &comma, out);
	add_json_text("reason", item->reason, &comma, out);
	buf_add_char(out, '}');
}

void print_item_json(const struct plan_item *item, struct buf *out)
{
	const struct shape *shape = plan_kinds[item->kind].shape;

	buf_add(out, "\"id\":");
	buf_add_json(out, item->name);
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];

		if (!plan_field_matters(item->kind, item->value, field))
			continue;
		buf_printf(out, ",\"%s\":", field->name);
		field_print_json(field, item->value, out);
	}
	buf_add_char(out, ',');
	print_because_json(item, out);
}

void plan_print_json(const struct plan *plan, struct buf *out)
{
	buf_add(out, "{");
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		const char *comma = "";

		if (plan_kinds[kind].openwrt)
			continue;
		buf_printf(out, "%s\n\"%s\":[", kind ? "," : "", plan_kinds[kind].plural);
		for (const struct plan_item *i = plan_next(plan, kind, NULL); i;
		     i = plan_next(plan, kind, i)) {
			buf_printf(out, "%s\n{", comma);
			comma = ",";
			print_item_json(i, out);
			buf_add_char(out, '}');
		}
		buf_add_char(out, ']');
	}
	buf_add(out, "\n}\n");
}
