/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * UCI text, OpenWrt's configuration files: read, changed, written.
 *
 * A document remembers the lines it was read from.  What is not touched is
 * written as it was read, comments and blank lines included; a file that the
 * real libuci wrote comes out byte for byte.  Values that contain anything
 * special are written in single quotes, as libuci does.
 *
 * Sections and options form lists in the order of the file.  Everything belongs to
 * the document.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct buf;
struct diag;

#define UCI_FILE_LIMIT (1024 * 1024) /* bytes; longer files are refused */

struct uci_value {
	struct uci_value *next;
	const char *text;
	unsigned line, column;
};

struct uci_option {
	struct uci_option *next;
	const char *name;
	bool is_list;
	struct uci_value *values; /* one for an option, one or more for a list; never empty text */
};

struct uci_section {
	struct uci_section *next;
	const char *type;
	const char *name; /* anonymous ones have libuci's generated "cfgXXXXXX" */
	bool anonymous;
	unsigned line;
	struct uci_option *options;
};

struct uci_document {
	const char *name; /* as given: "lime-node" or a path; stands in messages */
	struct uci_section *sections;
};

/*
 * Always gives a document, of what could be read; every mistake is in `diag` with line
 * and column.  `text` need not be terminated and may be freed afterwards.
 */
struct uci_document *uci_parse(const char *name, const char *text, size_t size, struct diag *diag);
struct uci_document *uci_new(const char *name);
void uci_free(struct uci_document *document);
AUTO_DEFINE(uci_free, struct uci_document);

void uci_print(const struct uci_document *document, struct buf *out);

struct uci_section *uci_section(const struct uci_document *document, const char *name);
struct uci_option *uci_option(const struct uci_section *section, const char *name);
/* The first value of an option; NULL if there is none. */
const char *uci_get(const struct uci_document *document, const char *section, const char *option);

/* Changes.  A section of that name is reused (and its type set); NULL name: a new anonymous one. */
struct uci_section *uci_add_section(struct uci_document *document, const char *type,
                                    const char *name);
void uci_delete_section(struct uci_document *document, struct uci_section *section);
/* Setting what is already there changes nothing.  An empty text deletes. */
void uci_set(struct uci_document *document, struct uci_section *section, const char *option,
             const char *text);
void uci_set_list(struct uci_document *document, struct uci_section *section, const char *option,
                  const char *const *items, size_t count);
void uci_delete_option(struct uci_document *document, struct uci_section *section,
                       const char *option);
