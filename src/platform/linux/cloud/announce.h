/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Which clients are to be announced into the cloud, decided without a kernel.
 *
 * A client's frames to the shared gateway address end at its node, so that batman-adv may
 * never see that a client has come: the cloud keeps sending to where it was before.  The bridge
 * does see it.  So each client that the bridge learns on a port of its own is announced by one
 * broadcast frame with the client's source address, sent into the cloud: batman-adv takes the
 * client as its own and tells the node that had it, and other bridges learn the new way.
 *
 * Two sources feed it.  Events of the bridge's forwarding table come at once.  They are not
 * enough: a broadcast may be lost on the air, and a client that returns before its old node
 * has heard of its leaving causes no event there, because nothing in that bridge's table changes.
 * So now and then the table is compared with batman-adv's lists of clients: who is active here and
 * not on the list of this node is announced again.  Who is on a port here, silent, and not on that
 * list, or on another node's too, may have gone there: the bridge is told to forget it, or it would
 * keep what comes for it.
 *
 * Everything is bounded: per client, per port and in total, because anybody can invent source
 * addresses.  What is refused for now is found by the comparison later.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/mac.h"

/* How often the tables are to be compared. */
#define ANNOUNCE_PERIOD_MS 2000
/* Silent for so long that its frames on the way have arrived: other nodes' lists matter for such
 * entries alone. */
#define ANNOUNCE_IDLE_MS 3000

/* An entry of the bridge's forwarding table. */
struct announce_entry {
	struct mac mac;
	int port;        /* index of the device */
	bool fixed;      /* put there by hand, or an address of this node */
	int64_t idle_ms; /* since its last frame */
};

struct announce;

/* `cloud` is the index of the cloud's port on the bridge ("bat0"). */
struct announce *announce_new(int cloud);
void announce_free(struct announce *announce);
AUTO_DEFINE(announce_free, struct announce);

/* The table says that an entry is new, has moved or is back.  True: announce it now. */
bool announce_event(struct announce *announce, const struct announce_entry *entry, int64_t now_ms);

enum announce_verdict {
	ANNOUNCE_LEAVE,
	ANNOUNCE_SEND,   /* announce it now */
	ANNOUNCE_FORGET, /* take it out of the bridge's table */
};

/* Where batman-adv has a client. */
enum announce_place {
	ANNOUNCE_NOT_HERE,
	ANNOUNCE_HERE,
	ANNOUNCE_BOTH, /* here and at another node */
};

/* An entry of the table, read every ANNOUNCE_PERIOD_MS. */
enum announce_verdict announce_compare(struct announce *announce,
                                       const struct announce_entry *entry,
                                       enum announce_place place, int64_t now_ms);

/* The frame: IEEE 802.2 XID from the client to everybody. */
#define ANNOUNCE_FRAME_SIZE 20
void announce_frame(const struct mac *client, uint8_t frame[ANNOUNCE_FRAME_SIZE]);

/* Counted since the start. */
struct announce_counts {
	uint64_t sent, again, refused, forgotten;
};
struct announce_counts announce_counts(const struct announce *announce);
