/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/segment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define VERSION      1
#define FLAG_LEAVING 1
#define FLAG_SILENT  2

/* A port that has just come says hello often, so that a decision falls soon. */
#define FRESH_MS 5000
/* Two nodes that answer each other's first hello must not make a storm. */
#define HELLO_GAP_MS 100
/* How often, and how far apart, switches are told of a new place. */
#define TELL_TIMES  3
#define TELL_GAP_MS 400
/* How long a peer is remembered whose backbone is not listed (any more).  A dead one's is for a
 * minute, and must not be taken for a LibreMesh node then. */
#define PEER_MEMORY_MS 120000

/* Offsets in a hello; the rest is zero. */
enum {
	AT_MAGIC = 0,
	AT_VERSION = 4,
	AT_FLAGS = 5,
	AT_NODE = 6,
	AT_BACKBONE = 12,
	AT_CLOUD = 18,
	AT_END = 24,
};
static const uint8_t magic[4] = { 'w', 'e', 'f', 't' };

struct port {
	struct segment_port is;
	int64_t since_ms;
	int64_t said_ms; /* when the last hello was sent */
	bool hurry;      /* the next one is due at once */
	unsigned tell;   /* how often the switches are still to be told */
	int64_t told_ms;
};

struct peer {
	int port; /* 0: free */
	struct segment_hello hello;
	int64_t heard_ms;
	bool leaving;
};

struct backbone {
	struct segment_backbone is;
	int64_t since_ms;
};

struct segment {
	struct segment_hello self;
	struct port ports[SEGMENT_PORTS_MAX];
	size_t n_ports;
	struct peer peers[SEGMENT_PEERS_MAX];
	struct backbone backbones[SEGMENT_PEERS_MAX];
	size_t n_backbones;
};

void segment_hello_write(const struct segment_hello *hello, uint8_t bytes[SEGMENT_HELLO_SIZE])
{
	memset(bytes, 0, SEGMENT_HELLO_SIZE);
	memcpy(bytes + AT_MAGIC, magic, sizeof(magic));
	bytes[AT_VERSION] = VERSION;
	bytes[AT_FLAGS] = (hello->leaving ? FLAG_LEAVING : 0) | (hello->silent ? FLAG_SILENT : 0);
	memcpy(bytes + AT_NODE, hello->node.byte, MAC_SIZE);
	memcpy(bytes + AT_BACKBONE, hello->backbone.byte, MAC_SIZE);
	memcpy(bytes + AT_CLOUD, hello->cloud, SEGMENT_CLOUD_SIZE);
}

bool segment_hello_read(const void *bytes, size_t size, struct segment_hello *hello)
{
	const uint8_t *byte = bytes;

	if (size < AT_END || memcmp(byte + AT_MAGIC, magic, sizeof(magic)) != 0 ||
	    byte[AT_VERSION] != VERSION)
		return false;
	memset(hello, 0, sizeof(*hello));
	hello->leaving = byte[AT_FLAGS] & FLAG_LEAVING;
	hello->silent = byte[AT_FLAGS] & FLAG_SILENT;
	memcpy(hello->node.byte, byte + AT_NODE, MAC_SIZE);
	memcpy(hello->backbone.byte, byte + AT_BACKBONE, MAC_SIZE);
	memcpy(hello->cloud, byte + AT_CLOUD, SEGMENT_CLOUD_SIZE);
	return !mac_is_zero(&hello->node) && !(hello->node.byte[0] & 1);
}

struct segment *segment_new(const struct segment_hello *self)
{
	struct segment *segment = calloc(1, sizeof(*segment));

	assert(segment);
	segment->self = *self;
	return segment;
}

void segment_free(struct segment *segment)
{
	free(segment);
}

void segment_set_backbone(struct segment *segment, const struct mac *backbone)
{
	segment->self.backbone = *backbone;
}

static struct port *find_port(struct segment *segment, int index)
{
	for (size_t i = 0; i < segment->n_ports; i++) {
		if (segment->ports[i].is.index == index)
			return &segment->ports[i];
	}
	return NULL;
}

static bool listed(const int *ports, size_t n_ports, int port)
{
	for (size_t i = 0; i < n_ports; i++) {
		if (ports[i] == port)
			return true;
	}
	return false;
}

void segment_set_ports(struct segment *segment, const int *ports, size_t n_ports, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < segment->n_ports; i++) {
		if (listed(ports, n_ports, segment->ports[i].is.index))
			segment->ports[kept++] = segment->ports[i];
	}
	segment->n_ports = kept;
	for (size_t i = 0; i < n_ports && segment->n_ports < SEGMENT_PORTS_MAX; i++) {
		if (find_port(segment, ports[i]))
			continue;
		segment->ports[segment->n_ports++] = (struct port){
			.is.index = ports[i],
			.since_ms = now_ms,
			.said_ms = now_ms - HELLO_GAP_MS,
			.hurry = true,
		};
	}
}

static bool peer_lives(const struct peer *peer, int64_t now_ms)
{
	return peer->port && !peer->leaving && now_ms - peer->heard_ms < SEGMENT_SILENCE_MS;
}

