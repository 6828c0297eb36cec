/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/gateways.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/gateways_parts.h"
#include "daemon/log.h"
#include "daemon/net/root.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/service/babel_monitor.h"
#include "platform/linux/service/way_echo.h"

#define TURN_MS  500   /* between two looks at everything */
#define WATCH_MS 2000  /* between two looks at who is here */
#define MERGE_MS 70000 /* by then neighbours have told what they know */

/* --- what is known --- */

struct known_gateway *gateways_find(const struct gateways *gateways,
                                    const uint8_t key[GATEWAY_KEY_SIZE])
{
	for (size_t i = 0; i < gateways->n_items; i++) {
		if (!memcmp(gateways->items[i].facts.key, key, GATEWAY_KEY_SIZE))
			return &gateways->items[i];
	}
	return NULL;
}

struct known_gateway *gateways_by_name(const struct gateways *gateways, const char *name,
                                       size_t *n_found)
{
	struct known_gateway *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < gateways->n_items; i++) {
		if (strcmp(gateways->items[i].facts.name, name) != 0)
			continue;
		n++;
		first = first ? first : &gateways->items[i];
	}
	if (n_found)
		*n_found = n;
	return first;
}

bool gateways_is_chosen(const struct net_choice *choice)
{
	static const uint8_t nothing[GATEWAY_KEY_SIZE];

	return memcmp(choice->key, nothing, sizeof(nothing)) != 0;
}

