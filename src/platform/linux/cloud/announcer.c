/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/announcer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/linux/cloud/mesh.h"

/* A burst of events, as when a whole access point moves, shall not be lost. */
#define EVENT_ROOM   (1024 * 1024)
#define MESSAGE_SIZE 16384
/* What is read in one go, so that a flood of events does not starve the rest of the daemon. */
#define READS_MAX 32
#define OTHERS_MS 10000

struct announcer {
	struct announcer_config config;
	struct announce *announce;
	struct nl events, nl;
	struct mesh mesh;
	int packet;        /* socket that only sends */
	int64_t others_ms; /* not before, the clients of other nodes are looked at again */
};

static int open_sockets(struct announcer *announcer)
{
	int group = RTNLGRP_NEIGH, room = EVENT_ROOM, r;

	r = nl_open(&announcer->events, NETLINK_ROUTE);
	if (r < 0)
		return r;
	if (mnl_socket_setsockopt(announcer->events.socket, NETLINK_ADD_MEMBERSHIP, &group,
	                          sizeof(group)) < 0)
		return -errno;
	(void)setsockopt(announcer_fd(announcer), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	r = nl_open(&announcer->nl, NETLINK_ROUTE);
	if (r < 0)
		return r;
	announcer->packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (announcer->packet < 0)
		return -errno;
	return mesh_open(&announcer->mesh);
}

struct announcer *announcer_new(const struct announcer_config *config)
{
	struct announcer *announcer = calloc(1, sizeof(*announcer));
	int r;

	assert(announcer);
	announcer->config = *config;
	announcer->packet = -1;
	r = open_sockets(announcer);
	if (r < 0) {
		announcer_free(announcer);
		errno = -r;
		return NULL;
	}
	announcer->announce = announce_new(config->cloud);
	return announcer;
}

void announcer_free(struct announcer *announcer)
{
	if (!announcer)
		return;
	nl_close(&announcer->events);
	nl_close(&announcer->nl);
	mesh_close(&announcer->mesh);
	if (announcer->packet >= 0)
		close(announcer->packet);
	announce_free(announcer->announce);
	free(announcer);
}

int announcer_fd(const struct announcer *announcer)
{
	return mnl_socket_get_fd(announcer->events.socket);
}

static void send_frame(struct announcer *announcer, const struct mac *client)
{
	uint8_t frame[ANNOUNCE_FRAME_SIZE];
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_802_2),
		.sll_ifindex = announcer->config.cloud,
		.sll_halen = MAC_SIZE,
	};

	announce_frame(client, frame);
	/* What cannot be sent now (a cloud that is down) is found missing at the next comparison.
	 */
	(void)sendto(announcer->packet, frame, sizeof(frame), 0, (struct sockaddr *)&to,
	             sizeof(to));
}

static struct announce_entry entry_of(const struct fdb_entry *entry)
{
	return (struct announce_entry){
		.mac = entry->mac,
		.port = entry->port,
		.fixed = entry->fixed,
		.idle_ms = entry->idle_ms,
	};
}

static void take_event(struct announcer *announcer, const struct nlmsghdr *message, int64_t now_ms)
{
	struct fdb_entry entry;
	struct announce_entry seen;

	if (!fdb_parse(message, &entry) || entry.bridge != announcer->config.bridge)
		return;
	seen = entry_of(&entry);
	if (!entry.gone && announce_event(announcer->announce, &seen, now_ms))
		send_frame(announcer, &entry.mac);
	if (announcer->config.seen && !entry.fixed)
		announcer->config.seen(&entry, announcer->config.data);
}

void announcer_read(struct announcer *announcer, int64_t now_ms)
{
	_Alignas(struct nlmsghdr) char bytes[MESSAGE_SIZE];

	for (unsigned i = 0; i < READS_MAX; i++) {
		ssize_t n = recv(announcer_fd(announcer), bytes, sizeof(bytes), MSG_DONTWAIT);
		const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)bytes;
		int left = (int)n;

		/* Events were lost; the comparison finds what they would have said. */
		if (n < 0 && errno == ENOBUFS)
			announcer_compare(announcer, now_ms);
		if (n < 0)
			return;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
			take_event(announcer, message, now_ms);
	}
}

