/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "config/bands.h"

#include <string.h>

#include "base/arena.h"
#include "uci/uci.h"

static const char *const bands[] = { [BANDS_2GHZ] = "2ghz", [BANDS_5GHZ] = "5ghz" };

/* The band that a name ends with, and how long the name is without it. */
static enum bands_part part_of(const char *name, size_t *length)
{
	const char *last = strrchr(name, '_');

	for (unsigned i = 0; last && i < ARRAY_LENGTH(bands); i++) {
		if (strcmp(last + 1, bands[i]) == 0 && last > name) {
			*length = (size_t)(last - name);
			return i;
		}
	}
	*length = strlen(name);
	return BANDS_REST;
}

static bool is_modes(const struct uci_option *option)
{
	return strcmp(option->name, "modes") == 0;
}

static bool is_old(const struct uci_option *option)
{
	size_t length;

	if (!is_modes(option))
		return part_of(option->name, &length) != BANDS_REST;
	for (const struct uci_value *v = option->values; v; v = v->next) {
		if (part_of(v->text, &length) != BANDS_REST)
			return true;
	}
	return false;
}

bool bands_is_old(const struct uci_section *section)
{
	if (strcmp(section->type, "lime") != 0 || strcmp(section->name, "wifi") != 0)
		return false;
	for (const struct uci_option *o = section->options; o; o = o->next) {
		if (is_old(o))
			return true;
	}
	return false;
}

static struct uci_option *add_option(struct arena *arena, struct uci_section *section,
                                     const struct uci_option *like)
{
	struct uci_option *option = arena_new_of(arena, struct uci_option);
	struct uci_option **end = &section->options;

	*option = *like;
	option->next = NULL;
	while (*end)
		end = &(*end)->next;
	*end = option;
	return option;
}

/* The modes of one band: those that name it and those that name none. */
static void add_modes(struct arena *arena, struct uci_section *section,
                      const struct uci_option *modes, enum bands_part band)
{
	struct uci_option *option = add_option(arena, section, modes);
	struct uci_value **end = &option->values;
	struct uci_value manual = *modes->values;

	manual.text = "manual";
	manual.next = NULL;
	option->is_list = true;
	option->values = NULL;
	for (const struct uci_value *v = modes->values; v; v = v->next) {
		struct uci_value *value;
		size_t length;
		enum bands_part part = part_of(v->text, &length);

		if (part != band && part != BANDS_REST)
			continue;
		value = arena_new_of(arena, struct uci_value);
		*value = *v;
		value->next = NULL;
		value->text = arena_strndup(arena, v->text, length);
		*end = value;
		end = &value->next;
	}
	if (!option->values) {
		option->values = arena_new_of(arena, struct uci_value);
		*option->values = manual;
	}
}

void bands_split(struct arena *arena, const struct uci_section *section,
                 struct uci_section parts[BANDS_N_PARTS])
{
	for (unsigned i = 0; i < BANDS_N_PARTS; i++) {
		parts[i] = *section;
		parts[i].options = NULL;
		if (i == BANDS_REST)
			continue;
		parts[i].type = "lime-wifi-band";
		parts[i].name = bands[i];
	}
	for (const struct uci_option *o = section->options; o; o = o->next) {
		size_t length;
		enum bands_part part = part_of(o->name, &length);

		if (is_modes(o) && is_old(o)) {
			add_modes(arena, &parts[BANDS_2GHZ], o, BANDS_2GHZ);
			add_modes(arena, &parts[BANDS_5GHZ], o, BANDS_5GHZ);
		} else {
			add_option(arena, &parts[part], o)->name = arena_strndup(arena, o->name,
			                                                         length);
		}
	}
}
