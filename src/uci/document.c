/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "uci/document.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

struct uci_inside *uci_inside_of(struct uci_document *document)
{
	return container_of(document, struct uci_inside, document);
}

struct uci_document *uci_new(const char *name)
{
	struct arena *arena = arena_new();
	struct uci_inside *inside = arena_new_of(arena, struct uci_inside);

	inside->arena = arena;
	inside->document.name = arena_strdup(arena, name);
	inside->rest = "\n"; /* libuci ends every file with an empty line */
	return &inside->document;
}

void uci_free(struct uci_document *document)
{
	if (document)
		arena_free(uci_inside_of(document)->arena);
}

void uci_print(const struct uci_document *document, struct buf *out)
{
	/* The document is the first member; this way it stays const. */
	const struct uci_inside *inside = (const void *)document;

	for (const struct uci_statement *s = inside->first; s; s = s->next) {
		buf_add(out, s->before);
		buf_add(out, s->text);
	}
	buf_add(out, inside->rest);
}

struct uci_section *uci_section(const struct uci_document *document, const char *name)
{
	struct uci_section *section = document->sections;

	while (section && strcmp(section->name, name) != 0)
		section = section->next;
	return section;
}

struct uci_option *uci_option(const struct uci_section *section, const char *name)
{
	struct uci_option *option = section->options;

	while (option && strcmp(option->name, name) != 0)
		option = option->next;
	return option;
}

const char *uci_get(const struct uci_document *document, const char *section, const char *option)
{
	const struct uci_section *found = uci_section(document, section);
	const struct uci_option *value = found ? uci_option(found, option) : NULL;

	return value ? value->values->text : NULL;
}

bool uci_is_name(const char *text)
{
	const char *c = text;

	while (isalnum((unsigned char)*c) || *c == '_')
		c++;
	return c > text && !*c;
}

bool uci_is_type(const char *text)
{
	const char *c = text;

	while (*c > ' ' && *c <= '~')
		c++;
	return c > text && !*c;
}

struct uci_statement *uci_statement_add(struct uci_inside *inside, const char *before,
                                        const char *text, struct uci_section *section)
{
	struct uci_statement *statement = arena_new_of(inside->arena, struct uci_statement);

	statement->before = before;
	statement->text = text;
	statement->section = section;
	statement->previous = inside->last;
	*(inside->last ? &inside->last->next : &inside->first) = statement;
	inside->last = statement;
	return statement;
}

/* libuci's: a counter of all sections, then 16 bits of a hash (Bernstein's, times 33) of the type.
 */
static const char *anonymous_name(struct uci_inside *inside, const char *type)
{
	uint32_t hash = 5381;

	for (; *type; type++)
		hash = hash * 33 + (unsigned char)*type;
	return arena_printf(inside->arena, "cfg%02x%04x", inside->n_sections, hash & 0xffff);
}

static struct uci_section *new_section(struct uci_inside *inside, const char *type,
                                       const char *name)
{
	struct uci_section *section = arena_new_of(inside->arena, struct uci_section);
	struct uci_section **end = &inside->document.sections;

	inside->n_sections++;
	section->type = arena_strdup(inside->arena, type);
	section->anonymous = !name;
	section->name = name ? arena_strdup(inside->arena, name) : anonymous_name(inside, type);
	while (*end)
		end = &(*end)->next;
	*end = section;
	return section;
}

struct uci_section *uci_model_section(struct uci_inside *inside, const char *type, const char *name)
{
	struct uci_section *section = name ? uci_section(&inside->document, name) : NULL;

	if (!section)
		return new_section(inside, type, name);
	if (strcmp(section->type, type) != 0)
		section->type = arena_strdup(inside->arena, type);
	return section;
}

/* Lists may be long; their end is remembered. */
struct inside_option {
	struct uci_option option; /* stays first */
	struct uci_value **end;
	size_t n_values;
};

static void clear_values(struct inside_option *inside)
{
	inside->option.values = NULL;
	inside->end = &inside->option.values;
	inside->n_values = 0;
}

size_t uci_model_count(const struct uci_option *option)
{
	return ((const struct inside_option *)(const void *)option)->n_values;
}

static struct uci_option *new_option(struct uci_inside *inside, struct uci_section *section,
                                     const char *name)
{
	struct inside_option *option = arena_new_of(inside->arena, struct inside_option);
	struct uci_option **end = &section->options;

	option->option.name = arena_strdup(inside->arena, name);
	clear_values(option);
	while (*end)
		end = &(*end)->next;
	*end = &option->option;
	return *end;
}

void uci_model_delete_option(struct uci_section *section, const char *name)
{
	struct uci_option **place = &section->options;

	while (*place && strcmp((*place)->name, name) != 0)
		place = &(*place)->next;
	if (*place)
		*place = (*place)->next;
}

static void append_value(struct uci_inside *inside, struct inside_option *option,
                         const struct uci_value *value)
{
	struct uci_value *copy = arena_new_of(inside->arena, struct uci_value);

	*copy = *value;
	copy->next = NULL;
	copy->text = arena_strdup(inside->arena, value->text);
	*option->end = copy;
	option->end = &copy->next;
	option->n_values++;
}

void uci_model_option(struct uci_inside *inside, struct uci_section *section, const char *name,
                      bool is_list, const struct uci_value *value)
{
	struct uci_option *option = uci_option(section, name);

	if (!*value->text) {
		if (!is_list)
			uci_model_delete_option(section, name);
		return;
	}
	if (!option)
		option = new_option(inside, section, name);
	if (!is_list)
		clear_values(container_of(option, struct inside_option, option));
	option->is_list = is_list;
	append_value(inside, container_of(option, struct inside_option, option), value);
}
