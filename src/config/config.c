/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "config/config.h"

#include <string.h>

#include "base/arena.h"
#include "config/bands.h"
#include "config/value.h"
#include "shape/shape.h"
#include "uci/uci.h"

static struct config_section **place_of_section(struct config *config, const char *name)
{
	struct config_section **place = &config->sections;

	while (*place && strcmp((*place)->name, name) != 0)
		place = &(*place)->next;
	return place;
}

static struct config_option **place_of_option(struct config_section *section, const char *name)
{
	struct config_option **place = &section->options;

	while (*place && strcmp((*place)->name, name) != 0)
		place = &(*place)->next;
	return place;
}

static const struct config_value *copy_values(struct arena *arena, const struct uci_option *option,
                                              const char *file, const char *where, size_t *count)
{
	struct config_value *values;
	size_t n = 0;

	for (const struct uci_value *v = option->values; v; v = v->next)
		n++;
	values = arena_array_of(arena, struct config_value, n);
	*count = n;
	n = 0;
	for (const struct uci_value *v = option->values; v; v = v->next) {
		const char *text = arena_strdup(arena, v->text);

		values[n++] = (struct config_value){ text,
			                             { file, v->line, v->column, where, text } };
	}
	return values;
}

static void merge_option(struct arena *arena, struct config_section *section, const char *file,
                         const struct uci_option *from)
{
	struct config_option **place = place_of_option(section, from->name);
	struct config_option *option = arena_new_of(arena, struct config_option);
	const char *where = arena_printf(arena, "%s.%s", section->name, from->name);

	option->name = arena_strdup(arena, from->name);
	option->is_list = from->is_list;
	option->values = copy_values(arena, from, file, where, &option->n_values);
	option->lost = *place;
	if (*place)
		option->next = (*place)->next;
	*place = option;
}

static void merge_section(struct config *config, const char *file, const struct uci_section *from)
{
	struct config_section **place = place_of_section(config, from->name);
	struct config_section *section = *place;

	if (!section) {
		section = arena_new_of(config->arena, struct config_section);
		section->name = arena_strdup(config->arena, from->name);
		*place = section;
	}
	section->type = arena_strdup(config->arena, from->type);
	section->anonymous = from->anonymous;
	section->origin = (struct origin){ file, from->line, from->column, section->name,
		                           section->type };
	for (const struct uci_option *o = from->options; o; o = o->next)
		merge_option(config->arena, section, file, o);
}

/* A section wifi in the old form goes first: what the file says in the new form beats it. */
static void merge_layer(struct config *config, const struct uci_document *layer)
{
	const char *file = arena_strdup(config->arena, layer->name);
	const struct uci_section *old = NULL;
	struct uci_section parts[BANDS_N_PARTS];

	for (const struct uci_section *s = layer->sections; s && !old; s = s->next)
		old = bands_is_old(s) ? s : NULL;
	if (old)
		bands_split(config->arena, old, parts);
	for (unsigned i = 0; old && i < BANDS_N_PARTS; i++) {
		if (parts[i].options || i == BANDS_REST)
			merge_section(config, file, &parts[i]);
	}
	for (const struct uci_section *s = layer->sections; s; s = s->next) {
		if (s != old)
			merge_section(config, file, s);
	}
}

struct config *config_merge(struct uci_document *const *layers, size_t n_layers)
{
	struct arena *arena = arena_new();
	struct config *config = arena_new_of(arena, struct config);

	config->arena = arena;
	for (size_t i = 0; i < n_layers; i++) {
		if (layers[i])
			merge_layer(config, layers[i]);
	}
	return config;
}

void config_free(struct config *config)
{
	if (config)
		arena_free(config->arena);
}

const struct config_section *config_section(const struct config *config, const char *name)
{
	const struct config_section *section = config->sections;

	while (section && strcmp(section->name, name) != 0)
		section = section->next;
	return section;
}

const struct config_option *config_option(const struct config_section *section, const char *name)
{
	const struct config_option *option = section->options;

	while (option && strcmp(option->name, name) != 0)
		option = option->next;
	return option;
}

const char *config_get(const struct config *config, const char *section, const char *option,
                       const char *fallback)
{
	const struct config_section *s = config_section(config, section);
	const struct config_option *o = s ? config_option(s, option) : NULL;

	return o ? o->values[0].text : fallback;
}

bool config_value_read(const struct config_option *option, const struct field *field,
                       struct arena *arena, void *object, struct diag *diag)
{
	const struct config_value *first = &option->values[0];
	bool fits = true;

	if (field->type == FIELD_TYPE_LIST) {
		field_clear(field, object);
	} else if (option->n_values > 1) {
		diag_add(
			diag, DIAG_ERROR, &option->values[1].origin,
			"one value belongs here, and this is a list of %zu; write `option %s '%s'`",
			option->n_values, option->name, first->text);
		return false;
	}
	if (option->n_values > CONFIG_LIST_LIMIT) {
		diag_add(diag, DIAG_ERROR, &option->values[CONFIG_LIST_LIMIT].origin,
		         "a list of more than %u items", CONFIG_LIST_LIMIT);
		return false;
	}
	for (size_t i = 0; i < option->n_values; i++)
		fits &= field_set(field, arena, object, option->values[i].text,
		                  &option->values[i].origin, diag) == 0;
	return fits;
}

static const struct config_option *prefixed_option(const struct config_section *section,
                                                   const char *prefix, const char *name)
{
	size_t length = strlen(prefix);
	const struct config_option *option = section->options;

	while (option && (strncmp(option->name, prefix, length) != 0 ||
	                  strcmp(option->name + length, name) != 0))
		option = option->next;
	return option;
}

void config_read(const struct config_section *section, const char *prefix,
                 const struct shape *shape, struct arena *arena, void *object, struct diag *diag)
{
	AUTO(diag_free) struct diag *nowhere = diag ? NULL : diag_new();

	shape_default(shape, arena, object);
	for (size_t i = 0; section && i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];
		const struct config_option *option = prefixed_option(section, prefix, field->name);

		if (option)
			config_value_read(option, field, arena, object, diag ? diag : nowhere);
	}
}
