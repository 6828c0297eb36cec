/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Sections hwd_watchcat: handed on to OpenWrt's watchcat option by option. */
#include <string.h>

#include "base/arena.h"
#include "net/names.h"
#include "node/parts.h"

#define PACKAGE "lime-hwd-watchcat"
#define TYPE    "hwd_watchcat"
#define PREFIX  "lm_hwd_watchcat_"

static const char *name_of(struct arena *arena, const struct config_section *section)
{
	const struct config_option *id = config_option(section, "id");
	char *name = arena_printf(arena, PREFIX "%s", id ? id->values[0].text : "default");

	for (char *c = name; *c; c++) {
		if (!name_is_alnum(*c))
			*c = '_';
	}
	return name;
}

static size_t count_values(const struct config_section *section)
{
	size_t n = 0;

	for (const struct config_option *o = section->options; o; o = o->next)
		n += o->n_values;
	return n;
}

static void plan_section(struct node_work *work, const struct config_section *section)
{
	struct arena *arena = work->node->arena;
	const char **options = arena_array_of(arena, const char *, count_values(section) + 1);
	size_t n = 0;

	for (const struct config_option *o = section->options; o; o = o->next) {
		if (strcmp(o->name, "id") == 0)
			continue;
		for (size_t i = 0; i < o->n_values; i++)
			options[n++] = arena_printf(arena, "%s%s%s", o->name,
			                            o->is_list ? "+=" : "=", o->values[i].text);
	}
	plan_because(work->node->plan, &section->origin, "a watchdog");
	plan_add_setting(work->node->plan, "watchcat", "watchcat", name_of(arena, section),
	                 options);
}

/* As with all sections of one name, the last one counts. */
static bool is_overruled(struct node_work *work, const struct config_section *section)
{
	const char *name = name_of(work->node->arena, section);

	for (const struct config_section *s = section->next; s; s = s->next) {
		if (strcmp(s->type, TYPE) == 0 && strcmp(name_of(work->node->arena, s), name) == 0)
			return true;
	}
	return false;
}

void node_plan_watchcat(struct node_work *work)
{
	if (!facts_has_package(work->facts, PACKAGE, true))
		return;
	for (const struct config_section *s = work->node->config->sections; s; s = s->next) {
		if (strcmp(s->type, TYPE) != 0)
			continue;
		if (is_overruled(work, s))
			diag_add(work->diag, DIAG_UNKNOWN, &s->origin,
			         "a later watchdog has the same id, and is used in its place");
		else
			plan_section(work, s);
	}
}
