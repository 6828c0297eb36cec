/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/state.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "compat/view.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/net/answers.h"
#include "daemon/net/clients.h"
#include "daemon/net/echo.h"
#include "daemon/net/exchange.h"
#include "daemon/net/nearby.h"
#include "daemon/net/stream.h"
#include "daemon/net/ways.h"
#include "daemon/net/web.h"
#include "plan/numbers.h"
#include "state/store.h"
#include "state/sync.h"
#include "state/tables/tables.h"
#include "state/value.h"

#define LINKS_MAX     32
#define TURN_MS       250 /* between two looks at what is due */
#define ECHO_FIRST_MS 1000
#define ECHO_MS       30000   /* between two questions who is there */
#define SETTLE_MS     60000   /* by then the neighbours have told what we said before */
#define READS_MAX     64      /* of one link, before the others get their turn */
#define KEEP_MS       3600000 /* a lease time: what was said before a restart may still hold */
#define STORE_MAX     (4U << 20)

struct link {
	uint32_t index;
	char name[IFNAME_SIZE];
	int datagrams, echo;
	int64_t ask_ms;  /* when to ask who is there */
	int64_t wait_ms; /* between the last question and the next */
	struct event *answered, *heard;
	struct net_state *state;
};

struct net_state {
	struct event_base *base;
	struct keys keys;
	struct net_node node;
	struct store *store;
	struct sync *sync;
	struct event *sync_due;
	struct clients *clients;
	struct answers *answers;
	struct ways *ways;
	struct compat_view *view;
	struct streams *streams;
	struct exchange_server server;
	struct web *web;
	struct nearby nearby;
	struct link *links[LINKS_MAX];
	size_t n_links;
	struct event *turn;
	int64_t since_ms, settle_ms; /* 0: done */
};

/* An exchange that we began. */
struct errand {
	struct net_state *state;
	struct neighbour_task task;
};

/* --- exchanges with LibreMesh's nodes --- */

static void before(void *data)
{
	const struct net_state *state = data;

	compat_view_set_time(state->view, (uint64_t)clock_ms());
}

static bool contains(const struct prefix *prefix, const struct in6_addr *address)
{
	struct ip ip = { .family = prefix->ip.family };

	if (ip.family == IP_V4 && IN6_IS_ADDR_V4MAPPED(address))
		memcpy(ip.byte, address->s6_addr + 12, 4);
	else if (ip.family == IP_V6)
		memcpy(ip.byte, address->s6_addr, 16);
	else
		return false;
	return prefix_contains(prefix, &ip);
}

static bool is_near(void *data, const struct in6_addr *address)
{
	const struct net_state *state = data;

	return contains(&state->node.ipv4, address) || contains(&state->node.ipv6, address);
}

static unsigned talks_of(const struct net_state *state)
{
	return (state->node.talks & NET_TALK_ASYNC ? COMPAT_ASYNC : 0U) |
	       (state->node.talks & NET_TALK_HTTP ? COMPAT_HTTP : 0U);
}

static bool speaks(void *data, enum compat_protocol protocol)
{
	return (talks_of(data) & protocol) != 0;
}

static uint64_t serial_of(void *data, const struct compat_type *type)
{
	const struct net_state *state = data;

	/* 0 is "told nothing", and an empty table can be told as well. */
	return store_serial(state->store, type->table) + 1;
}

static void on_over(void *data, enum exchange_result result, bool holds_all)
{
	static const enum neighbour_outcome outcomes[] = {
		[EXCHANGE_DONE] = NEIGHBOUR_DONE,
		[EXCHANGE_UNKNOWN_TYPE] = NEIGHBOUR_UNKNOWN_TYPE,
		[EXCHANGE_FAILED] = NEIGHBOUR_FAILED,
	};
	struct errand *errand = data;

	nearby_done(&errand->state->nearby, &errand->task, outcomes[result], holds_all, clock_ms());
	free(errand);
}

static uint16_t port_of(enum compat_protocol protocol)
{
	return htons(protocol == COMPAT_ASYNC ? PORT_SHARED_STATE : PORT_HTTP);
}

