/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Routing with olsrd2 (OLSRv2, RFC 7181), on OpenWrt: only configured, its own script starts it. */
#include "base/arena.h"
#include "proto/proto.h"

#define PACKAGE "olsrd2"

/* The node's addresses as the daemon knows itself by. */
#define ORIGINATOR "lm_net_olsr_originator_lo"

static const struct {
	const char *type, *name, *options[4];
} sections[] = {
	{ "global",
	  "limeglobal",
	  { "failfast=no", "pidfile=/var/run/olsrd2.pid", "lockfile=/var/lock/olsrd2" } },
	{ "log", "limelog", { "syslog=true", "stderr=false" } },
	{ "telnet", "limetelnet", { "port=2009" } },
	{ "interface", ORIGINATOR, { "ifname=loopback" } },
};

static void add_originator(const struct proto_node *node)
{
	struct prefix ipv6 = { node->id->ipv6.ip, 128 };
	char text[PREFIX_TEXT_SIZE];
	const char *const options[] = {
		"ifname=@loopback",
		"proto=static",
		arena_printf(node->plan->arena, "ipaddr=%s", ip_format(&node->id->ipv4.ip, text)),
		"netmask=255.255.255.255",
		arena_printf(node->plan->arena, "ip6addr=%s", prefix_format(&ipv6, text)),
		NULL,
	};

	plan_add_setting(node->plan, "network", "interface", ORIGINATOR, options);
}

static void olsr2_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	char ipv4[PREFIX_TEXT_SIZE], ipv6[PREFIX_TEXT_SIZE];
	const char *const networks[] = {
		arena_printf(node->plan->arena, "lan+=%s", prefix_format(&node->id->ipv4, ipv4)),
		arena_printf(node->plan->arena, "lan+=%s", prefix_format(&node->id->ipv6, ipv6)),
		NULL,
	};

	(void)use;
	plan_add_setting(node->plan, PACKAGE, "olsrv2", "lime", networks);
	for (size_t i = 0; i < ARRAY_LENGTH(sections); i++)
		plan_add_setting(node->plan, PACKAGE, sections[i].type, sections[i].name,
		                 sections[i].options);
	add_originator(node);
}

/* LibreMesh gives olsr's networks the same names; the two must not take each other's. */
static void olsr2_plan_port(const struct proto_node *node, const struct proto_use *use,
                            const struct proto_port *port)
{
	const char *suffix = proto_is_used(node, "olsr") ? "_olsr2" : "_olsr";
	struct plan_network network = { .proto = "none" };
	struct proto_vlan vlan;

	if (proto_vlan_of(node, use, port, &vlan) < 0 || !proto_add_vlan(node, use, port, &vlan))
		return;
	proto_add_network(node, use, port, &vlan, suffix, &network);
	plan_add_setting(
		node->plan, PACKAGE, "interface", network.name,
		(const char *const[]){ arena_printf(node->plan->arena, "ifname=%s", network.name),
	                               NULL });
}

const struct proto proto_olsr2 = {
	.name = "olsr2",
	.package = "lime-proto-olsr2",
	.extra = true,
	.doc = "Routing with olsrd2 (OpenWrt)",
	.not_on_ap = true,
	.vlan = { "16", PLAN_VLAN_8021AD },
	.plan_node = olsr2_plan_node,
	.plan_port = olsr2_plan_port,
};
