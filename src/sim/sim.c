/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "sim/sim.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/crypto.h"
#include "state/digest.h"
#include "state/store.h"
#include "state/sync.h"
#include "state/tables/tables.h"

#define DEGREE     4
#define HEADERS    48 /* bytes of IPv6 and UDP */
#define MEMORY     16 /* datagrams that a liar remembers */
#define AGREE_STEP 100
/* What may be under way between nodes that agree: they are up to 62 hops apart. */
#define UNDER_WAY_MS 60000
#define MEASURE_MS   10000

struct event {
	uint64_t time, order;
	unsigned node;
	int from; /* -1: the node wakes by itself */
	size_t size;
	uint8_t *bytes; /* owned */
};

struct old_datagram {
	size_t size;
	uint8_t bytes[SYNC_DATAGRAM_MAX];
};

struct sim_node {
	struct sim *sim;
	unsigned number;
	struct sim_key key;
	struct store *store;
	struct sync *sync;
	uint32_t epoch;
	uint64_t clock_start;
	int clock_ppm;
	uint64_t wake; /* the one event that counts */
	bool cut[DEGREE], silent, lies;
	unsigned n_changes;
	struct old_datagram *memory; /* of a liar */
	/* What is measured: the row's version that is waited for. */
	uint64_t waits_slot, waits_digest;
	uint32_t knows_after;
};

struct sim {
	struct sim_options options;
	unsigned width;
	uint64_t now, order, random, measured_from;
	struct sim_node *node;
	struct event *heap;
	size_t n_events, room;
	unsigned n_waiting;
	struct sim_stats stats;
};

uint32_t sim_random(struct sim *sim, uint32_t below)
{
	sim->random = sim->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((sim->random >> 33) % below);
}

uint64_t sim_now(const struct sim *sim)
{
	return sim->now;
}

