/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The neighbours that may be LibreMesh's, and when to exchange which type with whom.  Pure: no
 * sockets and no clock.
 *
 * Whoever answers an echo on a mesh link is one until it is known better.  Nobody is asked often
 * who does not speak a protocol, and nobody waits for anybody else.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compat/peer.h"
#include "compat/type.h"

#define NEIGHBOURS_MAX       64
#define NEIGHBOUR_TYPES_MAX  24
#define NEIGHBOUR_GONE_MS    100000 /* after its last answer it is forgotten */
#define NEIGHBOUR_REFRESH_MS 600000 /* it is told everything again, lest it forgets */
#define NEIGHBOUR_NEWS_MS    2000   /* news wait for more news this long */

/* What is known of one type with one neighbour, in one protocol. */
struct neighbour_type {
	int64_t due_ms; /* of the next exchange */
	uint64_t told;  /* serial of the state that it has all of; 0: none */
	int64_t told_ms;
	bool unknown; /* it does not have this type */
};

/* One of the protocols, with one neighbour. */
struct neighbour_speech {
	unsigned failures; /* in a row */
	bool speaks;       /* has answered as it should, once */
	int64_t silent_ms; /* until then it is left alone */
	struct neighbour_type types[NEIGHBOUR_TYPES_MAX];
};

struct neighbour {
	struct in6_addr address; /* all zero: free */
	uint32_t link;
	int64_t seen_ms;
	bool busy;           /* an exchange is under way */
	bool weft;           /* speaks our own conversation: nothing else is needed */
	uint32_t generation; /* of the place: an exchange may outlive its neighbour */
	struct neighbour_speech async, http;
};

struct nearby {
	struct neighbour all[NEIGHBOURS_MAX];
};

/* It answered.  False if there is no room for one more. */
bool nearby_see(struct nearby *nearby, uint32_t link, const struct in6_addr *address,
                int64_t now_ms);
/* A link has gone. */
void nearby_forget_link(struct nearby *nearby, uint32_t link);

/* One exchange to be begun now. */
struct neighbour_task {
	size_t neighbour;
	uint32_t generation;
	size_t type; /* of compat_types */
	enum compat_protocol protocol;
	bool empty;      /* it has all: only listen */
	uint64_t serial; /* of the state when it began */
};

/*
 * `spoken` is COMPAT_ASYNC, COMPAT_HTTP or both: what this node speaks.  `serial_of` gives the
 * serial number of the last change of a type's table.  False if nothing is to be done now; else
 * that neighbour is busy until nearby_done().
 */
bool nearby_next(struct nearby *nearby, int64_t now_ms, unsigned spoken,
                 uint64_t (*serial_of)(void *data, const struct compat_type *type), void *data,
                 struct neighbour_task *task);

enum neighbour_outcome {
	NEIGHBOUR_DONE,
	NEIGHBOUR_UNKNOWN_TYPE,
	NEIGHBOUR_FAILED,
};
void nearby_done(struct nearby *nearby, const struct neighbour_task *task,
                 enum neighbour_outcome outcome, bool holds_all, int64_t now_ms);
