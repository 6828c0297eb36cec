/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "state/sync_parts.h"

static size_t room(const struct writer *writer)
{
	return (size_t)(writer->end - writer->at);
}

static bool is_busy(const struct sync *sync)
{
	for (size_t i = 0; i < sync->n_peers; i++) {
		if (peer_is_busy(sync->peer[i]))
			return true;
	}
	return false;
}

static void write_header(struct sync *sync, struct writer *writer, unsigned flags)
{
	put_number(writer, flags | (is_busy(sync) ? FLAG_BUSY : 0u), 1);
	put_number(writer, 0, 1);
	put_number(writer, sync->self, 8);
	put_number(writer, digest_root(sync->store), 8);
}

size_t sync_write_header(struct sync *sync, unsigned flags)
{
	struct writer writer = { .at = sync->plain, .end = sync->plain + PLAIN_MAX };

	write_header(sync, &writer, flags);
	return (size_t)(writer.at - sync->plain);
}

static void write_acks(struct peer *peer, struct writer *writer)
{
	if (!peer->n_acks)
		return;
	put_number(writer, ITEM_ACK, 1);
	put_number(writer, peer->n_acks, 1);
	for (size_t i = 0; i < peer->n_acks; i++)
		put_number(writer, peer->acks[i], 4);
	peer->n_acks = 0;
}

/* Rows: false if this one has to wait for the next datagram. */

static bool write_row(struct sync *sync, struct flight *flight, const struct row *row,
                      struct writer *writer)
{
	uint8_t record[RECORD_MAX];
	size_t size;

	if (flight->n == FLIGHT_ROWS)
		return false;
	size = record_write(row, sync->now, record);
	if (room(writer) < size + 1)
		return false;
	put_number(writer, ITEM_ROW, 1);
	put_bytes(writer, record, size);
	flight->slot[flight->n++] = row->slot;
	sync->stats.n_rows_out++;
	return true;
}

static void write_outbox(struct sync *sync, struct peer *peer, struct flight *flight,
                         struct writer *writer)
{
	size_t done = 0;

	for (; done < peer->n_outbox; done++) {
		const struct row *row = digest_find(sync->store, peer->outbox[done]);

		if (row && !write_row(sync, flight, row, writer))
			break;
	}
	peer->n_outbox -= done;
	memmove(peer->outbox, peer->outbox + done, peer->n_outbox * sizeof(peer->outbox[0]));
}

/* All rows of a leaf that still lies ahead; those that do not fit go to the outbox. */
static bool write_leaf(struct sync *sync, struct peer *peer, unsigned leaf, struct flight *flight,
                       struct writer *writer)
{
	const struct row *row = NULL;
	bool fits = true;

	while ((row = digest_next(sync->store, leaf, row))) {
		fits = fits && write_row(sync, flight, row, writer);
		if (fits)
			continue;
		/* An outbox without room leaves the leaf where it is. */
		if (peer->n_outbox == OUTBOX_MAX)
			return false;
		peer_push(sync, peer, row, true);
		peer->outbox_due = sync->now;
	}
	peer->n_leaves -= bit_clear(peer->leaves, leaf);
	return fits;
}

static void write_leaves(struct sync *sync, struct peer *peer, struct flight *flight,
                         struct writer *writer)
{
	for (unsigned leaf = 0; peer->n_leaves && leaf < DIGEST_LEAVES; leaf++) {
		if (bit_get(peer->leaves, leaf) && !write_leaf(sync, peer, leaf, flight, writer))
			return;
	}
}

static struct flight *free_flight(struct peer *peer)
{
	for (size_t i = 0; i < FLIGHTS; i++) {
		if (!peer->flight[i].number)
			return &peer->flight[i];
	}
	return NULL;
}

static void write_rows(struct sync *sync, struct peer *peer, uint64_t now, struct writer *writer)
{
	struct flight *flight = free_flight(peer);
	struct writer before = *writer;
	bool outbox = peer->n_outbox && peer->outbox_due <= now;
	uint64_t wait;

	if (!flight || (!outbox && !peer->n_leaves))
		return;
	*flight = (struct flight){ .lazy = outbox && !peer->urgent && !peer->n_leaves,
		                   .tries = peer->tries + 1 };
	put_number(writer, ITEM_NUMBER, 1);
	put_number(writer, sync->number, 4);
	put_number(writer, flight->lazy ? FLAG_LAZY : 0, 1);
	if (outbox)
		write_outbox(sync, peer, flight, writer);
	if (!peer->n_outbox)
		write_leaves(sync, peer, flight, writer);
	peer->tries = peer->n_outbox ? peer->tries : 0;
	if (!flight->n) {
		*writer = before;
		return;
	}
	wait = flight->lazy ? RESEND_LAZY : RESEND_MS;
	flight->due = now + (wait << (flight->tries - 1)) + sync_random(sync, 50);
	flight->number = sync->number++;
	sync->number += sync->number == 0;
}

