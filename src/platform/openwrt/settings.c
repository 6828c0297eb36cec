/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The files of programs that weft configures and does not drive: what the plan says of them, whole.
 * Where a program is not planned any more, what weft wrote for it goes.
 */
#include <string.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

static const char *const packages[] = { "bmx7", "olsrd", "olsrd6", "olsrd2" };

static bool is_planned(const struct plan *plan, const char *package, const char *section)
{
	const struct plan_item *item = NULL;

	while ((item = plan_next(plan, PLAN_SETTING, item))) {
		const struct plan_setting *setting = item->value;

		if (strcmp(setting->package, package) == 0 &&
		    (!section || strcmp(setting->section, section) == 0))
			return true;
	}
	return false;
}

/* "name=value"; items "name+=value" that follow each other are one list. */
static size_t set_option(const struct render *render, struct edit *edit,
                         const struct string_list *options, size_t at)
{
	struct arena *arena = render->arena;
	const char *text = options->items[at], *sign = strchr(text, '=');
	bool is_list = sign > text && sign[-1] == '+';
	size_t length = (size_t)(sign - text) - is_list;
	const char *name = arena_strndup(arena, text, length);
	const char **items = arena_array_of(arena, const char *, options->count);
	size_t n = 0;

	do {
		items[n++] = options->items[at++] + length + is_list + 1;
	} while (is_list && at < options->count &&
	         strncmp(options->items[at], text, length + 2) == 0);
	if (is_list)
		edit_set_list(edit, name, items, n);
	else
		edit_set(edit, name, items[0]);
	return at;
}

static void render_setting(const struct render *render, struct uci_document *document,
                           const struct plan_setting *setting)
{
	EDIT_AUTO edit = edit_begin(document, setting->type, setting->section);

	for (size_t i = 0; i < setting->options.count;)
		i = set_option(render, &edit, &setting->options, i);
}

struct package {
	const struct plan *plan;
	const char *name;
};

static bool is_gone(const struct uci_section *section, const void *data)
{
	const struct package *package = data;

	return section->anonymous || !is_planned(package->plan, package->name, section->name);
}

static void render_package(const struct render *render, const char *name)
{
	const struct package package = { render->plan, name };
	struct uci_document *document;
	const struct plan_item *item = NULL;

	if (!is_planned(render->plan, name, NULL))
		return;
	document = files_make_uci(render->files, name);
	edit_delete_sections(document, is_gone, &package);
	while ((item = plan_next(render->plan, PLAN_SETTING, item))) {
		const struct plan_setting *setting = item->value;

		if (strcmp(setting->package, name) == 0)
			render_setting(render, document, setting);
	}
}

static void render_all_packages(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = NULL;

	(void)document;
	for (size_t i = 0; i < ARRAY_LENGTH(packages); i++)
		render_package(render, packages[i]);
	while ((item = plan_next(render->plan, PLAN_FILE, item))) {
		const struct plan_file *file = item->value;

		files_set_text(render->files, file->path, file->text, 0644);
	}
}

extern const struct renderer renderer_settings;
const struct renderer renderer_settings = {
	.render = render_all_packages,
};
