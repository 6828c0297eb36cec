/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/routing.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/steps.h"

static unsigned char family_of(const struct ip *ip)
{
	return ip->family == IP_V6 ? AF_INET6 : AF_INET;
}

/* --- addresses --- */

static void address_build(struct nl_message *m, const struct plan_address *address, int index)
{
	struct ifaddrmsg *body = nl_body_of(m, struct ifaddrmsg);

	body->ifa_family = family_of(&address->address.ip);
	body->ifa_prefixlen = address->address.length;
	body->ifa_index = (uint32_t)index;
	nl_put_ip(m, IFA_LOCAL, &address->address.ip);
	nl_put_ip(m, IFA_ADDRESS, &address->address.ip);
}

void address_build_add(struct nl_message *m, const struct plan_address *address, int index)
{
	uint32_t flags = 0;

	nl_message_init(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	address_build(m, address, index);
	if (address->no_prefix_route)
		flags |= IFA_F_NOPREFIXROUTE;
	if (address->no_dad)
		flags |= IFA_F_NODAD;
	if (flags)
		nl_put_u32(m, IFA_FLAGS, flags);
	nl_put_u8(m, IFA_PROTO, PROTOCOL_WEFT);
}

void address_build_remove(struct nl_message *m, const struct plan_address *address, int index)
{
	nl_message_init(m, RTM_DELADDR, 0);
	address_build(m, address, index);
}

/* --- routes --- */

static void put_via(struct nl_message *m, const struct plan_route *route)
{
	char via[sizeof(struct rtvia) + 16];
	struct rtvia head = { .rtvia_family = AF_INET6 };

	if (route->via.family == IP_NONE)
		return;
	if (route->via.family == route->destination.ip.family) {
		nl_put_ip(m, RTA_GATEWAY, &route->via);
		return;
	}
	/* IPv4 by way of a neighbour that is known by its IPv6 address alone. */
	memcpy(via, &head, sizeof(head));
	memcpy(via + sizeof(head), route->via.byte, 16);
	nl_put(m, RTA_VIA, via, sizeof(via));
}

static struct rtmsg *route_build(struct nl_message *m, const struct plan_route *route, int index)
{
	struct rtmsg *body = nl_body_of(m, struct rtmsg);

	body->rtm_family = family_of(&route->destination.ip);
	body->rtm_dst_len = route->destination.length;
	body->rtm_src_len = route->from.length;
	body->rtm_table = RT_TABLE_UNSPEC;
	body->rtm_protocol = (unsigned char)route->protocol;
	body->rtm_type = RTN_UNICAST;
	if (route->destination.length)
		nl_put_ip(m, RTA_DST, &route->destination.ip);
	if (route->from.length)
		nl_put_ip(m, RTA_SRC, &route->from.ip);
	put_via(m, route);
	if (index)
		nl_put_u32(m, RTA_OIF, (uint32_t)index);
	nl_put_u32(m, RTA_TABLE, route->table);
	if (route->metric)
		nl_put_u32(m, RTA_PRIORITY, route->metric);
	return body;
}

void route_build_add(struct nl_message *m, const struct plan_route *route, int index, bool replace)
{
	struct rtmsg *body;

	nl_message_init(m, RTM_NEWROUTE, NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL));
	body = route_build(m, route, index);
	if (route->via.family == IP_NONE && route->destination.ip.family == IP_V4)
		body->rtm_scope = RT_SCOPE_LINK;
}

void route_build_remove(struct nl_message *m, const struct plan_route *route, int index)
{
	nl_message_init(m, RTM_DELROUTE, 0);
	route_build(m, route, index)->rtm_scope = RT_SCOPE_NOWHERE;
}

/* --- rules --- */

static void rule_build(struct nl_message *m, const struct plan_rule *rule)
{
	struct fib_rule_hdr *body = nl_body_of(m, struct fib_rule_hdr);

	body->family = family_of(&rule->from.ip);
	body->src_len = rule->from.length;
	body->dst_len = rule->to.length;
	body->action = FR_ACT_TO_TBL;
	if (rule->from.length)
		nl_put_ip(m, FRA_SRC, &rule->from.ip);
	if (rule->to.length)
		nl_put_ip(m, FRA_DST, &rule->to.ip);
	if (rule->oif)
		nl_put_text(m, FRA_OIFNAME, rule->oif);
	if (rule->fwmark) {
		nl_put_u32(m, FRA_FWMARK, rule->fwmark);
		nl_put_u32(m, FRA_FWMASK, rule->fwmark_mask);
	}
	nl_put_u32(m, FRA_TABLE, rule->table);
	nl_put_u32(m, FRA_PRIORITY, rule->priority);
	nl_put_u8(m, FRA_PROTOCOL, PROTOCOL_WEFT);
}

void rule_build_add(struct nl_message *m, const struct plan_rule *rule)
{
	nl_message_init(m, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL);
	rule_build(m, rule);
}

void rule_build_remove(struct nl_message *m, const struct plan_rule *rule)
{
	nl_message_init(m, RTM_DELRULE, 0);
	rule_build(m, rule);
}

/* --- doing --- */

/* 0 without a name, -errno with words if there is no such interface. */
static int find(struct kernel *kernel, const char *ifname)
{
	unsigned index = ifname && *ifname ? if_nametoindex(ifname) : 0;

	if (index || !ifname || !*ifname)
		return (int)index;
	return kernel_asked(kernel, &kernel->route, -errno);
}

int address_step(struct kernel *kernel, const struct step *step)
{
	const struct kernel_address *address = step->after ? step->after : step->before;
	int index = find(kernel, address->is.ifname);
	struct nl_message m;

	if (index < 0)
		return index;
	if (step->after)
		address_build_add(&m, &address->is, index);
	else
		address_build_remove(&m, &address->is, index);
	return kernel_request(kernel, &m);
}

int route_step(struct kernel *kernel, const struct step *step)
{
	const struct kernel_route *route = step->after ? step->after : step->before;
	int index = find(kernel, route->is.ifname);
	struct nl_message m;

	if (index < 0)
		return index;
	if (step->after)
		route_build_add(&m, &route->is, index, step->before != NULL);
	else
		route_build_remove(&m, &route->is, index);
	return kernel_request(kernel, &m);
}

int rule_step(struct kernel *kernel, const struct step *step)
{
	const struct kernel_rule *rule = step->after ? step->after : step->before;
	struct nl_message m;

	if (step->after)
		rule_build_add(&m, &rule->is);
	else
		rule_build_remove(&m, &rule->is);
	return kernel_request(kernel, &m);
}
