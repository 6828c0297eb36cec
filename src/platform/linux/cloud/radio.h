/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whom the radios of the mesh hear: the kernel's stations, over generic netlink (linux/nl80211.h).
 */
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/mac.h"
#include "platform/linux/kernel/nl.h"

struct radio_interface {
	int index;
	struct mac mac;
	bool mesh; /* 802.11s, ad hoc, or one neighbour of apup: every station is a node */
	uint32_t mhz;
};

#define RADIO_CHAINS_MAX 4

struct radio_station {
	struct mac mac;
	int signal; /* dBm; 0: not told */
	int chains[RADIO_CHAINS_MAX];
	size_t n_chains;
	uint32_t rx_kbps, tx_kbps;
	uint32_t inactive_ms;        /* since it was heard last */
	uint32_t rx_bytes, tx_bytes; /* they wrap */
};

struct radio {
	struct nl nl;
	uint16_t family;
};

/* -ENOENT if the kernel knows no radios. */
int radio_open(struct radio *radio) MUST_CHECK;
void radio_close(struct radio *radio); /* also one that is zero */

/* Calls `found` for each interface of a radio, and for each station of one. */
int radio_interfaces(struct radio *radio,
                     void (*found)(const struct radio_interface *interface, void *data),
                     void *data) MUST_CHECK;
int radio_stations(struct radio *radio, int index,
                   void (*found)(const struct radio_station *station, void *data),
                   void *data) MUST_CHECK;

/* Readable when stations have come or gone; read it empty.  -1 if that cannot be watched. */
int radio_watch(void);
/* True if there was news. */
bool radio_watch_read(int fd);

/* One answer each; apart from asking, for tests. */
bool radio_parse_interface(const struct nlmsghdr *reply, struct radio_interface *interface);
bool radio_parse_station(const struct nlmsghdr *reply, struct radio_station *station);
