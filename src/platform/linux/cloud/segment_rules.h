/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the kernel is told about shared cable segments, as text and bytes.  Pure.
 *
 * The rules stand in a table of their own (NFT_TABLE_SEGMENT), because they follow what
 * happens on the cables and not the configuration.
 */
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"
#include "net/mac.h"

struct buf;

/* The shared address. */
struct segment_address {
	struct mac mac;
	struct ip ipv4, ipv6; /* IP_NONE: there is none */
};

/* nft's commands that replace the whole table at once: silence on the ports of these names. */
void segment_rules_print(const struct segment_address *address, const char *const *quiet,
                         size_t n_quiet, struct buf *out);
/* The command that removes it, also if it is not there. */
void segment_rules_print_end(struct buf *out);

/* A frame that tells every switch and client of the port it is sent on where the shared address
 * is now: an ARP announcement (RFC 5227, section 3). */
#define SEGMENT_TAKEOVER_SIZE 42
void segment_takeover_write(const struct segment_address *address,
                            uint8_t frame[SEGMENT_TAKEOVER_SIZE]);
