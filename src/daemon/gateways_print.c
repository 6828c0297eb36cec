/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * All that is known of gateways, as JSON: docs/gateways.md.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/gateways_parts.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "daemon/way.h"
#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/babel_monitor.h"

static const char *const side_names[GATEWAY_N_SIDES] = { "ipv4", "ipv6" };

struct listing {
	const struct gateways *gateways;
	struct gateway_view views[GATEWAYS_MAX];
	const struct known_gateway *known[GATEWAYS_MAX];
	size_t n;
	int used[GATEWAY_N_SIDES]; /* by nearness; -1: none of them */
};

/* --- order --- */

static int rank(const struct gateway_view *view)
{
	if (!gateway_is_usable_at_all(view))
		return gateway_is_choosable(view) ? 2 : 3;
	return gateway_is_usable(view, 0) ? 0 : 1;
}

static bool comes_before(const struct gateway_view *a, const struct gateway_view *b)
{
	uint32_t delay_a = gateway_delay_ms(a), delay_b = gateway_delay_ms(b);

	if (rank(a) != rank(b))
		return rank(a) < rank(b);
	if (a->self != b->self)
		return a->self;
	if (delay_a != delay_b)
		return delay_a && (!delay_b || delay_a < delay_b);
	return strcmp(a->facts->name, b->facts->name) < 0;
}

static void list(const struct gateways *gateways, struct listing *listing)
{
	listing->gateways = gateways;
	for (size_t i = 0; i < gateways->n_items; i++) {
		struct gateway_view view = gateways_view(gateways, &gateways->items[i]);
		size_t at = listing->n++;

		for (; at > 0 && comes_before(&view, &listing->views[at - 1]); at--) {
			listing->views[at] = listing->views[at - 1];
			listing->known[at] = listing->known[at - 1];
		}
		listing->views[at] = view;
		listing->known[at] = &gateways->items[i];
	}
}

/* Which of them packets of this family use if nobody chose. */
static int find_used(const struct listing *listing, const struct way_facts *facts,
                     enum ip_family family)
{
	struct way way;

	way_find(facts, family, &way);
	for (size_t i = 0; i < listing->n; i++) {
		const struct gateway_view *view = &listing->views[i];

		if (way.by == WAY_UPLINK
		            ? view->self
		            : way.by == WAY_NODE && way.route && *view->facts->router &&
		                      !strcmp(way.route->router, view->facts->router))
			return (int)i;
	}
	return -1;
}

static void find_all_used(struct listing *listing)
{
	struct default_route routes[DEFAULTS_MAX];
	int n = defaults_read(routes);
	const struct daemon *daemon = listing->gateways->daemon;
	const struct way_facts facts = {
		.routes = routes,
		.n_routes = n < 0 ? 0 : (size_t)n,
		.babel_wanted = babel_is_wanted(daemon->babel),
		.babel = babel_state(daemon->babel),
	};

	for (unsigned f = 0; f < GATEWAY_N_SIDES; f++)
		listing->used[f] = find_used(listing, &facts, f ? IP_V6 : IP_V4);
}

/* --- one gateway --- */

static void add_side(const struct gateway_side *side, const char *name, struct json *json)
{
	json_open(json, name, '{');
	json_text(json, "health", health_class_word((enum health_class)side->health));
	if (side->delay_ms)
		json_number(json, "delay_ms", side->delay_ms);
	if (side->health != HEALTH_SICK && side->health != HEALTH_UNKNOWN)
		json_number(json, "loss_percent", side->loss_percent);
	json_close(json, '}');
}

static void add_path(const struct gateway_view *view, struct json *json)
{
	const struct path *path = view->path;

	json_open(json, "path", '{');
	json_text(json, "state", view->self ? "works" : path_state_word(path->state));
	if (view->self) {
		json_number(json, "hops", 0);
	} else if (path->answered_ms >= 0) {
		json_number(json, "delay_ms", path->delay_ms);
		json_number(json, "loss_percent", path_loss_percent(path));
		json_number(json, "hops", path->hops + 1);
		json_number(json, "measured_s", (clock_ms() - path->answered_ms) / 1000);
	}
	json_close(json, '}');
}

