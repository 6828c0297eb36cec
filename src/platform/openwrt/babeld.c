/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * /etc/config/babeld: filters and interfaces.
 *
 * The sections of weft have names; those without one are the examples that come with babeld and
 * go.  Sections with another name are a person's and stay.
 */
#include <string.h>

#include "base/arena.h"
#include "config/config.h"
#include "net/facts.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define LIBRENET6 "librenet6"

/* LibreMesh's names for the filters, and how it writes their networks. */
static const struct {
	const char *section;
	struct prefix prefix;
	const char *text;
} names[] = {
	{ "ula6", { { IP_V6, { 0xfc } }, 7 }, "fc00::/7" },
	{ "public6", { { IP_V6, { 0x20 } }, 3 }, "2000::0/3" },
	{ "default6", { { IP_V6, { 0 } }, 0 }, "0::0/0" },
	{ "mesh4", { { IP_V4, { 10 } }, 8 }, "10.0.0.0/8" },
	{ "mptp4", { { IP_V4, { 172, 16 } }, 12 }, "172.16.0.0/12" },
	{ "default4", { { IP_V4, { 0 } }, 0 }, "0.0.0.0/0" },
};

/* What the filters of the lower classes of gateways are called. */
static const struct {
	uint32_t protocol;
	const char *suffix;
} classes[] = {
	{ PROTOCOL_GATEWAY_FAIR, "_fair" },
	{ PROTOCOL_GATEWAY_POOR, "_poor" },
};

static const char *class_suffix(uint32_t protocol)
{
	for (size_t i = 0; i < ARRAY_LENGTH(classes); i++) {
		if (classes[i].protocol == protocol)
			return classes[i].suffix;
	}
	return NULL;
}

/* Where the section's name and the text of its network come from; NULL for what has none. */
static const char *filter_name(const struct render *render, const struct plan_babel_filter *filter,
                               const char **text)
{
	const char *suffix = class_suffix(filter->protocol);

	*text = NULL;
	if (filter->prefix.ip.family == IP_NONE)
		return filter->local ? "localdeny" : "denyany";
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		if (!prefix_equal(&names[i].prefix, &filter->prefix))
			continue;
		*text = names[i].text;
		return suffix ? arena_printf(render->arena, "%s%s", names[i].section, suffix)
		              : names[i].section;
	}
	return NULL;
}

static bool is_filter_name(const char *name)
{
	if (strcmp(name, "localdeny") == 0 || strcmp(name, "denyany") == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		if (strncmp(name, names[i].section, strlen(names[i].section)) == 0)
			return true;
	}
	return false;
}

/* LibreMesh's nodes know one class of gateways only. */
static bool is_wanted(const struct render *render, const struct plan_babel_filter *filter)
{
	const char *choice = config_get(render->config, "network", "gateway_classes", "0");

	return !class_suffix(filter->protocol) || edit_is_yes(choice);
}

static void render_filter(const struct render *render, struct uci_document *document,
                          const struct plan_babel_filter *filter)
{
	const char *text, *name = filter_name(render, filter, &text);
	struct edit edit;

	if (!name || !is_wanted(render, filter))
		return;
	edit = edit_begin(document, "filter", name);
	edit_set(&edit, "type", filter->filter);
	if (text)
		edit_set(&edit, "ip", text);
	if (filter->prefix_le_plus_1)
		edit_set_number(&edit, "le", filter->prefix_le_plus_1 - 1);
	if (filter->local)
		edit_set(&edit, "local", "true");
	edit_set(&edit, "action",
	         filter->deny     ? "deny"
	         : filter->metric ? arena_printf(render->arena, "metric %u", filter->metric)
	                          : "allow");
	/* Without somebody who watches the uplinks no default route would have the number. */
	if (filter->protocol && facts_has_package(render->facts, "babeld-auto-gw-mode", true))
		edit_set_number(&edit, "proto", filter->protocol);
	edit_end(&edit);
}

