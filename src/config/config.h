/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The layers of configuration, merged: lime-defaults < lime-community <
 * lime-<mac> < lime-node, by LibreMesh's rules (a list is replaced as a whole, the
 * section's type comes from the highest file, an empty value counts as absent).
 *
 * It knows which file and line won and which lost.  It does not know what the
 * options mean: who reads a section hands it a schema.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/diag.h"

struct arena;
struct buf;
struct shape;
struct string_list;
struct uci_document;

struct config_value {
	const char *text;
	struct origin origin;
};

struct config_option {
	struct config_option *next;
	const char *name;
	bool is_list;
	const struct config_value *values;
	size_t n_values;
	const struct config_option
		*lost; /* what a lower file said, the next lower behind it; or NULL */
};

struct config_section {
	struct config_section *next;
	const char *type, *name;
	struct origin origin; /* of the highest file that has it */
	struct config_option *options;
};

struct config {
	struct arena *arena;
	struct config_section *sections; /* in order of first appearance, low file first */
};

/* Layers from low to high; NULL members are skipped.  Nothing of them is kept. */
struct config *config_merge(const struct uci_document *const *layers, size_t n_layers);
void config_free(struct config *config);
AUTO_DEFINE(config_free, struct config);

const struct config_section *config_section(const struct config *config, const char *name);
const struct config_option *config_option(const struct config_section *section, const char *name);
/* First value or `fallback`. */
const char *config_get(const struct config *config, const char *section, const char *option,
                       const char *fallback);

/*
 * Fills an object from a section (NULL: defaults only) for the options whose name is `prefix`
 * and a field's name.  Mistakes go to `diag`, the member then keeps its default.  Texts
 * live in the arena.
 */
void config_read(const struct config_section *section, const char *prefix,
                 const struct shape *shape, struct arena *arena, void *object, struct diag *diag);

/* Which options a section may have. */
struct config_schema {
	const char *type; /* "lime", "net", "wifi", ... */
	const char *name; /* NULL: sections of any name */
	const struct config_schema_part {
		const char *prefix; /* "batadv_", or "" */
		const struct shape *shape;
	} * parts;
	size_t n_parts;
	/* For options that no part names: true if they are fine anyhow ("ap_key"). */
	bool (*allows)(const char *option);
};

/* Reports sections of unknown type, unknown options (with a suggestion), values that do not fit, a
 * list given where one value belongs: all of them. */
void config_check(const struct config *config, const struct config_schema *schemas,
                  size_t n_schemas, struct diag *diag);

/* lime-autogen, header included.  Sections in order, options as merged. */
void config_print_autogen(const struct config *config, struct buf *out);
/* All of it for a person: section, option, value, and where it comes from. */
void config_print(const struct config *config, bool json, struct buf *out);
/* `what` is SECTION.OPTION.  -ENOENT if there is no such thing. */
int config_explain(const struct config *config, const char *what, bool json, struct buf *out);
