/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * This node's own uplink, as all others are told of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/gateways_parts.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/self.h"
#include "daemon/uplink_health.h"
#include "plan/plan.h"
#include "platform/linux/service/babel_monitor.h"

#define FIGURES_MS   60000    /* figures that moved are told no more often */
#define RATE_MS      10000    /* over which rates are measured */
#define PEAK_PART    8640     /* of a peak is forgotten in that time: a day */
#define FORGOTTEN_MS 86400000 /* so long it may be out of order before it is none any more */
/* Before that a clock was not set: it is the year in which this was written. */
#define CLOCK_IS_SET 1735689600

void own_configure(struct gateways *gateways, const struct plan_offer *offer)
{
	static const char *const words[] = { "open", "members", "closed" };

	gateways->offer = GATEWAY_OPEN;
	*gateways->words = *gateways->hours = 0;
	gateways->n_members = 0;
	gateways->limit_kbps = 0;
	/* Who makes the network here lets nobody in who chose this node. */
	if (gateways->daemon->owner.guest) {
		gateways->offer = GATEWAY_CLOSED;
		return;
	}
	if (!offer)
		return;
	for (unsigned i = 0; i < ARRAY_LENGTH(words); i++) {
		if (offer->offer && !strcmp(offer->offer, words[i]))
			gateways->offer = i;
	}
	if (offer->words)
		strncpy(gateways->words, offer->words, sizeof(gateways->words) - 1);
	if (offer->hours)
		strncpy(gateways->hours, offer->hours, sizeof(gateways->hours) - 1);
	gateways->limit_kbps = offer->limit_kbps;
	for (size_t i = 0; i < offer->members.count && i < STEER_MEMBERS_MAX; i++)
		gateways->n_members += prefix_parse(offer->members.items[i],
		                                    &gateways->members[gateways->n_members]);
}

/* A clock that is not set tells no hours, and an owner who named some is believed. */
enum gateway_offer own_offer(const struct gateways *gateways)
{
	time_t now = time(NULL);
	struct hours hours;
	struct tm local;

	if (!hours_parse(gateways->hours, &hours))
		return (enum gateway_offer)gateways->offer;
	if (now < CLOCK_IS_SET || !localtime_r(&now, &local) ||
	    !hours_contain(&hours, (unsigned)(local.tm_hour * 60 + local.tm_min)))
		return GATEWAY_CLOSED;
	return (enum gateway_offer)gateways->offer;
}

/* --- how it is --- */

static uint32_t to_ms(uint32_t delay_us)
{
	uint32_t ms = (delay_us + 500) / 1000;

	return ms > 60000 ? 60000 : ms || !delay_us ? ms : 1;
}

/* The best of the node's uplinks, in one family. */
static void look_at_side(struct gateways *gateways, unsigned i, struct gateway_side *side)
{
	const struct daemon *daemon = gateways->daemon;
	const struct uplink_health *health = programs_health(daemon->programs);
	const struct plan_item *item = NULL;

	*side = (struct gateway_side){ .health = HEALTH_SICK };
	gateways->own.table[i] = 0;
	while ((item = plan_next(daemon->plan, PLAN_UPLINK, item))) {
		const struct plan_uplink *uplink = item->value;
		struct uplink_measure measure = uplink_health_measure(health, uplink->ifname,
		                                                      i ? IP_V6 : IP_V4);

		if (measure.class <= side->health)
			continue;
		*side = (struct gateway_side){ measure.class, to_ms(measure.delay_us),
			                       measure.loss_percent };
		gateways->own.table[i] = uplink->table;
	}
}

static bool read_counter(const char *ifname, const char *name, uint64_t *sum)
{
	BUF_AUTO text = { 0 };
	char path[96];

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", ifname, name);
	if (file_read_any(path, 64, &text) < 0)
		return false;
	*sum += strtoull(buf_text(&text), NULL, 10);
	return true;
}