static void *alloc(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

/* Events: a heap, the earliest first. */

static bool is_before(const struct event *a, const struct event *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static void swap(struct event *a, struct event *b)
{
	struct event c = *a;

	*a = *b;
	*b = c;
}

static void event_add(struct sim *sim, struct event event)
{
	size_t i = sim->n_events++;

	if (sim->n_events > sim->room) {
		sim->room = sim->room ? 2 * sim->room : 1024;
		sim->heap = realloc(sim->heap, sim->room * sizeof(event));
		if (!sim->heap)
			abort();
	}
	event.order = sim->order++;
	sim->heap[i] = event;
	for (; i && is_before(&sim->heap[i], &sim->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&sim->heap[i], &sim->heap[(i - 1) / 2]);
}

static struct event event_take(struct sim *sim)
{
	struct event first = sim->heap[0];
	size_t i = 0;

	sim->heap[0] = sim->heap[--sim->n_events];
	sim->heap[sim->n_events].bytes = NULL;
	for (;;) {
		size_t least = i, child = 2 * i + 1;

		if (child < sim->n_events && is_before(&sim->heap[child], &sim->heap[least]))
			least = child;
		if (child + 1 < sim->n_events &&
		    is_before(&sim->heap[child + 1], &sim->heap[least]))
			least = child + 1;
		if (least == i)
			return first;
		swap(&sim->heap[i], &sim->heap[least]);
		i = least;
	}
}

/* The grid: 0 is west, 1 east, 2 north, 3 south; -1 where there is nobody. */
static int neighbour(const struct sim *sim, unsigned node, unsigned side)
{
	unsigned x = node % sim->width, other;

	switch (side) {
	case 0:
		return x ? (int)node - 1 : -1;
	case 1:
		other = node + 1;
		return x + 1 < sim->width && other < sim->options.n_nodes ? (int)other : -1;
	case 2:
		return node >= sim->width ? (int)(node - sim->width) : -1;
	default:
		other = node + sim->width;
		return other < sim->options.n_nodes ? (int)other : -1;
	}
}

/* Clocks. */

static uint64_t local(const struct sim_node *node, uint64_t time)
{
	return node->clock_start + time + (uint64_t)((int64_t)time * node->clock_ppm / 1000000);
}

static uint64_t global(const struct sim_node *node, uint64_t time)
{
	uint64_t passed = time - node->clock_start;

	return passed - (uint64_t)((int64_t)passed * node->clock_ppm / 1000000) + 1;
}

/* Sending. */

static void deliver(struct sim *sim, unsigned from, unsigned to, const uint8_t *bytes, size_t size)
{
	struct event event = { .node = to, .from = (int)from, .size = size };

	sim->stats.n_datagrams++;
	sim->stats.bytes += size + HEADERS;
	if (sim_random(sim, 1000) < sim->options.loss) {
		sim->stats.n_lost++;
		return;
	}
	event.time = sim->now + sim->options.delay_ms + sim_random(sim, sim->options.jitter_ms + 1);
	event.bytes = alloc(size + 1);
	memcpy(event.bytes, bytes, size);
	event_add(sim, event);
}

/* What a liar makes of a datagram. */
static size_t spoil(struct sim_node *node, uint8_t *bytes, size_t size)
{
	struct old_datagram *old = &node->memory[sim_random(node->sim, MEMORY)];

	switch (sim_random(node->sim, 4)) {
	case 0: /* something from long ago */
		if (old->size) {
			memcpy(bytes, old->bytes, old->size);
			return old->size;
		}
		return size;
	case 1: /* a byte of it */
		bytes[sim_random(node->sim, (uint32_t)size)] = (uint8_t)sim_random(node->sim, 256);
		return size;
	case 2: /* a part of it, and a good one to remember */
		memcpy(old->bytes, bytes, size);
		old->size = size;
		return 1 + sim_random(node->sim, (uint32_t)size);
	default:
		return size;
	}
}

static void send_to(struct sim_node *node, unsigned side, const struct sync_output *out)
{
	struct sim *sim = node->sim;
	int to = neighbour(sim, node->number, side);
	uint8_t bytes[SYNC_DATAGRAM_MAX];
	size_t size = out->size;

	if (to < 0 || node->cut[side] || node->silent)
		return;
	memcpy(bytes, out->bytes, size);
	if (node->lies)
		size = spoil(node, bytes, size);
	deliver(sim, node->number, (unsigned)to, bytes, size);
	if (sim_random(sim, 1000) < sim->options.doubled)
		deliver(sim, node->number, (unsigned)to, bytes, size);
}

static struct sync_address address_of(unsigned node)
{
	struct sync_address address = { { 0 } };

	memcpy(address.byte, &node, sizeof(node));
	return address;
}

static void send_all(struct sim_node *node, uint64_t now)
{
	struct sync_output out;

	while (sync_output(node->sync, now, &out)) {
		for (unsigned side = 0; side < DEGREE; side++) {
			int to = neighbour(node->sim, node->number, side);
			struct sync_address address = address_of((unsigned)to);

			if (to >= 0 && (!out.to || memcmp(out.to, &address, sizeof(address)) == 0))
				send_to(node, side, &out);
		}
	}
}

/* Does all that is due at a node, and has it wake when something will be. */
static void work(struct sim_node *node)
{
	uint64_t now = local(node, node->sim->now), next, expiry;

	store_presence(node->store, now);
	expiry = store_expire(node->store, now);
	sync_tick(node->sync, now);
	send_all(node, now);
	next = sync_next(node->sync, now);
	if (expiry < next)
		next = expiry;
	next = global(node, next);
	if (next <= node->sim->now)
		next = node->sim->now + 1;
	if (node->wake > node->sim->now && node->wake <= next)
		return;
	node->wake = next;
	event_add(node->sim, (struct event){ .time = next, .node = node->number, .from = -1 });
}

static void note_change(void *context, const struct row *row)
{
	struct sim_node *node = context;

	if (row->slot != node->waits_slot || row->digest != node->waits_digest ||
	    node->knows_after != UINT32_MAX)
		return;
	node->knows_after = (uint32_t)(node->sim->now - node->sim->measured_from);
	node->sim->n_waiting--;
}

static void collect(struct sim *sim, const struct sim_node *node)
{
	struct sync_stats stats;

	sync_stats(node->sync, &stats);
	sim->stats.n_repairs += stats.n_repairs;
	sim->stats.n_resent += stats.n_resent;
	sim->stats.n_bad += stats.n_bad;
	sim->stats.n_rows += stats.n_rows_out;
}

static void say(struct sim_node *node, unsigned which)
{
	struct lease_row row = { .hostname = "phone" };
	char key[32], ip[32];

	snprintf(key, sizeof(key), "02:%02x:%02x:00:00:%02x", node->number >> 8 & 255,
	         node->number & 255, which & 255);
	snprintf(ip, sizeof(ip), "10.%u.%u.%u", node->number >> 8 & 255, node->number & 255,
	         1 + node->n_changes++ % 250);
	if (!ip_parse(ip, &row.ip) || store_put(node->store, &state_table_leases, key, &row, 0,
	                                        local(node, node->sim->now)) < 0)
		abort();
}

static void boot(struct sim_node *node)
{
	struct store_options options = { .crypto = sim_crypto(&node->key), .epoch = node->epoch };
	struct sync_options sync = { .seed = sim_random(node->sim, UINT32_MAX) };

	memcpy(options.key, node->key.key, sizeof(options.key));
	node->store = store_new(&options);
	store_watch(node->store, note_change, node);
	sync.store = node->store;
	sync.crypto = options.crypto;
	node->sync = sync_new(&sync);
	for (unsigned i = 0; i < node->sim->options.n_rows; i++)
		say(node, i);
}

static void node_init(struct sim *sim, unsigned number)
{
	struct sim_node *node = &sim->node[number];

	*node = (struct sim_node){
		.sim = sim, .number = number, .epoch = 1, .knows_after = UINT32_MAX
	};
	sim_key_init(&node->key, sim->options.seed * 1000003 + number, sim->options.secret);
	if (sim->options.bad_clocks) {
		/* Anything from 0 to beyond the year 2106. */
		node->clock_start = (uint64_t)sim_random(sim, UINT32_MAX) * 2000;
		node->clock_ppm = (int)sim_random(sim, 2000) - 1000;
	}
	boot(node);
	node->wake = sim->now + sim_random(sim, 1000);
	event_add(sim, (struct event){ .time = node->wake, .node = number, .from = -1 });
}

struct sim *sim_new(const struct sim_options *options)
{
	struct sim *sim = alloc(sizeof(*sim));

	sim->options = *options;
	sim->random = options->seed;
	sim->width = 1;
	while (sim->width * sim->width < options->n_nodes)
		sim->width++;
	sim->node = alloc(options->n_nodes * sizeof(sim->node[0]));
	for (unsigned i = 0; i < options->n_nodes; i++)
		node_init(sim, i);
	for (unsigned i = 0; i < options->n_nodes * DEGREE; i++)
		sim->stats.n_links += neighbour(sim, i / DEGREE, i % DEGREE) >= 0;
	return sim;
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	for (unsigned i = 0; i < sim->options.n_nodes; i++) {
		sync_free(sim->node[i].sync);
		store_free(sim->node[i].store);
		free(sim->node[i].memory);
	}
	for (size_t i = 0; i < sim->n_events; i++)
		free(sim->heap[i].bytes);
	free(sim->heap);
	free(sim->node);
	free(sim);
}

static void happen(struct sim *sim, struct event *event)
{
	struct sim_node *node = &sim->node[event->node];
	struct sync_address from = address_of((unsigned)event->from);

	if (event->from < 0 && event->time != node->wake)
		return;
	if (event->from >= 0 && !node->silent)
		sync_receive(node->sync, &from, event->bytes, event->size, local(node, sim->now));
	work(node);
}

void sim_run(struct sim *sim, uint64_t for_ms)
{
	uint64_t until = sim->now + for_ms;

	while (sim->n_events && sim->heap[0].time <= until) {
		struct event event = event_take(sim);

		sim->now = event.time;
		happen(sim, &event);
		free(event.bytes);
	}
	sim->now = until;
}

/* In a large network there is always a sign of life that has not yet come everywhere. */
static bool is_under_way(const struct sim_node *node, const struct row *row)
{
	return row->table == &state_table_presence &&
	       row_age_ms(row, local(node, node->sim->now)) < UNDER_WAY_MS;
}

/* What `a` has and `b` has not, or has an older one of, is young. */
static bool is_nearly_within(const struct sim_node *a, const struct sim_node *b, unsigned leaf)
{
	const struct row *row = NULL;

	while ((row = digest_next(a->store, leaf, row))) {
		const struct row *other = digest_find(b->store, row->slot);

		if (other && (other->digest == row->digest ||
		              row_version_compare(&row->version, &other->version) < 0))
			continue;
		if (!is_under_way(a, row))
			return false;
	}
	return true;
}

static bool nearly_equal(const struct sim_node *a, const struct sim_node *b)
{
	if (digest_root(a->store) == digest_root(b->store) &&
	    digest_count(a->store) == digest_count(b->store))
		return true;
	for (unsigned leaf = 0; leaf < DIGEST_LEAVES; leaf++) {
		if (digest_leaf(a->store, leaf) != digest_leaf(b->store, leaf) &&
		    (!is_nearly_within(a, b, leaf) || !is_nearly_within(b, a, leaf)))
			return false;
	}
	return true;
}

bool sim_has_agreed(const struct sim *sim)
{
	const struct sim_node *first = NULL;

	for (unsigned i = 0; i < sim->options.n_nodes; i++) {
		const struct sim_node *node = &sim->node[i];

		if (node->lies || node->silent)
			continue;
		first = first ? first : node;
		if (!nearly_equal(node, first))
			return false;
	}
	return true;
}

bool sim_run_until_agreed(struct sim *sim, uint64_t most_ms)
{
	for (uint64_t t = 0; t < most_ms; t += AGREE_STEP) {
		if (sim_has_agreed(sim))
			return true;
		sim_run(sim, AGREE_STEP);
	}
	return sim_has_agreed(sim);
}

/* Faults. */

void sim_set_loss(struct sim *sim, unsigned loss, unsigned doubled)
{
	sim->options.loss = loss;
	sim->options.doubled = doubled;
}

void sim_cut(struct sim *sim, unsigned node, unsigned other, bool cut)
{
	for (unsigned side = 0; side < DEGREE; side++) {
		if (neighbour(sim, node, side) == (int)other)
			sim->node[node].cut[side] = cut;
		if (neighbour(sim, other, side) == (int)node)
			sim->node[other].cut[side] = cut;
	}
}

void sim_split(struct sim *sim, bool cut)
{
	unsigned half = sim->options.n_nodes / sim->width / 2 * sim->width;

	for (unsigned node = 0; node < half; node++) {
		if (node + sim->width >= half && node + sim->width < sim->options.n_nodes)
			sim_cut(sim, node, node + sim->width, cut);
	}
}

void sim_crash(struct sim *sim, unsigned number, bool counts)
{
	struct sim_node *node = &sim->node[number];

	collect(sim, node);
	node->epoch = counts ? store_epoch(node->store) + 1 : 1;
	sync_free(node->sync);
	store_free(node->store);
	boot(node);
	work(node);
}

void sim_silence(struct sim *sim, unsigned node, bool silent)
{
	sim->node[node].silent = silent;
}

void sim_lie(struct sim *sim, unsigned node, bool lies)
{
	if (!sim->node[node].memory)
		sim->node[node].memory = alloc(MEMORY * sizeof(struct old_datagram));
	sim->node[node].lies = lies;
}

/* Changes. */

void sim_change(struct sim *sim, unsigned node)
{
	say(&sim->node[node], sim_random(sim, sim->options.n_rows ? sim->options.n_rows : 1));
	work(&sim->node[node]);
}

static const struct row *own_lease(const struct sim_node *node)
{
	const struct row *row = NULL;

	while ((row = store_next(node->store, &state_table_leases, row))) {
		if (author_equal(row_author(row), store_self(node->store)))
			return row;
	}
	return NULL;
}

void sim_withdraw(struct sim *sim, unsigned number)
{
	struct sim_node *node = &sim->node[number];
	const struct row *row = own_lease(node);

	if (row)
		(void)store_remove(node->store, &state_table_leases, row->key,
		                   local(node, sim->now));
	work(node);
}

void sim_measure_change(struct sim *sim, unsigned number, uint32_t *times)
{
	struct sim_node *node = &sim->node[number];
	const struct row *row;

	say(node, 0);
	row = store_next_changed(node->store, &state_table_leases,
	                         store_serial(node->store, &state_table_leases) - 1);
	sim->measured_from = sim->now;
	sim->n_waiting = sim->options.n_nodes - 1;
	for (unsigned i = 0; i < sim->options.n_nodes; i++) {
		sim->node[i].waits_slot = row->slot;
		sim->node[i].waits_digest = row->digest;
		sim->node[i].knows_after = i == number ? 0 : UINT32_MAX;
	}
	work(node);
	for (uint64_t t = 0; sim->n_waiting && t < MEASURE_MS; t += 10)
		sim_run(sim, 10);
	for (unsigned i = 0; i < sim->options.n_nodes; i++) {
		times[i] = sim->node[i].knows_after;
		sim->node[i].waits_slot = 0;
	}
}

unsigned sim_n_nodes(const struct sim *sim)
{
	return sim->options.n_nodes;
}

struct store *sim_store(const struct sim *sim, unsigned node)
{
	return sim->node[node].store;
}

void sim_stats(const struct sim *sim, struct sim_stats *stats)
{
	struct sim now = { .stats = sim->stats };

	for (unsigned i = 0; i < sim->options.n_nodes; i++)
		collect(&now, &sim->node[i]);
	*stats = now.stats;
}
