/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What somebody asks to be changed, "NAME=VALUE" texts, as edits of this node's files; and the way
 * back.
 *
 * An edit says what an option of one file shall be.  The edits that take back what others do are
 * made from the files before these are done (edits_before()), so that a change can be undone by
 * the same code that makes it, and after years.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "settings/setting.h"
#include "shape/shape.h"

struct uci_document;

#define CHANGES_MAX      64   /* in one request */
#define CHANGE_VALUE_MAX 1024 /* bytes of one value */
#define EDIT_VALUES_MAX  64   /* items of a list */

struct edit {
	const char *file, *type, *section, *option;
	bool is_list;
	const char **values;
	size_t n_values; /* 0: the option goes */
};

struct edit_list {
	struct edit *items;
	size_t count;
};

/* What is told of it. */
struct change {
	const struct setting *setting;
	const char *from, *to; /* NULL: nobody says */
};

struct changes {
	struct change changes[CHANGES_MAX];
	size_t n_changes;
	struct edit edits[4 * CHANGES_MAX];
	size_t n_edits;
};

/* The files that edits may be about. */
enum settings_file {
	SETTINGS_NODE,
	SETTINGS_PLACE,
	SETTINGS_COMMUNITY,
	SETTINGS_N_FILES,
};
extern const char *const settings_files[SETTINGS_N_FILES]; /* below /etc/config */

/*
 * Reads what is asked.  -EINVAL with all mistakes in `diag`, each at the name it is about.  What is
 * as it should be already is left out.  `own` is this node's lime-node.
 */
int changes_read(const struct settings_node *node, const struct uci_document *own,
                 const struct string_list *texts, struct arena *arena, struct changes *changes,
                 struct diag *diag) MUST_CHECK;

/* Edits of one file, made in its document. */
void edits_do(const struct edit *edits, size_t n_edits, const char *file,
              struct uci_document *document);
/* What these options of one file are now, as an edit each: appended to `back`, which has room. */
void edits_before(const struct edit_list *edits, const char *file,
                  const struct uci_document *document, struct arena *arena, struct edit_list *back);

/* An edit as one text, "FILE TYPE SECTION OPTION [list|option [VALUE...]]" with a newline between
 * the words (those of values are escaped by a backslash); and back.  False if it is none. */
void edit_print(const struct edit *edit, struct buf *out);
bool edit_parse(const char *text, struct arena *arena, struct edit *edit);
