/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The inside of a document: its text as statements, and the model that they make.
 *
 * The file is the statements in their order, each behind the text that stands between it and
 * the one before (blanks, comments, separators, what could not be read), and the rest
 * behind the last.  A change replaces, adds or removes statements and leaves all
 * else as it is.
 */
#include "uci/uci.h"

struct arena;

struct uci_statement {
	struct uci_statement *previous, *next;
	const char *before; /* the text between */
	const char *text;   /* the statement as written */
	struct uci_section *section;
	const char *option, *value; /* NULL: it is the `config` itself; an empty value deletes */
	bool is_list;
};

struct uci_inside {
	struct uci_document document; /* stays first */
	struct arena *arena;
	struct uci_statement *first, *last;
	const char *rest;    /* the text behind the last statement */
	unsigned n_sections; /* that ever were: names of anonymous ones count them */
};

struct uci_inside *uci_inside_of(struct uci_document *document);

/* Appends. */
struct uci_statement *uci_statement_add(struct uci_inside *inside, const char *before,
                                        const char *text, struct uci_section *section);

/* The model alone, no text.  A name that exists is reused; NULL: anonymous. */
struct uci_section *uci_model_section(struct uci_inside *inside, const char *type,
                                      const char *name);
/* What one statement does; `value` may be "". */
void uci_model_option(struct uci_inside *inside, struct uci_section *section, const char *name,
                      bool is_list, const struct uci_value *value);
size_t uci_model_count(const struct uci_option *option);
void uci_model_delete_option(struct uci_section *section, const char *name);
