/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/edit.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "uci/uci.h"

struct edit edit_begin(struct uci_document *document, const char *type, const char *name)
{
	return (struct edit){
		.document = document,
		.section = uci_add_section(document, type, name),
	};
}

static void say(struct edit *edit, const char *option)
{
	assert(edit->n_said < EDIT_OPTIONS_MAX);
	edit->said[edit->n_said++] = option;
}

void edit_set(struct edit *edit, const char *option, const char *text)
{
	say(edit, option);
	uci_set(edit->document, edit->section, option, text);
}

void edit_set_number(struct edit *edit, const char *option, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	edit_set(edit, option, text);
}

void edit_set_list(struct edit *edit, const char *option, const char *const *items, size_t count)
{
	say(edit, option);
	uci_set_list(edit->document, edit->section, option, items, count);
}

static bool was_said(const struct edit *edit, const char *option)
{
	for (size_t i = 0; i < edit->n_said; i++) {
		if (strcmp(edit->said[i], option) == 0)
			return true;
	}
	return false;
}

void edit_end(struct edit *edit)
{
	struct uci_option *next;

	for (struct uci_option *o = edit->section->options; o; o = next) {
		next = o->next;
		if (!was_said(edit, o->name))
			uci_delete_option(edit->document, edit->section, o->name);
	}
}

void edit_delete_sections(struct uci_document *document,
                          bool (*is_gone)(const struct uci_section *section, const void *data),
                          const void *data)
{
	struct uci_section *next;

	for (struct uci_section *s = document->sections; s; s = next) {
		next = s->next;
		if (is_gone(s, data))
			uci_delete_section(document, s);
	}
}

struct uci_section *edit_first_of(const struct uci_document *document, const char *type)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, type) == 0)
			return s;
	}
	return NULL;
}

const char *edit_value(const struct uci_section *section, const char *option)
{
	const struct uci_option *found = section ? uci_option(section, option) : NULL;

	return found ? found->values->text : "";
}

bool edit_is_yes(const char *text)
{
	static const char *const words[] = { "1", "on", "true", "enabled", "yes" };

	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		if (strcmp(text, words[i]) == 0)
			return true;
	}
	return false;
}
