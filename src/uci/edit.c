/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Changes, in the text and in the model at once.
 *
 * A statement that changes keeps its place, its indentation and the comment behind it.
 * One that goes takes its line along, a section the empty one before it.  New ones stand behind the
 * last statement of their section, new sections at the end.  A line that several statements share
 * (`;`) is split before any of them changes.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "uci/document.h"

static void add_quoted(struct buf *out, const char *text)
{
	buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_add(out, "'\\''");
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '\'');
}

static const char *section_text(struct uci_inside *inside, const struct uci_section *section)
{
	BUF_AUTO out = { 0 };

	buf_add(&out, "config ");
	if (strpbrk(section->type, "'\"\\#;"))
		add_quoted(&out, section->type);
	else
		buf_add(&out, section->type);
	if (!section->anonymous) {
		buf_add_char(&out, ' ');
		add_quoted(&out, section->name);
	}
	return arena_strndup(inside->arena, out.text, out.length);
}

static const char *option_text(struct uci_inside *inside, const char *name, bool is_list,
                               const char *value)
{
	BUF_AUTO out = { 0 };

	buf_printf(&out, "%s %s ", is_list ? "list" : "option", name);
	add_quoted(&out, value);
	return arena_strndup(inside->arena, out.text, out.length);
}

/* The text behind a statement; with none (NULL): at the start of the file. */
static const char **text_behind(struct uci_inside *inside, const struct uci_statement *statement)
{
	struct uci_statement *next = statement ? statement->next : inside->first;

	return next ? &next->before : &inside->rest;
}

/* Gives a statement a line of its own. */
static void split_line(struct uci_statement *statement)
{
	struct uci_statement *next = statement->next;

	if (statement->previous && !strchr(statement->before, '\n'))
		statement->before = statement->option ? "\n\t" : "\n";
	if (next && !strchr(next->before, '\n'))
		next->before = next->option ? "\n\t" : "\n";
}

static void delete_statement(struct uci_inside *inside, struct uci_statement *statement)
{
	const char **behind = text_behind(inside, statement);
	const char *before, *indent, *line_end;

	split_line(statement);
	before = statement->before;
	indent = strrchr(before, '\n');
	indent = indent ? indent + 1 : before;
	/* The empty line before a section was made for it. */
	if (!statement->option && indent - before >= 2 && indent[-2] == '\n')
		indent--;
	line_end = strchr(*behind, '\n');
	*behind = arena_printf(inside->arena, "%.*s%s", (int)(indent - before), before,
	                       line_end ? line_end + 1 : "");
	*(statement->previous ? &statement->previous->next : &inside->first) = statement->next;
	*(statement->next ? &statement->next->previous : &inside->last) = statement->previous;
}

/* Puts a new statement into the line behind `after`. */
static struct uci_statement *insert_statement(struct uci_inside *inside,
                                              struct uci_statement *after, const char *text)
{
	struct uci_statement *statement = arena_new_of(inside->arena, struct uci_statement);
	const char **behind = text_behind(inside, after);
	const char *line_end;

	split_line(after);
	line_end = strchr(*behind, '\n');
	statement->before = arena_printf(
		inside->arena, "%.*s\n\t",
		(int)(line_end ? line_end - *behind : (ptrdiff_t)strlen(*behind)), *behind);
	*behind = line_end ? line_end : "\n";
	statement->text = text;
	statement->section = after->section;
	statement->previous = after;
	statement->next = after->next;
	*(after->next ? &after->next->previous : &inside->last) = statement;
	after->next = statement;
	return statement;
}

/* Closes the last line and leaves an empty one before a new section, as libuci does. */
static const char *text_before_section(struct uci_inside *inside)
{
	size_t size = strlen(inside->rest), at = size;

	while (at > 0 && inside->rest[at - 1] == '\n')
		at--;
	size -= at;
	if (at == 0 && !inside->last)
		size++; /* the start of the file is the start of a line */
	return arena_printf(inside->arena, "%s%s", inside->rest,
	                    size == 0   ? "\n\n"
	                    : size == 1 ? "\n"
	                                : "");
}

struct uci_section *uci_add_section(struct uci_document *document, const char *type,
                                    const char *name)
{
	struct uci_inside *inside = uci_inside_of(document);
	struct uci_section *section = name ? uci_section(document, name) : NULL;

	assert(uci_is_type(type) && (!name || uci_is_name(name)));
	if (section && !strcmp(section->type, type))
		return section;
	if (!section) {
		section = uci_model_section(inside, type, name);
		uci_statement_add(inside, text_before_section(inside),
		                  section_text(inside, section), section);
		inside->rest = "\n\n";
		return section;
	}
	section->type = arena_strdup(inside->arena, type);
	for (struct uci_statement *s = inside->first; s; s = s->next) {
		if (s->section == section && !s->option)
			s->text = section_text(inside, section);
	}
	return section;
}