/* Questions and sums. */

static void write_want(struct peer *peer, struct writer *writer)
{
	size_t n = peer->n_want;

	if (room(writer) < 10 || !n)
		return;
	if (n > (room(writer) - 2) / 8)
		n = (room(writer) - 2) / 8;
	put_number(writer, ITEM_WANT, 1);
	put_number(writer, n, 1);
	for (size_t i = 0; i < n; i++)
		put_number(writer, peer->want[i], 8);
	peer->n_want -= n;
	memmove(peer->want, peer->want + n, peer->n_want * sizeof(peer->want[0]));
}

static void write_root(struct sync *sync, struct peer *peer, struct writer *writer)
{
	if (!peer->send_root || room(writer) < 1 + DIGEST_FAN * 8)
		return;
	put_number(writer, ITEM_ROOT, 1);
	for (unsigned i = 0; i < DIGEST_FAN; i++)
		put_number(writer, digest_branch(sync->store, i), 8);
	peer->send_root = false;
}

static void write_branches(struct sync *sync, struct peer *peer, struct writer *writer)
{
	for (unsigned branch = 0; peer->send_branches && branch < DIGEST_FAN; branch++) {
		if (!(peer->send_branches >> branch & 1))
			continue;
		if (room(writer) < 2 + DIGEST_FAN * 8)
			return;
		put_number(writer, ITEM_BRANCH, 1);
		put_number(writer, branch, 1);
		for (unsigned i = 0; i < DIGEST_FAN; i++)
			put_number(writer, digest_leaf(sync->store, branch * DIGEST_FAN + i), 8);
		peer->send_branches &= ~(UINT64_C(1) << branch);
	}
}

static void write_entry(const struct row *row, struct writer *writer)
{
	put_number(writer, row->slot, 8);
	put_number(writer, row->version.epoch, 4);
	put_number(writer, row->version.sequence, 4);
	put_number(writer, row->digest >> 32, 4);
}

/* What leaves [first, last] hold; false if it does not fit. */
static bool write_list(struct sync *sync, unsigned where, unsigned first, unsigned last,
                       struct writer *writer)
{
	struct writer before = *writer;
	const struct row *row = NULL;
	uint8_t *count;
	size_t n = 0;

	put_number(writer, ITEM_LIST, 1);
	put_number(writer, where, 2);
	count = writer->at;
	put_number(writer, 0, 1);
	for (unsigned leaf = first; leaf <= last; leaf++) {
		while ((row = digest_next(sync->store, leaf, row))) {
			write_entry(row, writer);
			n++;
		}
	}
	if (writer->bad || n > 255) {
		*writer = before;
		return false;
	}
	*count = (uint8_t)n;
	return true;
}

static void write_lists(struct sync *sync, struct peer *peer, struct writer *writer, bool first)
{
	for (unsigned b = 0; peer->list_branches && b < DIGEST_FAN; b++) {
		if (!(peer->list_branches >> b & 1))
			continue;
		if (!write_list(sync, LIST_BRANCH | b, b * DIGEST_FAN, b * DIGEST_FAN + 63,
		                writer)) {
			if (!first)
				return;
			/* It has grown since. */
			peer->send_branches |= UINT64_C(1) << b;
		}
		peer->list_branches &= ~(UINT64_C(1) << b);
		first = false;
	}
	for (unsigned leaf = 0; peer->n_lists && leaf < DIGEST_LEAVES; leaf++) {
		if (!bit_get(peer->lists, leaf))
			continue;
		/* A leaf that fits into no datagram is sent whole instead. */
		if (!write_list(sync, leaf, leaf, leaf, writer)) {
			if (!first)
				return;
			peer_send_leaf(peer, leaf);
		}
		peer->n_lists -= bit_clear(peer->lists, leaf);
		first = false;
	}
}

size_t sync_write(struct sync *sync, struct peer *peer, uint64_t now)
{
	struct writer writer = { .at = sync->plain, .end = sync->plain + PLAIN_MAX };
	bool may = peer->out.level >= 0 && sync->total.level >= 0;
	uint8_t *body;

	write_header(sync, &writer, peer->greet_ask ? FLAG_ANSWER : 0);
	body = writer.at;
	write_acks(peer, &writer);
	if (may) {
		write_rows(sync, peer, now, &writer);
		write_want(peer, &writer);
		write_root(sync, peer, &writer);
		write_branches(sync, peer, &writer);
		write_lists(sync, peer, &writer, writer.at == body);
	}
	if (writer.at == body && !peer->greet)
		return 0;
	peer->greet = peer->greet_ask = false;
	return (size_t)(writer.at - sync->plain);
}
