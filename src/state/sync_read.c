/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "state/sync_parts.h"

/* What a peer's datagram may carry; each item leaves what is to be answered with the peer. */

static void read_acks(struct peer *peer, struct reader *reader)
{
	size_t n = (size_t)take_number(reader, 1);

	for (size_t i = 0; i < n && !reader->bad; i++)
		peer_acked(peer, (uint32_t)take_number(reader, 4));
}

static void read_message_number(struct peer *peer, struct reader *reader, uint64_t now)
{
	uint32_t number = (uint32_t)take_number(reader, 4);
	unsigned flags = (unsigned)take_number(reader, 1);
	uint64_t due = now + (flags & FLAG_LAZY ? ACK_LAZY_MS : ACK_MS);

	if (reader->bad)
		return;
	if (!peer->n_acks || due < peer->ack_due)
		peer->ack_due = due;
	if (peer->n_acks < ACKS_MAX)
		peer->acks[peer->n_acks++] = number;
	/* Half of the room gone: they go with the next datagram, whatever it is. */
	if (peer->n_acks > ACKS_MAX / 2)
		peer->ack_due = now;
}

/*
 * Checking a signature costs more than all else, so a neighbour that brings forged rows is soon
 * heard no more for a while.
 */
static void count_forged(struct sync *sync, struct peer *peer)
{
	struct store_stats stats;

	store_stats(sync->store, &stats);
	if (stats.n_refused[REFUSED_SIGNATURE] > sync->n_forged)
		peer->in.level -= FORGED_COST;
	sync->n_forged = stats.n_refused[REFUSED_SIGNATURE];
}

static void read_row(struct sync *sync, struct peer *peer, struct reader *reader, uint64_t now)
{
	size_t size = take_left(reader);
	struct record record;
	const struct row *row;

	if (record_read(reader->at, &size, &record) < 0) {
		reader->bad = true;
		return;
	}
	reader->at += size;
	sync->stats.n_rows_in++;
	switch (store_merge(sync->store, &record, now)) {
	case MERGE_TAKEN:
		peer->took = true;
		peer_forget_push(peer, store_record_slot(sync->store, &record));
		break;
	case MERGE_SAME:
		peer_forget_push(peer, store_record_slot(sync->store, &record));
		break;
	case MERGE_OLDER:
		row = digest_find(sync->store, store_record_slot(sync->store, &record));
		if (row)
			peer_push(sync, peer, row, true);
		break;
	case MERGE_REFUSED:
		count_forged(sync, peer);
		break;
	}
}

static void read_want(struct sync *sync, struct peer *peer, struct reader *reader)
{
	size_t n = (size_t)take_number(reader, 1);

	for (size_t i = 0; i < n && !reader->bad; i++) {
		const struct row *row = digest_find(sync->store, take_number(reader, 8));

		if (row && !reader->bad)
			peer_push(sync, peer, row, true);
	}
}

/* Sums: where they differ, the finer ones are asked for by telling one's own. */

static void read_root(struct sync *sync, struct peer *peer, struct reader *reader, uint64_t now)
{
	for (unsigned b = 0; b < DIGEST_FAN; b++) {
		uint64_t sum = take_number(reader, 8);

		if (reader->bad)
			return;
		if (sum == digest_branch(sync->store, b))
			continue;
		if (!sum) {
			/* It has none of these. */
			for (unsigned i = 0; i < DIGEST_FAN; i++)
				peer_send_leaf(peer, b * DIGEST_FAN + i);
		} else if (digest_branch_count(sync->store, b) <= LIST_ROWS) {
			peer->list_branches |= UINT64_C(1) << b;
		} else {
			peer->send_branches |= UINT64_C(1) << b;
		}
	}
	/* It has begun, so this node need not. */
	if (peer->next_try < now + 2 * TRY_MIN_MS)
		peer->next_try = now + 2 * TRY_MIN_MS;
}

