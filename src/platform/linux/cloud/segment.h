/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who answers for the shared address on a cable that several nodes are on, decided without a
 * kernel or a clock.
 *
 * Every node owns the shared gateway address.  Where two of them are on one cable with clients, a
 * switch between them sees one MAC in two places and clients lose packets.  So on each wired client
 * port exactly one node answers, the others are silent for the shared address there:
 *
 *   - weft nodes find each other by a hello (docs/wire/hello.md), and the lowest MAC answers;
 *   - a node that only batman-adv's bridge loop avoidance knows ("backbone") says no hello: it is
 *     a LibreMesh node, which cannot be silent, so weft is.
 *
 * A node that is not heard for SEGMENT_SILENCE_MS is gone and the next one answers.  But if its
 * bridge loop avoidance, which is the kernel's, is heard on, then its weft alone has died, and the
 * node does for good what it did last: answers, and the others are silent, or is silent.
 *  Anybody on the
 * cable can pretend to be a node with a low MAC, as anybody there can pretend to be the
 * gateway: it harms that cable and no other.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/mac.h"

#define SEGMENT_HELLO_MS      1000  /* between hellos where another node was seen */
#define SEGMENT_HELLO_SLOW_MS 10000 /* elsewhere */
#define SEGMENT_SILENCE_MS    3500  /* three lost hellos and some delay */
/* A backbone that is new is given so long to say hello before it counts as LibreMesh. */
#define SEGMENT_FOREIGN_MS 3500

#define SEGMENT_PORTS_MAX 32
#define SEGMENT_PEERS_MAX 64 /* on all ports together */

#define SEGMENT_CLOUD_SIZE 6

struct segment_hello {
	struct mac node;                   /* the node's own: the lowest answers */
	struct mac backbone;               /* its address in the cloud's bridge loop avoidance */
	uint8_t cloud[SEGMENT_CLOUD_SIZE]; /* first bytes of the network's id */
	bool leaving;                      /* the last one: answers no more */
	bool silent;                       /* does not answer on this cable */
};

/* A whole frame's payload, for the smallest Ethernet frame. */
#define SEGMENT_HELLO_SIZE 46
void segment_hello_write(const struct segment_hello *hello, uint8_t bytes[SEGMENT_HELLO_SIZE]);
/* False for anything that is no hello of this version. */
bool segment_hello_read(const void *bytes, size_t size, struct segment_hello *hello);

/* Another node that the bridge loop avoidance knows, and the port behind which it is. */
struct segment_backbone {
	struct mac mac;
	int port;
	int64_t seen_ms; /* when it was heard last */
};

enum segment_reason {
	SEGMENT_ALONE,   /* no other node is here: answers */
	SEGMENT_LOWEST,  /* answers among weft nodes */
	SEGMENT_HIGHER,  /* silent: `other` answers */
	SEGMENT_FOREIGN, /* silent: `other` cannot be */
	SEGMENT_FROZEN,  /* silent: the weft of `other` has died, and it answers on */
};

struct segment_port {
	int index;
	bool quiet;
	enum segment_reason reason;
	struct mac other;
};

struct segment;

/* `self` as in the hellos that are sent. */
struct segment *segment_new(const struct segment_hello *self);
void segment_free(struct segment *segment);
AUTO_DEFINE(segment_free, struct segment);

void segment_set_backbone(struct segment *segment, const struct mac *backbone);

/* The wired client ports there are.  Those above the limit are left out: this node answers there.
 */
void segment_set_ports(struct segment *segment, const int *ports, size_t n_ports, int64_t now_ms);
/* A hello that came in on the port with this index. */
void segment_hear(struct segment *segment, int index, const struct segment_hello *hello,
                  int64_t now_ms);
/* All the backbones there are now, this node's own left out. */
void segment_set_backbones(struct segment *segment, const struct segment_backbone *backbones,
                           size_t n_backbones, int64_t now_ms);

/* Decides anew.  True if a port is quiet now that was not, or the reverse. */
bool segment_decide(struct segment *segment, int64_t now_ms);
/* The end of this node: the next hellos say goodbye, at once, and where other nodes live this one
 * is quiet. */
void segment_leave(struct segment *segment, int64_t now_ms);
/* NULL past the last. */
const struct segment_port *segment_port(const struct segment *segment, size_t index);

/* Each call gives one port on which a hello is to be sent now, 0 if there is none; `hello` is what
 * to send. */
int segment_next_hello(struct segment *segment, int64_t now_ms, struct segment_hello *hello);
/* Each call gives one port on which the switches are to be told now that this node has begun to
 * answer after another did; 0 if there is none.  Each port comes a few times, as a frame may get
 * lost. */
int segment_next_takeover(struct segment *segment, int64_t now_ms);
/* When the next of these calls has something to do. */
int64_t segment_due(const struct segment *segment, int64_t now_ms);