/* The entry of a node on a port: its own, or a free one, or that of whoever was not heard for the
 * longest time and is gone.  NULL if there are too many. */
static struct peer *peer_of(struct segment *segment, int port, const struct mac *node,
                            int64_t now_ms)
{
	struct peer *oldest = segment->peers;

	for (size_t i = 0; i < SEGMENT_PEERS_MAX; i++) {
		struct peer *peer = &segment->peers[i];

		if (peer->port == port && mac_equal(&peer->hello.node, node))
			return peer;
		if (oldest->port && (!peer->port || peer->heard_ms < oldest->heard_ms))
			oldest = peer;
	}
	if (peer_lives(oldest, now_ms))
		return NULL;
	*oldest = (struct peer){ .port = port, .heard_ms = now_ms - SEGMENT_SILENCE_MS };
	return oldest;
}

void segment_hear(struct segment *segment, int index, const struct segment_hello *hello,
                  int64_t now_ms)
{
	struct port *port = find_port(segment, index);
	struct peer *peer;

	if (!port || mac_equal(&hello->node, &segment->self.node) ||
	    memcmp(hello->cloud, segment->self.cloud, SEGMENT_CLOUD_SIZE) != 0)
		return;
	peer = peer_of(segment, index, &hello->node, now_ms);
	if (!peer)
		return;
	/* Who is new has perhaps not heard of this node yet. */
	if (!peer_lives(peer, now_ms) && !hello->leaving)
		port->hurry = true;
	peer->hello = *hello;
	peer->heard_ms = now_ms;
	peer->leaving = hello->leaving;
}

static int64_t backbone_since(const struct segment *segment,
                              const struct segment_backbone *backbone, int64_t now_ms)
{
	for (size_t i = 0; i < segment->n_backbones; i++) {
		const struct backbone *old = &segment->backbones[i];

		if (old->is.port == backbone->port && mac_equal(&old->is.mac, &backbone->mac))
			return old->since_ms;
	}
	return now_ms;
}

void segment_set_backbones(struct segment *segment, const struct segment_backbone *backbones,
                           size_t n_backbones, int64_t now_ms)
{
	struct backbone fresh[SEGMENT_PEERS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < n_backbones && count < SEGMENT_PEERS_MAX; i++) {
		fresh[count].is = backbones[i];
		fresh[count++].since_ms = backbone_since(segment, &backbones[i], now_ms);
	}
	memcpy(segment->backbones, fresh, count * sizeof(fresh[0]));
	segment->n_backbones = count;
}

static const struct backbone *backbone_of(const struct segment *segment, const struct peer *peer)
{
	for (size_t i = 0; i < segment->n_backbones; i++) {
		const struct backbone *backbone = &segment->backbones[i];

		if (backbone->is.port == peer->port &&
		    mac_equal(&backbone->is.mac, &peer->hello.backbone))
			return backbone;
	}
	return NULL;
}

static void forget_peers(struct segment *segment, int64_t now_ms)
{
	for (size_t i = 0; i < SEGMENT_PEERS_MAX; i++) {
		struct peer *peer = &segment->peers[i];

		if (peer->port && now_ms - peer->heard_ms >= PEER_MEMORY_MS &&
		    !backbone_of(segment, peer))
			*peer = (struct peer){ 0 };
	}
}

/* Whether a backbone is a weft node, heard lately or not so lately. */
static bool is_peer(const struct segment *segment, const struct mac *backbone)
{
	for (size_t i = 0; i < SEGMENT_PEERS_MAX; i++) {
		const struct peer *peer = &segment->peers[i];

		if (peer->port && mac_equal(&peer->hello.backbone, backbone))
			return true;
	}
	return false;
}

/* A node whose kernel was heard well after its weft: it goes on to answer, and nobody there could
 * tell it not to. */
static const struct mac *frozen_on(const struct segment *segment, int port, int64_t now_ms)
{
	for (size_t i = 0; i < SEGMENT_PEERS_MAX; i++) {
		const struct peer *peer = &segment->peers[i];
		const struct backbone *backbone;

		if (peer->port != port || peer_lives(peer, now_ms) || peer->leaving ||
		    peer->hello.silent)
			continue;
		backbone = backbone_of(segment, peer);
		if (backbone && backbone->is.seen_ms - peer->heard_ms >= SEGMENT_SILENCE_MS)
			return &peer->hello.node;
	}
	return NULL;
}

static const struct mac *foreign_on(const struct segment *segment, int port, int64_t now_ms)
{
	for (size_t i = 0; i < segment->n_backbones; i++) {
		const struct backbone *backbone = &segment->backbones[i];

		if (backbone->is.port == port &&
		    now_ms - backbone->since_ms >= SEGMENT_FOREIGN_MS &&
		    !is_peer(segment, &backbone->is.mac))
			return &backbone->is.mac;
	}
	return NULL;
}

/* The lowest of the others that live on a port, or NULL. */
static const struct mac *lowest_on(const struct segment *segment, int port, int64_t now_ms)
{
	const struct mac *lowest = NULL;

	for (size_t i = 0; i < SEGMENT_PEERS_MAX; i++) {
		const struct peer *peer = &segment->peers[i];

		if (peer->port != port || !peer_lives(peer, now_ms))
			continue;
		if (!lowest || memcmp(peer->hello.node.byte, lowest->byte, MAC_SIZE) < 0)
			lowest = &peer->hello.node;
	}
	return lowest;
}

