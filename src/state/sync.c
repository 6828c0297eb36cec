/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/sync.h"

#include <stdlib.h>
#include <string.h>

#include "state/sync_parts.h"

#define IN_RATE     (512u << 10)
#define IN_BURST    (512u << 10)
#define OUT_BURST   (32u << 10)
#define SKIPS_MAX   6    /* times that a busy neighbour's difference is not believed */
#define RECHECK_MS  1000 /* until it is asked again */
#define HELLOS_LOST 3u   /* and a half: then it is gone */

static uint64_t number_of(const uint8_t bytes[8])
{
	struct reader reader = { .at = bytes, .end = bytes + 8 };

	return take_number(&reader, 8);
}

uint32_t sync_random(struct sync *sync, uint32_t below)
{
	sync->random = sync->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((sync->random >> 33) % below);
}

/* News of the store: for everybody but the one who told it. */
static void spread(void *context, const struct row *row)
{
	struct sync *sync = context;
	bool urgent = row->table && row->table->urgent;

	sync->changed = sync->now;
	if (row->state == ROW_EXPIRED)
		return;
	for (size_t i = 0; i < sync->n_peers; i++) {
		if (!sync->from || sync->peer[i]->id != sync->from->id)
			peer_push(sync, sync->peer[i], row, urgent);
	}
}

struct sync *sync_new(const struct sync_options *options)
{
	struct sync *sync = calloc(1, sizeof(*sync));

	if (!sync)
		abort();
	sync->options = *options;
	if (!sync->options.hello_ms)
		sync->options.hello_ms = SYNC_HELLO_MS;
	if (!sync->options.peer_rate)
		sync->options.peer_rate = SYNC_PEER_RATE;
	if (!sync->options.total_rate)
		sync->options.total_rate = SYNC_TOTAL_RATE;
	sync->store = options->store;
	sync->self = number_of(store_self(sync->store)->byte);
	sync->random = options->seed ^ sync->self;
	sync->number = sync_random(sync, UINT32_MAX) + 1;
	sync->hello_ask = true;
	store_watch(sync->store, spread, sync);
	return sync;
}

void sync_free(struct sync *sync)
{
	if (!sync)
		return;
	for (size_t i = 0; i < sync->n_peers; i++)
		free(sync->peer[i]);
	free(sync);
}

void sync_stats(const struct sync *sync, struct sync_stats *stats)
{
	*stats = sync->stats;
}

void sync_greet(struct sync *sync, uint64_t now)
{
	sync->hello_due = now;
	sync->hello_ask = true;
}

/* Peers. */

static void set_now(struct sync *sync, uint64_t now)
{
	sync->now = now;
	bucket_fill(&sync->total, sync->options.total_rate, sync->options.total_rate / 4, now);
}

static uint64_t silence(const struct sync *sync)
{
	return (uint64_t)sync->options.hello_ms * HELLOS_LOST + sync->options.hello_ms / 2;
}

static void forget_peer(struct sync *sync, size_t i)
{
	free(sync->peer[i]);
	sync->peer[i] = sync->peer[--sync->n_peers];
}

static size_t quietest(const struct sync *sync)
{
	size_t found = 0;

	for (size_t i = 1; i < sync->n_peers; i++) {
		if (sync->peer[i]->heard < sync->peer[found]->heard)
			found = i;
	}
	return found;
}

/* NULL if there are too many already that are heard. */
static struct peer *peer_for(struct sync *sync, const struct sync_address *address, uint64_t now)
{
	struct peer *peer;

	for (size_t i = 0; i < sync->n_peers; i++) {
		if (memcmp(&sync->peer[i]->address, address, sizeof(*address)) == 0)
			return sync->peer[i];
	}
	if (sync->n_peers == SYNC_PEERS_MAX) {
		size_t i = quietest(sync);

		if (now - sync->peer[i]->heard < 2 * (uint64_t)sync->options.hello_ms)
			return NULL;
		forget_peer(sync, i);
	}
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		abort();
	peer->address = *address;
	peer->heard = peer->out.filled = peer->in.filled = now;
	peer->in.level = IN_BURST;
	peer->out.level = OUT_BURST;
	peer->try_wait = TRY_MIN_MS;
	peer->greet = true;
	sync->peer[sync->n_peers++] = peer;
	return peer;
}

