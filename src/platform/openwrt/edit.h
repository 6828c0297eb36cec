/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A section of weft's own, said as a whole: what it had and is not said again goes.  What it had
 * already stays where it is, so that saying the same again changes no byte.
 *
 *	EDIT_AUTO edit = edit_begin(document, "interface", "bat0");
 *
 *	edit_set(&edit, "proto", "batadv");
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uci_document;
struct uci_section;

#define EDIT_OPTIONS_MAX 1024 /* more than four layers can say of one section */

struct edit {
	struct uci_document *document;
	struct uci_section *section;
	const char *said[EDIT_OPTIONS_MAX]; /* names; as long as the edit lives */
	size_t n_said;
};

/* A section of that name is taken over whatever its type was; else a new one is made. */
struct edit edit_begin(struct uci_document *document, const char *type, const char *name);
void edit_set(struct edit *edit, const char *option, const char *text);
void edit_set_number(struct edit *edit, const char *option, uint32_t number);
void edit_set_list(struct edit *edit, const char *option, const char *const *items, size_t count);
/* Takes away what was not said. */
void edit_end(struct edit *edit);

#define EDIT_AUTO __attribute__((cleanup(edit_end))) struct edit

/* Deletes the sections that `is_gone` is true of. */
void edit_delete_sections(struct uci_document *document,
                          bool (*is_gone)(const struct uci_section *section, const void *data),
                          const void *data);

/* The first section of a type; NULL if there is none. */
struct uci_section *edit_first_of(const struct uci_document *document, const char *type);
/* The first value of an option, "" if there is none. */
const char *edit_value(const struct uci_section *section, const char *option);
/* Whether it is a word for yes, as everywhere in the configuration. */
bool edit_is_yes(const char *text);
