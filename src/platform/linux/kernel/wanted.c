/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/wanted.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "net/facts.h"
#include "plan/numbers.h"
#include "plan/plan.h"

/* What the kernel takes for an IPv6 route without a metric. */
#define IPV6_METRIC 1024

/* All that the functions below work on. */
struct wish {
	const struct plan *plan;
	const struct observed *observed;
	const struct saved *saved;
	struct diag *diag;
	struct observed *wanted;
};

static bool is_set(const char *text)
{
	return text && *text;
}

/* A port takes the longest packets it can, up to what is asked for, and keeps what it has. */
static uint32_t port_mtu(const struct kernel_link *is, uint32_t asked)
{
	if (is->mtu_max && asked > is->mtu_max)
		asked = is->mtu_max;
	return is->is.mtu > asked ? is->is.mtu : asked;
}

/* A bridge that somebody has removed since cannot be gone back to. */
static const char *former_master(const struct wish *wish, const struct saved_link *saved)
{
	return observed_link(wish->observed, saved->master) ? saved->master : NULL;
}

/* What the plan does not set (`asks` is all zero without a plan) is as it was before us. */
static struct kernel_link port_of(const struct wish *wish, const struct kernel_link *is,
                                  const struct plan_link *asks, bool up)
{
	static const struct saved_link nothing;
	const struct saved_link *saved = saved_link(wish->saved, is->is.name);
	struct kernel_link port = *is;

	if (!saved)
		saved = &nothing;
	if (asks->mtu)
		port.is.mtu = port_mtu(is, asks->mtu);
	else if (saved->has_mtu)
		port.is.mtu = saved->mtu;
	if (!mac_is_zero(&asks->mac))
		port.is.mac = asks->mac;
	else if (saved->has_mac)
		port.is.mac = saved->mac;
	if (is_set(asks->master))
		port.is.master = asks->master;
	else if (saved->has_master)
		port.is.master = former_master(wish, saved);
	if (up)
		port.up = true;
	else if (saved->has_up)
		port.up = saved->up;
	return port;
}

static void want_port(const struct wish *wish, const struct plan_item *item)
{
	const struct plan_link *asks = item->value;
	const struct kernel_link *is = observed_link(wish->observed, asks->name);
	struct kernel_link port;

	if (!is) {
		diag_add(wish->diag, DIAG_WARNING, &item->because,
		         "there is no %s; what needs it waits until it appears", asks->name);
		return;
	}
	port = port_of(wish, is, asks, true);
	port.because = item;
	observed_add_link(wish->wanted, &port);
}

/* What somebody else made under a name that we need is not ours to change. */
static void refuse_foreign(const struct wish *wish, const struct plan_item *item)
{
	const struct plan_link *asks = item->value;
	const struct kernel_link *is = observed_link(wish->observed, asks->name);

	if (asks->kind == PLAN_LINK_PORT || !is || is->ours)
		return;
	diag_add(wish->diag, DIAG_ERROR, &item->because,
	         "%s is there already and was not made by weft (a %s): remove or rename it",
	         asks->name, *is->kind ? is->kind : "network device");
}

static void want_made(const struct wish *wish, const struct plan_item *item)
{
	const struct plan_link *asks = item->value;
	const struct kernel_link *is = observed_link(wish->observed, asks->name);
	struct kernel_link link = {
		.is = *asks, .ours = true, .up = true, .plain = true, .because = item
	};

	if (!is_set(link.is.master))
		link.is.master = NULL;
	if (!is_set(link.is.parent))
		link.is.parent = NULL;
	if (is && !link.is.mtu)
		link.is.mtu = is->is.mtu;
	if (is && mac_is_zero(&link.is.mac))
		link.is.mac = is->is.mac;
	if (is && !link.is.orig_interval)
		link.is.orig_interval = is->is.orig_interval;
	observed_add_link(wish->wanted, &link);
}

/* A parent that no plan mentions may be there all the same. */
static bool has_parent(const struct wish *wish, const struct plan_link *link)
{
	const struct kernel_link *parent = observed_link(wish->observed, link->parent);

	return !is_set(link->parent) || observed_link(wish->wanted, link->parent) ||
	       (parent && !parent->ours);
}

/* Takes up those whose parents are there.  Returns how many. */
static size_t want_children(const struct wish *wish)
{
	size_t count = 0;

	for (const struct plan_item *i = plan_next(wish->plan, PLAN_LINK, NULL); i;
	     i = plan_next(wish->plan, PLAN_LINK, i)) {
		const struct plan_link *link = i->value;

		if (link->kind == PLAN_LINK_PORT || observed_link(wish->wanted, link->name) ||
		    !has_parent(wish, link))
			continue;
		want_made(wish, i);
		count++;
	}
	return count;
}

