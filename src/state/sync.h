/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The conversation that keeps the stores of neighbours equal: docs/wire/state.md.
 *
 * It does no I/O and reads no clock: give it what arrived and what time it is, then send what it
 *has to say.  The daemon drives it from sockets, the simulator from a queue and a clock of its own,
 *the fuzzer from a file.
 *
 *	sync_receive(sync, &from, bytes, size, now);       what arrived, if anything did
 *	sync_tick(sync, now);                              what is due
 *	while (sync_output(sync, now, &out)) send(out);
 *	next = sync_next(sync, now);                       come back then, or with input, or when
 *	                                                   the store was changed
 *
 * Memory and rate are bounded for each peer and for all of them; bad input is counted and dropped,
 * there is no error to handle.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/crypto.h"

struct store;
struct sync;

/* Where a neighbour is: an interface and its address there, or whatever the caller likes. */
#define SYNC_ADDRESS_SIZE 20
struct sync_address {
	uint8_t byte[SYNC_ADDRESS_SIZE];
};

#define SYNC_DATAGRAM_MAX 1400 /* bytes of one that is sent; longer ones are not read */

struct sync_options {
	struct store *store;        /* borrowed; watched from now on */
	struct state_crypto crypto; /* seal and open alone; NULL: no secret */
	uint64_t seed;              /* of what is left to chance; different on each node */
	/* 0: the defaults */
	uint32_t hello_ms;
	uint32_t peer_rate;  /* bytes a second to one peer, beside its share of fresh news */
	uint32_t total_rate; /* to all of them */
};

#define SYNC_HELLO_MS   10000
#define SYNC_PEER_RATE  (256u << 10)
#define SYNC_TOTAL_RATE (1u << 20)
#define SYNC_PEERS_MAX  64

/* The store has to outlive it. */
struct sync *sync_new(const struct sync_options *options);
void sync_free(struct sync *sync);
AUTO_DEFINE(sync_free, struct sync);

void sync_receive(struct sync *sync, const struct sync_address *from, const void *bytes,
                  size_t size, uint64_t now);

void sync_tick(struct sync *sync, uint64_t now);
/* The time of the next thing to do, always after `now`. */
uint64_t sync_next(const struct sync *sync, uint64_t now);

struct sync_output {
	const struct sync_address *to; /* NULL: to all neighbours, by multicast on each mesh link */
	const void *bytes;             /* valid until the next call */
	size_t size;
};

/* What there is to send now, one datagram at a time. */
bool sync_output(struct sync *sync, uint64_t now, struct sync_output *out);

/* A link came up: greets at once. */
void sync_greet(struct sync *sync, uint64_t now);

struct sync_peer_info {
	struct sync_address address;
	uint64_t id; /* first bytes of its public key, as it says */
	uint64_t heard_ms_ago;
	bool equal; /* what it last said of its store is what this one holds */
};
/* The `index`-th neighbour; false behind the last one. */
bool sync_peer(const struct sync *sync, size_t index, uint64_t now, struct sync_peer_info *info);

struct sync_stats {
	uint64_t n_in, bytes_in, n_out, bytes_out;
	uint64_t n_bad;     /* datagrams that could not be read, whole or in part */
	uint64_t n_dropped; /* of peers that say too much, or of too many peers */
	uint64_t n_rows_in, n_rows_out, n_resent;
	uint64_t n_repairs; /* comparisons begun */
};
void sync_stats(const struct sync *sync, struct sync_stats *stats);