static void read_branch(struct sync *sync, struct peer *peer, struct reader *reader)
{
	unsigned branch = (unsigned)take_number(reader, 1);

	if (branch >= DIGEST_FAN) {
		reader->bad = true;
		return;
	}
	for (unsigned i = 0; i < DIGEST_FAN; i++) {
		unsigned leaf = branch * DIGEST_FAN + i;
		uint64_t sum = take_number(reader, 8);

		if (reader->bad || sum == digest_leaf(sync->store, leaf))
			continue;
		if (sum)
			peer_list_leaf(peer, leaf);
		else
			peer_send_leaf(peer, leaf);
	}
}

/* Lists: what the peer has, against what is here. */

struct entry {
	uint64_t slot;
	struct row_version version;
	uint32_t check;
};

#define ENTRIES_MAX (PLAIN_MAX / ENTRY_SIZE)

static struct entry read_entry(struct reader *reader)
{
	struct entry entry = { .slot = take_number(reader, 8) };

	entry.version.epoch = (uint32_t)take_number(reader, 4);
	entry.version.sequence = (uint32_t)take_number(reader, 4);
	entry.check = (uint32_t)take_number(reader, 4);
	return entry;
}

static const struct entry *entry_find(const struct entry *entries, size_t n, uint64_t slot)
{
	for (size_t i = 0; i < n; i++) {
		if (entries[i].slot == slot)
			return &entries[i];
	}
	return NULL;
}

/* Whether the peer has to hear of this row. */
static bool is_missing(const struct row *row, const struct entry *entry, uint64_t now)
{
	int order = entry ? row_version_compare(&row->version, &entry->version) : 1;

	/* What is about to expire is gone when it arrives. */
	if (!entry && row_remaining_ms(row, now) < DYING_MS)
		return false;
	return order > 0 || (order == 0 && row->digest >> 32 != entry->check);
}

static void ask_for(struct sync *sync, struct peer *peer, const struct entry *entry)
{
	const struct row *row = digest_find(sync->store, entry->slot);
	int order = row ? row_version_compare(&entry->version, &row->version) : 1;

	if (order > 0 || (order == 0 && row->digest >> 32 != entry->check))
		peer_want(peer, entry->slot);
}

static void tell_missing(struct sync *sync, struct peer *peer, unsigned leaf,
                         const struct entry *entries, size_t n)
{
	const struct row *row = NULL;

	while ((row = digest_next(sync->store, leaf, row))) {
		if (is_missing(row, entry_find(entries, n, row->slot), sync->now))
			peer_push(sync, peer, row, true);
	}
}

static void read_list(struct sync *sync, struct peer *peer, struct reader *reader)
{
	struct entry entries[ENTRIES_MAX];
	unsigned where = (unsigned)take_number(reader, 2);
	size_t n = (size_t)take_number(reader, 1);
	unsigned first = where & ~(unsigned)LIST_BRANCH, last = first;

	if (where & LIST_BRANCH) {
		first *= DIGEST_FAN;
		last = first + DIGEST_FAN - 1;
	}
	if (last >= DIGEST_LEAVES || n > ENTRIES_MAX || take_left(reader) < n * ENTRY_SIZE) {
		reader->bad = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		entries[i] = read_entry(reader);
		ask_for(sync, peer, &entries[i]);
	}
	for (unsigned leaf = first; leaf <= last; leaf++)
		tell_missing(sync, peer, leaf, entries, n);
}

void sync_read(struct sync *sync, struct peer *peer, struct reader *reader, uint64_t now)
{
	while (!reader->bad && take_left(reader)) {
		switch ((unsigned)take_number(reader, 1)) {
		case ITEM_NUMBER:
			read_message_number(peer, reader, now);
			break;
		case ITEM_ACK:
			read_acks(peer, reader);
			break;
		case ITEM_ROW:
			read_row(sync, peer, reader, now);
			break;
		case ITEM_WANT:
			read_want(sync, peer, reader);
			break;
		case ITEM_ROOT:
			read_root(sync, peer, reader, now);
			break;
		case ITEM_BRANCH:
			read_branch(sync, peer, reader);
			break;
		case ITEM_LIST:
			read_list(sync, peer, reader);
			break;
		default:
			reader->bad = true;
		}
	}
}
