/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The layers of configuration, merged: lime-defaults < lime-community <
 * lime-<mac> < lime-node, by LibreMesh's rules (a list is replaced as a whole, the
 * section's type comes from the highest file, an empty value counts as absent).  The
 * old form of options for one band is understood (bands.h).
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
struct field;
struct shape;
struct uci_document;

#define CONFIG_LIST_LIMIT 256u /* items of a list that somebody reads */

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
	bool anonymous;       /* in the highest file: nobody wrote the name */
	struct origin origin; /* of the highest file that has it */
	struct config_option *options;
};

struct config {
	struct arena *arena;
	struct config_section *sections; /* in order of first appearance, low file first */
};

/* Layers from low to high; NULL members are skipped.  Nothing of them is kept. */
struct config *config_merge(struct uci_document *const *layers, size_t n_layers);
void config_free(struct config *config);
AUTO_DEFINE(config_free, struct config);

const struct config_section *config_section(const struct config *config, const char *name);
const struct config_option *config_option(const struct config_section *section, const char *name);
/* First value or `fallback`. */
const char *config_get(const struct config *config, const char *section, const char *option,
                       const char *fallback);

/*
 * Fills an object from a section (NULL: defaults only) for the options whose name is `prefix`
 * and a field's name.  Mistakes go to `diag` (NULL: nowhere, because config_check() was asked
 * before), the member then keeps its default.  An `option` is fine where a list is meant;
 * a list where one value belongs is a mistake unless it has one item; so are lists of
 * more than CONFIG_LIST_LIMIT items.  Texts live in the arena.
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
	/* For options that no part names: true if they are fine anyhow ("ap_key").  May be NULL. */
	bool (*allows)(const char *option);
	const char *doc;
	bool dispensable; /* a node is one without it: what does not fit is DIAG_UNKNOWN */
};

/* The first that fits; one with the section's name goes before one for all names. */
const struct config_schema *config_schema_of(const struct config_schema *schemas, size_t n_schemas,
                                             const char *type, const char *name);
/* NULL if no part names the option. */
const struct field *config_schema_field(const struct config_schema *schema, const char *option);

/* Reports sections of unknown type, unknown options (with a suggestion), values that do not fit, a
 * list given where one value belongs: all of them.  `lenient`: a number, a word or a switch that
 * does not fit is a warning, as nobody is in danger by it. */
void config_check(const struct config *config, const struct config_schema *schemas,
                  size_t n_schemas, bool lenient, struct diag *diag);

/* lime-autogen, header included.  Sections in order, options as merged. */
void config_print_autogen(const struct config *config, struct buf *out);

/*
 * For a person or, as JSON, for a program; `what` is NULL (all of it), SECTION or
 * SECTION.OPTION (as text: its values alone, a line each).  -ENOENT if there is no such thing,
 * with nothing printed.
 */
int config_print(const struct config *config, const char *what, bool json, struct buf *out);

/*
 * Where a value comes from: what SECTION.OPTION means, what it is, who won and who lost.  -ENOENT
 * if no file sets it and no schema knows it.
 */
int config_explain(const struct config *config, const struct config_schema *schemas,
                   size_t n_schemas, const char *what, bool json, struct buf *out);