static void want_port_item(const struct wish *wish, const struct plan_item *item)
{
	if (((const struct plan_link *)item->value)->kind == PLAN_LINK_PORT)
		want_port(wish, item);
}

/* Ports that the plan had once and has no more. */
static void put_back_ports(const struct wish *wish)
{
	static const struct plan_link nothing;

	for (const struct saved_link *s = wish->saved->links; s; s = s->next) {
		const struct kernel_link *is = observed_link(wish->observed, s->name);
		struct kernel_link port;

		if (!is || is->ours || observed_link(wish->wanted, s->name))
			continue;
		port = port_of(wish, is, &nothing, false);
		port.because = NULL;
		observed_add_link(wish->wanted, &port);
	}
}

/* Whether things may be put on this interface: it is there, or will be. */
static bool is_usable(const struct wish *wish, const char *ifname)
{
	const struct kernel_link *is = observed_link(wish->observed, ifname);

	return observed_link(wish->wanted, ifname) || (is && !is->ours);
}

/* Whether the plan has such an interface, so that not to find it is a matter of waiting. */
static bool is_planned(const struct wish *wish, const char *ifname)
{
	return plan_link(wish->plan, ifname) != NULL;
}

static void want_address(const struct wish *wish, const struct plan_item *item)
{
	const struct plan_address *asks = item->value;
	struct kernel_address address = { .is = *asks, .ours = true, .because = item };

	if (!is_usable(wish, asks->ifname))
		return;
	if (asks->address.ip.family == IP_V4)
		address.is.no_dad = false; /* IPv4 knows no such thing */
	for (const struct kernel_address *a = wish->observed->addresses; a; a = a->next) {
		if (a->ours || strcmp(a->is.ifname, asks->ifname) != 0 ||
		    !prefix_equal(&a->is.address, &asks->address))
			continue;
		diag_add(wish->diag, DIAG_ERROR, &item->because,
		         "the address %s is there already and was not set by weft; remove it",
		         item->name);
		return;
	}
	observed_add_address(wish->wanted, &address);
}

static void want_route(const struct wish *wish, const struct plan_item *item)
{
	struct kernel_route route = { .is = *(const struct plan_route *)item->value,
		                      .because = item };

	if (is_set(route.is.ifname) && !is_usable(wish, route.is.ifname))
		return;
	if (!route.is.table)
		route.is.table = TABLE_MAIN;
	if (!route.is.protocol)
		route.is.protocol = PROTOCOL_WEFT;
	if (route.is.destination.ip.family == IP_V6 && !route.is.metric)
		route.is.metric = IPV6_METRIC;
	route.is.destination = prefix_network(&route.is.destination);
	if (route.is.from.length)
		route.is.from = prefix_network(&route.is.from);
	observed_add_route(wish->wanted, &route);
}

static void want_rule_in(const struct wish *wish, const struct plan_item *item,
                         enum ip_family family)
{
	struct kernel_rule rule = { .is = *(const struct plan_rule *)item->value, .because = item };

	rule.is.from.ip.family = rule.is.to.ip.family = family;
	if (!is_set(rule.is.oif))
		rule.is.oif = NULL;
	if (rule.is.fwmark && !rule.is.fwmark_mask)
		rule.is.fwmark_mask = UINT32_MAX;
	observed_add_rule(wish->wanted, &rule);
}

/* A rule that names no address is two for the kernel. */
static void want_rule(const struct wish *wish, const struct plan_item *item)
{
	const struct plan_rule *asks = item->value;
	enum ip_family family = asks->from.ip.family;

	if (family == IP_NONE)
		family = asks->to.ip.family;
	if (family != IP_V6)
		want_rule_in(wish, item, IP_V4);
	if (family != IP_V4)
		want_rule_in(wish, item, IP_V6);
}

static void want_sysctl(const struct wish *wish, const struct plan_item *item)
{
	const struct plan_sysctl *asks = item->value;
	struct kernel_sysctl sysctl = { .path = asks->path, .value = asks->value, .because = item };
	char ifname[IFNAME_SIZE];

	if (sysctl_names_link(asks->path, ifname) && is_planned(wish, ifname) &&
	    !is_usable(wish, ifname))
		return;
	observed_add_sysctl(wish->wanted, &sysctl);
}

static void put_back_sysctls(const struct wish *wish)
{
	for (const struct saved_sysctl *s = wish->saved->sysctls; s; s = s->next) {
		const struct kernel_sysctl *is = observed_sysctl(wish->observed, s->path);

		if (!s->value || !is || !is->value || observed_sysctl(wish->wanted, s->path))
			continue;
		observed_add_sysctl(wish->wanted,
		                    &(struct kernel_sysctl){ .path = s->path, .value = s->value });
		for (const struct saved_sysctl *f = s->followers; f; f = f->next)
			observed_add_follower(wish->wanted, observed_sysctl(wish->wanted, s->path),
			                      f->path, f->value);
	}
}

