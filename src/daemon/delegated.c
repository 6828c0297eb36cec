/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/delegated.h"

#include <string.h>

#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/service/babel_monitor.h"

#define HALF 8 /* bytes of an address that name the network, and that name the host */

bool delegated_equal(const struct delegated *a, const struct delegated *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (!prefix_equal(&a->networks[i], &b->networks[i]))
			return false;
	}
	return a->count == b->count;
}

/* In the order of their bytes, each once, so that two lists of the same are equal. */
static void add_network(struct delegated *all, const struct prefix *network)
{
	size_t at = 0;

	while (at < all->count &&
	       memcmp(all->networks[at].ip.byte, network->ip.byte, sizeof(network->ip.byte)) < 0)
		at++;
	if (all->count == DELEGATED_MAX ||
	    (at < all->count && prefix_equal(&all->networks[at], network)))
		return;
	memmove(&all->networks[at + 1], &all->networks[at],
	        (all->count - at) * sizeof(all->networks[0]));
	all->networks[at] = *network;
	all->count++;
}

/* The shared gateway whose clients get such networks; NULL: nobody does. */
static const struct plan_anycast *receiver(const struct plan *plan)
{
	const struct plan_item *anycast = plan_next(plan, PLAN_ANYCAST, NULL);
	const struct plan_item *ra = plan_next(plan, PLAN_RA, NULL);

	return anycast && ra && ((const struct plan_ra *)ra->value)->delegated ? anycast->value
	                                                                       : NULL;
}

static struct ip join(const struct ip *network, const struct ip *host)
{
	struct ip ip = *network;

	memcpy(ip.byte + HALF, host->byte + HALF, HALF);
	return ip;
}

static struct prefix marker_of(const struct plan_anycast *anycast)
{
	const struct ip none = { .family = IP_V6 };

	return (struct prefix){ join(&anycast->ipv6, &none), 128 };
}

static bool is_network(const struct prefix *prefix)
{
	return prefix->length == 64 && ip_is_global6(&prefix->ip);
}

void delegated_hear(const struct plan *plan, const struct babel_state *babel,
                    struct delegated *heard)
{
	const struct plan_anycast *anycast = plan ? receiver(plan) : NULL;
	struct prefix marker;

	*heard = (struct delegated){ 0 };
	if (!anycast || anycast->ipv6.family != IP_V6)
		return;
	marker = marker_of(anycast);
	for (size_t i = 0; babel && i < babel->n_routes; i++) {
		const struct babel_route *route = &babel->routes[i];

		if (prefix_equal(&route->prefix, &marker) && is_network(&route->from) &&
		    route->installed && route->metric < BABEL_INFINITY)
			add_network(heard, &route->from);
	}
}

/* Those that an uplink of this node has got and brings packets of to the Internet. */
static void find_own(const struct plan *plan, struct delegated *own)
{
	*own = (struct delegated){ 0 };
	for (const struct plan_item *i = plan_next(plan, PLAN_ROUTE, NULL); i;
	     i = plan_next(plan, PLAN_ROUTE, i)) {
		const struct plan_route *route = i->value;

		if (route->protocol && route->table == TABLE_MAIN && is_network(&route->from))
			add_network(own, &route->from);
	}
}

/* This node's own address on the bridge, as its host part is its own in every network. */
static const struct ip *address_on(const struct plan *plan, const struct plan_anycast *anycast)
{
	const struct prefix cloud = { anycast->ipv6, 64 };

	for (const struct plan_item *i = plan_next(plan, PLAN_ADDRESS, NULL); i;
	     i = plan_next(plan, PLAN_ADDRESS, i)) {
		const struct plan_address *address = i->value;

		if (strcmp(address->ifname, anycast->bridge) == 0 &&
		    prefix_contains(&cloud, &address->address.ip))
			return &address->address.ip;
	}
	return NULL;
}

static void add_addresses(struct plan *plan, const struct plan_anycast *anycast,
                          const struct ip *own, const struct prefix *network)
{
	plan_add_address(plan, &(struct plan_address){
				       .ifname = anycast->bridge,
				       .address = { join(&network->ip, own), 64 },
			       });
	plan_add_address(plan, &(struct plan_address){
				       .ifname = anycast->ifname,
				       .address = { join(&network->ip, &anycast->ipv6), 64 },
				       .no_prefix_route = true,
				       .no_dad = true,
			       });
}

void delegated_add(struct plan *plan, const struct delegated *heard)
{
	const struct plan_anycast *anycast = receiver(plan);
	const struct ip *address;
	struct delegated all;

	if (!anycast || anycast->ipv6.family != IP_V6)
		return;
	address = address_on(plan, anycast);
	if (!address)
		return;
	find_own(plan, &all);
	plan_because(plan, NULL, "a network that a provider delegates");
	for (size_t i = 0; i < all.count; i++)
		plan_add_route(plan, &(struct plan_route){
					     .destination = marker_of(anycast),
					     .from = all.networks[i],
					     .ifname = anycast->bridge,
					     .table = TABLE_MAIN,
				     });
	for (size_t i = 0; i < heard->count; i++)
		add_network(&all, &heard->networks[i]);
	for (size_t i = 0; i < all.count; i++)
		add_addresses(plan, anycast, address, &all.networks[i]);
	plan_because(plan, NULL, NULL);
}