static void add_if(struct json *json, const char *name, uint32_t number)
{
	if (number)
		json_number(json, name, number);
}

static void add_uses(const struct listing *listing, size_t i, struct json *json)
{
	const struct gateways *gateways = listing->gateways;
	const struct mac *client;
	char text[MAC_TEXT_SIZE];
	size_t at = 0;

	json_open(json, "used", '[');
	for (unsigned f = 0; f < GATEWAY_N_SIDES; f++) {
		if (listing->used[f] == (int)i)
			json_text(json, NULL, side_names[f]);
	}
	json_close(json, ']');
	json_open(json, "clients", '[');
	while ((client = runtime_next_here(gateways->daemon->runtime, &at))) {
		const struct known_choice *choice = gateways_choice_of(gateways, client);

		if (choice && gateways_find(gateways, choice->is.key) == listing->known[i])
			json_text(json, NULL, mac_format(client, text));
	}
	json_close(json, ']');
}

static void add_gateway(const struct listing *listing, size_t i, struct json *json)
{
	const struct gateway_view *view = &listing->views[i];
	const struct gateway_facts *facts = view->facts;
	char text[IP_TEXT_SIZE];
	BUF_AUTO fault = { 0 };

	gateway_fault(view, &fault);
	json_open(json, NULL, '{');
	json_text(json, "name", facts->name);
	json_bool(json, "self", view->self);
	if (*facts->words)
		json_text(json, "words", facts->words);
	json_text(json, "address", ip_format(&facts->ipv6, text));
	json_text(json, "offer", gateway_offer_word((enum gateway_offer)facts->offer));
	if (*facts->hours)
		json_text(json, "hours", facts->hours);
	add_if(json, "limit_kbps", facts->limit_kbps);
	json_bool(json, "choosable", gateway_is_choosable(view));
	if (!gateway_is_choosable(view))
		json_text(json, "not_choosable", buf_text(&fault));
	if (fault.length)
		json_text(json, "fault", fault.text);
	for (unsigned f = 0; f < GATEWAY_N_SIDES; f++)
		add_side(&facts->sides[f], side_names[f], json);
	add_if(json, "down_kbps", facts->down_kbps);
	add_if(json, "up_kbps", facts->up_kbps);
	json_number(json, "load_kbps", facts->load_kbps);
	json_number(json, "since_s",
	            facts->since_s + (clock_ms() - listing->known[i]->told_ms) / 1000);
	add_path(view, json);
	add_if(json, "cost", view->cost);
	add_uses(listing, i, json);
	json_close(json, '}');
}

/* --- choices --- */

static void add_verdict(const struct gateways *gateways, const struct net_choice *choice,
                        struct json *json)
{
	const struct known_gateway *known = gateways_find(gateways, choice->key);
	struct gateway_view view;
	BUF_AUTO why = { 0 };
	bool usable = false;

	json_text(json, "gateway", known ? known->facts.name : choice->name);
	if (known) {
		view = gateways_view(gateways, known);
		usable = gateway_is_usable_at_all(&view);
		gateway_fault(&view, &why);
	}
	json_bool(json, "in_use", usable);
	if (!usable) {
		BUF_AUTO text = { 0 };

		buf_printf(&text, "%s %s; automatic meanwhile",
		           known ? known->facts.name : choice->name,
		           why.length ? why.text : "is not heard of");
		json_text(json, "why", text.text);
	}
	if (*choice->by)
		json_text(json, "by", choice->by);
}

static bool is_here(const struct gateways *gateways, const struct mac *mac)
{
	const struct mac *client;
	size_t at = 0;

	while ((client = runtime_next_here(gateways->daemon->runtime, &at))) {
		if (mac_equal(client, mac))
			return true;
	}
	return false;
}