/* Clients of a table of batman-adv, sorted. */
struct known {
	struct mac *macs;
	size_t count, room;
};

static void known_done(struct known *known)
{
	free(known->macs);
}

#define KNOWN_AUTO __attribute__((cleanup(known_done))) struct known

static void add_known(const struct mesh_row *row, void *data)
{
	struct known *known = data;

	if (row->leaving || row->tagged)
		return;
	if (known->count == known->room) {
		known->room = known->room ? 2 * known->room : 64;
		known->macs = realloc(known->macs, known->room * sizeof(*known->macs));
		assert(known->macs);
	}
	known->macs[known->count++] = row->client;
}

static int compare_macs(const void *a, const void *b)
{
	return memcmp(a, b, MAC_SIZE);
}

static bool is_known(const struct known *known, const struct mac *mac)
{
	return known->count &&
	       bsearch(mac, known->macs, known->count, sizeof(*known->macs), compare_macs);
}

static bool read_known(struct announcer *announcer, enum mesh_table table, struct known *known)
{
	if (mesh_read(&announcer->mesh, announcer->config.cloud, table, add_known, known) < 0)
		return false;
	if (known->count)
		qsort(known->macs, known->count, sizeof(*known->macs), compare_macs);
	return true;
}

static void compare_entry(struct announcer *announcer, const struct fdb_entry *entry,
                          enum announce_place place, int64_t now_ms)
{
	struct announce_entry here = entry_of(entry);

	switch (announce_compare(announcer->announce, &here, place, now_ms)) {
	case ANNOUNCE_LEAVE:
		break;
	case ANNOUNCE_SEND:
		send_frame(announcer, &entry->mac);
		break;
	case ANNOUNCE_FORGET:
		(void)fdb_forget(&announcer->nl, entry->port, &entry->mac);
		break;
	}
}

static bool is_idle(const struct announcer *announcer, const struct fdb_entry *entry)
{
	return !entry->fixed && entry->port != announcer->config.cloud &&
	       entry->idle_ms >= ANNOUNCE_IDLE_MS;
}

/* The clients of all other nodes are many: they are looked at now and then, if anybody is silent.
 */
static bool wants_others(struct announcer *announcer, const struct fdb *fdb, int64_t now_ms)
{
	if (now_ms < announcer->others_ms)
		return false;
	for (size_t i = 0; i < fdb->count; i++) {
		if (is_idle(announcer, &fdb->entries[i])) {
			announcer->others_ms = now_ms + OTHERS_MS;
			return true;
		}
	}
	return false;
}

void announcer_compare(struct announcer *announcer, int64_t now_ms)
{
	KNOWN_AUTO here = { 0 };
	KNOWN_AUTO others = { 0 };
	FDB_AUTO fdb = { 0 };

	/* The table first: a client that arrives in between is known and not in it, which is
	 * harmless; the other way round it would be announced twice. */
	if (fdb_read(&announcer->nl, announcer->config.bridge, &fdb) < 0 ||
	    !read_known(announcer, MESH_LOCAL_CLIENTS, &here))
		return;
	if (wants_others(announcer, &fdb, now_ms))
		(void)read_known(announcer, MESH_GLOBAL_CLIENTS, &others);
	for (size_t i = 0; i < fdb.count; i++) {
		const struct mac *mac = &fdb.entries[i].mac;
		enum announce_place place = ANNOUNCE_NOT_HERE;

		if (is_known(&here, mac))
			place = is_known(&others, mac) ? ANNOUNCE_BOTH : ANNOUNCE_HERE;
		compare_entry(announcer, &fdb.entries[i], place, now_ms);
	}
}

struct announce_counts announcer_counts(const struct announcer *announcer)
{
	return announce_counts(announcer->announce);
}
