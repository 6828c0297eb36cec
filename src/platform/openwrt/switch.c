/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Switch chips in /etc/config/network: a port whose frames have no tag is in one VLAN only.  Where
 * a cable to an outdoor bridge takes one, OpenWrt's own VLAN does without it, and gets it back when
 * the cable's section goes: the note `weft_ports` has what it was.
 */
#include <string.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define OWN  "lm_hwd_ground_routing_"
#define NOTE "weft_ports"

static bool is_own(const struct uci_section *section)
{
	return strncmp(section->name, OWN, strlen(OWN)) == 0;
}

/* "3" in "0t 3 5t", but not "5": that one is tagged there. */
static bool has_port(const char *ports, const char *port, size_t length)
{
	for (; *ports; ports += strcspn(ports, " "), ports += strspn(ports, " ")) {
		if (strcspn(ports, " ") == length && strncmp(ports, port, length) == 0)
			return true;
	}
	return false;
}

static bool is_taken(const struct uci_document *document, const char *device, const char *port,
                     size_t length)
{
	if (!length || port[length - 1] == 't')
		return false;
	for (const struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, "switch_vlan") == 0 && is_own(s) &&
		    strcmp(edit_value(s, "device"), device) == 0 &&
		    has_port(edit_value(s, "ports"), port, length))
			return true;
	}
	return false;
}

static void render_vlan(const struct render *render, struct uci_document *document,
                        struct uci_section *section)
{
	const char *note = edit_value(section, NOTE);
	const char *all = arena_strdup(render->arena, *note ? note : edit_value(section, "ports"));
	const char *left = "";
	bool taken = false;

	for (const char *port = all; *port;) {
		size_t length = strcspn(port, " ");

		if (is_taken(document, edit_value(section, "device"), port, length))
			taken = true;
		else
			left = arena_printf(render->arena, "%s%s%.*s", left, *left ? " " : "",
			                    (int)length, port);
		port += length;
		port += strspn(port, " ");
	}
	if (!taken && !*note)
		return;
	uci_set(document, section, "ports", taken ? left : all);
	uci_set(document, section, NOTE, taken ? all : "");
}

static void render_file(const struct render *render, struct uci_document *document)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, "switch_vlan") == 0 && !is_own(s) && uci_option(s, "ports") &&
		    !uci_option(s, "ports")->is_list)
			render_vlan(render, document, s);
	}
}

extern const struct renderer renderer_switch;
const struct renderer renderer_switch = {
	.package = "network",
	.render = render_file,
};
