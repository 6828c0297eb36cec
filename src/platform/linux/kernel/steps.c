/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The order, and why:
 *
 * 1. What goes, from the outside in: rules, routes, addresses, members of bridges that go, links
 *    (children before parents).  First, because what comes may need its name or place.
 * 2. The filter, in one transaction: before anything new carries packets, and after what has
 *    to be filtered is gone.
 * 3. Settings of the kernel that are there: new links begin with the defaults among them.
 * 4. Links that come or change, parents before children: a VLAN's packets cannot be longer than
 *    its port's.
 * 5. Settings that came with the new links; some (IPv6's) have to be set before a link is up.
 * 6. Members join their masters, batman-adv having its settings by then.
 * 7. Links go up, parents first: a VLAN cannot before its port is.
 * 8. Addresses, routes, rules, the host name.
 *
 * A link is made anew only where the kernel cannot change it: other kind, parent, VLAN,
 * routing algorithm.  What hangs on it is then removed and made again, too.
 */
#include "platform/linux/kernel/steps.h"

#include <string.h>

#include "base/arena.h"
#include "platform/linux/kernel/filter_text.h"
#include "platform/linux/kernel/saved.h"
#include "platform/linux/kernel/step_text.h"

/* All that the functions below work on. */
struct work {
	const struct observed *is, *wanted;
	struct step *first, **end;
};

static struct step *add(struct work *work, enum step_kind kind, const void *before,
                        const void *after, const struct plan_item *because)
{
	struct step *step = arena_new_of(work->wanted->arena, struct step);

	step->kind = kind;
	step->before = before;
	step->after = after;
	step->because = because;
	step->text = step_text(work->wanted->arena, step);
	*work->end = step;
	work->end = &step->next;
	return step;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool needs_new_link(const struct plan_link *is, const struct plan_link *wanted)
{
	if (is->kind != wanted->kind || !same_text(is->parent, wanted->parent))
		return true;
	if (is->kind == PLAN_LINK_VLAN)
		return is->vlan_id != wanted->vlan_id || is->vlan_protocol != wanted->vlan_protocol;
	return is->kind == PLAN_LINK_BATADV && is->routing_algo != wanted->routing_algo;
}

/* Whether a link that is there will be removed, and be it to be made anew. */
static bool goes(const struct work *work, const struct kernel_link *link)
{
	const struct kernel_link *wanted = observed_link(work->wanted, link->is.name);
	const struct kernel_link *parent = observed_link(work->is, link->is.parent);

	if (!link->ours)
		return false;
	if (!wanted || needs_new_link(&link->is, &wanted->is))
		return true;
	return parent && goes(work, parent);
}

/* NULL also for one that is removed first. */
static const struct kernel_link *staying(const struct work *work, const char *name)
{
	const struct kernel_link *link = observed_link(work->is, name);

	return link && !goes(work, link) ? link : NULL;
}

static const struct plan_item *because_of(const struct kernel_link *wanted)
{
	return wanted ? wanted->because : NULL;
}

/* --- 1: what goes --- */

static bool same_rule(const struct kernel_rule *a, const struct kernel_rule *b)
{
	return prefix_equal(&a->is.from, &b->is.from) && prefix_equal(&a->is.to, &b->is.to) &&
	       same_text(a->is.oif, b->is.oif) && a->is.fwmark == b->is.fwmark &&
	       a->is.fwmark_mask == b->is.fwmark_mask && a->is.table == b->is.table &&
	       a->is.priority == b->is.priority;
}

static bool has_rule(const struct observed *in, const struct kernel_rule *rule)
{
	for (const struct kernel_rule *r = in->rules; r; r = r->next) {
		if (same_rule(r, rule))
			return true;
	}
	return false;
}

/* The kernel allows one route for each of these. */
static bool same_route_place(const struct kernel_route *a, const struct kernel_route *b)
{
	return prefix_equal(&a->is.destination, &b->is.destination) &&
	       prefix_equal(&a->is.from, &b->is.from) && a->is.table == b->is.table &&
	       a->is.metric == b->is.metric;
}

static bool same_route(const struct kernel_route *a, const struct kernel_route *b)
{
	return same_route_place(a, b) && ip_equal(&a->is.via, &b->is.via) &&
	       same_text(a->is.ifname, b->is.ifname) && a->is.protocol == b->is.protocol;
}

static const struct kernel_route *find_route(const struct observed *in,
                                             const struct kernel_route *route)
{
	for (const struct kernel_route *r = in->routes; r; r = r->next) {
		if (same_route_place(r, route))
			return r;
	}
	return NULL;
}

static bool same_address(const struct kernel_address *a, const struct kernel_address *b)
{
	return !strcmp(a->is.ifname, b->is.ifname) &&
	       prefix_equal(&a->is.address, &b->is.address) &&
	       a->is.no_prefix_route == b->is.no_prefix_route && a->is.no_dad == b->is.no_dad;
}

static bool has_address(const struct observed *in, const struct kernel_address *address)
{
	for (const struct kernel_address *a = in->addresses; a; a = a->next) {
		if (a->ours && same_address(a, address))
			return true;
	}
	return false;
}

static void remove_rules(struct work *work)
{
	for (const struct kernel_rule *r = work->is->rules; r; r = r->next) {
		if (!has_rule(work->wanted, r))
			add(work, STEP_RULE, r, NULL, NULL);
	}
}

static void remove_routes(struct work *work)
{
	for (const struct kernel_route *r = work->is->routes; r; r = r->next) {
		if (!find_route(work->wanted, r) || (r->is.ifname && !staying(work, r->is.ifname)))
			add(work, STEP_ROUTE, r, NULL, NULL);
	}
}

static void remove_addresses(struct work *work)
{
	for (const struct kernel_address *a = work->is->addresses; a; a = a->next) {
		if (a->ours && (!has_address(work->wanted, a) || !staying(work, a->is.ifname)))
			add(work, STEP_ADDRESS, a, NULL, NULL);
	}
}

/* A link that stays while its bridge goes would be freed by the kernel: as a step of its own
 * it is undone, too, should a later one fail. */
static void detach_members(struct work *work)
{
	for (struct kernel_link *l = work->is->links; l; l = l->next) {
		const struct kernel_link *master = observed_link(work->is, l->is.master);
		struct kernel_link *after;

		if (!master || !goes(work, master) || goes(work, l))
			continue;
		after = arena_new_of(work->wanted->arena, struct kernel_link);
		*after = *l;
		after->is.master = NULL;
		add(work, STEP_MASTER, l, after,
		    because_of(observed_link(work->wanted, l->is.name)));
	}
}

/* The settings of a link go with it. */
static bool goes_with_link(const struct work *work, const char *path)
{
	char ifname[IFNAME_SIZE];
	const struct kernel_link *link;

	if (!sysctl_names_link(path, ifname))
		return false;
	link = observed_link(work->is, ifname);
	return link && goes(work, link);
}

/* Nothing is done here: these are steps for the sake of undoing them. */
static void let_go_of_sysctls(struct work *work)
{
	for (const struct kernel_sysctl *s = work->is->sysctls; s; s = s->next) {
		if (s->value && goes_with_link(work, s->path))
			add(work, STEP_SYSCTL, s, NULL, NULL);
	}
}

/* A link deeper than this is not of our making. */
#define DEPTH_MAX 8

static unsigned depth(const struct work *work, const struct kernel_link *link)
{
	unsigned depth = 0;

	for (; link && depth < DEPTH_MAX; depth++)
		link = observed_link(work->is, link->is.parent);
	return depth;
}

static void remove_links(struct work *work)
{
	for (unsigned d = DEPTH_MAX; d > 0; d--) {
		for (struct kernel_link *l = work->is->links; l; l = l->next) {
			if (depth(work, l) == d && goes(work, l))
				add(work, STEP_LINK, l, NULL,
				    because_of(observed_link(work->wanted, l->is.name)));
		}
	}
}

/* --- 2: the filter --- */

static void change_filter(struct work *work)
{
	struct filter_change *before, *after;
	const char *commands = filter_commands(work->wanted->arena, &work->is->filter,
	                                       work->wanted->filter.chains);

	if (!commands)
		return;
	before = arena_new_of(work->wanted->arena, struct filter_change);
	before->commands = work->is->filter.restore;
	before->chains = work->is->filter.chains;
	before->known = work->is->filter.known;
	after = arena_new_of(work->wanted->arena, struct filter_change);
	after->commands = commands;
	after->chains = work->wanted->filter.chains;
	after->known = true;
	add(work, STEP_FILTER, before, after, NULL);
}

/* --- 3 and 5: settings of the kernel --- */

static const struct kernel_sysctl *present_sysctl(const struct work *work, const char *path)
{
	const struct kernel_sysctl *is = observed_sysctl(work->is, path);

	return is && is->value && !goes_with_link(work, path) ? is : NULL;
}

/* What follows it counts only where it is to be put back, and while it is there. */
static bool same_sysctl(const struct kernel_sysctl *is, const struct kernel_sysctl *wanted)
{
	for (const struct kernel_sysctl *f = wanted->followers; f; f = f->next) {
		const struct kernel_sysctl *now = sysctl_follower(is, f->path);

		if (now && !same_text(now->value, f->value))
			return false;
	}
	return same_text(is->value, wanted->value);
}

/* Those that are there already, so that new links begin with the right defaults. */
static void change_sysctls(struct work *work)
{
	for (const struct kernel_sysctl *s = work->wanted->sysctls; s; s = s->next) {
		const struct kernel_sysctl *is = present_sysctl(work, s->path);

		if (is && !same_sysctl(is, s))
			add(work, STEP_SYSCTL, is, s, s->because);
	}
}

/* Those that come with the links that were made. */
static void set_new_sysctls(struct work *work)
{
	for (const struct kernel_sysctl *s = work->wanted->sysctls; s; s = s->next) {
		if (!present_sysctl(work, s->path))
			add(work, STEP_SYSCTL, NULL, s, s->because);
	}
}

/* --- 4: links that come or change --- */

/* Joining a master and going up are steps of their own. */
static void make_link(struct work *work, const struct kernel_link *wanted)
{
	struct kernel_link *after = arena_new_of(work->wanted->arena, struct kernel_link);

	*after = *wanted;
	after->is.master = NULL;
	after->up = false;
	add(work, STEP_LINK, NULL, after, wanted->because);
}

static bool same_batadv(const struct plan_link *a, const struct plan_link *b)
{
	return a->kind != PLAN_LINK_BATADV ||
	       (a->orig_interval == b->orig_interval &&
	        a->bridge_loop_avoidance == b->bridge_loop_avoidance &&
	        a->distributed_arp_table == b->distributed_arp_table &&
	        a->multicast_optimization == b->multicast_optimization &&
	        a->gateway_mode == b->gateway_mode);
}

static void change_link(struct work *work, const struct kernel_link *is,
                        const struct kernel_link *wanted)
{
	const struct plan_item *because = wanted->because;

	if (wanted->is.mtu != is->is.mtu)
		add(work, STEP_MTU, is, wanted, because)->optional =
			wanted->is.kind == PLAN_LINK_PORT || !is->ours;
	if (!mac_equal(&wanted->is.mac, &is->is.mac))
		add(work, STEP_MAC, is, wanted, because);
	if (is->ours && is->is.kind == PLAN_LINK_BRIDGE && !is->plain)
		add(work, STEP_PLAIN, is, wanted, because);
	if (is->ours && !same_batadv(&is->is, &wanted->is))
		add(work, STEP_BATADV, is, wanted, because);
}

static void make_links(struct work *work)
{
	for (struct kernel_link *l = work->wanted->links; l; l = l->next) {
		const struct kernel_link *is = staying(work, l->is.name);

		if (is)
			change_link(work, is, l);
		else
			make_link(work, l);
	}
}

/* --- 6 and 7: masters, up --- */

/* What a link that is made in this round is like when its turn comes. */
static const struct kernel_link *fresh(struct work *work, const struct kernel_link *wanted)
{
	struct kernel_link *link = arena_new_of(work->wanted->arena, struct kernel_link);

	*link = *wanted;
	link->is.master = NULL;
	link->up = false;
	return link;
}

static const struct kernel_link *by_then(struct work *work, const struct kernel_link *wanted)
{
	const struct kernel_link *is = staying(work, wanted->is.name);
	struct kernel_link *freed;

	if (!is)
		return fresh(work, wanted);
	if (!is->is.master || staying(work, is->is.master))
		return is;
	freed = arena_new_of(work->wanted->arena, struct kernel_link);
	*freed = *is;
	freed->is.master = NULL;
	return freed;
}

static void join_masters(struct work *work)
{
	for (struct kernel_link *l = work->wanted->links; l; l = l->next) {
		const struct kernel_link *is = by_then(work, l);

		if (!same_text(is->is.master, l->is.master))
			add(work, STEP_MASTER, is, l, l->because);
	}
}

static void bring_up(struct work *work)
{
	for (struct kernel_link *l = work->wanted->links; l; l = l->next) {
		const struct kernel_link *is = by_then(work, l);

		if (is->up != l->up)
			add(work, STEP_UP, is, l, l->because);
	}
}

/* --- 8: addresses, routes, rules, the host name --- */

static void add_addresses(struct work *work)
{
	for (const struct kernel_address *a = work->wanted->addresses; a; a = a->next) {
		if (!has_address(work->is, a) || !staying(work, a->is.ifname))
			add(work, STEP_ADDRESS, NULL, a, a->because);
	}
}

static void add_routes(struct work *work)
{
	for (const struct kernel_route *r = work->wanted->routes; r; r = r->next) {
		const struct kernel_route *is = find_route(work->is, r);

		if (is && is->is.ifname && !staying(work, is->is.ifname))
			is = NULL;
		if (!is || !same_route(is, r))
			add(work, STEP_ROUTE, is, r, r->because)->optional = r->is.learnt;
	}
}

static void add_rules(struct work *work)
{
	for (const struct kernel_rule *r = work->wanted->rules; r; r = r->next) {
		if (!has_rule(work->is, r))
			add(work, STEP_RULE, NULL, r, r->because);
	}
}

static void set_hostname(struct work *work)
{
	if (!same_text(work->is->hostname, work->wanted->hostname))
		add(work, STEP_HOSTNAME, work->is->hostname, work->wanted->hostname, NULL);
}

struct step *steps_of(const struct observed *observed, const struct observed *wanted)
{
	struct work work = { .is = observed, .wanted = wanted };

	work.end = &work.first;
	remove_rules(&work);
	remove_routes(&work);
	remove_addresses(&work);
	detach_members(&work);
	let_go_of_sysctls(&work);
	remove_links(&work);
	change_filter(&work);
	change_sysctls(&work);
	make_links(&work);
	set_new_sysctls(&work);
	join_masters(&work);
	bring_up(&work);
	add_addresses(&work);
	add_routes(&work);
	add_rules(&work);
	set_hostname(&work);
	return work.first;
}

struct step step_inverse(const struct step *step)
{
	struct step inverse = *step;

	inverse.before = step->after;
	inverse.after = step->before;
	return inverse;
}

/* --- what was there before --- */

static const char *copy(struct saved *saved, const char *text)
{
	return text ? arena_strdup(saved->arena, text) : NULL;
}

static void save_link(const struct step *step, struct saved *saved)
{
	const struct kernel_link *before = step->before;
	struct saved_link *link;

	if (!before || before->ours || step->kind == STEP_LINK)
		return;
	link = saved_link_make(saved, before->is.name);
	if (step->kind == STEP_MTU && !link->has_mtu) {
		link->has_mtu = true;
		link->mtu = before->is.mtu;
	} else if (step->kind == STEP_MAC && !link->has_mac) {
		link->has_mac = true;
		link->mac = before->is.mac;
	} else if (step->kind == STEP_MASTER && !link->has_master) {
		link->has_master = true;
		link->master = copy(saved, before->is.master);
	} else if (step->kind == STEP_UP && !link->has_up) {
		link->has_up = true;
		link->up = before->up;
	}
}

/* Without a value before, the setting belongs to something that we make. */
static void save_sysctl(const struct step *step, struct saved *saved)
{
	const struct kernel_sysctl *before = step->before, *after = step->after;
	struct saved_sysctl *sysctl;

	if (!after || saved_sysctl(saved, after->path))
		return;
	sysctl = saved_sysctl_make(saved, after->path);
	sysctl->value = copy(saved, before ? before->value : NULL);
	for (const struct kernel_sysctl *f = before ? before->followers : NULL; f; f = f->next)
		saved_sysctl_follow(saved, sysctl, f->path, f->value);
}

void steps_save(const struct step *steps, struct saved *saved)
{
	for (const struct step *s = steps; s; s = s->next) {
		if (s->kind <= STEP_BATADV)
			save_link(s, saved);
		else if (s->kind == STEP_SYSCTL)
			save_sysctl(s, saved);
		else if (s->kind == STEP_HOSTNAME && !saved->hostname)
			saved->hostname = copy(saved, s->before);
	}
}