static void add_choices(const struct gateways *gateways, struct json *json)
{
	char text[MAC_TEXT_SIZE];

	json_open(json, "choices", '[');
	for (size_t i = 0; i < gateways->n_choices; i++) {
		const struct net_choice *choice = &gateways->choices[i].is;

		if (!gateways_is_chosen(choice))
			continue;
		json_open(json, NULL, '{');
		json_text(json, "client", mac_format(&choice->client, text));
		json_bool(json, "here", is_here(gateways, &choice->client));
		add_verdict(gateways, choice, json);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void add_asker(const struct gateways *gateways, const struct mac *asker, struct json *json)
{
	const struct known_choice *choice = gateways_choice_of(gateways, asker);
	char text[MAC_TEXT_SIZE];

	if (mac_is_zero(asker))
		return;
	json_open(json, "asker", '{');
	json_text(json, "client", mac_format(asker, text));
	if (choice && gateways_is_chosen(&choice->is))
		add_verdict(gateways, &choice->is, json);
	json_close(json, '}');
}

static int find_everybodys(const struct listing *listing)
{
	const struct gateways *gateways = listing->gateways;

	if (gateways->everybody == STEER_NOBODY)
		return listing->used[0] >= 0 ? listing->used[0] : listing->used[1];
	for (size_t i = 0; i < listing->n; i++) {
		if (!memcmp(listing->views[i].facts->key, gateways->slots[gateways->everybody],
		            GATEWAY_KEY_SIZE))
			return (int)i;
	}
	return -1;
}

static void add_node(const struct listing *listing, int used, struct json *json)
{
	static const char *const deciders[] = {
		[GATEWAY_BY_NEARNESS] = "automatic",
		[GATEWAY_BY_ORDER] = "order",
		[GATEWAY_BY_PERSON] = "person",
	};
	const struct gateways *gateways = listing->gateways;

	json_open(json, "order", '[');
	for (size_t i = 0; i < gateways->n_order; i++)
		json_text(json, NULL, gateways->order[i]);
	json_close(json, ']');
	json_open(json, "node", '{');
	if (used >= 0)
		json_text(json, "gateway", listing->views[used].facts->name);
	json_text(json, "by", deciders[gateways->by]);
	if (gateways->node_chosen) {
		json_open(json, "chosen", '{');
		add_verdict(gateways, &gateways->node.is, json);
		json_close(json, '}');
	}
	json_close(json, '}');
}

/* Each family goes its own way; what is said of the first is not true of both then. */
static void add_other_family(const struct listing *listing, int used, struct buf *reason)
{
	int six = listing->used[1];

	if (listing->gateways->everybody == STEER_NOBODY && six != used && used >= 0 &&
	    used == listing->used[0] && six >= 0)
		buf_printf(reason, "; IPv6 goes by %s", listing->views[six].facts->name);
}

void gateways_print(const struct gateways *gateways, const struct mac *asker, struct buf *out)
{
	struct listing *listing = calloc(1, sizeof(*listing));
	struct json json = { .out = out };
	BUF_AUTO reason = { 0 };
	int used;

	if (!listing)
		abort();
	list(gateways, listing);
	find_all_used(listing);
	used = find_everybodys(listing);
	gateway_reason(listing->views, listing->n, used, gateways->by, &reason);
	add_other_family(listing, used, &reason);
	json_open(&json, NULL, '{');
	json_open(&json, "gateways", '[');
	for (size_t i = 0; i < listing->n; i++)
		add_gateway(listing, i, &json);
	json_close(&json, ']');
	json_text(&json, "reason", reason.text);
	add_node(listing, used, &json);
	add_choices(gateways, &json);
	add_asker(gateways, asker, &json);
	if (gateways->failure.length)
		json_text(&json, "problem", gateways->failure.text);
	json_close(&json, '}');
	free(listing);
}
