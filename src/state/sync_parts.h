/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What the files of the conversation share with each other and with nobody else. */
#include "state/bytes.h"
#include "state/codec.h"
#include "state/digest.h"
#include "state/merge.h"
#include "state/store.h"
#include "state/sync.h"

#define PLAIN_MAX   (SYNC_DATAGRAM_MAX - 2 - STATE_SEAL_SIZE)
#define HEADER_SIZE 18 /* behind the two bytes that are never sealed */

#define FIRST_BYTE     0x77
#define VERSION_PLAIN  1
#define VERSION_SEALED 2

#define FLAG_ANSWER 1 /* the receiver is to greet back */
#define FLAG_BUSY   2 /* there is news on its way: sums need not agree yet */
#define FLAG_LAZY   4 /* the acknowledgement may wait */

enum item {
	ITEM_NUMBER = 1, /* of this datagram: to be acknowledged */
	ITEM_ACK,
	ITEM_ROW,
	ITEM_WANT,
	ITEM_ROOT,   /* the sums of all branches */
	ITEM_BRANCH, /* the sums of a branch's leaves */
	ITEM_LIST,   /* what a leaf or a branch holds */
};

/* An entry of a list: slot, version, upper half of the digest. */
#define ENTRY_SIZE  20
#define LIST_ROWS   48 /* a branch with no more is listed whole */
#define LIST_BRANCH 0x8000

#define OUTBOX_MAX   256
#define WANT_MAX     64
#define ACKS_MAX     32
#define FLIGHTS      8
#define FLIGHT_ROWS  24
#define TRIES        6
#define RESEND_MS    150 /* doubled each time */
#define RESEND_LAZY  2500
#define URGENT_MS    5
#define LAZY_MIN_MS  500
#define LAZY_MORE_MS 2000
#define ACK_MS       10
#define ACK_LAZY_MS  1000
#define QUIET_MS     300
#define TRY_MIN_MS   500
#define TRY_MAX_MS   160000
#define DYING_MS     10000
#define FORGED_COST  (16 << 10) /* bytes that a forged row counts for */

struct flight {
	uint32_t number; /* 0: none */
	uint64_t due;    /* sent again then */
	unsigned tries;
	bool lazy;
	size_t n;
	uint64_t slot[FLIGHT_ROWS];
};

/* Bytes that may go now; grows with time. */
struct bucket {
	int64_t level;
	uint64_t filled;
};

struct peer {
	struct sync_address address;
	uint64_t id, heard;
	bool knows_root;
	uint64_t root, root_heard;
	struct bucket out, in;
	/* Rows to send: one by one, and whole leaves. */
	uint64_t outbox[OUTBOX_MAX];
	size_t n_outbox;
	uint64_t outbox_due;
	bool urgent;    /* something of the outbox is */
	unsigned tries; /* of what is in the outbox again */
	uint8_t leaves[DIGEST_LEAVES / 8];
	size_t n_leaves;
	/* Rows to ask for. */
	uint64_t want[WANT_MAX];
	size_t n_want;
	/* Sums and lists to send. */
	bool greet, greet_ask, send_root;
	uint64_t send_branches, list_branches;
	uint8_t lists[DIGEST_LEAVES / 8];
	size_t n_lists;
	uint32_t acks[ACKS_MAX];
	size_t n_acks;
	uint64_t ack_due;
	struct flight flight[FLIGHTS];
	/* Comparing. */
	bool differs, took;
	uint64_t next_try, tried;
	uint32_t try_wait;
	unsigned n_skipped;
};

struct sync {
	struct sync_options options;
	struct store *store;
	uint64_t self; /* first bytes of the own key */
	uint64_t random;
	struct peer *peer[SYNC_PEERS_MAX];
	size_t n_peers;
	size_t turn;             /* whose datagram is next */
	const struct peer *from; /* who is speaking: not told again */
	uint64_t now;
	uint64_t changed; /* when the store last was */
	uint64_t hello_due;
	bool hello_ask;
	uint32_t number;
	struct bucket total;
	uint64_t n_forged; /* rows so far */
	struct sync_stats stats;
	uint8_t plain[PLAIN_MAX];
	uint8_t datagram[SYNC_DATAGRAM_MAX];
};

uint32_t sync_random(struct sync *sync, uint32_t below);

bool bit_get(const uint8_t *bits, unsigned i);
/* True if it changed. */
bool bit_set(uint8_t *bits, unsigned i);
bool bit_clear(uint8_t *bits, unsigned i);

/* `rate` bytes a second, `most` at once. */
void bucket_fill(struct bucket *bucket, uint32_t rate, uint32_t most, uint64_t now);

/* sync_peer.c: what is to be sent to one. */
void peer_push(struct sync *sync, struct peer *peer, const struct row *row, bool urgent);
void peer_forget_push(struct peer *peer, uint64_t slot);
void peer_want(struct peer *peer, uint64_t slot);
void peer_send_leaf(struct peer *peer, unsigned leaf);
void peer_list_leaf(struct peer *peer, unsigned leaf);
void peer_acked(struct peer *peer, uint32_t number);
size_t peer_flights(const struct peer *peer);
/* Whether rows are on their way to it, or to be. */
bool peer_is_busy(const struct peer *peer);
/* Sends again what was not acknowledged. */
void peer_resend(struct sync *sync, struct peer *peer, uint64_t now);
/* When it next has something to say; UINT64_MAX: never. */
uint64_t peer_due(const struct sync *sync, const struct peer *peer, uint64_t now);

/* sync_read.c, sync_write.c */
void sync_read(struct sync *sync, struct peer *peer, struct reader *reader, uint64_t now);
size_t sync_write(struct sync *sync, struct peer *peer, uint64_t now);
size_t sync_write_header(struct sync *sync, unsigned flags);

/* The peer's root is known anew: equal or not, and what follows from that. */
void sync_judge(struct sync *sync, struct peer *peer, unsigned flags, uint64_t now);
