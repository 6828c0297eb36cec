/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Who goes by which gateway: from what people chose and how the gateways are, to the kernel.
 */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/gateways_parts.h"
#include "daemon/log.h"
#include "daemon/self.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/conntrack.h"

#define AGAIN_MS 5000

static bool is_zero(const uint8_t key[GATEWAY_KEY_SIZE])
{
	static const uint8_t nothing[GATEWAY_KEY_SIZE];

	return !memcmp(key, nothing, sizeof(nothing));
}

/* The slot of this gateway; the first free one if it has none; STEER_NOBODY if there is none. */
static uint8_t slot_of(struct gateways *gateways, const struct known_gateway *known)
{
	uint8_t place = STEER_NOBODY;

	for (uint8_t i = STEER_SLOTS_MAX; i-- > 0;) {
		if (!memcmp(gateways->slots[i], known->facts.key, GATEWAY_KEY_SIZE))
			return i;
		if (is_zero(gateways->slots[i]))
			place = i;
	}
	if (place != STEER_NOBODY)
		memcpy(gateways->slots[place], known->facts.key, GATEWAY_KEY_SIZE);
	return place;
}

const struct known_gateway *gateways_first_of_order(const struct gateways *gateways)
{
	for (size_t i = 0; i < gateways->n_order; i++) {
		const struct known_gateway *known = gateways_by_name(gateways, gateways->order[i],
		                                                     NULL);
		struct gateway_view view;

		if (!known)
			continue;
		view = gateways_view(gateways, known);
		if (gateway_is_usable_at_all(&view))
			return known;
	}
	return NULL;
}

static bool is_usable(const struct gateways *gateways, const struct known_gateway *known)
{
	struct gateway_view view = gateways_view(gateways, known);

	return gateway_is_usable_at_all(&view);
}

static void decide_for_everybody(struct gateways *gateways)
{
	const struct known_gateway *known = NULL;

	gateways->everybody = STEER_NOBODY;
	gateways->by = GATEWAY_BY_NEARNESS;
	if (gateways->node_chosen)
		known = gateways_find(gateways, gateways->node.is.key);
	if (known && is_usable(gateways, known)) {
		gateways->by = GATEWAY_BY_PERSON;
	} else {
		known = gateways_first_of_order(gateways);
		if (known)
			gateways->by = GATEWAY_BY_ORDER;
	}
	if (known)
		gateways->everybody = slot_of(gateways, known);
}

/* Whose gateway does not work goes as those do who did not choose. */
static void decide_for_client(struct gateways *gateways, struct known_choice *choice)
{
	const struct known_gateway *known = gateways_is_chosen(&choice->is)
	                                            ? gateways_find(gateways, choice->is.key)
	                                            : NULL;

	choice->slot = STEER_NOBODY;
	if (known && (gateways->everybody == STEER_NOBODY || is_usable(gateways, known)))
		choice->slot = slot_of(gateways, known);
}

static void free_slots(struct gateways *gateways)
{
	bool used[STEER_SLOTS_MAX] = { false };

	if (gateways->everybody != STEER_NOBODY)
		used[gateways->everybody] = true;
	for (size_t i = 0; i < gateways->n_choices; i++) {
		if (gateways->choices[i].slot != STEER_NOBODY)
			used[gateways->choices[i].slot] = true;
	}
	for (size_t i = 0; i < STEER_SLOTS_MAX; i++) {
		if (!used[i])
			memset(gateways->slots[i], 0, GATEWAY_KEY_SIZE);
	}
}

static void fill_slot(const struct gateways *gateways, size_t i, struct steer_slot *slot)
{
	const struct known_gateway *known = is_zero(gateways->slots[i])
	                                            ? NULL
	                                            : gateways_find(gateways, gateways->slots[i]);
	struct gateway_view view;

	if (!known)
		return;
	view = gateways_view(gateways, known);
	slot->taken = true;
	slot->self = known->self;
	slot->address = known->facts.ipv6;
	for (unsigned f = 0; f < GATEWAY_N_SIDES; f++) {
		slot->table[f] = gateways->own.table[f];
		slot->use[f] = known->self ? slot->table[f] != 0 : gateway_is_usable(&view, f);
	}
}

static size_t list_clients(const struct gateways *gateways, struct steer_client *clients)
{
	size_t n = 0;

	for (size_t i = 0; i < gateways->n_choices && n < STEER_CLIENTS_MAX; i++) {
		const struct known_choice *choice = &gateways->choices[i];

		if (choice->slot != STEER_NOBODY)
			clients[n++] = (struct steer_client){ choice->is.client, choice->slot };
	}
	return n;
}

