/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Echoes to gateways, through their tunnels: an ICMPv6 question (RFC 4443) in an IPv6 packet in
 * another (RFC 2473).  The gateway answers to the inner one by the ordinary way, so an answer says
 * that the tunnel is let in, and how many routers were on the way back.
 */
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"

struct event_base;
struct way_echo;

#define WAY_ECHO_PENDING_MAX 256
#define WAY_ECHO_SIZE        56 /* bytes of the inner packet */

/* `hops`: routers on the way. */
typedef void way_echo_told(void *data, uint32_t who, uint32_t id, unsigned hops);

/* NULL and errno if it cannot be. */
struct way_echo *way_echo_new(struct event_base *base, way_echo_told *told, void *data);
void way_echo_free(struct way_echo *echo);
AUTO_DEFINE(way_echo_free, struct way_echo);

/* Asks the gateway `to`, from this node's address in the mesh; `who` and `id` are the caller's. */
int way_echo_ask(struct way_echo *echo, const struct ip *from, const struct ip *to, uint32_t who,
                 uint32_t id) MUST_CHECK;

/* The inner packet; pure. */
void way_echo_write(const struct ip *from, const struct ip *to, uint16_t ident, uint16_t sequence,
                    uint64_t token, uint8_t packet[WAY_ECHO_SIZE]);