static void begin(struct net_state *state, const struct neighbour_task *task)
{
	const struct neighbour *neighbour = &state->nearby.all[task->neighbour];
	struct errand *errand = calloc(1, sizeof(*errand));
	struct exchange_client client = {
		.common = &state->server,
		.to = { .sin6_family = AF_INET6,
		        .sin6_addr = neighbour->address,
		        .sin6_scope_id = neighbour->link,
		        .sin6_port = port_of(task->protocol) },
		.protocol = task->protocol,
		.type = compat_types[task->type].name,
		.empty = task->empty,
		.over = on_over,
		.data = errand,
	};

	assert(errand);
	*errand = (struct errand){ state, *task };
	if (exchange_begin(&client) < 0)
		on_over(errand, EXCHANGE_FAILED, false);
}

static void exchange_due(struct net_state *state, int64_t now)
{
	struct neighbour_task task;

	while (streams_stats(state->streams).n_own < STREAMS_OWN_MAX &&
	       nearby_next(&state->nearby, now, talks_of(state), serial_of, state, &task))
		begin(state, &task);
}

/* --- weft's own conversation --- */

/* Where a neighbour is: the device's number, then its address there. */
static struct sync_address address_of(uint32_t link, const struct in6_addr *address)
{
	struct sync_address result;

	memcpy(result.byte, &link, sizeof(link));
	memcpy(result.byte + sizeof(link), address, sizeof(*address));
	return result;
}

/* What does not get out is lost like any other packet. */
static void send_on(const struct link *link, const struct in6_addr *to, const void *bytes,
                    size_t size)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
		                        .sin6_port = htons(PORT_STATE),
		                        .sin6_addr = *to,
		                        .sin6_scope_id = link->index };

	(void)sendto(link->datagrams, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
	             (struct sockaddr *)&address, sizeof(address));
}

static void send_output(struct net_state *state, const struct sync_output *out)
{
	struct in6_addr to;
	uint32_t index = 0;

	if (out->to) {
		memcpy(&index, out->to->byte, sizeof(index));
		memcpy(&to, out->to->byte + sizeof(index), sizeof(to));
	} else if (inet_pton(AF_INET6, GROUP_STATE, &to) != 1) {
		return;
	}
	for (size_t i = 0; i < state->n_links && (state->node.talks & NET_TALK_WEFT); i++) {
		if (!index || state->links[i]->index == index)
			send_on(state->links[i], &to, out->bytes, out->size);
	}
}

static void converse(struct net_state *state)
{
	uint64_t now = (uint64_t)clock_ms(), next;
	struct sync_output out;
	struct timeval delay;

	sync_tick(state->sync, now);
	while (sync_output(state->sync, now, &out))
		send_output(state, &out);
	next = sync_next(state->sync, now);
	next = next > now ? next - now : 1;
	delay = (struct timeval){ (time_t)(next / 1000), (suseconds_t)(next % 1000) * 1000 };
	event_add(state->sync_due, &delay);
}

static void on_sync_due(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	converse(data);
}

/* Whoever speaks this needs none of the other protocols. */
static void note_weft(struct net_state *state, uint32_t link, const struct in6_addr *address)
{
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *neighbour = &state->nearby.all[i];

		if (neighbour->link == link && IN6_ARE_ADDR_EQUAL(&neighbour->address, address))
			neighbour->weft = true;
	}
}

static void on_heard(int fd, short what, void *data)
{
	struct link *link = data;
	struct net_state *state = link->state;

	(void)what;
	for (int i = 0; i < READS_MAX; i++) {
		uint8_t bytes[SYNC_DATAGRAM_MAX + 1];
		struct sockaddr_in6 from = { 0 };
		socklen_t size = sizeof(from);
		struct sync_address address;
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT,
		                     (struct sockaddr *)&from, &size);

		if (n < 0)
			break;
		if (!IN6_IS_ADDR_LINKLOCAL(&from.sin6_addr) || !(state->node.talks & NET_TALK_WEFT))
			continue;
		address = address_of(link->index, &from.sin6_addr);
		sync_receive(state->sync, &address, bytes, (size_t)n, (uint64_t)clock_ms());
	}
	converse(state);
}

