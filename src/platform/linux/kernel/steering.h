/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Steering in the kernel: the tunnel, its routes, the policy rules, the table of steering_rules.h.
 *
 * A packet with the mark of a slot goes by the main table as all do, but for default routes; then
 * by the slot's table, in which a default route leads through the tunnel to the gateway's address
 * in the mesh (lightweight tunnel: one device without addresses of its own, linux/lwtunnel.h).  A
 * slot that has no rule of a family at the moment goes the ordinary way: that is how a gateway that
 * died is left, and nothing else has to change for it.
 *
 * What there is is compared with what the kernel has, so a daemon that begins anew changes nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "platform/linux/kernel/steering_rules.h"

struct buf;
struct steering;

/* Bytes of a packet inside: with the header around it it passes cables that carry 1496. */
#define STEER_MTU 1400

struct steer_slot {
	bool taken;
	bool self; /* this node's own uplink, by the table below */
	uint32_t table[2];
	struct ip address; /* of the gateway in the mesh */
	bool use[2];       /* IPv4, IPv6 */
};

struct steer_wanted {
	struct steer_slot slots[STEER_SLOTS_MAX];
	struct steer_rules rules;
	uint32_t guest_table[2]; /* by which packets from the tunnel leave; 0: not at all */
};

struct steering *steering_new(void);
void steering_free(struct steering *steering); /* the kernel stays as it is */

/* Makes it true; what cannot be is in `failure`, in words, and a negative errno comes back. */
int steering_make(struct steering *steering, const struct steer_wanted *wanted,
                  struct buf *failure);
/* Takes away all of it, also what an earlier daemon made. */
int steering_remove(struct steering *steering, struct buf *failure);
