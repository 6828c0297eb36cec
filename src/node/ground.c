/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Cables to outdoor bridges, each with a VLAN of its own: what the sections hwd_gr say.  Behind a
 * switch chip that Linux does not know as ports (swconfig), the switch has to be told too.
 *
 * A link to another node is no port of clients, so the mesh's protocols run on it and lan does
 * not, unless a `net` section says otherwise.
 */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "net/names.h"
#include "node/parts.h"

#define PACKAGE "lime-hwd-ground-routing"
#define PREFIX  "lm_hwd_ground_routing_"

static const char *value_of(const struct config_section *section, const char *option)
{
	const struct config_option *found = config_option(section, option);

	return found ? found->values[0].text : "";
}

/* What may stand in a section's name. */
static const char *plain(struct arena *arena, const char *text)
{
	char *name = arena_strdup(arena, text);

	for (char *c = name; *c; c++) {
		if (!name_is_alnum(*c))
			*c = '_';
	}
	return name;
}

static void add_device(struct node_work *work, const struct config_section *section,
                       const struct node_ground *ground)
{
	struct arena *arena = work->node->arena;
	const char *options[] = {
		"type=8021q",
		arena_printf(arena, "name=%s", ground->ifname),
		arena_printf(arena, "ifname=%s", ground->parent),
		arena_printf(arena, "vid=%u", ground->vlan),
		NULL,
	};

	plan_add_setting(work->node->plan, "network", "device",
	                 plain(arena, arena_printf(arena, PREFIX "%s_%s_%u", section->name,
	                                           ground->parent, ground->vlan)),
	                 options);
}

/* The port to the processor is always tagged: more than one network goes through it. */
static void add_switch(struct node_work *work, const struct config_section *section,
                       const struct node_ground *ground)
{
	struct arena *arena = work->node->arena;
	const struct config_option *ports = config_option(section, "switch_ports");
	const char *device = value_of(section, "switch_dev");
	const char *text = arena_printf(arena, "ports=%st", value_of(section, "switch_cpu_port"));
	const char *options[4] = {
		arena_printf(arena, "device=%s", device),
		arena_printf(arena, "vlan=%u", ground->vlan),
	};

	if (!*device)
		return;
	for (size_t i = 0; ports && i < ports->n_values; i++)
		text = arena_printf(arena, "%s %s", text, ports->values[i].text);
	options[2] = text;
	plan_add_setting(work->node->plan, "network", "switch_vlan",
	                 plain(arena, arena_printf(arena, PREFIX "%s_sw_%s_%u", section->name,
	                                           device, ground->vlan)),
	                 options);
}

bool node_ground_of(struct node_work *work, const struct config_section *section,
                    struct node_ground *ground)
{
	uint32_t vlan = 0;

	if (strcmp(section->type, "hwd_gr") != 0 || !facts_has_package(work->facts, PACKAGE, true))
		return false;
	ground->parent = value_of(section, "net_dev");
	if (!*ground->parent || !number_parse(value_of(section, "vlan"), 1, 4094, &vlan)) {
		diag_add(work->diag, DIAG_UNKNOWN, &section->origin,
		         "a link needs net_dev and vlan (1 to 4094)");
		return false;
	}
	ground->vlan = vlan;
	ground->ifname = arena_printf(work->node->arena, "%s.%u", ground->parent, vlan);
	if (strlen(ground->ifname) < IFNAME_SIZE)
		return true;
	diag_add(work->diag, DIAG_UNKNOWN, &section->origin,
	         "the name %s would have more than %d characters", ground->ifname, IFNAME_SIZE - 1);
	return false;
}

static void add_links(struct node_work *work, const struct node_ground *ground)
{
	struct plan *plan = work->node->plan;

	if (!plan_link(plan, ground->parent))
		plan_add_link(plan, &(struct plan_link){ .name = ground->parent });
	plan_add_link(plan, &(struct plan_link){
				    .name = ground->ifname,
				    .kind = PLAN_LINK_VLAN,
				    .parent = ground->parent,
				    .vlan_id = ground->vlan,
				    .vlan_protocol = PLAN_VLAN_8021Q,
			    });
}

void node_plan_ground(struct node_work *work)
{
	for (const struct config_section *s = work->node->config->sections; s; s = s->next) {
		struct node_ground ground;

		if (!node_ground_of(work, s, &ground))
			continue;
		plan_because(work->node->plan, &s->origin, "a cable to an outdoor bridge");
		add_links(work, &ground);
		add_device(work, s, &ground);
		add_switch(work, s, &ground);
	}
}
