/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Sections that the plan has as they are: of programs that weft configures and does not drive, and
 * of hardware.  What was written so and is not planned any more goes.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/facts.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

static const struct package {
	const char *name;
	const char *prefix;   /* how weft's sections begin; NULL: all of them are weft's */
	bool drops_anonymous; /* the examples that come with the program */
	const char *always;   /* a package that drops them even if nothing is planned */
} packages[] = {
	{ "bmx7", NULL, true },
	{ "olsrd", NULL, true },
	{ "olsrd2", NULL, true },
	{ "olsrd6", NULL, true },
	{ "network", "lm_hwd_ground_routing_", false },
	{ "network", "lm_net_olsr_", false },
	{ "watchcat", "lm_hwd_watchcat_", true, "lime-hwd-watchcat" },
};

static bool is_of(const struct package *package, const char *section)
{
	return !package->prefix || strncmp(section, package->prefix, strlen(package->prefix)) == 0;
}

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

struct work {
	const struct plan *plan;
	const struct package *package;
	bool drops_anonymous;
};

static bool is_gone(const struct uci_section *section, const void *data)
{
	const struct work *work = data;
	const struct package *package = work->package;

	if (section->anonymous)
		return work->drops_anonymous;
	if (package->prefix &&
	    strncmp(section->name, package->prefix, strlen(package->prefix)) != 0)
		return false;
	return !is_planned(work->plan, package->name, section->name);
}

static bool is_network(const struct uci_section *section, const void *data)
{
	(void)data;
	return strncmp(section->name, NETWORK_PREFIX, strlen(NETWORK_PREFIX)) == 0;
}

/* A program that is asked for by a section alone may not be there; it brings its own file. */
static void tell_missing(const struct render *render, const char *package)
{
	const struct plan_item *item = NULL;

	while ((item = plan_next(render->plan, PLAN_SETTING, item))) {
		const struct plan_setting *setting = item->value;

		if (strcmp(setting->package, package) == 0)
			diag_add(render->diag, DIAG_WARNING, &item->because,
			         "there is no etc/config/%s: its program is not installed",
			         package);
	}
}

static void render_package(const struct render *render, const struct package *package)
{
	bool planned = is_planned(render->plan, package->name, NULL);
	bool always = package->always && facts_has_package(render->facts, package->always, false);
	const struct work work = { render->plan, package,
		                   package->drops_anonymous && (planned || always) };
	struct uci_document *document;
	const struct plan_item *item = NULL;

	document = planned && !package->always ? files_make_uci(render->files, package->name)
	                                       : files_uci(render->files, package->name);
	if (planned && !document)
		tell_missing(render, package->name);
	if (!document)
		return;
	/* Where the program is not ours to configure any more, its file is a person's. */
	edit_delete_sections(document, planned || package->prefix ? is_gone : is_network, &work);
	while ((item = plan_next(render->plan, PLAN_SETTING, item))) {
		const struct plan_setting *setting = item->value;

		if (strcmp(setting->package, package->name) == 0 &&
		    is_of(package, setting->section))
			render_setting(render, document, setting);
	}
}

/* Files of programs that have no UCI. */
static const char *const paths[] = { "etc/bird4.conf", "etc/bird6.conf" };

#define MARK "# Written by weft, which takes it away again.\n"

static void render_path(const struct render *render, const char *path)
{
	const struct plan_item *item = plan_find(render->plan, PLAN_FILE, path);
	const char *text = files_text(render->files, path);

	if (item)
		files_set_text(render->files, path,
		               arena_printf(render->arena, MARK "%s",
		                            ((const struct plan_file *)item->value)->text),
		               0644);
	else if (text && strncmp(text, MARK, strlen(MARK)) == 0)
		files_remove(render->files, path);
}

static void render_all_packages(const struct render *render, struct uci_document *document)
{
	(void)document;
	for (size_t i = 0; i < ARRAY_LENGTH(packages); i++)
		render_package(render, &packages[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
		render_path(render, paths[i]);
}

extern const struct renderer renderer_settings;
const struct renderer renderer_settings = {
	.render = render_all_packages,
};
