/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "state/sync_parts.h"

bool bit_get(const uint8_t *bits, unsigned i)
{
	return bits[i / 8] >> i % 8 & 1;
}

bool bit_set(uint8_t *bits, unsigned i)
{
	bool was = bit_get(bits, i);

	bits[i / 8] |= (uint8_t)(1u << i % 8);
	return !was;
}

bool bit_clear(uint8_t *bits, unsigned i)
{
	bool was = bit_get(bits, i);

	bits[i / 8] &= (uint8_t) ~(1u << i % 8);
	return was;
}

void bucket_fill(struct bucket *bucket, uint32_t rate, uint32_t most, uint64_t now)
{
	uint64_t passed = now - bucket->filled;

	if (passed > 60000)
		passed = 60000;
	bucket->level += (int64_t)(passed * rate / 1000);
	if (bucket->level > most)
		bucket->level = most;
	bucket->filled = now;
}

static bool outbox_has(const struct peer *peer, uint64_t slot)
{
	for (size_t i = 0; i < peer->n_outbox; i++) {
		if (peer->outbox[i] == slot)
			return true;
	}
	return false;
}

static void outbox_add(struct peer *peer, uint64_t slot)
{
	if (peer->n_outbox == OUTBOX_MAX)
		peer_send_leaf(peer, digest_leaf_of(slot));
	else if (!outbox_has(peer, slot))
		peer->outbox[peer->n_outbox++] = slot;
}

void peer_push(struct sync *sync, struct peer *peer, const struct row *row, bool urgent)
{
	uint64_t due = sync->now + URGENT_MS;

	if (!urgent)
		due = sync->now + LAZY_MIN_MS + sync_random(sync, LAZY_MORE_MS);
	if (!peer->n_outbox || due < peer->outbox_due)
		peer->outbox_due = due;
	peer->urgent = (peer->n_outbox && peer->urgent) || urgent;
	outbox_add(peer, row->slot);
}

void peer_forget_push(struct peer *peer, uint64_t slot)
{
	for (size_t i = 0; i < peer->n_outbox; i++) {
		if (peer->outbox[i] != slot)
			continue;
		memmove(&peer->outbox[i], &peer->outbox[i + 1],
		        (peer->n_outbox - i - 1) * sizeof(slot));
		peer->n_outbox--;
		return;
	}
}

void peer_want(struct peer *peer, uint64_t slot)
{
	for (size_t i = 0; i < peer->n_want; i++) {
		if (peer->want[i] == slot)
			return;
	}
	/* What does not fit is found again by the next comparison. */
	if (peer->n_want < WANT_MAX)
		peer->want[peer->n_want++] = slot;
}

void peer_send_leaf(struct peer *peer, unsigned leaf)
{
	peer->n_leaves += bit_set(peer->leaves, leaf);
}

void peer_list_leaf(struct peer *peer, unsigned leaf)
{
	peer->n_lists += bit_set(peer->lists, leaf);
}

void peer_acked(struct peer *peer, uint32_t number)
{
	for (size_t i = 0; number && i < FLIGHTS; i++) {
		if (peer->flight[i].number == number)
			peer->flight[i].number = 0;
	}
}

size_t peer_flights(const struct peer *peer)
{
	size_t n = 0;

	for (size_t i = 0; i < FLIGHTS; i++)
		n += peer->flight[i].number != 0;
	return n;
}

bool peer_is_busy(const struct peer *peer)
{
	return peer->n_outbox || peer->n_leaves || peer_flights(peer);
}

/* It hears nothing: what was for it is found again when it is heard. */
static void give_up(struct peer *peer)
{
	peer->n_outbox = 0;
	peer->n_want = 0;
	peer->n_leaves = peer->n_lists = 0;
	memset(peer->leaves, 0, sizeof(peer->leaves));
	memset(peer->lists, 0, sizeof(peer->lists));
	memset(peer->flight, 0, sizeof(peer->flight));
	peer->send_branches = peer->list_branches = 0;
	peer->tries = 0;
}

void peer_resend(struct sync *sync, struct peer *peer, uint64_t now)
{
	for (size_t i = 0; i < FLIGHTS; i++) {
		struct flight *flight = &peer->flight[i];

		if (!flight->number || now < flight->due)
			continue;
		flight->number = 0;
		if (flight->tries >= TRIES) {
			give_up(peer);
			return;
		}
		sync->stats.n_resent++;
		if (peer->tries < flight->tries)
			peer->tries = flight->tries;
		peer->urgent = (peer->n_outbox && peer->urgent) || !flight->lazy;
		for (size_t j = 0; j < flight->n; j++)
			outbox_add(peer, flight->slot[j]);
		peer->outbox_due = now;
	}
}

static bool has_questions(const struct peer *peer)
{
	return peer->n_want || peer->greet || peer->send_root || peer->send_branches ||
	       peer->list_branches || peer->n_lists;
}

uint64_t peer_due(const struct sync *sync, const struct peer *peer, uint64_t now)
{
	uint64_t due = UINT64_MAX;
	bool full = peer_flights(peer) == FLIGHTS;

	(void)sync;
	if (has_questions(peer) || (peer->n_leaves && !full))
		due = now;
	if (peer->n_outbox && !full && peer->outbox_due < due)
		due = peer->outbox_due;
	/* Nothing goes before there is room in the bucket. */
	if (due != UINT64_MAX && peer->out.level < 0 && due < peer->out.filled + 20)
		due = peer->out.filled + 20;
	if (peer->n_acks && peer->ack_due < due)
		due = peer->ack_due;
	return due;
}