bool sync_peer(const struct sync *sync, size_t index, uint64_t now, struct sync_peer_info *info)
{
	const struct peer *peer;

	if (index >= sync->n_peers)
		return false;
	peer = sync->peer[index];
	*info = (struct sync_peer_info){
		.address = peer->address,
		.id = peer->id,
		.heard_ms_ago = now - peer->heard,
		.equal = peer->knows_root && peer->root == digest_root(sync->store),
	};
	return true;
}

/* Whether its difference may be one of things still on their way. */
static bool is_unsettled(const struct sync *sync, const struct peer *peer, unsigned flags,
                         uint64_t now)
{
	return flags & FLAG_BUSY || peer_is_busy(peer) || now - sync->changed < QUIET_MS;
}

void sync_judge(struct sync *sync, struct peer *peer, unsigned flags, uint64_t now)
{
	uint64_t when = now + sync_random(sync, 100);

	if (peer->root == digest_root(sync->store)) {
		peer->differs = false;
		peer->n_skipped = 0;
		peer->try_wait = TRY_MIN_MS;
		peer->next_try = 0;
		return;
	}
	/* Of two that notice at once one begins. */
	if (sync->self > peer->id)
		when += QUIET_MS;
	if (is_unsettled(sync, peer, flags, now) && peer->n_skipped < SKIPS_MAX) {
		if (!peer->differs || peer->next_try <= now)
			peer->n_skipped++;
		when += RECHECK_MS;
	}
	if (!peer->differs && peer->next_try < when)
		peer->next_try = when;
	peer->differs = true;
}

/* Begins to compare, or asks first whether there is still a difference. */
static void try_repair(struct sync *sync, struct peer *peer, uint64_t now)
{
	if (peer->root == digest_root(sync->store)) {
		peer->differs = false;
		return;
	}
	if (peer->n_skipped < SKIPS_MAX &&
	    (peer->root_heard < sync->changed + QUIET_MS || peer_is_busy(peer))) {
		peer->n_skipped++;
		peer->greet = peer->greet_ask = true;
		peer->next_try = now + RECHECK_MS + sync_random(sync, 100);
		return;
	}
	/* It was not heard since the last time: when it is, there is another. */
	if (peer->tried && peer->root_heard <= peer->tried) {
		peer->next_try = now + sync->options.hello_ms;
		peer->tried = 0;
		return;
	}
	sync->stats.n_repairs++;
	peer->n_skipped = 0;
	peer->send_root = true;
	peer->tried = now;
	peer->try_wait = peer->took ? TRY_MIN_MS : peer->try_wait * 2;
	if (peer->try_wait > TRY_MAX_MS)
		peer->try_wait = TRY_MAX_MS;
	peer->took = false;
	peer->next_try = now + peer->try_wait + sync_random(sync, 200);
}

/* In and out. */

static void receive_plain(struct sync *sync, const struct sync_address *from, const uint8_t *bytes,
                          size_t size, uint64_t now)
{
	struct reader reader = { .at = bytes, .end = bytes + size };
	unsigned flags = (unsigned)take_number(&reader, 1);
	struct peer *peer;
	uint64_t id, root;

	(void)take_number(&reader, 1);
	id = take_number(&reader, 8);
	root = take_number(&reader, 8);
	if (reader.bad || id == sync->self) {
		sync->stats.n_bad += reader.bad;
		return;
	}
	peer = peer_for(sync, from, now);
	if (peer)
		bucket_fill(&peer->in, IN_RATE, IN_BURST, now);
	if (!peer || peer->in.level < (int64_t)size) {
		sync->stats.n_dropped++;
		return;
	}
	peer->in.level -= (int64_t)size;
	peer->id = id;
	peer->heard = now;
	peer->greet = peer->greet || flags & FLAG_ANSWER;
	sync->from = peer;
	sync_read(sync, peer, &reader, now);
	sync->from = NULL;
	sync->stats.n_bad += reader.bad;
	peer->root = root;
	peer->root_heard = now;
	peer->knows_root = true;
	sync_judge(sync, peer, flags, now);
}

