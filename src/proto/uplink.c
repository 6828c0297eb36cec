/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What every way to the Internet needs, however it gets its address.
 *
 * Nobody out there knows the addresses of the mesh, so packets leave with the uplink's; for IPv6
 * too, where a cloud has addresses of its own making (ULA, RFC 4193) and no others.  What comes
 * in unasked is refused, but for what keeps the uplink itself alive.
 */
#include <string.h>

#include "base/arena.h"
#include "plan/numbers.h"
#include "proto/proto.h"

static const struct plan_chain chains[] = {
	{ "inet", "uplink_input", "filter", "input", "filter", "accept" },
	{ "inet", "uplink_forward", "filter", "forward", "filter", "accept" },
	{ "inet", "uplink_nat", "nat", "postrouting", "srcnat", "accept" },
};

/* Rules for packets that came in by the uplink, behind `iifname "NAME"`; in order. */
static const char *const input_rules[] = {
	"ct state established,related accept",
	"meta nfproto ipv4 udp sport 67 udp dport 68 accept",
	"meta nfproto ipv6 udp dport 546 accept",
	"icmp type echo-request accept",
	"icmpv6 type { destination-unreachable, packet-too-big, time-exceeded } accept",
	"icmpv6 type { parameter-problem, echo-request, mld-listener-query } accept",
	"icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept",
};

static const char *const forward_rules[] = {
	"ct state established,related accept",
	"drop",
};

static const char *const nat_rules[] = {
	"meta nfproto ipv4 masquerade",
	"ip6 saddr fc00::/7 masquerade",
};

static void add_rules(struct plan *plan, const char *chain, const char *direction,
                      const char *ifname, const char *const *rules, size_t n_rules)
{
	for (size_t i = 0; i < n_rules; i++)
		plan_add_filter(plan, "inet", chain, "%s \"%s\" %s", direction, ifname, rules[i]);
}

/* What a person has asked for, "tcp:22", and nothing else. */
static void add_open(struct plan *plan, const struct string_list *open, const char *ifname)
{
	for (size_t i = 0; i < open->count; i++) {
		const char *port = strchr(open->items[i], ':') + 1;

		plan_add_filter(plan, "inet", "uplink_input", "iifname \"%s\" %.3s dport %s accept",
		                ifname, open->items[i], port);
	}
	plan_add_filter(plan, "inet", "uplink_input", "iifname \"%s\" drop", ifname);
}

static void add_filters(const struct proto_node *node, const char *ifname)
{
	struct plan *plan = node->plan;

	for (size_t i = 0; i < ARRAY_LENGTH(chains); i++)
		plan_add_chain(plan, &chains[i]);
	add_rules(plan, "uplink_input", "iifname", ifname, input_rules, ARRAY_LENGTH(input_rules));
	add_open(plan, &node->uplink_open, ifname);
	add_rules(plan, "uplink_forward", "iifname", ifname, forward_rules,
	          ARRAY_LENGTH(forward_rules));
	add_rules(plan, "uplink_nat", "oifname", ifname, nat_rules, ARRAY_LENGTH(nat_rules));
}

static void add_rule(struct plan *plan, const struct plan_uplink *uplink, enum ip_family family)
{
	plan_add_rule(plan, &(struct plan_rule){
				    .from = { .ip = { .family = family } },
				    .oif = uplink->ifname,
				    .table = uplink->table,
				    .priority = RULE_PRIORITY_UPLINK,
			    });
}

static void add_setting(struct plan *plan, const char *ifname, const char *family, const char *name,
                        const char *value)
{
	plan_add_sysctl(plan, arena_printf(plan->arena, "net/%s/conf/%s/%s", family, ifname, name),
	                value);
}

void proto_add_uplink(const struct proto_node *node, struct plan_uplink *uplink)
{
	struct plan *plan = node->plan;
	const struct plan_item *other = NULL;

	uplink->delegate = node->gateway_pd && uplink->method && !strcmp(uplink->method, "dhcp");
	uplink->table = TABLE_UPLINK;
	while ((other = plan_next(plan, PLAN_UPLINK, other)))
		uplink->table++;
	plan_add_uplink(plan, uplink);
	add_rule(plan, uplink, IP_V4);
	add_rule(plan, uplink, IP_V6);
	add_filters(node, uplink->ifname);
	/* The DHCP client listens to routers itself; the kernel would put their default route into
	 * the main table, healthy or not. */
	add_setting(plan, uplink->ifname, "ipv6", "accept_ra", "0");
	/* These it sets by itself, and would leave behind. */
	if (uplink->method && !strcmp(uplink->method, "dhcp")) {
		add_setting(plan, uplink->ifname, "ipv6", "addr_gen_mode", "1");
		add_setting(plan, uplink->ifname, "ipv4", "promote_secondaries", "1");
	}
}
