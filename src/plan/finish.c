/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The last word on a plan: the order in which its items can be made, packet lengths
 * that fit into each other, and then the checks (check.c).
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "plan/check.h"
#include "plan/plan.h"

/* What Ethernet carries without being asked: ports are left alone up to this. */
#define MTU_ETHERNET 1500

enum place {
	PLACE_NONE,
	PLACE_BUSY, /* what it needs is being placed */
	PLACE_DONE,
};

/* The links while they are put into order. */
struct order {
	struct plan_item **links, **sorted;
	enum place *places; /* of each of `links` */
	size_t n_links, n_sorted;
	bool loops;
	struct diag *diag;
};

static void place_link(struct order *order, size_t which);

static void place_named(struct order *order, const struct plan_item *needy, const char *name)
{
	for (size_t i = 0; name && i < order->n_links; i++) {
		if (strcmp(order->links[i]->name, name) != 0)
			continue;
		if (order->places[i] == PLACE_BUSY) {
			order->loops = true;
			diag_add(order->diag, DIAG_ERROR, &needy->because,
			         "'%s' needs '%s', and that needs '%s': a loop", needy->name, name,
			         needy->name);
		}
		place_link(order, i);
		return;
	}
}

static void place_link(struct order *order, size_t which)
{
	struct plan_item *item = order->links[which];
	const struct plan_link *link = item->value;

	if (order->places[which] != PLACE_NONE)
		return;
	order->places[which] = PLACE_BUSY;
	place_named(order, item, link->parent);
	place_named(order, item, link->master);
	order->places[which] = PLACE_DONE;
	order->sorted[order->n_sorted++] = item;
}

/* Ports come first, as they are there already; but their bridge comes before them.  Links that are
 * in a loop stay as they are, all of them: there is no better order. */
static struct plan_item **sort_links(struct plan_item **links, size_t n_links, struct arena *arena,
                                     struct diag *diag)
{
	struct order order = {
		.links = links,
		.sorted = arena_array_of(arena, struct plan_item *, n_links),
		.places = arena_array_of(arena, enum place, n_links),
		.n_links = n_links,
		.diag = diag,
	};

	for (size_t i = 0; i < n_links; i++) {
		if (((const struct plan_link *)links[i]->value)->kind == PLAN_LINK_PORT)
			place_link(&order, i);
	}
	for (size_t i = 0; i < n_links; i++)
		place_link(&order, i);
	return order.loops ? links : order.sorted;
}

static struct plan_item **collect(const struct plan *plan, enum plan_kind kind, struct arena *arena,
                                  size_t *n_items)
{
	struct plan_item **items;
	size_t count = 0;

	for (struct plan_item *item = plan->items; item; item = item->next)
		count += item->kind == kind;
	items = arena_array_of(arena, struct plan_item *, count);
	*n_items = 0;
	for (struct plan_item *item = plan->items; item; item = item->next) {
		if (item->kind == kind)
			items[(*n_items)++] = item;
	}
	return items;
}

static void order_items(struct plan *plan, struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct plan_item **items[PLAN_N_KINDS];
	size_t n_items[PLAN_N_KINDS];

	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++)
		items[kind] = collect(plan, kind, arena, &n_items[kind]);
	items[PLAN_LINK] = sort_links(items[PLAN_LINK], n_items[PLAN_LINK], arena, diag);
	plan->end = &plan->items;
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		for (size_t i = 0; i < n_items[kind]; i++) {
			*plan->end = items[kind][i];
			plan->end = &items[kind][i]->next;
		}
	}
	*plan->end = NULL;
}

/* The planned link under a VLAN; NULL for others. */
static struct plan_link *link_below(const struct plan *plan, const struct plan_link *link)
{
	if (link->kind != PLAN_LINK_VLAN || !link->parent)
		return NULL;
	return plan_link(plan, link->parent);
}

static uint32_t longest_packet(const struct plan *plan, const struct facts *facts,
                               const struct plan_link *link)
{
	const struct fact_link *fact;

	while (link && link->kind == PLAN_LINK_VLAN)
		link = link_below(plan, link);
	if (!link || link->kind != PLAN_LINK_PORT || !facts)
		return 0;
	fact = facts_link(facts, link->name);
	return fact ? fact->mtu_max : 0;
}

static void raise_below(const struct plan *plan, const struct plan_link *link)
{
	struct plan_link *below = link_below(plan, link);

	for (; below; below = link_below(plan, below)) {
		uint32_t has = below->mtu ? below->mtu : MTU_ETHERNET;

		if (has < link->mtu && (below->kind == PLAN_LINK_PORT || below->mtu))
			below->mtu = link->mtu;
	}
}

static void fit_packets(const struct plan *plan, const struct facts *facts, struct diag *diag)
{
	for (const struct plan_item *item = plan_next(plan, PLAN_LINK, NULL); item;
	     item = plan_next(plan, PLAN_LINK, item)) {
		struct plan_link *link = item->value;
		uint32_t longest = longest_packet(plan, facts, link);

		if (link->kind != PLAN_LINK_VLAN || !link->mtu)
			continue;
		if (longest && link->mtu > longest) {
			diag_add(
				diag, DIAG_WARNING, &item->because,
				"'%s' should carry packets of %u bytes, but its port can do only %u: "
				"lowered",
				link->name, link->mtu, longest);
			link->mtu = longest;
		}
		raise_below(plan, link);
	}
}

int plan_finish(struct plan *plan, const struct facts *facts, struct diag *diag)
{
	size_t n_before = diag_count(diag, DIAG_ERROR);

	order_items(plan, diag);
	/* Only loops were looked for so far; what follows goes down from link to link. */
	if (diag_count(diag, DIAG_ERROR) == n_before)
		fit_packets(plan, facts, diag);
	plan_check(plan, diag);
	return diag_count(diag, DIAG_ERROR) > n_before ? -EINVAL : 0;
}
