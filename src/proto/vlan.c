/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Protocols on one cable keep apart by VLANs; here is what they do alike. */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "net/names.h"
#include "proto/proto.h"

#define VLAN_MAX 4094U /* IEEE 802.1Q, 9.6 */

static const char *argument(const struct proto_use *use, size_t index, const char *fallback)
{
	const char *text = index < use->n_args ? use->args[index] : NULL;

	return text && *text ? text : fallback;
}

static bool vlan_protocol_parse(const char *text, enum plan_vlan_protocol *protocol)
{
	if (strcmp(text, "8021ad") == 0)
		*protocol = PLAN_VLAN_8021AD;
	else if (strcmp(text, "8021q") == 0)
		*protocol = PLAN_VLAN_8021Q;
	else
		return false;
	return true;
}

static int parse(const struct proto_node *node, const struct proto_use *use,
                 struct proto_vlan *vlan)
{
	const char *id = argument(use, 0, use->proto->vlan.id);
	const char *type = argument(use, 1, NULL);

	*vlan = (struct proto_vlan){ .protocol = use->proto->vlan.protocol };
	if (identity_vlan_id(id, &node->id->ids, &vlan->id) < 0 || vlan->id > VLAN_MAX) {
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "'%s' is no number of a VLAN (0 to %u, 0 is none)", id, VLAN_MAX);
		return -EINVAL;
	}
	if (type && !vlan_protocol_parse(type, &vlan->protocol)) {
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "'%s' is no type of VLAN: it is 8021ad or 8021q", type);
		return -EINVAL;
	}
	return 0;
}

void proto_check_arguments(const struct proto_node *node, const struct proto_use *use)
{
	struct proto_vlan vlan;

	if (use->proto->vlan.id)
		(void)parse(node, use, &vlan);
	else if (use->n_args && !use->proto->own_arguments)
		diag_add(node->diag, DIAG_UNKNOWN, &use->origin,
		         "%s has no VLAN of its own, ':%s' means nothing", use->proto->name,
		         use->args[0]);
}

int proto_vlan_of(const struct proto_node *node, const struct proto_use *use,
                  const struct proto_port *port, struct proto_vlan *vlan)
{
	if (parse(node, use, vlan) < 0)
		return -EINVAL;
	if (!name_vlan(port->ifname, vlan->id, vlan->ifname)) {
		diag_add(node->diag, DIAG_ERROR, &port->origin,
		         "the name of VLAN %u on %s would have more than %d characters", vlan->id,
		         port->ifname, IFNAME_SIZE - 1);
		return -EINVAL;
	}
	return 0;
}

struct plan_link *proto_port_link(const struct proto_node *node, const struct proto_port *port)
{
	struct plan_link *link = plan_link(node->plan, port->ifname);

	if (!link)
		link = plan_add_link(node->plan, &(struct plan_link){ .name = port->ifname });
	return link;
}

struct plan_link *proto_add_vlan(const struct proto_node *node, const struct proto_use *use,
                                 const struct proto_port *port, const struct proto_vlan *vlan)
{
	struct plan_link *parent = proto_port_link(node, port);
	struct plan_link link = {
		.name = vlan->ifname,
		.kind = PLAN_LINK_VLAN,
		.parent = port->ifname,
		.vlan_id = vlan->id,
		.vlan_protocol = vlan->protocol,
	};

	if (vlan->id == 0)
		return parent;
	if (plan_link(node->plan, vlan->ifname)) {
		diag_add(node->diag, DIAG_ERROR, &use->origin,
		         "VLAN %u of %s belongs to another protocol already", vlan->id,
		         port->ifname);
		return NULL;
	}
	return plan_add_link(node->plan, &link);
}

void proto_add_network(const struct proto_node *node, const struct proto_use *use,
                       const struct proto_port *port, const struct proto_vlan *vlan,
                       const char *suffix, struct plan_network *network)
{
	struct arena *arena = node->plan->arena;

	suffix = argument(use, 2, suffix);
	network->name = name_section(arena, port->ifname, arena_printf(arena, "%s_if", suffix));
	/* An interface of a radio is not there before hostapd has made it; it is known by its
	 * network. */
	network->ifname = vlan->id ? vlan->ifname : name_device_parent(arena, vlan->ifname);
	if (vlan->id)
		network->device = name_section(arena, port->ifname,
		                               arena_printf(arena, "%s_dev", suffix));
	plan_add_network(node->plan, network);
}

void proto_add_radio_network(const struct proto_node *node, const struct proto_port *port)
{
	proto_port_link(node, port)->mtu = PROTO_RADIO_MTU;
	plan_add_network(node->plan,
	                 &(struct plan_network){
				 .name = name_section(node->plan->arena, port->ifname, ""),
				 .proto = "none",
				 .mtu = PROTO_RADIO_MTU,
			 });
}

bool proto_set_master(const struct proto_node *node, const struct proto_use *use,
                      const struct proto_port *port, struct plan_link *link, const char *master)
{
	if (link->master && strcmp(link->master, master) != 0) {
		diag_add(node->diag, proto_fault(port), &use->origin,
		         "%s cannot be part of %s, it is part of %s already", link->name, master,
		         link->master);
		return false;
	}
	link->master = arena_strdup(node->plan->arena, master);
	return true;
}

bool proto_is_for_clients(const struct proto_node *node, const struct proto_port *port)
{
	return !port->specific && !port->wireless && !port->between_nodes &&
	       proto_is_used(node, "lan");
}

enum diag_severity proto_fault(const struct proto_port *port)
{
	return port->written ? DIAG_ERROR : DIAG_WARNING;
}

bool proto_is_bridged(const struct plan_link *link)
{
	return link->master && strcmp(link->master, PROTO_BRIDGE) == 0;
}
