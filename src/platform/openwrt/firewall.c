/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * /etc/config/firewall: the mesh is inside, the uplink is outside.
 *
 * Networks that a person put into the zones lan and wan stay in them.
 */
#include <string.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define RULE_WAN "lime_allow_wan_all_link_local"
#define ZONE_BMX "bmxtun"

static const char *const directions[] = { "input", "output", "forward" };

static void accept_all(struct uci_document *document, struct uci_section *section)
{
	for (size_t i = 0; i < ARRAY_LENGTH(directions); i++)
		uci_set(document, section, directions[i], "ACCEPT");
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), more = strlen(end);

	return length > more && strcmp(text + length - more, end) == 0;
}

static bool is_own(const char *network)
{
	return strncmp(network, NETWORK_PREFIX, strlen(NETWORK_PREFIX)) == 0;
}

/* The networks of a zone while they are put together. */
struct networks {
	const char **list;
	size_t count;
	bool dropped; /* one that was weft's */
};

static void add(struct networks *networks, const char *name)
{
	for (size_t i = 0; i < networks->count; i++) {
		if (strcmp(networks->list[i], name) == 0)
			return;
	}
	networks->list[networks->count++] = name;
}

static struct networks networks_new(const struct render *render, const struct uci_section *zone)
{
	const struct uci_option *option = uci_option(zone, "network");
	const struct plan_item *item = NULL;
	size_t most = 1;

	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next)
		most += strlen(v->text);
	while ((item = plan_next(render->plan, PLAN_NETWORK, item)))
		most++;
	return (struct networks){ .list = arena_array_of(render->arena, const char *, most) };
}

/* A list, or an option of several words as old files have it. */
static void add_persons(const struct render *render, const struct uci_section *zone,
                        struct networks *networks)
{
	const struct uci_option *option = uci_option(zone, "network");

	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next) {
		char *rest = arena_strdup(render->arena, v->text);

		for (char *name; (name = strsep(&rest, " "));) {
			if (is_own(name))
				networks->dropped = true;
			else if (*name)
				add(networks, name);
		}
	}
}

/* Those of weft's networks whose names end so. */
static void add_own(const struct render *render, const char *end, struct networks *networks)
{
	const struct uci_document *document = files_uci(render->files, "network");
	const struct plan_item *item = NULL;

	while (document && (item = plan_next(render->plan, PLAN_NETWORK, item))) {
		if (is_own(item->name) && ends_with(item->name, end) &&
		    uci_section(document, item->name))
			add(networks, item->name);
	}
}

static void render_lan(const struct render *render, struct uci_document *document,
                       struct uci_section *zone)
{
	struct networks networks = networks_new(render, zone);

	add(&networks, NETWORK_LAN);
	add_persons(render, zone, &networks);
	add_own(render, "_if", &networks);
	accept_all(document, zone);
	uci_set(document, zone, "mtu_fix", "1");
	uci_set_list(document, zone, "network", networks.list, networks.count);
}

/* Further uplinks are outside like the first one. */
static void render_wan(const struct render *render, struct uci_document *document,
                       struct uci_section *zone)
{
	struct networks networks = networks_new(render, zone);
	size_t n_persons;

	add_persons(render, zone, &networks);
	n_persons = networks.count;
	add_own(render, "_wan", &networks);
	if (networks.dropped || networks.count > n_persons)
		uci_set_list(document, zone, "network", networks.list, networks.count);
}

/* Neighbours on the cable of an uplink are reached by their link-local addresses. */
static void render_rule(const struct render *render, struct uci_document *document)
{
	struct uci_section *old = uci_section(document, RULE_WAN);
	struct edit edit;

	if (!plan_find(render->plan, PLAN_NETWORK, NETWORK_WAN)) {
		if (old)
			uci_delete_section(document, old);
		return;
	}
	edit = edit_begin(document, "rule", RULE_WAN);
	edit_set(&edit, "name", RULE_WAN);
	edit_set(&edit, "src", "wan");
	edit_set(&edit, "family", "ipv6");
	edit_set(&edit, "src_ip", "fe80::/10");
	edit_set(&edit, "dest_ip", "fe80::/10");
	edit_set(&edit, "target", "ACCEPT");
	edit_end(&edit);
}

/* What comes out of bmx7's tunnels is inside too. */
static void render_bmx(const struct render *render, struct uci_document *document)
{
	struct uci_section *old = uci_section(document, ZONE_BMX);
	struct edit edit;

	if (!plan_find(render->plan, PLAN_SETTING, "bmx7 general")) {
		if (old)
			uci_delete_section(document, old);
		return;
	}
	edit = edit_begin(document, "zone", ZONE_BMX);
	edit_set(&edit, "name", "bmx7tun");
	for (size_t i = 0; i < ARRAY_LENGTH(directions); i++)
		edit_set(&edit, directions[i], "ACCEPT");
	edit_set(&edit, "mtu_fix", "1");
	edit_set(&edit, "conntrack", "1");
	edit_set(&edit, "device", "X7+");
	edit_set(&edit, "family", "ipv4");
	edit_end(&edit);
}

static void render_file(const struct render *render, struct uci_document *document)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, "defaults") == 0)
			accept_all(document, s);
		else if (strcmp(s->type, "zone") != 0)
			continue;
		else if (strcmp(edit_value(s, "name"), "lan") == 0)
			render_lan(render, document, s);
		else if (strcmp(edit_value(s, "name"), "wan") == 0)
			render_wan(render, document, s);
	}
	render_bmx(render, document);
	render_rule(render, document);
}

extern const struct renderer renderer_firewall;
const struct renderer renderer_firewall = {
	.package = "firewall",
	.render = render_file,
};