static struct segment_port decide_port(const struct segment *segment, int index, int64_t now_ms)
{
	const struct mac *foreign = foreign_on(segment, index, now_ms);
	const struct mac *frozen = frozen_on(segment, index, now_ms);
	const struct mac *lowest = lowest_on(segment, index, now_ms);
	struct segment_port port = { .index = index };

	if (foreign) {
		port.reason = SEGMENT_FOREIGN;
		port.other = *foreign;
	} else if (frozen) {
		port.reason = SEGMENT_FROZEN;
		port.other = *frozen;
	} else if (lowest) {
		port.reason = memcmp(lowest->byte, segment->self.node.byte, MAC_SIZE) < 0
		                      ? SEGMENT_HIGHER
		                      : SEGMENT_LOWEST;
		port.other = *lowest;
	}
	port.quiet = port.reason != SEGMENT_ALONE && port.reason != SEGMENT_LOWEST;
	return port;
}

bool segment_decide(struct segment *segment, int64_t now_ms)
{
	bool changed = false;

	forget_peers(segment, now_ms);
	for (size_t i = 0; i < segment->n_ports; i++) {
		struct port *port = &segment->ports[i];
		struct segment_port decided = decide_port(segment, port->is.index, now_ms);

		if (decided.quiet != port->is.quiet)
			changed = true;
		if (port->is.quiet && !decided.quiet) {
			port->tell = TELL_TIMES;
			port->told_ms = now_ms - TELL_GAP_MS;
		}
		if (decided.quiet)
			port->tell = 0;
		port->is = decided;
	}
	return changed;
}

void segment_leave(struct segment *segment, int64_t now_ms)
{
	segment->self.leaving = true;
	for (size_t i = 0; i < segment->n_ports; i++) {
		struct port *port = &segment->ports[i];

		port->tell = 0;
		if (!lowest_on(segment, port->is.index, now_ms))
			continue;
		port->is.quiet = true;
		port->hurry = true;
		port->said_ms = now_ms - HELLO_GAP_MS;
	}
}

const struct segment_port *segment_port(const struct segment *segment, size_t index)
{
	return index < segment->n_ports ? &segment->ports[index].is : NULL;
}

static bool has_backbone(const struct segment *segment, int port)
{
	for (size_t i = 0; i < segment->n_backbones; i++) {
		if (segment->backbones[i].is.port == port)
			return true;
	}
	return false;
}

static int64_t hello_interval(const struct segment *segment, const struct port *port,
                              int64_t now_ms)
{
	if (now_ms - port->since_ms < FRESH_MS || has_backbone(segment, port->is.index) ||
	    lowest_on(segment, port->is.index, now_ms))
		return SEGMENT_HELLO_MS;
	return SEGMENT_HELLO_SLOW_MS;
}

static int64_t hello_due(const struct segment *segment, const struct port *port, int64_t now_ms)
{
	return port->said_ms + (port->hurry ? HELLO_GAP_MS : hello_interval(segment, port, now_ms));
}

int segment_next_hello(struct segment *segment, int64_t now_ms, struct segment_hello *hello)
{
	for (size_t i = 0; i < segment->n_ports; i++) {
		struct port *port = &segment->ports[i];

		if (now_ms < hello_due(segment, port, now_ms))
			continue;
		port->said_ms = now_ms;
		port->hurry = false;
		*hello = segment->self;
		hello->silent = port->is.quiet;
		return port->is.index;
	}
	return 0;
}

int segment_next_takeover(struct segment *segment, int64_t now_ms)
{
	for (size_t i = 0; i < segment->n_ports; i++) {
		struct port *port = &segment->ports[i];

		if (!port->tell || now_ms - port->told_ms < TELL_GAP_MS)
			continue;
		port->tell--;
		port->told_ms = now_ms;
		return port->is.index;
	}
	return 0;
}

static void sooner(int64_t *due, int64_t when, int64_t now_ms)
{
	if (when > now_ms && when < *due)
		*due = when;
}

int64_t segment_due(const struct segment *segment, int64_t now_ms)
{
	int64_t due = now_ms + SEGMENT_HELLO_SLOW_MS;

	for (size_t i = 0; i < segment->n_ports; i++) {
		int64_t when = hello_due(segment, &segment->ports[i], now_ms);

		if (when < due)
			due = when;
		if (segment->ports[i].tell)
			sooner(&due, segment->ports[i].told_ms + TELL_GAP_MS, now_ms);
	}
	for (size_t i = 0; i < SEGMENT_PEERS_MAX; i++) {
		if (segment->peers[i].port)
			sooner(&due, segment->peers[i].heard_ms + SEGMENT_SILENCE_MS, now_ms);
	}
	for (size_t i = 0; i < segment->n_backbones; i++)
		sooner(&due, segment->backbones[i].since_ms + SEGMENT_FOREIGN_MS, now_ms);
	return due;
}
