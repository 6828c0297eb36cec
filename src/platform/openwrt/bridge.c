/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/bridge.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "config/config.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

static size_t count_links(const struct plan *plan)
{
	const struct plan_item *item = NULL;
	size_t n = 0;

	while ((item = plan_next(plan, PLAN_LINK, item)))
		n++;
	return n;
}

/* The cloud first, then the ports in the plan's order. */
static size_t bridge_ports(const struct plan *plan, const char **ports)
{
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++) {
		const struct plan_item *item = NULL;

		while ((item = plan_next(plan, PLAN_LINK, item))) {
			const struct plan_link *link = item->value;
			bool cloud = link->kind == PLAN_LINK_BATADV;

			if (link->master && strcmp(link->master, NETWORK_BRIDGE) == 0 &&
			    cloud == !pass)
				ports[n++] = link->name;
		}
	}
	return n;
}

/* Whether the plan, or a section of a person's, has a use for the device. */
static bool is_used(const struct render *render, const char *ifname)
{
	if (plan_link(render->plan, ifname))
		return true;
	for (const struct config_section *s = render->config->sections; s; s = s->next) {
		const struct config_option *name = config_option(s, "linux_name");

		if (strcmp(s->type, "net") == 0 && name &&
		    strcmp(name->values[0].text, ifname) == 0)
			return true;
	}
	return false;
}

/* Of a board that nobody has thought of no port is known to be for clients; those that OpenWrt has
 * for them stay, so that somebody with a cable still reaches the node. */
static size_t keep_ports(const struct render *render, const struct uci_section *bridge,
                         const char **ports, size_t n_ports)
{
	const struct uci_option *option = uci_option(bridge, "ports");
	const struct origin origin = { .file = "etc/config/network", .where = NETWORK_BRIDGE };

	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next) {
		char *rest = arena_strdup(render->arena, v->text);

		for (char *name; (name = strsep(&rest, " "));) {
			if (!*name || strcmp(name, NETWORK_CLOUD) == 0 || is_used(render, name))
				continue;
			diag_add(render->diag, DIAG_WARNING, &origin,
			         "nothing tells what the ports of this board are for; %s stays a "
			         "port of clients",
			         name);
			ports[n_ports++] = name;
		}
	}
	return n_ports;
}

static bool has_wired_port(const struct render *render, const char *const *ports, size_t n_ports)
{
	for (size_t i = 0; i < n_ports; i++) {
		if (plan_link(render->plan, ports[i])->kind != PLAN_LINK_BATADV)
			return true;
	}
	return false;
}

static size_t room_for_ports(const struct render *render, const struct uci_section *bridge)
{
	const struct uci_option *option = uci_option(bridge, "ports");
	size_t room = count_links(render->plan);

	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next)
		room += strlen(v->text);
	return room;
}

void bridge_render(const struct render *render, struct uci_document *document)
{
	struct uci_section *bridge = network_device(document, NETWORK_BRIDGE);
	const char **ports;
	size_t n_ports;

	if (bridge && strcmp(edit_value(bridge, "type"), "bridge") != 0)
		return;
	if (!bridge) {
		bridge = uci_add_section(document, "device", NULL);
		uci_set(document, bridge, "name", NETWORK_BRIDGE);
		uci_set(document, bridge, "type", "bridge");
	}
	ports = arena_array_of(render->arena, const char *, room_for_ports(render, bridge));
	n_ports = bridge_ports(render->plan, ports);
	if (!has_wired_port(render, ports, n_ports))
		n_ports = keep_ports(render, bridge, ports, n_ports);
	uci_set_list(document, bridge, "ports", ports, n_ports);
}

void bridge_join(const struct render *render, struct uci_document *document)
{
	struct uci_section *bridge = network_device(document, NETWORK_BRIDGE);
	const struct uci_option *option = bridge ? uci_option(bridge, "ports") : NULL;
	const char **ports;
	size_t n = 0;

	if (!bridge || strcmp(edit_value(bridge, "type"), "bridge") != 0)
		return;
	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next)
		n++;
	ports = arena_array_of(render->arena, const char *, n + 1);
	n = 0;
	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next) {
		if (strcmp(v->text, NETWORK_CLOUD) != 0)
			ports[n++] = v->text;
	}
	if (plan_link(render->plan, NETWORK_CLOUD))
		ports[n++] = NETWORK_CLOUD;
	uci_set_list(document, bridge, "ports", ports, n);
}