/* The network of weft's that is on a device: babeld's section has its name. */
static const char *network_on(const struct render *render, const char *ifname)
{
	const char *name = NULL;

	for (const struct plan_item *i = plan_next(render->plan, PLAN_NETWORK, NULL); i;
	     i = plan_next(render->plan, PLAN_NETWORK, i)) {
		const struct plan_network *network = i->value;

		if (network->babel && strcmp(network->babel, ifname) == 0)
			name = network->name;
	}
	return name ? name : LIBRENET6;
}

static void render_interface(const struct render *render, struct uci_document *document,
                             const struct plan_babel_interface *interface)
{
	const char *hello = config_get(render->config, "network", "babeld_wired_hello_interval",
	                               NULL);
	EDIT_AUTO edit = edit_begin(document, "interface", network_on(render, interface->ifname));

	edit_set(&edit, "ifname", interface->ifname);
	edit_set(&edit, "type", interface->type);
	if (hello && interface->hello_interval)
		edit_set_number(&edit, "hello_interval", interface->hello_interval);
}

/* Of weft's sections, whatever the plan says now. */
static bool is_own(const struct uci_section *section)
{
	if (strcmp(section->type, "filter") == 0)
		return is_filter_name(section->name);
	return strcmp(section->type, "interface") == 0 &&
	       (strncmp(section->name, NETWORK_PREFIX, strlen(NETWORK_PREFIX)) == 0 ||
	        strcmp(section->name, LIBRENET6) == 0);
}

static bool is_gone(const struct uci_section *section, const void *data)
{
	const struct render *render = data;

	return is_own(section) || (section->anonymous && plan_next(render->plan, PLAN_BABEL, NULL));
}

static void render_general(struct uci_document *document, const struct plan_babel *babel)
{
	EDIT_AUTO edit = edit_begin(document, "general", "general");

	edit_set_number(&edit, "local_port", babel->local_port);
	edit_set(&edit, "ubus_bindings", "true");
}

/* The names of the sections that the plan asks for, in order. */
static size_t list_names(const struct render *render, const char **list)
{
	const struct plan_item *item;
	const char *text;
	size_t n = 0;

	for (item = NULL; (item = plan_next(render->plan, PLAN_BABEL_FILTER, item));) {
		const char *name = filter_name(render, item->value, &text);

		if (name && is_wanted(render, item->value))
			list[n++] = name;
	}
	for (item = NULL; (item = plan_next(render->plan, PLAN_BABEL_INTERFACE, item));)
		list[n++] = network_on(render, item->name);
	return n;
}

static size_t count_items(const struct plan *plan)
{
	size_t n = 0;

	for (const struct plan_item *item = plan->items; item; item = item->next)
		n++;
	return n;
}

/* The first filter that matches decides, so they must stand in their order. */
static bool is_in_order(const struct render *render, const struct uci_document *document)
{
	const char **list = arena_array_of(render->arena, const char *, count_items(render->plan));
	size_t count = list_names(render, list), n = 0;

	for (const struct uci_section *s = document->sections; s; s = s->next) {
		if (!is_own(s))
			continue;
		if (n == count || strcmp(s->name, list[n]) != 0)
			return false;
		n++;
	}
	return n == count;
}

static void render_file(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = plan_next(render->plan, PLAN_BABEL, NULL);

	if (!is_in_order(render, document))
		edit_delete_sections(document, is_gone, render);
	if (!item)
		return;
	render_general(document, item->value);
	for (item = NULL; (item = plan_next(render->plan, PLAN_BABEL_FILTER, item));)
		render_filter(render, document, item->value);
	for (item = NULL; (item = plan_next(render->plan, PLAN_BABEL_INTERFACE, item));)
		render_interface(render, document, item->value);
}

static bool makes_file(const struct render *render)
{
	return plan_next(render->plan, PLAN_BABEL, NULL);
}

extern const struct renderer renderer_babeld;
const struct renderer renderer_babeld = {
	.package = "babeld",
	.makes_file = makes_file,
	.render = render_file,
};