static uint32_t kbps(uint64_t bytes, int64_t ms)
{
	uint64_t rate = ms > 0 ? bytes * 8 / (uint64_t)ms : 0;

	return rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

/* What it carries by itself says what it can carry at least; nothing is sent for it. */
static void look_at_rates(struct gateways *gateways, int64_t now_ms)
{
	static const char *const names[] = { "rx_bytes", "tx_bytes" };
	struct own_gateway *own = &gateways->own;
	int64_t ms = now_ms - own->bytes_ms;

	if (own->bytes_ms && ms < RATE_MS)
		return;
	if (own->bytes_ms)
		own->load_kbps = 0;
	for (unsigned i = 0; i < 2; i++) {
		uint64_t bytes = 0;
		uint32_t rate;

		for (size_t k = 0; k < gateways->uplinks.n; k++)
			(void)read_counter(gateways->uplinks.names[k], names[i], &bytes);
		rate = own->bytes_ms && bytes > own->bytes[i] ? kbps(bytes - own->bytes[i], ms) : 0;
		own->bytes[i] = bytes;
		own->load_kbps += rate;
		own->peak_kbps[i] -= own->peak_kbps[i] / PEAK_PART;
		if (rate > own->peak_kbps[i])
			own->peak_kbps[i] = rate;
	}
	own->bytes_ms = now_ms;
}

static bool is_well(const struct gateway_side *side)
{
	return side->health >= HEALTH_POOR;
}

static void fill(struct gateways *gateways, struct gateway_facts *facts)
{
	const struct babel_state *babel = babel_state(gateways->daemon->babel);
	const struct own_gateway *own = &gateways->own;

	memcpy(facts->name, gateways->name, sizeof(facts->name));
	memcpy(facts->words, gateways->words, sizeof(facts->words));
	memcpy(facts->hours, gateways->hours, sizeof(facts->hours));
	facts->ipv4 = gateways->own4;
	facts->ipv6 = gateways->own6;
	facts->down_kbps = own->peak_kbps[0];
	facts->up_kbps = own->peak_kbps[1];
	facts->load_kbps = own->load_kbps;
	facts->offer = own_offer(gateways);
	facts->limit_kbps = gateways->limit_kbps;
	memcpy(facts->router, own->said.facts.router, sizeof(facts->router));
	if (babel)
		snprintf(facts->router, sizeof(facts->router), "%s", babel->router);
	for (unsigned i = 0; i < GATEWAY_N_SIDES; i++)
		look_at_side(gateways, i, &facts->sides[i]);
}

/* --- what is told --- */

/* All but figures. */
static bool same_in_kind(const struct gateway_facts *a, const struct gateway_facts *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->words, b->words) &&
	       !strcmp(a->hours, b->hours) && !strcmp(a->router, b->router) &&
	       ip_equal(&a->ipv4, &b->ipv4) && ip_equal(&a->ipv6, &b->ipv6) &&
	       a->offer == b->offer && a->limit_kbps == b->limit_kbps &&
	       a->sides[0].health == b->sides[0].health && a->sides[1].health == b->sides[1].health;
}

static bool moved(uint32_t was, uint32_t is, uint32_t least)
{
	uint32_t by = was > is ? was - is : is - was;

	return by > least && by > was / 4;
}

static bool has_moved(const struct gateway_facts *a, const struct gateway_facts *b)
{
	for (unsigned i = 0; i < GATEWAY_N_SIDES; i++) {
		if (moved(a->sides[i].delay_ms, b->sides[i].delay_ms, 4) ||
		    moved(a->sides[i].loss_percent, b->sides[i].loss_percent, 2))
			return true;
	}
	return moved(a->down_kbps, b->down_kbps, 200) || moved(a->up_kbps, b->up_kbps, 200) ||
	       moved(a->load_kbps, b->load_kbps, 200);
}

static bool is_there(struct gateways *gateways, const struct gateway_facts *facts, int64_t now_ms)
{
	struct own_gateway *own = &gateways->own;

	if (is_well(&facts->sides[0]) || is_well(&facts->sides[1])) {
		own->was_well = true;
		own->well_ms = now_ms;
	}
	return gateways->uplinks.n && gateways->own6.family == IP_V6 && own->was_well &&
	       now_ms - own->well_ms < FORGOTTEN_MS;
}

void own_look(struct gateways *gateways, int64_t now_ms)
{
	struct own_gateway *own = &gateways->own;
	const struct net_gateway *said = &own->said;
	struct net_gateway now;
	bool news;

	memset(&now, 0, sizeof(now));
	fill(gateways, &now.facts);
	now.there = is_there(gateways, &now.facts, now_ms);
	if (now.there)
		look_at_rates(gateways, now_ms);
	news = now.there != said->there || (now.there && !same_in_kind(&now.facts, &said->facts));
	if (news) {
		own->since_ms = now_ms;
		gateways->changed = true;
	}
	if (!news && !(now.there && now_ms - own->said_ms >= FIGURES_MS &&
	               has_moved(&said->facts, &now.facts)))
		return;
	now.facts.since_s = (uint32_t)((now_ms - own->since_ms) / 1000);
	own->said = now;
	own->said_ms = now_ms;
	net_root_tell_gateway(gateways->daemon->net, &own->said);
}
