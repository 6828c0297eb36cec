/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/step_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/steps.h"

static const char *link_kind(const struct plan_link *link)
{
	switch ((enum plan_link_kind)link->kind) {
	case PLAN_LINK_PORT:
		return "port";
	case PLAN_LINK_BRIDGE:
		return "bridge";
	case PLAN_LINK_VLAN:
		return "VLAN";
	case PLAN_LINK_MACVLAN:
		return "macvlan";
	case PLAN_LINK_BATADV:
		return "batadv";
	}
	return "";
}

static void describe_batadv(const struct plan_link *link, struct buf *out)
{
	buf_printf(out, ", %s, interval %u ms, loop avoidance %s, ARP table %s, multicast %s",
	           link->routing_algo == PLAN_BATADV_V ? "BATMAN_V" : "BATMAN_IV",
	           link->orig_interval, link->bridge_loop_avoidance ? "on" : "off",
	           link->distributed_arp_table ? "on" : "off",
	           link->multicast_optimization ? "optimized" : "flooded");
}

static void describe_link(const struct plan_link *link, struct buf *out)
{
	char mac[MAC_TEXT_SIZE];

	if (link->kind == PLAN_LINK_VLAN)
		buf_printf(out, ", %s %u",
		           link->vlan_protocol == PLAN_VLAN_8021Q ? "802.1q" : "802.1ad",
		           link->vlan_id);
	if (link->parent)
		buf_printf(out, " on %s", link->parent);
	if (link->kind == PLAN_LINK_BATADV)
		describe_batadv(link, out);
	if (link->mtu)
		buf_printf(out, ", mtu %u", link->mtu);
	if (!mac_is_zero(&link->mac))
		buf_printf(out, ", mac %s", mac_format(&link->mac, mac));
}

static void link_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *before = step->before, *after = step->after;

	if (!after) {
		buf_printf(out, "remove %s %s", link_kind(&before->is), before->is.name);
		return;
	}
	buf_printf(out, "make %s %s", link_kind(&after->is), after->is.name);
	describe_link(&after->is, out);
}

static void mtu_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *before = step->before, *after = step->after;

	buf_printf(out, "set mtu of %s to %u (was %u)", after->is.name, after->is.mtu,
	           before->is.mtu);
}

static void mac_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *before = step->before, *after = step->after;
	char from[MAC_TEXT_SIZE], to[MAC_TEXT_SIZE];

	buf_printf(out, "set mac of %s to %s (was %s)", after->is.name,
	           mac_format(&after->is.mac, to), mac_format(&before->is.mac, from));
}

static void master_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *before = step->before, *after = step->after;

	if (!after->is.master) {
		buf_printf(out, "take %s out of %s", after->is.name, before->is.master);
		return;
	}
	buf_printf(out, "put %s into %s", after->is.name, after->is.master);
	if (before->is.master)
		buf_printf(out, " (was in %s)", before->is.master);
}

static void up_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *after = step->after;

	buf_printf(out, "bring %s %s", after->is.name, after->up ? "up" : "down");
}

static void plain_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *after = step->after;

	buf_printf(out, "make bridge %s forward at once and flood multicast", after->is.name);
}

static const char *switched(bool on)
{
	return on ? "on" : "off";
}

static void batadv_text(const struct step *step, struct buf *out)
{
	const struct kernel_link *before = step->before, *after = step->after;
	const struct plan_link *is = &before->is, *to = &after->is;
	BUF_AUTO list = { 0 };

	if (is->orig_interval != to->orig_interval)
		buf_printf(&list, ", interval to %u ms (was %u)", to->orig_interval,
		           is->orig_interval);
	if (is->bridge_loop_avoidance != to->bridge_loop_avoidance)
		buf_printf(&list, ", bridge loop avoidance %s",
		           switched(to->bridge_loop_avoidance));
	if (is->distributed_arp_table != to->distributed_arp_table)
		buf_printf(&list, ", distributed ARP table %s",
		           switched(to->distributed_arp_table));
	if (is->multicast_optimization != to->multicast_optimization)
		buf_printf(&list, ", multicast optimization %s",
		           switched(to->multicast_optimization));
	if (is->gateway_mode != to->gateway_mode)
		buf_printf(&list, ", gateway mode %s",
		           to->gateway_mode == PLAN_BATADV_GATEWAY_CLIENT ? "client" : "off");
	buf_printf(out, "set of %s%s", to->name, list.length ? list.text + 1 : "");
}

static void address_text(const struct step *step, struct buf *out)
{
	const struct kernel_address *address = step->after ? step->after : step->before;
	char text[PREFIX_TEXT_SIZE];

	buf_printf(out, step->after ? "add address %s to %s" : "remove address %s from %s",
	           prefix_format(&address->is.address, text), address->is.ifname);
}

