/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * UCI text, OpenWrt's configuration files: read, changed, written.
 *
 * A document remembers the text it was read from.  What is not touched is
 * written as it was read, comments and blank lines included, so any file comes
 * out byte for byte; what is added has the form that libuci writes.
 *
 * Read as libuci reads: `package`, `config TYPE ['NAME']`, `option NAME VALUE`,
 * `list NAME VALUE`, or their first letters; several on a line with `;`; words may be
 * glued from bare text, '...' (nothing is special inside) and "..." (a backslash
 * takes the next character as it is); a backslash before the end of a line joins
 * lines; # starts a comment.  A second section of one name continues the first, a
 * second option of one name replaces the first, an option that a list follows
 * becomes the list's first item, and an empty text counts as absent.
 *
 * Sections and options form lists in the order of the file.  Everything belongs to
 * the document.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct buf;
struct diag;

/* What is larger is refused with a message. */
#define UCI_FILE_LIMIT    (1024u * 1024u) /* bytes */
#define UCI_WORD_LIMIT    32768u /* bytes of one name or value, however many lines it has */
#define UCI_SECTION_LIMIT 4096u  /* `config` statements in one document */
#define UCI_OPTION_LIMIT  256u   /* in one section */
#define UCI_ITEM_LIMIT    4096u  /* in one list */
#define UCI_MISTAKE_LIMIT 100u   /* so many are reported, then reading ends */

struct uci_value {
	struct uci_value *next;
	const char *text;
	unsigned line, column; /* both from 1, columns in characters; 0: set later */
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
	unsigned line, column; /* of the last `config` with this name; 0: added later */
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

/* NULL if there is none of that name. */
struct uci_section *uci_section(const struct uci_document *document, const char *name);
struct uci_option *uci_option(const struct uci_section *section, const char *name);
/* The first value of an option; NULL if there is none. */
const char *uci_get(const struct uci_document *document, const char *section, const char *option);

/* What libuci accepts: letters, digits and _ in a name, anything printable in a type. */
bool uci_is_name(const char *text);
bool uci_is_type(const char *text);

/*
 * Changes.  Names and types must be such, texts free of control characters other than
 * tab and newline: it is the caller who knows where they come from.
 *
 * A section of that name is reused (and its type set); NULL name: a new anonymous one.
 */
struct uci_section *uci_add_section(struct uci_document *document, const char *type,
                                    const char *name);
void uci_delete_section(struct uci_document *document, struct uci_section *section);
/* Setting what is already there changes nothing.  An empty text deletes, as does an empty list. */
void uci_set(struct uci_document *document, struct uci_section *section, const char *option,
             const char *text);
void uci_set_list(struct uci_document *document, struct uci_section *section, const char *option,
                  const char *const *items, size_t count);
void uci_delete_option(struct uci_document *document, struct uci_section *section,
                       const char *option);
