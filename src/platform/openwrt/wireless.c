/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* /etc/config/wireless: what the radios are set to, and their interfaces. */
#include <string.h>

#include "base/arena.h"
#include "net/facts.h"
#include "net/names.h"
#include "plan/plan.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define TYPE_RADIO     "wifi-device"
#define TYPE_INTERFACE "wifi-iface"

/* A radio that the kernel has found since the file was made, a USB stick for one. */
static void add_radio(const struct fact_radio *radio, struct uci_document *document)
{
	struct uci_section *section = uci_add_section(document, TYPE_RADIO, radio->name);

	uci_set(document, section, "type", "mac80211");
	uci_set(document, section, "band",
	        radio->bands == BAND_5GHZ   ? "5g"
	        : radio->bands == BAND_6GHZ ? "6g"
	                                    : "2g");
	if (radio->path)
		uci_set(document, section, "path", radio->path);
	else
		uci_set(document, section, "phy", radio->phy);
}

static void render_radios(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = NULL;

	for (size_t i = 0; i < render->facts->n_radios; i++) {
		if (render->facts->radios[i].found)
			add_radio(&render->facts->radios[i], document);
	}
	while ((item = plan_next(render->plan, PLAN_RADIO, item))) {
		const struct plan_radio *radio = item->value;
		struct uci_section *section = uci_section(document, radio->radio);

		if (section && strcmp(section->type, TYPE_RADIO) == 0)
			uci_set(document, section, radio->option, radio->value);
	}
}

static char *section_of(const struct render *render, const struct plan_wifi *wifi)
{
	char *name = arena_printf(render->arena, "lm_%s_%s", wifi->ifname, wifi->radio);

	for (char *c = name; *c; c++) {
		if (!name_is_alnum(*c))
			*c = '_';
	}
	return name;
}

static bool is_wanted(const struct render *render, const char *section)
{
	const struct plan_item *item = NULL;

	while ((item = plan_next(render->plan, PLAN_WIFI, item))) {
		if (strcmp(section_of(render, item->value), section) == 0)
			return true;
	}
	return false;
}

/* What LibreMesh does: the radios' interfaces are those of the configuration, and no others. */
static void remove_others(const struct render *render, struct uci_document *document)
{
	struct uci_section *next;

	for (struct uci_section *s = document->sections; s; s = next) {
		next = s->next;
		if (strcmp(s->type, TYPE_INTERFACE) == 0 && !is_wanted(render, s->name))
			uci_delete_section(document, s);
	}
}

/* How many of the items from `first` on are values of the same option, "NAME=". */
static size_t count_same(const struct string_list *items, size_t first, size_t length)
{
	size_t n = 1;

	while (first + n < items->count &&
	       strncmp(items->items[first], items->items[first + n], length) == 0)
		n++;
	return n;
}

static void set_options(const struct render *render, const struct string_list *options,
                        struct uci_document *document, struct uci_section *section)
{
	for (size_t i = 0; i < options->count;) {
		size_t length = strcspn(options->items[i], "=") + 1;
		size_t n = count_same(options, i, length);
		const char **values = arena_array_of(render->arena, const char *, n);
		const char *name = arena_strndup(render->arena, options->items[i], length - 1);

		for (size_t j = 0; j < n; j++)
			values[j] = options->items[i + j] + length;
		if (n > 1)
			uci_set_list(document, section, name, values, n);
		else
			uci_set(document, section, name, values[0]);
		i += n;
	}
}

static bool has_option(const struct string_list *options, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < options->count; i++) {
		if (strncmp(options->items[i], name, length) == 0 &&
		    options->items[i][length] == '=')
			return true;
	}
	return false;
}

static bool is_own(const char *option)
{
	static const char *const names[] = { "mode",    "device", "ifname",
		                             "network", "ssid",   "mesh_id" };

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		if (strcmp(names[i], option) == 0)
			return true;
	}
	return false;
}

static void remove_other_options(const struct plan_wifi *wifi, struct uci_document *document,
                                 struct uci_section *section)
{
	struct uci_option *next;

	for (struct uci_option *o = section->options; o; o = next) {
		next = o->next;
		if (!is_own(o->name) && !has_option(&wifi->options, o->name))
			uci_delete_option(document, section, o->name);
	}
}

static void render_interface(const struct render *render, const struct plan_wifi *wifi,
                             struct uci_document *document)
{
	struct uci_section *section = uci_add_section(document, TYPE_INTERFACE,
	                                              section_of(render, wifi));
	bool is_mesh = strcmp(wifi->mode, "mesh") == 0;

	remove_other_options(wifi, document, section);
	uci_set(document, section, "device", wifi->radio);
	uci_set(document, section, "mode", wifi->mode);
	uci_set(document, section, "ifname", wifi->ifname);
	uci_set(document, section, "network",
	        wifi->network && *wifi->network ? wifi->network
	                                        : name_section(render->arena, wifi->ifname, ""));
	uci_set(document, section, is_mesh ? "mesh_id" : "ssid", wifi->ssid);
	set_options(render, &wifi->options, document, section);
}

static void render_wireless(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = NULL;

	render_radios(render, document);
	remove_others(render, document);
	while ((item = plan_next(render->plan, PLAN_WIFI, item)))
		render_interface(render, item->value, document);
}

extern const struct renderer renderer_wireless;
const struct renderer renderer_wireless = {
	.package = "wireless",
	.render = render_wireless,
};
