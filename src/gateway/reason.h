/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Which gateway is used, and why, in words: "escuela: 2 hops, 18 ms; fibra-norte is nearer but
 * loses 8 %".  Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/gateway.h"
#include "gateway/path.h"

struct buf;

/* A gateway as one node sees it. */
struct gateway_view {
	const struct gateway_facts *facts;
	const struct path *path;
	bool self;     /* it is this node */
	uint32_t cost; /* in Babel, to its default route; 0: not announced to here */
};

/* Who decided. */
enum gateway_by {
	GATEWAY_BY_NEARNESS, /* the routing protocol */
	GATEWAY_BY_ORDER,    /* the configuration of the node or the cloud */
	GATEWAY_BY_PERSON,
};

/* Whether packets of this family can be steered there now. */
bool gateway_is_usable(const struct gateway_view *view, unsigned side);
bool gateway_is_usable_at_all(const struct gateway_view *view);
/* Whether it may be chosen: it is not closed. */
bool gateway_is_choosable(const struct gateway_view *view);
/* What is wrong with it, to follow its name: "does not answer"; NULL if nothing is. */
void gateway_fault(const struct gateway_view *view, struct buf *out);

/* Milliseconds from here to the Internet and back by it, 0: not known. */
uint32_t gateway_delay_ms(const struct gateway_view *view);
/* "2 hops, 18 ms" */
void gateway_print_way(const struct gateway_view *view, struct buf *out);

/*
 * Why `used` of these is used; -1: none of them is.  Gateways that might be expected instead, since
 * they are nearer, are told of with what speaks against them.
 */
void gateway_reason(const struct gateway_view *views, size_t n_views, int used, enum gateway_by by,
                    struct buf *out);

/* "open", "members", "closed". */
const char *gateway_offer_word(enum gateway_offer offer);