/* Those that the conversation counts as its peers. */
static void note_wefts(struct net_state *state, int64_t now)
{
	struct sync_peer_info info;

	for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
		state->nearby.all[i].weft = false;
	for (size_t i = 0; sync_peer(state->sync, i, (uint64_t)now, &info); i++) {
		struct in6_addr address;
		uint32_t link;

		memcpy(&link, info.address.byte, sizeof(link));
		memcpy(&address, info.address.byte + sizeof(link), sizeof(address));
		note_weft(state, link, &address);
	}
}

/* --- links --- */

static void on_answered(int fd, short what, void *data)
{
	struct link *link = data;
	struct in6_addr from;

	(void)what;
	while (echo_read(fd, &from))
		(void)nearby_see(&link->state->nearby, link->index, &from, clock_ms());
}

static void ask_links(struct net_state *state, int64_t now)
{
	for (size_t i = 0; i < state->n_links; i++) {
		struct link *link = state->links[i];

		if (now < link->ask_ms)
			continue;
		echo_ask(link->echo, link->index);
		/* A device that is just up has no address yet: oftener at the beginning. */
		link->wait_ms = link->wait_ms ? 2 * link->wait_ms : ECHO_FIRST_MS;
		if (link->wait_ms > ECHO_MS)
			link->wait_ms = ECHO_MS;
		link->ask_ms = now + link->wait_ms;
	}
}

void net_state_add_link(struct net_state *state, const struct net_link *added, int datagrams,
                        int echo)
{
	struct link *link;

	if (state->n_links == LINKS_MAX)
		return;
	link = calloc(1, sizeof(*link));
	assert(link);
	*link = (struct link){
		.index = added->index, .datagrams = datagrams, .echo = echo, .state = state
	};
	memcpy(link->name, added->name, sizeof(link->name));
	link->answered = event_new(state->base, echo, EV_READ | EV_PERSIST, on_answered, link);
	assert(link->answered);
	link->heard = event_new(state->base, datagrams, EV_READ | EV_PERSIST, on_heard, link);
	assert(link->heard);
	event_add(link->answered, NULL);
	event_add(link->heard, NULL);
	state->links[state->n_links++] = link;
	sync_greet(state->sync, (uint64_t)clock_ms());
	converse(state);
}

static void remove_link(struct net_state *state, size_t at)
{
	struct link *link = state->links[at];

	nearby_forget_link(&state->nearby, link->index);
	event_free(link->answered);
	event_free(link->heard);
	free(link);
	state->links[at] = state->links[--state->n_links];
}

void net_state_remove_link(struct net_state *state, uint32_t index)
{
	for (size_t i = state->n_links; i-- > 0;) {
		if (state->links[i]->index == index)
			remove_link(state, i);
	}
}

/* --- time --- */

static void look_after_store(struct net_state *state, int64_t now)
{
	(void)store_expire(state->store, (uint64_t)now);
	store_presence(state->store, (uint64_t)now);
	if (!state->settle_ms || now < state->settle_ms)
		return;
	store_settle(state->store, (uint64_t)now);
	state->settle_ms = 0;
}

static void on_turn(int fd, short what, void *data)
{
	struct net_state *state = data;
	struct timeval turn = { 0, TURN_MS * 1000 };
	int64_t now = clock_ms();

	(void)fd;
	(void)what;
	look_after_store(state, now);
	ask_links(state, now);
	note_wefts(state, now);
	clients_tick(state->clients, (uint64_t)now);
	ways_tick(state->ways, (uint64_t)now);
	exchange_due(state, now);
	converse(state);
	event_add(state->turn, &turn);
}

/* --- the whole --- */

