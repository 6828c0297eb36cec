/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Tells Babel's neighbours that a network is not announced any more (RFC 8966: an update with an
 * infinite metric).  babeld should do so by itself.  Version 1.12.1 announces another network in
 * its place, and the neighbours keep a dead way until it expires, which takes up to 14 s.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"

#define BABEL_GOODBYE_MAX 64 /* bytes of a packet */

/*
 * Writes the packet and gives its size; 0 if `router`, this node's id as babeld writes it, is none.
 * `next_hop`: this node's own IPv4 address, without which an update of IPv4 is not understood.
 */
size_t babel_goodbye_write(const char *router, const struct prefix *prefix,
                           const struct ip *next_hop, uint8_t packet[BABEL_GOODBYE_MAX]);

/* Sends it to all on this interface, from this link-local address of it. */
int babel_goodbye_send(const char *ifname, const struct ip *from, const uint8_t *packet,
                       size_t size) MUST_CHECK;
