/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A gateway as its own node describes it to all others, without pointers: it is what the two
 * processes of the daemon tell each other.  All texts end with a zero and are one line of UTF-8.
 */
#include <stdint.h>

#include "gateway/health.h"
#include "net/hours.h"
#include "net/ip.h"

#define GATEWAYS_MAX        64
#define GATEWAY_KEY_SIZE    32 /* of the public key by which nobody can be taken for another */
#define GATEWAY_NAME_SIZE   64 /* sizes of texts are with their ends */
#define GATEWAY_WORDS_SIZE  161
#define GATEWAY_ROUTER_SIZE 24

/* Whom it takes that chose it. */
enum gateway_offer {
	GATEWAY_OPEN,
	GATEWAY_MEMBERS,
	GATEWAY_CLOSED,
};

/* Of the two families, IPv4 and IPv6. */
enum {
	GATEWAY_N_SIDES = 2
};

struct gateway_side {
	uint32_t health; /* enum health_class; HEALTH_SICK too where it has none of the family */
	uint32_t delay_ms, loss_percent;
};

struct gateway_facts {
	uint8_t key[GATEWAY_KEY_SIZE];
	char name[GATEWAY_NAME_SIZE];
	char words[GATEWAY_WORDS_SIZE];
	struct ip ipv4, ipv6; /* in the mesh; the tunnel leads to the second */
	struct gateway_side sides[GATEWAY_N_SIDES];
	uint32_t down_kbps, up_kbps;      /* the most that it was seen to carry; 0: not known */
	uint32_t load_kbps;               /* that it carries, both ways together */
	uint32_t since_s;                 /* since its health or its offer last changed */
	uint32_t offer;                   /* enum gateway_offer, as it is now */
	char hours[HOURS_TEXT_SIZE];      /* "": always */
	uint32_t limit_kbps;              /* for all others together; 0: none */
	char router[GATEWAY_ROUTER_SIZE]; /* by which Babel knows it; "": not said */
};