void sync_receive(struct sync *sync, const struct sync_address *from, const void *bytes,
                  size_t size, uint64_t now)
{
	const struct state_crypto *crypto = &sync->options.crypto;
	const uint8_t *byte = bytes;
	uint8_t plain[SYNC_DATAGRAM_MAX];

	set_now(sync, now);
	sync->stats.n_in++;
	sync->stats.bytes_in += size;
	if (size < 2 || size > SYNC_DATAGRAM_MAX || byte[0] != FIRST_BYTE ||
	    byte[1] != (crypto->open ? VERSION_SEALED : VERSION_PLAIN)) {
		sync->stats.n_bad++;
		return;
	}
	if (!crypto->open) {
		receive_plain(sync, from, byte + 2, size - 2, now);
	} else if (size - 2 < STATE_SEAL_SIZE ||
	           !crypto->open(crypto->context, byte + 2, size - 2, plain)) {
		sync->stats.n_bad++;
	} else {
		receive_plain(sync, from, plain, size - 2 - STATE_SEAL_SIZE, now);
	}
}

void sync_tick(struct sync *sync, uint64_t now)
{
	set_now(sync, now);
	for (size_t i = sync->n_peers; i-- > 0;) {
		struct peer *peer = sync->peer[i];

		bucket_fill(&peer->out, sync->options.peer_rate, OUT_BURST, now);
		if (now - peer->heard > silence(sync)) {
			forget_peer(sync, i);
			continue;
		}
		peer_resend(sync, peer, now);
		if (peer->differs && now >= peer->next_try)
			try_repair(sync, peer, now);
	}
}

static uint64_t peer_next(const struct sync *sync, const struct peer *peer, uint64_t now)
{
	uint64_t next = peer_due(sync, peer, now);

	if (peer->heard + silence(sync) + 1 < next)
		next = peer->heard + silence(sync) + 1;
	if (peer->differs && peer->next_try < next)
		next = peer->next_try;
	for (size_t i = 0; i < FLIGHTS; i++) {
		if (peer->flight[i].number && peer->flight[i].due < next)
			next = peer->flight[i].due;
	}
	return next;
}

uint64_t sync_next(const struct sync *sync, uint64_t now)
{
	uint64_t next = sync->hello_due;

	for (size_t i = 0; i < sync->n_peers; i++) {
		uint64_t due = peer_next(sync, sync->peer[i], now);

		next = due < next ? due : next;
	}
	return next > now ? next : now + 1;
}

static void send_plain(struct sync *sync, const struct sync_address *to, size_t size,
                       struct sync_output *out)
{
	const struct state_crypto *crypto = &sync->options.crypto;

	sync->datagram[0] = FIRST_BYTE;
	sync->datagram[1] = crypto->seal ? VERSION_SEALED : VERSION_PLAIN;
	if (crypto->seal) {
		crypto->seal(crypto->context, sync->plain, size, sync->datagram + 2);
		size += STATE_SEAL_SIZE;
	} else {
		memcpy(sync->datagram + 2, sync->plain, size);
	}
	*out = (struct sync_output){ .to = to, .bytes = sync->datagram, .size = size + 2 };
	sync->stats.n_out++;
	sync->stats.bytes_out += size + 2;
}

static bool output_hello(struct sync *sync, uint64_t now, struct sync_output *out)
{
	uint32_t period = sync->options.hello_ms;

	if (now < sync->hello_due)
		return false;
	sync->hello_due = now + period - period / 10 + sync_random(sync, period / 5 + 1);
	send_plain(sync, NULL, sync_write_header(sync, sync->hello_ask ? FLAG_ANSWER : 0), out);
	sync->hello_ask = false;
	return true;
}

bool sync_output(struct sync *sync, uint64_t now, struct sync_output *out)
{
	set_now(sync, now);
	if (output_hello(sync, now, out))
		return true;
	for (size_t i = 0; i < sync->n_peers; i++) {
		struct peer *peer = sync->peer[(sync->turn + i) % sync->n_peers];
		size_t size = 0;

		if (peer_due(sync, peer, now) <= now)
			size = sync_write(sync, peer, now);
		if (!size)
			continue;
		peer->out.level -= (int64_t)size;
		sync->total.level -= (int64_t)size;
		sync->turn = (sync->turn + i + 1) % sync->n_peers;
		send_plain(sync, &peer->address, size, out);
		return true;
	}
	return false;
}