static void want_hostname(const struct wish *wish)
{
	const struct plan_item *item = plan_next(wish->plan, PLAN_HOSTNAME, NULL);
	const struct plan_hostname *asks = item ? item->value : NULL;

	wish->wanted->hostname = asks                    ? asks->hostname
	                         : wish->saved->hostname ? wish->saved->hostname
	                                                 : wish->observed->hostname;
}

static const char *chain_rules(const struct wish *wish, const struct plan_chain *chain)
{
	BUF_AUTO rules = { 0 };

	for (const struct plan_item *i = plan_next(wish->plan, PLAN_FILTER, NULL); i;
	     i = plan_next(wish->plan, PLAN_FILTER, i)) {
		const struct plan_filter *filter = i->value;

		if (!strcmp(filter->family, chain->family) && !strcmp(filter->chain, chain->chain))
			buf_printf(&rules, "%s\n", filter->rule);
	}
	return arena_strdup(wish->wanted->arena, buf_text(&rules));
}

static void want_chains(const struct wish *wish)
{
	struct filter_chain **end = &wish->wanted->filter.chains;

	for (const struct plan_item *i = plan_next(wish->plan, PLAN_CHAIN, NULL); i;
	     i = plan_next(wish->plan, PLAN_CHAIN, i)) {
		const struct plan_chain *asks = i->value;
		struct filter_chain *chain = arena_new_of(wish->wanted->arena, struct filter_chain);

		chain->family = asks->family;
		chain->name = asks->chain;
		chain->head = arena_printf(wish->wanted->arena,
		                           "type %s hook %s priority %s; policy %s;", asks->type,
		                           asks->hook, asks->priority, asks->policy);
		chain->rules = chain_rules(wish, asks);
		*end = chain;
		end = &chain->next;
	}
}

static void check_filters(const struct wish *wish)
{
	for (const struct plan_item *i = plan_next(wish->plan, PLAN_FILTER, NULL); i;
	     i = plan_next(wish->plan, PLAN_FILTER, i)) {
		const struct plan_filter *filter = i->value;

		if (!filter_chain_find(wish->wanted->filter.chains, filter->family, filter->chain))
			diag_add(wish->diag, DIAG_ERROR, &i->because,
			         "the filter rule '%s' is for a chain that is not planned: %s %s",
			         filter->rule, filter->family, filter->chain);
	}
}

static void want_each(const struct wish *wish, enum plan_kind kind,
                      void (*want)(const struct wish *wish, const struct plan_item *item))
{
	for (const struct plan_item *i = plan_next(wish->plan, kind, NULL); i;
	     i = plan_next(wish->plan, kind, i))
		want(wish, i);
}

struct observed *wanted_of(const struct plan *plan, const struct observed *observed,
                           const struct saved *saved, struct diag *diag)
{
	struct wish wish = { plan, observed, saved, diag, observed_new(observed->arena) };
	size_t errors = diag_count(diag, DIAG_ERROR);

	want_each(&wish, PLAN_LINK, refuse_foreign);
	want_each(&wish, PLAN_LINK, want_port_item);
	while (want_children(&wish))
		;
	put_back_ports(&wish);
	want_each(&wish, PLAN_ADDRESS, want_address);
	want_each(&wish, PLAN_ROUTE, want_route);
	want_each(&wish, PLAN_RULE, want_rule);
	want_each(&wish, PLAN_SYSCTL, want_sysctl);
	put_back_sysctls(&wish);
	want_hostname(&wish);
	want_chains(&wish);
	check_filters(&wish);
	return diag_count(diag, DIAG_ERROR) == errors ? wish.wanted : NULL;
}

static void forget_links(struct saved *saved, const struct plan *plan)
{
	for (struct saved_link *s = saved->links; s; s = s->next) {
		const struct plan_link *link = plan_link(plan, s->name);

		s->has_mtu &= link && link->mtu;
		s->has_mac &= link && !mac_is_zero(&link->mac);
		s->has_master &= link && is_set(link->master);
		s->has_up &= link != NULL;
	}
}

static bool sets_sysctl(const struct plan *plan, const char *path)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_SYSCTL, NULL); i;
	     i = plan_next(plan, PLAN_SYSCTL, i)) {
		const struct plan_sysctl *sysctl = i->value;

		if (!strcmp(sysctl->path, path))
			return true;
	}
	return false;
}

void wanted_forget(struct saved *saved, const struct plan *plan)
{
	struct saved_sysctl **at = &saved->sysctls;

	forget_links(saved, plan);
	while (*at) {
		if (sets_sysctl(plan, (*at)->path))
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
	if (!plan_next(plan, PLAN_HOSTNAME, NULL))
		saved->hostname = NULL;
}
