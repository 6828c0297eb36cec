/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Sections have options of their own (src/config/schema), and those that protocols and
 * wifi modes bring: put together here, because neither side knows the other.
 */
#include "config/schema/schema.h"

#include <string.h>

#include "base/arena.h"
#include "node/node.h"
#include "proto/proto.h"
#include "wifi/mode.h"

#define PARTS_MAX 64 /* in one section; more than protocols and modes together */

struct parts {
	struct config_schema_part list[PARTS_MAX];
	size_t count;
};

static void add(struct parts *parts, struct arena *arena, const char *prefix,
                const struct shape *shape)
{
	if (!shape || parts->count == PARTS_MAX)
		return;
	parts->list[parts->count].prefix = arena_strdup(arena, prefix);
	parts->list[parts->count++].shape = shape;
}

static void add_protocols(struct parts *parts, struct arena *arena)
{
	for (size_t i = 0; protos[i]; i++)
		add(parts, arena, protos[i]->prefix, protos[i]->options);
}

static void add_port_options(struct parts *parts, struct arena *arena)
{
	for (size_t i = 0; protos[i]; i++)
		add(parts, arena, protos[i]->port_prefix, protos[i]->port_options);
}

static void add_modes(struct parts *parts, struct arena *arena)
{
	for (size_t i = 0; wifi_modes[i]; i++)
		add(parts, arena, arena_printf(arena, "%s_", wifi_modes[i]->name),
		    wifi_modes[i]->options);
}

/* Which sections get more. */
static const struct {
	const char *type, *name; /* NULL: any */
	void (*add)(struct parts *parts, struct arena *arena);
} additions[] = {
	{ "lime", "network", add_protocols }, { "net", NULL, add_port_options },
	{ "lime", "wifi", add_modes },        { "lime-wifi-band", NULL, add_modes },
	{ "wifi", NULL, add_modes },
};

static void extend(struct config_schema *schema, struct arena *arena)
{
	struct parts *parts = arena_new_of(arena, struct parts);

	for (size_t i = 0; i < schema->n_parts; i++)
		add(parts, arena, schema->parts[i].prefix, schema->parts[i].shape);
	for (size_t i = 0; i < ARRAY_LENGTH(additions); i++) {
		const char *name = additions[i].name;

		if (strcmp(additions[i].type, schema->type) == 0 &&
		    (!name || (schema->name && strcmp(name, schema->name) == 0)))
			additions[i].add(parts, arena);
	}
	schema->parts = parts->list;
	schema->n_parts = parts->count;
}

const struct config_schema *node_schemas(struct arena *arena, size_t *n_schemas)
{
	struct config_schema *schemas;
	size_t n = 0;

	while (config_schemas[n])
		n++;
	schemas = arena_array_of(arena, struct config_schema, n);
	for (size_t i = 0; i < n; i++) {
		schemas[i] = *config_schemas[i];
		extend(&schemas[i], arena);
	}
	*n_schemas = n;
	return schemas;
}
