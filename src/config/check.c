/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "base/arena.h"
#include "base/nearest.h"
#include "config/value.h"
#include "shape/shape.h"

const struct config_schema *config_schema_of(const struct config_schema *schemas, size_t n_schemas,
                                             const char *type, const char *name)
{
	const struct config_schema *any = NULL;

	for (size_t i = 0; i < n_schemas; i++) {
		const struct config_schema *schema = &schemas[i];

		if (strcmp(schema->type, type) != 0)
			continue;
		if (schema->name && !strcmp(schema->name, name))
			return schema;
		if (!schema->name && !any)
			any = schema;
	}
	return any;
}

static const struct field *part_field(const struct config_schema_part *part, const char *option)
{
	size_t length = strlen(part->prefix);

	return strncmp(option, part->prefix, length) ? NULL
	                                             : shape_field(part->shape, option + length);
}

static const struct config_schema_part *part_of(const struct config_schema *schema,
                                                const char *option)
{
	for (size_t i = 0; i < schema->n_parts; i++) {
		if (part_field(&schema->parts[i], option))
			return &schema->parts[i];
	}
	return NULL;
}

const struct field *config_schema_field(const struct config_schema *schema, const char *option)
{
	const struct config_schema_part *part = part_of(schema, option);

	return part ? part_field(part, option) : NULL;
}

static void add_unknown(const struct nearest *nearest, const struct origin *origin,
                        const char *what, struct diag *diag)
{
	const char *better = nearest_result(nearest);

	if (better)
		diag_add(diag, DIAG_UNKNOWN, origin, "there is no %s '%s'; did you mean '%s'?",
		         what, nearest->word, better);
	else
		diag_add(diag, DIAG_UNKNOWN, origin, "there is no %s '%s'", what, nearest->word);
}

static void add_unknown_option(const struct config_schema *schema,
                               const struct config_option *option, struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct nearest nearest = { .word = option->name };

	for (size_t i = 0; i < schema->n_parts; i++) {
		const struct config_schema_part *part = &schema->parts[i];

		for (size_t j = 0; j < part->shape->n_fields; j++)
			nearest_offer(&nearest, arena_printf(arena, "%s%s", part->prefix,
			                                     part->shape->fields[j].name));
	}
	add_unknown(&nearest, &option->values[0].origin, "option", diag);
}

/* What becomes of a value that does not fit where that is no reason to stop; NULL: it is one.
 * Addresses and names are: with a wrong one a node may be out of reach, or in another's way. */
static const char *outcome(const struct field *field)
{
	if (field->type == FIELD_TYPE_BOOL || field->type == FIELD_TYPE_UINT ||
	    field->type == FIELD_TYPE_ENUM)
		return "the default holds";
	return field->is_others ? "it is handed on as it is" : NULL;
}

struct checking {
	const struct config_schema *schemas;
	size_t n_schemas;
	bool lenient;
	struct diag *diag;
};

static void check_values(const struct checking *checking, const struct config_schema *schema,
                         const struct config_schema_part *part, const struct config_option *option)
{
	const struct field *field = part_field(part, option->name);
	const char *result = checking->lenient ? outcome(field) : NULL;
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *found = diag_new();
	void *object = arena_alloc(arena, part->shape->size);

	config_value_read(option, field, arena, object, found);
	for (const struct diag_item *item = diag_first(found); item; item = item->next) {
		if (schema->dispensable)
			diag_add(checking->diag, DIAG_UNKNOWN, &item->origin, "%s", item->text);
		else if (result)
			diag_add(checking->diag, DIAG_WARNING, &item->origin, "%s; %s", item->text,
			         result);
		else
			diag_add(checking->diag, item->severity, &item->origin, "%s", item->text);
	}
}

/* What is written into files line by line must not begin a line of its own. */
static void check_letters(const struct config_option *option, struct diag *diag)
{
	for (size_t i = 0; i < option->n_values; i++) {
		const char *text = option->values[i].text;

		while ((unsigned char)*text >= ' ' && *text != 0x7f)
			text++;
		if (*text)
			diag_add(diag, DIAG_ERROR, &option->values[i].origin,
			         "has a line break, a tab or another control character in it");
	}
}

static void check_option(const struct checking *checking, const struct config_schema *schema,
                         const struct config_option *option)
{
	const struct config_schema_part *part = part_of(schema, option->name);

	if (part) {
		check_values(checking, schema, part, option);
	} else if (!strcmp(option->name, "comment")) {
		return; /* people write notes into sections of all types */
	} else if (!schema->allows || !schema->allows(option->name)) {
		add_unknown_option(schema, option, checking->diag);
	}
}

/* The type is known and the name is not (or there is none), or the type is not. */
static void add_unknown_section(const struct checking *checking,
                                const struct config_section *section)
{
	const struct config_schema *schemas = checking->schemas;
	struct diag *diag = checking->diag;
	struct nearest type = { .word = section->type }, name = { .word = section->name };
	const char *known = NULL;

	for (size_t i = 0; i < checking->n_schemas; i++) {
		nearest_offer(&type, schemas[i].type);
		if (!strcmp(schemas[i].type, section->type)) {
			known = schemas[i].name;
			nearest_offer(&name, schemas[i].name);
		}
	}
	if (known && section->anonymous)
		diag_add(diag, DIAG_UNKNOWN, &section->origin,
		         "a section of type %s needs a name: config %s '%s' or the like",
		         section->type, section->type, known);
	else if (known)
		add_unknown(&name, &section->origin, "section of this type named", diag);
	else
		add_unknown(&type, &section->origin, "type of section", diag);
}

void config_check(const struct config *config, const struct config_schema *schemas,
                  size_t n_schemas, bool lenient, struct diag *diag)
{
	const struct checking checking = { schemas, n_schemas, lenient, diag };

	for (const struct config_section *s = config->sections; s; s = s->next) {
		const struct config_schema *schema = config_schema_of(schemas, n_schemas, s->type,
		                                                      s->name);

		if (!schema) {
			add_unknown_section(&checking, s);
			continue;
		}
		for (const struct config_option *o = s->options; o; o = o->next) {
			check_option(&checking, schema, o);
			if (!schema->dispensable && strcmp(o->name, "comment") != 0)
				check_letters(o, diag);
		}
	}
}
