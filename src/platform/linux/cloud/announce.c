/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/announce.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A client that walks is announced once; one between two access points a few times. */
#define CLIENT_BURST   4
#define CLIENT_FILL_MS 1000
/* Two events of one arrival (a frame on each of two ports) are one announcement. */
#define CLIENT_GAP_MS 100
/* A full access point after a power cut, and no more than a cloud of hundreds can bear. */
#define PORT_BURST    60
#define PORT_FILL_MS  50
#define TOTAL_BURST   200
#define TOTAL_FILL_MS 10

/* Later comparisons that find the same client missing wait longer each time: there are clients
 * that batman-adv refuses (behind another node of the same cable, or its table is full). */
#define AGAIN_MIN_MS ANNOUNCE_PERIOD_MS
#define AGAIN_MAX_MS 60000

#define N_SETS  256 /* a power of two */
#define N_WAYS  4
#define N_PORTS 32

/* May be taken `burst` times at once, and once more every `fill_ms`. */
struct bucket {
	int64_t full_at_ms; /* when nothing will be missing */
};

static bool bucket_take(struct bucket *bucket, unsigned burst, int64_t fill_ms, int64_t now_ms)
{
	if (bucket->full_at_ms < now_ms)
		bucket->full_at_ms = now_ms;
	if (bucket->full_at_ms - now_ms > (int64_t)(burst - 1) * fill_ms)
		return false;
	bucket->full_at_ms += fill_ms;
	return true;
}

struct client {
	struct mac mac;
	bool used;
	struct bucket bucket;
	int64_t sent_ms, again_ms; /* `again_ms`: not again before */
	int64_t wait_ms;           /* before the one after that; 0: nothing is missing */
};

struct port {
	int index; /* 0: free */
	struct bucket bucket;
	int64_t used_ms;
};

/* Clients are kept in sets of a few by a hash of the address; the one that was announced longest
 * ago makes room. */
struct announce {
	int cloud;
	struct client clients[N_SETS][N_WAYS];
	struct port ports[N_PORTS];
	struct bucket total;
	struct announce_counts counts;
};

struct announce *announce_new(int cloud)
{
	struct announce *announce = calloc(1, sizeof(*announce));

	assert(announce);
	announce->cloud = cloud;
	return announce;
}

void announce_free(struct announce *announce)
{
	free(announce);
}

/* Somebody who picks addresses that meet in one set only loses the limit per client. */
static unsigned set_of(const struct mac *mac)
{
	uint32_t hash = 2166136261U;

	for (unsigned i = 0; i < MAC_SIZE; i++)
		hash = (hash ^ mac->byte[i]) * 16777619U;
	return (hash ^ hash >> 16) & (N_SETS - 1);
}

static struct client *client_of(struct announce *announce, const struct mac *mac)
{
	struct client *set = announce->clients[set_of(mac)], *oldest = set;

	for (unsigned i = 0; i < N_WAYS; i++) {
		if (set[i].used && mac_equal(&set[i].mac, mac))
			return &set[i];
	}
	for (unsigned i = 1; i < N_WAYS; i++) {
		if (oldest->used && (!set[i].used || set[i].sent_ms < oldest->sent_ms))
			oldest = &set[i];
	}
	*oldest = (struct client){ .mac = *mac, .used = true, .sent_ms = INT64_MIN / 2 };
	return oldest;
}

static struct port *port_of(struct announce *announce, int index, int64_t now_ms)
{
	struct port *oldest = announce->ports;

	for (unsigned i = 0; i < N_PORTS; i++) {
		struct port *port = &announce->ports[i];

		if (port->index == index) {
			port->used_ms = now_ms;
			return port;
		}
		if (port->used_ms < oldest->used_ms)
			oldest = port;
	}
	*oldest = (struct port){ .index = index, .used_ms = now_ms };
	return oldest;
}

/* The shared gateway addresses of all clouds begin with aa:aa:aa; batman-adv's own probes for loops
 * with ba:be. */
static bool is_client(const struct announce *announce, const struct announce_entry *entry)
{
	const uint8_t *byte = entry->mac.byte;

	if (entry->fixed || entry->port == announce->cloud || mac_is_zero(&entry->mac))
		return false;
	if (byte[0] & 1)
		return false;
	if (byte[0] == 0xaa && byte[1] == 0xaa && byte[2] == 0xaa)
		return false;
	return byte[0] != 0xba || byte[1] != 0xbe;
}

static bool may_send(struct announce *announce, struct client *client, int port, int64_t now_ms)
{
	if (now_ms - client->sent_ms < CLIENT_GAP_MS)
		return false;
	if (!bucket_take(&client->bucket, CLIENT_BURST, CLIENT_FILL_MS, now_ms) ||
	    !bucket_take(&port_of(announce, port, now_ms)->bucket, PORT_BURST, PORT_FILL_MS,
	                 now_ms) ||
	    !bucket_take(&announce->total, TOTAL_BURST, TOTAL_FILL_MS, now_ms)) {
		announce->counts.refused++;
		return false;
	}
	client->sent_ms = now_ms;
	return true;
}

bool announce_event(struct announce *announce, const struct announce_entry *entry, int64_t now_ms)
{
	if (!is_client(announce, entry) ||
	    !may_send(announce, client_of(announce, &entry->mac), entry->port, now_ms))
		return false;
	announce->counts.sent++;
	return true;
}

static enum announce_verdict compare_active(struct announce *announce,
                                            const struct announce_entry *entry, int64_t now_ms)
{
	struct client *client = client_of(announce, &entry->mac);

	if (now_ms < client->again_ms || !may_send(announce, client, entry->port, now_ms))
		return ANNOUNCE_LEAVE;
	client->wait_ms = client->wait_ms ? 2 * client->wait_ms : AGAIN_MIN_MS;
	if (client->wait_ms > AGAIN_MAX_MS)
		client->wait_ms = AGAIN_MAX_MS;
	client->again_ms = now_ms + client->wait_ms;
	announce->counts.again++;
	return ANNOUNCE_SEND;
}

enum announce_verdict announce_compare(struct announce *announce,
                                       const struct announce_entry *entry,
                                       enum announce_place place, int64_t now_ms)
{
	bool idle = entry->idle_ms >= ANNOUNCE_IDLE_MS;

	if (!is_client(announce, entry))
		return ANNOUNCE_LEAVE;
	if (place == ANNOUNCE_NOT_HERE && !idle)
		return compare_active(announce, entry, now_ms);
	if (place != ANNOUNCE_NOT_HERE) {
		struct client *client = client_of(announce, &entry->mac);

		client->wait_ms = 0;
		client->again_ms = 0;
	}
	if (place == ANNOUNCE_HERE || !idle)
		return ANNOUNCE_LEAVE;
	announce->counts.forgotten++;
	return ANNOUNCE_FORGET;
}

void announce_frame(const struct mac *client, uint8_t frame[ANNOUNCE_FRAME_SIZE])
{
	/* Length 6; null SAP to null SAP, a response; XID with the final bit off; then the format
	 * identifier, "type 1 LLC" and no window. */
	static const uint8_t rest[] = { 0, 6, 0x00, 0x01, 0xaf, 0x81, 0x01, 0x00 };

	memset(frame, 0xff, MAC_SIZE);
	memcpy(frame + MAC_SIZE, client->byte, MAC_SIZE);
	memcpy(frame + 2 * (size_t)MAC_SIZE, rest, sizeof(rest));
}

struct announce_counts announce_counts(const struct announce *announce)
{
	return announce->counts;
}
