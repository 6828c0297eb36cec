/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who is steered to which gateway, and whom this node's own uplink takes, as one table of nftables.
 * Pure.
 *
 * A steered client's packets get a mark by its MAC, whatever addresses it has; policy rules
 * (steering.h) send what is marked through the tunnel.  One lookup a packet, however many clients.
 * Where nobody is steered and nothing is offered there is no table at all.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/facts.h"
#include "net/ip.h"
#include "net/mac.h"

struct buf;

#define STEER_SLOTS_MAX   64
#define STEER_CLIENTS_MAX 4096
#define STEER_DEVICES_MAX 32
#define STEER_MEMBERS_MAX 256
#define STEER_NOBODY      UINT8_MAX

struct steer_client {
	struct mac mac;
	uint8_t slot;
};

struct steer_devices {
	char names[STEER_DEVICES_MAX][IFNAME_SIZE];
	size_t n;
};

/* What this node's own uplink is to others. */
struct steer_offer {
	bool tunnel;  /* takes who chose it */
	bool routed;  /* takes who comes by way of routing */
	bool members; /* of the tunnel: those below alone */
	struct prefix member[STEER_MEMBERS_MAX];
	size_t n_members;
	uint32_t limit_kbps; /* for all others together, each way; 0: none */
};

struct steer_rules {
	struct prefix own4, own6;     /* this node's address in its cloud's network */
	struct steer_devices clients; /* on which clients are */
	struct steer_devices mesh;    /* on which routed packets of others come */
	struct steer_devices uplinks; /* none: this node is no gateway */
	const struct steer_client *steered;
	size_t n_steered;
	uint8_t everybody; /* the slot of those who did not choose; STEER_NOBODY: none */
	struct steer_offer offer;
};

/* Whether there is anything to say. */
bool steer_rules_any(const struct steer_rules *rules);
/* Commands that make the table so, whatever it was, in one transaction. */
void steer_rules_print(const struct steer_rules *rules, struct buf *out);
void steer_rules_print_end(struct buf *out);
/* The mark of a slot. */
uint32_t steer_mark(uint8_t slot);
