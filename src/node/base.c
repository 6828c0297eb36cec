/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* What every node has, whatever its protocols are. */
#include <string.h>

#include "config/schema/schema.h"
#include "node/parts.h"

/*
 * A node is a router of both families.  Packets may arrive by another way than answers leave (the
 * shared address is on a device of its own), so only senders that nobody could answer are refused.
 */
static const struct plan_sysctl sysctls[] = {
	{ "net/ipv4/conf/all/forwarding", "1" },
	{ "net/ipv4/conf/all/rp_filter", "2" },
	{ "net/ipv4/conf/default/rp_filter", "2" },
	{ "net/ipv6/conf/all/forwarding", "1" },
};

static const struct plan_chain forward_chain = {
	"inet", "forward_size", "filter", "forward", "mangle", "accept",
};

/* Links of a mesh differ in what they carry, and the message that says so is often lost. */
#define CLAMP "tcp flags syn / syn,rst tcp option maxseg size set rt mtu"

/* "none" anywhere in the list: none. */
static void add_probes(struct node_work *work)
{
	struct plan_probes probes = { .targets = work->network.gateway_probes };

	for (size_t i = 0; i < probes.targets.count; i++) {
		if (strcmp(probes.targets.items[i], "none") == 0)
			return;
	}
	plan_add_probes(work->node->plan, &probes);
}

/* All of them go without saying. */
static void add_state(struct node_work *work)
{
	struct plan_state state = { .conversations = work->network.state_conversations };

	if (state.conversations.count < 3)
		plan_add_state(work->node->plan, &state);
}

/* Only what is more than HTTP. */
static void add_web(struct node_work *work)
{
	if (work->system.https)
		plan_add_web(work->node->plan, &(struct plan_web){ .https = true });
}

static void add_offer(struct node_work *work)
{
	static const char *const offers[] = { "open", "members", "closed" };
	const struct network_options *network = &work->network;
	struct plan_offer offer = {
		.offer = offers[network->gateway_offer],
		.words = network->gateway_words,
		.hours = network->gateway_hours,
		.members = network->gateway_members,
		.limit_kbps = network->gateway_limit_kbps,
	};
	struct plan_order order = { .gateways = network->gateway_order };

	/* Open to all, at all hours, goes without saying. */
	if (network->gateway_offer || offer.words || offer.hours || offer.members.count ||
	    offer.limit_kbps)
		plan_add_offer(work->node->plan, &offer);
	if (order.gateways.count)
		plan_add_order(work->node->plan, &order);
}

void node_plan_base(struct node_work *work)
{
	struct plan *plan = work->node->plan;
	const struct identity *id = &work->node->identity;
	struct plan_dns dns = { .domain = id->domain, .servers = work->network.resolvers };

	plan_because(plan, NULL, "every node has it");
	plan_add_hostname(plan, id->hostname);
	for (size_t i = 0; i < ARRAY_LENGTH(sysctls); i++)
		plan_add_sysctl(plan, sysctls[i].path, sysctls[i].value);
	plan_add_chain(plan, &forward_chain);
	plan_add_filter(plan, forward_chain.family, forward_chain.chain, CLAMP);
	plan_add_dns(plan, &dns);
	add_probes(work);
	add_state(work);
	add_web(work);
	add_offer(work);
}