void uci_delete_section(struct uci_document *document, struct uci_section *section)
{
	struct uci_inside *inside = uci_inside_of(document);
	struct uci_section **place = &document->sections;
	struct uci_statement *next;

	for (struct uci_statement *s = inside->first; s; s = next) {
		next = s->next;
		if (s->section == section)
			delete_statement(inside, s);
	}
	while (*place != section)
		place = &(*place)->next;
	*place = section->next;
}

static bool is_of(const struct uci_statement *statement, const struct uci_section *section,
                  const char *option)
{
	return statement->section == section && statement->option &&
	       !strcmp(statement->option, option);
}

static struct uci_statement *next_of(struct uci_statement *statement,
                                     const struct uci_section *section, const char *option)
{
	while (statement && !is_of(statement, section, option))
		statement = statement->next;
	return statement;
}

static struct uci_statement *last_of(struct uci_inside *inside, const struct uci_section *section)
{
	struct uci_statement *statement = inside->last;

	while (statement->section != section)
		statement = statement->previous;
	return statement;
}

static bool says(const struct uci_option *option, bool is_list, const char *const *items,
                 size_t count)
{
	const struct uci_value *value = option ? option->values : NULL;

	if (option && option->is_list != is_list)
		return false;
	for (size_t i = 0; i < count; i++, value = value->next) {
		if (!value || strcmp(value->text, items[i]) != 0)
			return false;
	}
	return !value;
}

static void set_statement(struct uci_inside *inside, struct uci_statement *statement,
                          const char *option, bool is_list, const char *value)
{
	if (statement->value && statement->is_list == is_list && !strcmp(statement->value, value))
		return;
	statement->text = option_text(inside, option, is_list, value);
	statement->option = arena_strdup(inside->arena, option);
	statement->value = arena_strdup(inside->arena, value);
	statement->is_list = is_list;
}

static void delete_statements(struct uci_inside *inside, struct uci_statement *statement,
                              const struct uci_section *section, const char *option)
{
	struct uci_statement *next;

	for (; statement; statement = next) {
		next = next_of(statement->next, section, option);
		delete_statement(inside, statement);
	}
}

/* An empty text deletes what stands above it and makes what stands below it another option. */
static bool is_interrupted(struct uci_statement *statement, const struct uci_section *section,
                           const char *option)
{
	for (; statement; statement = next_of(statement->next, section, option)) {
		if (!*statement->value)
			return true;
	}
	return false;
}

/* One statement an item, in the places where there were some. */
static void set_statements(struct uci_inside *inside, struct uci_section *section,
                           const char *option, bool is_list, const char *const *items, size_t count)
{
	struct uci_statement *statement = next_of(inside->first, section, option);
	struct uci_statement *last = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!statement)
			statement = insert_statement(inside, last ? last : last_of(inside, section),
			                             "");
		set_statement(inside, statement, option, is_list, items[i]);
		last = statement;
		statement = next_of(statement->next, section, option);
	}
	delete_statements(inside, statement, section, option);
}

static void set_items(struct uci_document *document, struct uci_section *section,
                      const char *option, bool is_list, const char *const *items, size_t count)
{
	struct uci_inside *inside = uci_inside_of(document);
	struct uci_statement *first = next_of(inside->first, section, option);

	assert(uci_is_name(option));
	if (says(uci_option(section, option), is_list, items, count))
		return;
	if (!count || is_interrupted(first, section, option)) {
		delete_statements(inside, first, section, option);
		uci_model_delete_option(section, option);
	}
	set_statements(inside, section, option, is_list, items, count);
	for (size_t i = 0; i < count; i++) {
		struct uci_value value = { NULL, items[i], 0, 0 };

		/* The first replaces what was there. */
		uci_model_option(inside, section, option, is_list && i > 0, &value);
	}
	if (count)
		uci_option(section, option)->is_list = is_list;
}

void uci_set(struct uci_document *document, struct uci_section *section, const char *option,
             const char *text)
{
	set_items(document, section, option, false, &text, *text ? 1 : 0);
}

void uci_set_list(struct uci_document *document, struct uci_section *section, const char *option,
                  const char *const *items, size_t count)
{
	set_items(document, section, option, true, items, count);
}

void uci_delete_option(struct uci_document *document, struct uci_section *section,
                       const char *option)
{
	set_items(document, section, option, false, NULL, 0);
}
