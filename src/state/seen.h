/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a node sees of itself and of those around it: the daemon fills it in, the tables' collectors
 * (state/collect.h) make rows of it.  Texts are lent; NULL or "" is not known.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"
#include "net/mac.h"
#include "shape/shape.h"

struct arena;

struct seen_device {
	const char *name;
	struct mac mac;
	bool wireless;
};

#define SEEN_CHAINS_MAX 4

/* A station of the mesh on a radio. */
struct seen_station {
	const char *port;
	struct mac own, other;
	int signal; /* dBm */
	int chains[SEEN_CHAINS_MAX];
	size_t n_chains;
	uint32_t rx_kbps, tx_kbps;
	uint32_t mhz;
};

/* Who batman-adv hears. */
struct seen_mesh {
	const char *port;
	struct mac own, other;
	uint32_t tq;   /* of 255 */
	uint32_t kbps; /* instead, where the mesh measures rates */
	uint32_t seen_ms;
};

/* Whom Babel talks to. */
struct seen_babel {
	const char *port;
	struct ip own, other;
	uint32_t cost, rxcost, txcost;
};

struct seen {
	const char *hostname, *domain;
	const char *cloud; /* the network's id: hex of its first three bytes */
	const char *firmware, *board;
	struct ip ipv4, ipv6;
	struct ip anycast6; /* where any node of the cloud answers for its names */
	const char *latitude, *longitude;
	uint32_t uptime_s;
	const char *router; /* Babel's id of this node */
	const struct seen_device *devices;
	const struct seen_station *stations;
	const struct seen_mesh *mesh;
	const struct seen_babel *babel;
	size_t n_devices, n_stations, n_mesh, n_babel;
};

/* MACs of the devices, or of the radios' alone; each once. */
struct string_list seen_macs(const struct seen *seen, bool wireless, size_t most,
                             struct arena *arena);

/* Channel of a radio's frequency; 0 if there is none of that. */
uint32_t seen_channel(uint32_t mhz);

/* Percents that mean the same for links of all kinds. */
unsigned seen_quality_of_signal(int dbm);
unsigned seen_quality_of_mesh(uint32_t tq, uint32_t kbps);
unsigned seen_quality_of_babel(uint32_t cost);