/* What root says is not believed either: a table has its limits for everybody. */
void net_state_put_row(struct net_state *state, const struct net_row *row, size_t value_size)
{
	const struct state_table *table = state_table_by_id(row->table);
	AUTO(arena_free) struct arena *arena = arena_new();
	uint64_t now = (uint64_t)clock_ms();
	int r = -EINVAL;

	if (row->withdrawn && table) {
		r = store_remove(state->store, table, row->key, now);
	} else if (table && table->shape) {
		void *object = arena_alloc(arena, table->shape->size);

		r = value_read(table->shape, row->value, value_size, arena, object);
		if (r == 0)
			r = store_put(state->store, table, row->key, object, 0, now);
	}
	if (r < 0 && r != -ENOENT)
		log_line(LOG_PRIORITY_ERROR, "net: cannot say a row of %s: %s",
		         table ? table->name : "a table that is none", strerror(-r));
	if (table && table->urgent)
		converse(state);
}

/* The node itself, as others shall know it. */
static void say_node(struct net_state *state)
{
	const struct net_node *node = &state->node;
	char ipv4[IP_TEXT_SIZE], ipv6[IP_TEXT_SIZE];
	const char *addresses[2];
	struct name_row name = { .addresses = { addresses, 0 } };

	if (node->ipv4.ip.family != IP_NONE)
		addresses[name.addresses.count++] = ip_format(&node->ipv4.ip, ipv4);
	if (node->ipv6.ip.family != IP_NONE)
		addresses[name.addresses.count++] = ip_format(&node->ipv6.ip, ipv6);
	if (store_put(state->store, &state_table_names, node->hostname, &name, 0,
	              (uint64_t)clock_ms()) < 0)
		log_line(LOG_PRIORITY_ERROR, "net: cannot say who this node is");
}

void net_state_set_node(struct net_state *state, const struct net_node *node)
{
	uint64_t now = (uint64_t)clock_ms();

	if (*state->node.hostname && strcmp(state->node.hostname, node->hostname) != 0)
		(void)store_remove(state->store, &state_table_names, state->node.hostname, now);
	state->node = *node;
	compat_view_set_name(state->view, node->hostname);
	say_node(state);
	converse(state);
}

void net_state_set_scope(struct net_state *state, const struct net_scope *scope)
{
	clients_set_scope(state->clients, scope);
}

void net_state_add_lease(struct net_state *state, const struct net_lease *lease)
{
	clients_add(state->clients, lease);
}

void net_state_end_leases(struct net_state *state)
{
	int64_t now = clock_ms();

	clients_end(state->clients, now - state->since_ms < KEEP_MS, (uint64_t)now);
	/* At once: the next node may be asked for this client in the next second. */
	converse(state);
}

static const char *link_name(const struct net_state *state, uint32_t index)
{
	for (size_t i = 0; i < state->n_links; i++) {
		if (state->links[i]->index == index)
			return state->links[i]->name;
	}
	return NULL;
}

static void print_neighbour(const struct net_state *state, const struct neighbour *neighbour,
                            struct json *json)
{
	char address[INET6_ADDRSTRLEN];

	json_open(json, NULL, '{');
	json_text(json, "address",
	          inet_ntop(AF_INET6, &neighbour->address, address, sizeof(address)));
	json_text(json, "link", link_name(state, neighbour->link));
	json_bool(json, "weft", neighbour->weft);
	json_bool(json, "async", neighbour->async.speaks);
	json_bool(json, "http", neighbour->http.speaks);
	json_number(json, "heard_s", (clock_ms() - neighbour->seen_ms) / 1000);
	json_close(json, '}');
}

static void print_neighbours(const struct net_state *state, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_open(&json, "neighbours", '[');
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		if (!IN6_IS_ADDR_UNSPECIFIED(&state->nearby.all[i].address))
			print_neighbour(state, &state->nearby.all[i], &json);
	}
	json_close(&json, ']');
	json_close(&json, '}');
}

/* As `shared-state-async get` has it. */
static void print_shared(const struct net_state *state, const char *type, struct buf *out)
{
	const struct compat_state *shared = compat_view_state(state->view);
	const struct compat_peer peer = { .protocol = COMPAT_ASYNC, .local = true };
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice slice = { 0 };
	struct json json = { .out = out };

	compat_view_set_time(state->view, (uint64_t)clock_ms());
	shared->collect(shared->data, &peer, type, arena, &slice);
	json_open(&json, NULL, '{');
	for (size_t i = 0; i < slice.count; i++) {
		const struct compat_entry *entry = &slice.entries[i];

		if (entry->data)
			json_raw(&json, entry->key,
			         arena_printf(arena, "%.*s", (int)entry->data_size, entry->data));
	}
	json_close(&json, '}');
}