/* Where the client is in the list, or would be. */
static size_t place_of(const struct gateways *gateways, const struct mac *client)
{
	size_t low = 0, high = gateways->n_choices;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (memcmp(&gateways->choices[middle].is.client, client, sizeof(*client)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct known_choice *gateways_choice_of(const struct gateways *gateways, const struct mac *client)
{
	size_t at = place_of(gateways, client);

	return at < gateways->n_choices && mac_equal(&gateways->choices[at].is.client, client)
	               ? &gateways->choices[at]
	               : NULL;
}

static void make_room(struct gateways *gateways)
{
	if (gateways->n_choices < gateways->choices_room)
		return;
	gateways->choices_room = gateways->choices_room ? 2 * gateways->choices_room : 16;
	gateways->choices = realloc(gateways->choices,
	                            gateways->choices_room * sizeof(*gateways->choices));
	if (!gateways->choices)
		abort();
}

void gateways_put_choice(struct gateways *gateways, const struct net_choice *choice)
{
	struct known_choice *known = gateways_choice_of(gateways, &choice->client);
	size_t at;

	if (known) {
		known->is = *choice;
		known->told = true;
		return;
	}
	if (gateways->n_choices == STEER_CLIENTS_MAX)
		return;
	make_room(gateways);
	at = place_of(gateways, &choice->client);
	assert(gateways->choices);
	memmove(&gateways->choices[at + 1], &gateways->choices[at],
	        (gateways->n_choices - at) * sizeof(*gateways->choices));
	gateways->choices[at] = (struct known_choice){ *choice, true, STEER_NOBODY };
	gateways->n_choices++;
}

/* --- what net says --- */

void gateways_net_started(void *data)
{
	struct gateways *gateways = data;

	gateways->merge_until_ms = clock_ms() + MERGE_MS;
	for (size_t i = 0; i < gateways->n_items; i++)
		gateways->items[i].told = false;
	for (size_t i = 0; i < gateways->n_choices; i++)
		gateways->choices[i].told = false;
	gateways->node.told = false;
	if (gateways->own.said.there)
		net_root_tell_gateway(gateways->daemon->net, &gateways->own.said);
}

static bool is_self(const struct gateways *gateways, const struct gateway_facts *facts)
{
	const uint8_t *key = net_root_key(gateways->daemon->net);

	return key && !memcmp(facts->key, key, GATEWAY_KEY_SIZE);
}

static void hear(struct gateways *gateways, const struct gateway_facts *facts)
{
	struct known_gateway *known = gateways_find(gateways, facts->key);

	if (!known) {
		if (gateways->n_items == GATEWAYS_MAX)
			return;
		known = &gateways->items[gateways->n_items++];
		*known = (struct known_gateway){ 0 };
		path_init(&known->path, PATH_UNKNOWN, clock_ms());
	} else if (!ip_equal(&known->facts.ipv6, &facts->ipv6)) {
		path_init(&known->path, PATH_UNKNOWN, clock_ms());
	}
	known->facts = *facts;
	known->told_ms = clock_ms();
	known->told = true;
	known->self = is_self(gateways, facts);
}

static void drop_untold_gateways(struct gateways *gateways)
{
	for (size_t i = gateways->n_items; i-- > 0;) {
		if (!gateways->items[i].told)
			gateways->items[i] = gateways->items[--gateways->n_items];
	}
}

void gateways_heard(void *data, const struct net_gateways *heard)
{
	struct gateways *gateways = data;
	bool whole = !gateways->merge_until_ms;

	for (size_t i = 0; whole && i < gateways->n_items; i++)
		gateways->items[i].told = false;
	for (size_t i = 0; i < heard->n; i++)
		hear(gateways, &heard->items[i]);
	if (whole)
		drop_untold_gateways(gateways);
	gateways->changed = true;
	event_active(gateways->timer, EV_TIMEOUT, 0);
}

/* What this node itself said, and nobody remembers, is said again. */
static void drop_untold_choices(struct gateways *gateways, bool say_own)
{
	size_t n = 0;

	for (size_t i = 0; i < gateways->n_choices; i++) {
		struct known_choice *choice = &gateways->choices[i];

		if (!choice->told && say_own && choice->is.own)
			net_root_tell_choice(gateways->daemon->net, &choice->is);
		if (choice->told || (say_own && choice->is.own))
			gateways->choices[n++] = *choice;
	}
	gateways->n_choices = n;
	if (gateways->node_chosen && !gateways->node.told) {
		if (say_own)
			net_root_tell_choice(gateways->daemon->net, &gateways->node.is);
		else
			gateways->node_chosen = false;
	}
}

void gateways_heard_choices(void *data, const struct net_choices *heard)
{
	struct gateways *gateways = data;
	bool whole = !gateways->merge_until_ms;

	for (size_t i = 0; whole && heard->first && i < gateways->n_choices; i++)
		gateways->choices[i].told = false;
	if (whole && heard->first)
		gateways->node.told = false;
	for (size_t i = 0; i < heard->n; i++) {
		const struct net_choice *choice = &heard->items[i];

		if (!mac_is_zero(&choice->client)) {
			gateways_put_choice(gateways, choice);
			continue;
		}
		gateways->node = (struct known_choice){ *choice, true, STEER_NOBODY };
		gateways->node_chosen = gateways_is_chosen(choice);
	}
	if (!heard->last)
		return;
	if (whole)
		drop_untold_choices(gateways, false);
	gateways->changed = true;
	gateways->watch_ms = 0;
	event_active(gateways->timer, EV_TIMEOUT, 0);
}

static void end_merge(struct gateways *gateways)
{
	gateways->merge_until_ms = 0;
	drop_untold_gateways(gateways);
	drop_untold_choices(gateways, true);
	gateways->changed = true;
}

/* --- the ways to them --- */

static uint32_t cost_of(const struct gateways *gateways, const struct known_gateway *known)
{
	const struct babel_state *babel = babel_state(gateways->daemon->babel);
	uint32_t cost = 0;

	for (size_t i = 0; babel && *known->facts.router && i < babel->n_routes; i++) {
		const struct babel_route *route = &babel->routes[i];

		if (route->prefix.length || route->from.length ||
		    route->prefix.ip.family != IP_V4 || route->metric >= BABEL_INFINITY ||
		    strcmp(route->router, known->facts.router) != 0)
			continue;
		if (!cost || route->metric < cost)
			cost = route->metric;
	}
	return cost;
}

struct gateway_view gateways_view(const struct gateways *gateways,
                                  const struct known_gateway *known)
{
	return (struct gateway_view){ &known->facts, &known->path, known->self,
		                      cost_of(gateways, known) };
}

/* In the cloud everybody can be reached as long as it is whole; else a route has to lead there. */
static bool is_cut_off(const struct gateways *gateways, const struct ip *address)
{
	const struct babel_state *babel = babel_state(gateways->daemon->babel);
	struct prefix cloud = prefix_network(&gateways->cloud6);

	if (!babel || prefix_contains(&cloud, address))
		return false;
	for (size_t i = 0; i < babel->n_routes; i++) {
		const struct babel_route *route = &babel->routes[i];

		if (route->installed && route->prefix.length && route->prefix.ip.family == IP_V6 &&
		    prefix_contains(&route->prefix, address))
			return false;
	}
	return true;
}

static void tell_path(struct gateways *gateways, const struct known_gateway *known,
                      enum path_state before)
{
	BUF_AUTO text = { 0 };
	struct json json = { .out = &text };

	if (known->path.state == before)
		return;
	gateways->changed = true;
	if (known->wanted || before != PATH_UNKNOWN)
		log_line(LOG_PRIORITY_NOTICE, "the way to the gateway %s: %s, was %s",
		         known->facts.name, path_state_word(known->path.state),
		         path_state_word(before));
	json_open(&json, NULL, '{');
	json_text(&json, "gateway", known->facts.name);
	json_text(&json, "state", path_state_word(known->path.state));
	json_close(&json, '}');
	daemon_tell(gateways->daemon, text.text);
}

static void on_answer(void *data, uint32_t who, uint32_t id, unsigned hops)
{
	struct gateways *gateways = data;

	for (size_t i = 0; i < gateways->n_items; i++) {
		struct known_gateway *known = &gateways->items[i];
		enum path_state before = known->path.state;
		uint32_t it;

		memcpy(&it, known->facts.key, sizeof(it));
		if (it != who)
			continue;
		path_answer(&known->path, id, hops, clock_ms());
		tell_path(gateways, known, before);
	}
	if (gateways->changed)
		event_active(gateways->timer, EV_TIMEOUT, 0);
}

static void ask(struct gateways *gateways, struct known_gateway *known, int64_t now_ms)
{
	enum path_state before = known->path.state;
	uint32_t id, who;

	if (known->self || !gateways->echo)
		return;
	if (is_cut_off(gateways, &known->facts.ipv6))
		path_cut(&known->path, now_ms);
	memcpy(&who, known->facts.key, sizeof(who));
	/* What could not be sent was not answered. */
	if (path_ask(&known->path, now_ms, &id))
		(void)!way_echo_ask(gateways->echo, &gateways->own6, &known->facts.ipv6, who, id);
	tell_path(gateways, known, before);
}

/* --- who wants which --- */

static void want(struct gateways *gateways, const struct net_choice *choice)
{
	struct known_gateway *known = gateways_find(gateways, choice->key);

	if (known)
		known->wanted = true;
}

static void look_who_is_here(struct gateways *gateways, int64_t now_ms)
{
	const struct mac *client;
	size_t at = 0;

	gateways->watch_ms = now_ms + WATCH_MS;
	for (size_t i = 0; i < gateways->n_items; i++)
		gateways->items[i].wanted = false;
	while ((client = runtime_next_here(gateways->daemon->runtime, &at))) {
		const struct known_choice *choice = gateways_choice_of(gateways, client);

		if (choice && gateways_is_chosen(&choice->is))
			want(gateways, &choice->is);
	}
	if (gateways->node_chosen)
		want(gateways, &gateways->node.is);
	for (size_t i = 0; i < gateways->n_order; i++) {
		struct known_gateway *known = gateways_by_name(gateways, gateways->order[i], NULL);

		if (known)
			known->wanted = true;
	}
	for (size_t i = 0; i < gateways->n_items; i++)
		path_watch(&gateways->items[i].path, gateways->items[i].wanted, now_ms);
}

/* --- time --- */

static void arm(struct gateways *gateways, int64_t now_ms)
{
	int64_t due = now_ms + TURN_MS;

	for (size_t i = 0; i < gateways->n_items; i++) {
		int64_t next = path_due(&gateways->items[i].path);

		if (!gateways->items[i].self && next < due)
			due = next;
	}
	daemon_arm(gateways->timer, due > now_ms ? due - now_ms : 1);
}

static void on_turn(int fd, short what, void *data)
{
	struct gateways *gateways = data;
	int64_t now_ms = clock_ms();

	(void)fd;
	(void)what;
	if (!gateways->running || !gateways->daemon->plan)
		return;
	if (gateways->merge_until_ms && now_ms >= gateways->merge_until_ms)
		end_merge(gateways);
	own_look(gateways, now_ms);
	if (gateways->routed != (own_offer(gateways) == GATEWAY_OPEN) && gateways->uplinks.n)
		daemon_arm(gateways->daemon->again, 0);
	if (now_ms >= gateways->watch_ms)
		look_who_is_here(gateways, now_ms);
	for (size_t i = 0; i < gateways->n_items; i++)
		ask(gateways, &gateways->items[i], now_ms);
	if (gateways->daemon->owner.guest)
		gateways->changed = false; /* nobody is steered past netifd */
	else if (gateways->changed || (gateways->steer_ms && now_ms >= gateways->steer_ms))
		gateways_steer(gateways, now_ms);
	arm(gateways, now_ms);
}

/* --- the plan --- */

void gateways_prepare(struct gateways *gateways, struct plan *plan)
{
	const struct plan_item *item = plan_next(plan, PLAN_OFFER, NULL);

	own_configure(gateways, item ? item->value : NULL);
	gateways->routed = own_offer(gateways) == GATEWAY_OPEN;
	if (gateways->routed)
		return;
	for (const struct plan_item *i = NULL; (i = plan_next(plan, PLAN_ROUTE, i));) {
		struct plan_route *route = i->value;

		/* Of the own uplinks, and in use: a way for this node, announced to nobody. */
		if (route->table == TABLE_MAIN && !route->destination.length &&
		    (route->protocol == PROTOCOL_GATEWAY_GOOD ||
		     route->protocol == PROTOCOL_GATEWAY_FAIR ||
		     route->protocol == PROTOCOL_GATEWAY_POOR))
			route->protocol = PROTOCOL_WEFT;
	}
}

static void add_device(struct steer_devices *devices, const char *name)
{
	if (devices->n < STEER_DEVICES_MAX && strlen(name) < IFNAME_SIZE)
		memcpy(devices->names[devices->n++], name, strlen(name) + 1);
}

static void find_devices(struct gateways *gateways, const struct plan *plan)
{
	const struct plan_item *i = NULL;

	memset(&gateways->clients, 0, sizeof(gateways->clients));
	memset(&gateways->mesh, 0, sizeof(gateways->mesh));
	memset(&gateways->uplinks, 0, sizeof(gateways->uplinks));
	while ((i = plan_next(plan, PLAN_ANYCAST, i))) {
		const struct plan_anycast *anycast = i->value;

		add_device(&gateways->clients, anycast->ifname);
		add_device(&gateways->clients, anycast->bridge);
	}
	while (!gateways->clients.n && (i = plan_next(plan, PLAN_LINK, i))) {
		const struct plan_link *link = i->value;

		if (link->kind == PLAN_LINK_BRIDGE)
			add_device(&gateways->clients, link->name);
	}
	for (i = NULL; (i = plan_next(plan, PLAN_BABEL_INTERFACE, i));)
		add_device(&gateways->mesh,
		           ((const struct plan_babel_interface *)i->value)->ifname);
	for (i = NULL; (i = plan_next(plan, PLAN_UPLINK, i));)
		add_device(&gateways->uplinks, ((const struct plan_uplink *)i->value)->ifname);
}

static void take_order(struct gateways *gateways, const struct plan *plan)
{
	const struct plan_item *item = plan_next(plan, PLAN_ORDER, NULL);
	const struct plan_order *order = item ? item->value : NULL;

	gateways->n_order = 0;
	for (size_t i = 0; order && i < order->gateways.count && i < ORDER_MAX; i++)
		strncpy(gateways->order[gateways->n_order++], order->gateways.items[i],
		        GATEWAY_NAME_SIZE - 1);
}

void gateways_update(struct gateways *gateways, const struct plan *plan,
                     const struct identity *identity)
{
	find_devices(gateways, plan);
	take_order(gateways, plan);
	gateways->cloud4 = identity->ipv4;
	gateways->cloud6 = identity->ipv6;
	gateways->own4 = identity->ipv4.ip;
	gateways->own6 = identity->ipv6.ip;
	memset(gateways->name, 0, sizeof(gateways->name));
	strncpy(gateways->name, identity->hostname, sizeof(gateways->name) - 1);
	gateways->running = true;
	gateways->changed = true;
	gateways->watch_ms = 0;
	event_active(gateways->timer, EV_TIMEOUT, 0);
}

/* --- the whole --- */

struct gateways *gateways_new(struct daemon *daemon)
{
	struct gateways *gateways = calloc(1, sizeof(*gateways));

	if (!gateways)
		abort();
	gateways->daemon = daemon;
	gateways->items = calloc(GATEWAYS_MAX, sizeof(*gateways->items));
	gateways->made = calloc(1, sizeof(*gateways->made));
	gateways->timer = event_new(daemon->base, -1, 0, on_turn, gateways);
	if (!gateways->items || !gateways->made || !gateways->timer)
		abort();
	gateways->everybody = STEER_NOBODY;
	gateways->steering = steering_new();
	gateways->echo = way_echo_new(daemon->base, on_answer, gateways);
	if (!gateways->echo)
		log_line(LOG_PRIORITY_ERROR, "cannot ask gateways: %s", strerror(errno));
	gateways->merge_until_ms = clock_ms() + MERGE_MS;
	gateways_recall(gateways);
	return gateways;
}

void gateways_free(struct gateways *gateways)
{
	if (!gateways)
		return;
	event_free(gateways->timer);
	way_echo_free(gateways->echo);
	steering_free(gateways->steering);
	free(gateways->items);
	free(gateways->choices);
	free(gateways->made);
	buf_done(&gateways->failure);
	free(gateways);
}

void gateways_stop(struct gateways *gateways)
{
	gateways->running = false;
	event_del(gateways->timer);
	if (gateways->own.said.there) {
		memset(&gateways->own.said, 0, sizeof(gateways->own.said));
		net_root_tell_gateway(gateways->daemon->net, &gateways->own.said);
	}
	free(gateways->made);
	gateways->made = calloc(1, sizeof(*gateways->made));
	if (!gateways->made)
		abort();
	steering_free(gateways->steering);
	gateways->steering = steering_new();
}

int gateways_down(const char *folder, struct diag *diag)
{
	struct steering *steering = steering_new();
	BUF_AUTO failure = { 0 };
	int r = steering_remove(steering, &failure);

	steering_free(steering);
	gateways_forget_kept(folder);
	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "cannot stop steering clients: %.*s",
		         (int)strcspn(buf_text(&failure), "\n"), buf_text(&failure));
	return r;
}
