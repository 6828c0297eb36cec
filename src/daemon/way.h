/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The way to the Internet that packets take from here, and why they take that one.  Pure: it reads
 * what the kernel and babeld say.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"
#include "net/names.h"

struct babel_route;
struct babel_state;
struct buf;
struct default_route;

/* An uplink of this node, in one address family. */
struct way_uplink {
	const char *ifname;
	bool works;
	const char *words; /* how it is, to follow its name: "has no address" */
};

/* What is known, of one address family or of both. */
struct way_facts {
	const struct default_route *routes;
	size_t n_routes;
	const struct way_uplink *uplinks;
	size_t n_uplinks;
	bool babel_wanted;
	const struct babel_state *babel; /* NULL while babeld does not answer */
};

enum way_by {
	WAY_NONE,
	WAY_UPLINK,  /* this node's own */
	WAY_NODE,    /* a neighbour, who is nearer to it */
	WAY_FOREIGN, /* a route that is not weft's */
};

struct way {
	enum ip_family family;
	enum way_by by;
	struct ip via; /* IP_NONE: on link */
	char port[IFNAME_SIZE];
	/* Of WAY_NODE: babeld's route, NULL if it does not know it (any more).  Borrowed. */
	const struct babel_route *route;
};

enum way_by way_of_protocol(uint8_t protocol);
/* Whether another node announces a way that is better than a poor one of one's own. */
bool way_is_elsewhere(const struct babel_state *babel, enum ip_family family);

/* "own uplink", "another node", "somebody else's route", "none". */
const char *way_word(enum way_by by);

/* The route that the kernel uses; NULL if there is none. */
const struct default_route *way_used(const struct way_facts *facts, enum ip_family family);
void way_find(const struct way_facts *facts, enum ip_family family, struct way *way);
/* Why, in words, a reason a line; the uplinks are those of the way's family. */
void way_explain(const struct way_facts *facts, const struct way *way, struct buf *out);

/* The one that babeld has chosen; NULL if there is none. */
const struct babel_route *way_installed(const struct babel_state *babel, enum ip_family family);
/* Whether this route of babeld's is a way to the Internet that can be taken. */
bool way_is_offered(const struct babel_route *route, enum ip_family family);
/* Whether it can be taken instead of `used`, which may be NULL. */
bool way_is_alternative(const struct babel_route *route, const struct babel_route *used);
/* Whether the neighbour that told the route is itself where it begins. */
bool way_ends_there(const struct babel_state *babel, const struct babel_route *route);