void net_state_ask(struct net_state *state, const struct net_ask *ask)
{
	BUF_AUTO text = { 0 };

	if (ask->question == NET_ASK_NEIGHBOURS) {
		print_neighbours(state, &text);
	} else if (ask->question == NET_ASK_SHARED) {
		print_shared(state, ask->key, &text);
	} else {
		answers_ask(state->answers, ask);
		return;
	}
	answers_say(state->answers, ask->id, &text);
}

void net_state_forget(struct net_state *state, const struct net_ask *ask)
{
	answers_forget(state->answers, ask->id);
}

void net_state_set_gateway(struct net_state *state, const struct net_gateway *gateway)
{
	ways_set_own(state->ways, gateway, (uint64_t)clock_ms());
	converse(state);
}

void net_state_choose(struct net_state *state, const struct net_choice *choice)
{
	ways_choose(state->ways, choice, (uint64_t)clock_ms());
	ways_tick(state->ways, (uint64_t)clock_ms());
	converse(state);
}

void net_state_listen(struct net_state *state, enum net_service service, int listener)
{
	switch (service) {
	case NET_SERVICE_ASYNC:
		exchange_serve(&state->server, listener);
		break;
	case NET_SERVICE_HTTP:
		web_listen(state->web, listener);
		break;
	case NET_N_SERVICES:
		break;
	}
}

struct web *net_state_web(struct net_state *state)
{
	return state->web;
}

/* The kernel's own; there is always some once it has booted. */
static uint64_t new_seed(void)
{
	uint64_t seed = 0;

	return getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed) ? seed
	                                                                     : (uint64_t)clock_ms();
}

uint32_t net_state_epoch(const struct net_state *state)
{
	return store_epoch(state->store);
}

struct net_state *net_state_new(struct event_base *base, const struct net_key *key,
                                void (*say)(void *data, const struct net_message *message),
                                void *data)
{
	struct net_state *state = calloc(1, sizeof(*state));
	struct store_options options = { .epoch = key->epoch, .max_bytes = STORE_MAX };

	assert(state);
	state->keys = key->keys;
	options.crypto = keys_crypto(&state->keys);
	memcpy(options.key, state->keys.public_key, sizeof(options.key));
	state->base = base;
	state->store = store_new(&options);
	state->sync = sync_new(&(struct sync_options){
		.store = state->store, .crypto = options.crypto, .seed = new_seed() });
	state->clients = clients_new(state->store, say, data);
	state->answers = answers_new(state->store, say, data);
	state->ways = ways_new(state->store, say, data);
	state->view = compat_view_new(state->store);
	state->streams = streams_new(base, NULL);
	state->server = (struct exchange_server){ .streams = state->streams,
		                                  .state = compat_view_state(state->view),
		                                  .before = before,
		                                  .data = state,
		                                  .speaks = speaks,
		                                  .is_near = is_near };
	state->web = web_new(base, &state->server, say, data);
	state->since_ms = clock_ms();
	state->settle_ms = state->since_ms + SETTLE_MS;
	state->turn = event_new(base, -1, 0, on_turn, state);
	state->sync_due = event_new(base, -1, 0, on_sync_due, state);
	assert(state->turn && state->sync_due);
	on_turn(-1, 0, state);
	return state;
}

void net_state_free(struct net_state *state)
{
	if (!state)
		return;
	event_free(state->turn);
	event_free(state->sync_due);
	while (state->n_links)
		remove_link(state, 0);
	streams_free(state->streams);
	web_free(state->web);
	compat_view_free(state->view);
	clients_free(state->clients);
	answers_free(state->answers);
	ways_free(state->ways);
	sync_free(state->sync);
	store_free(state->store);
	free(state);
}