static void fill_rules(const struct gateways *gateways, const struct steer_client *clients,
                       size_t n_clients, struct steer_wanted *wanted)
{
	struct steer_rules *rules = &wanted->rules;
	enum gateway_offer offer = own_offer(gateways);

	rules->own4 = gateways->cloud4;
	rules->own6 = gateways->cloud6;
	rules->clients = gateways->clients;
	rules->steered = clients;
	rules->n_steered = n_clients;
	rules->everybody = gateways->everybody;
	if (!gateways->own.said.there)
		return;
	rules->mesh = gateways->mesh;
	rules->uplinks = gateways->uplinks;
	rules->offer.tunnel = offer != GATEWAY_CLOSED;
	rules->offer.routed = offer == GATEWAY_OPEN;
	rules->offer.members = offer == GATEWAY_MEMBERS;
	memcpy(rules->offer.member, gateways->members, sizeof(rules->offer.member));
	rules->offer.n_members = gateways->n_members;
	rules->offer.limit_kbps = gateways->limit_kbps;
	for (unsigned f = 0; f < GATEWAY_N_SIDES; f++)
		wanted->guest_table[f] = rules->offer.tunnel ? gateways->own.table[f] : 0;
}

/* Connections that were in the tunnel go by this node's own uplink now: they have to be given its
 * address, which is done with a first packet alone. */
static void turn_connections(const struct gateways *gateways, const struct steer_wanted *wanted)
{
	bool turned[GATEWAY_N_SIDES] = { false };

	for (size_t i = 0; i < STEER_SLOTS_MAX; i++) {
		const struct steer_slot *was = &gateways->made->slots[i], *is = &wanted->slots[i];

		for (unsigned f = 0; f < GATEWAY_N_SIDES; f++)
			turned[f] = turned[f] || (was->use[f] && (!is->use[f] || is->self));
	}
	for (unsigned f = 0; f < GATEWAY_N_SIDES; f++) {
		if (!turned[f] || !gateways->uplinks.n)
			continue;
		if (conntrack_forget_untranslated(f ? IP_V6 : IP_V4) < 0)
			log_line(LOG_PRIORITY_WARNING,
			         "connections that went by a chosen gateway may hang");
	}
}

static void tell_failure(struct gateways *gateways, struct buf *failure, int64_t now_ms)
{
	gateways->steer_ms = failure->length ? now_ms + AGAIN_MS : 0;
	if (!strcmp(buf_text(failure), buf_text(&gateways->failure)))
		return;
	if (failure->length)
		log_lines(LOG_PRIORITY_ERROR, failure->text);
	buf_done(&gateways->failure);
	gateways->failure = *failure;
	*failure = (struct buf){ 0 };
}

static void make(struct gateways *gateways, const struct steer_client *clients, size_t n_clients,
                 int64_t now_ms)
{
	struct steer_wanted *wanted = calloc(1, sizeof(*wanted));
	BUF_AUTO failure = { 0 };

	if (!wanted)
		abort();
	for (size_t i = 0; i < STEER_SLOTS_MAX; i++)
		fill_slot(gateways, i, &wanted->slots[i]);
	fill_rules(gateways, clients, n_clients, wanted);
	/* There may never have been anything: then nothing is asked of the kernel either. */
	if (gateways->touched || steer_rules_any(&wanted->rules) || if_nametoindex(LINK_STEER)) {
		gateways->touched = true;
		(void)steering_make(gateways->steering, wanted, &failure);
		turn_connections(gateways, wanted);
	}
	tell_failure(gateways, &failure, now_ms);
	wanted->rules.steered = NULL;
	free(gateways->made);
	gateways->made = wanted;
}

void gateways_steer(struct gateways *gateways, int64_t now_ms)
{
	struct steer_client *clients;

	gateways->changed = false;
	decide_for_everybody(gateways);
	for (size_t i = 0; i < gateways->n_choices; i++)
		decide_for_client(gateways, &gateways->choices[i]);
	free_slots(gateways);
	clients = calloc(gateways->n_choices + 1, sizeof(*clients));
	if (!clients)
		abort();
	make(gateways, clients, list_clients(gateways, clients), now_ms);
	free(clients);
	gateways_keep(gateways);
}