static void describe_route(const struct plan_route *route, struct buf *out)
{
	char text[IP_TEXT_SIZE], from[PREFIX_TEXT_SIZE];

	if (route->from.ip.family != IP_NONE)
		buf_printf(out, " from %s", prefix_format(&route->from, from));
	if (route->via.family != IP_NONE)
		buf_printf(out, " via %s", ip_format(&route->via, text));
	if (route->ifname && *route->ifname)
		buf_printf(out, " dev %s", route->ifname);
	if (route->table != TABLE_MAIN)
		buf_printf(out, " table %u", route->table);
	if (route->metric)
		buf_printf(out, " metric %u", route->metric);
	buf_printf(out, " proto %u", route->protocol);
}

static void route_text(const struct step *step, struct buf *out)
{
	const struct kernel_route *before = step->before, *after = step->after;
	const struct kernel_route *route = after ? after : before;
	const char *verb = !after ? "remove" : before ? "change" : "add";
	char text[PREFIX_TEXT_SIZE];

	buf_printf(out, "%s route %s", verb, prefix_format(&route->is.destination, text));
	if (before)
		describe_route(&before->is, out);
	if (before && after)
		buf_add(out, " to");
	if (after)
		describe_route(&after->is, out);
}

static void rule_text(const struct step *step, struct buf *out)
{
	const struct kernel_rule *rule = step->after ? step->after : step->before;
	char text[PREFIX_TEXT_SIZE];

	buf_printf(out, "%s IPv%u rule %u:", step->after ? "add" : "remove",
	           rule->is.from.ip.family, rule->is.priority);
	if (rule->is.from.length)
		buf_printf(out, " from %s", prefix_format(&rule->is.from, text));
	if (rule->is.to.length)
		buf_printf(out, " to %s", prefix_format(&rule->is.to, text));
	if (rule->is.oif)
		buf_printf(out, " oif %s", rule->is.oif);
	if (rule->is.fwmark)
		buf_printf(out, " fwmark 0x%x/0x%x", rule->is.fwmark, rule->is.fwmark_mask);
	buf_printf(out, " lookup %u", rule->is.table);
}

static void sysctl_text(const struct step *step, struct buf *out)
{
	const struct kernel_sysctl *before = step->before, *after = step->after;

	if (!after) {
		buf_printf(out, "let go of sysctl %s (was %s)", before->path, before->value);
		return;
	}
	buf_printf(out, "set sysctl %s to %s", after->path, after->value);
	if (before)
		buf_printf(out, " (was %s)", before->value);
}

static void hostname_text(const struct step *step, struct buf *out)
{
	buf_printf(out, "set host name to %s (was %s)", (const char *)step->after,
	           (const char *)step->before);
}

static bool same_chain(const struct filter_chain *a, const struct filter_chain *b)
{
	return a && b && !strcmp(a->head, b->head) && !strcmp(a->rules, b->rules);
}

static void list_chain(const char *verb, const struct filter_chain *chain, struct buf *out)
{
	buf_printf(out, "%s %s %s %s", out->length ? "," : "", verb, chain->family, chain->name);
}

static void list_chains(const struct filter_chain *before, const struct filter_chain *after,
                        struct buf *out)
{
	for (const struct filter_chain *c = after; c; c = c->next) {
		if (!same_chain(filter_chain_find(before, c->family, c->name), c))
			list_chain("set", c, out);
	}
	for (const struct filter_chain *c = before; c; c = c->next) {
		if (!filter_chain_find(after, c->family, c->name))
			list_chain("remove", c, out);
	}
}

static void filter_text(const struct step *step, struct buf *out)
{
	const struct filter_change *before = step->before, *after = step->after;
	BUF_AUTO list = { 0 };

	list_chains(before->chains, after->chains, &list);
	buf_printf(out, "change filter:%s", list.length ? list.text : " remove all");
}

const char *step_text(struct arena *arena, const struct step *step)
{
	static void (*const texts[STEP_N_KINDS])(const struct step *step, struct buf *out) = {
		[STEP_LINK] = link_text,     [STEP_MTU] = mtu_text,
		[STEP_MAC] = mac_text,       [STEP_MASTER] = master_text,
		[STEP_UP] = up_text,         [STEP_PLAIN] = plain_text,
		[STEP_BATADV] = batadv_text, [STEP_ADDRESS] = address_text,
		[STEP_ROUTE] = route_text,   [STEP_RULE] = rule_text,
		[STEP_SYSCTL] = sysctl_text, [STEP_HOSTNAME] = hostname_text,
		[STEP_FILTER] = filter_text,
	};
	BUF_AUTO out = { 0 };

	texts[step->kind](step, &out);
	return arena_strdup(arena, buf_text(&out));
}
