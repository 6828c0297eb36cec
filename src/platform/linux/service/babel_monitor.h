/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What babeld knows, as it tells it on its local socket ("dump", "monitor").  Pure.
 *
 *	add interface eth0_17 up true ipv6 fe80::1 ipv4 10.13.0.1
 *	add neighbour 55e8fc728e50 address fe80::2 if eth0_17 reach ffff ureach 0000 rxcost 256
 *	    txcost 256 cost 256
 *	add xroute 10.13.0.0/16-0.0.0.0/0 prefix 10.13.0.0/16 from 0.0.0.0/0 metric 0
 *	add route 5566907a51e0 prefix 10.14.0.0/16 from 0.0.0.0/0 installed yes id
 *	    4c:a4:91:dc:ea:d7:2e:80 metric 301 refmetric 0 via fe80::2 if eth0_17
 *
 * each on one line; "change" and "flush" as "add".  The format is babeld 1.12's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/names.h"

#define BABEL_LINE_MAX       511 /* bytes; babeld's own lines are shorter */
#define BABEL_INTERFACES_MAX 256
#define BABEL_NEIGHBOURS_MAX 4096
#define BABEL_XROUTES_MAX    4096
#define BABEL_ROUTES_MAX     65536
#define BABEL_ID_SIZE        24 /* "4c:a4:91:dc:ea:d7:2e:80" and its end */

#define BABEL_INFINITY 65535 /* cost or metric of what cannot be reached */

struct babel_interface {
	char name[IFNAME_SIZE];
	bool up;
	struct ip ipv4, ipv6; /* IP_NONE without one */
};

struct babel_neighbour {
	uint64_t id; /* babeld's own number of it */
	struct ip address;
	char ifname[IFNAME_SIZE];
	uint16_t reach; /* a bit for each of the last 16 hellos, the newest on the left */
	uint32_t rxcost, txcost, cost;
};

/* A route that this node announces. */
struct babel_xroute {
	struct prefix prefix, from;
	uint32_t metric;
};

struct babel_route {
	uint64_t id;
	struct prefix prefix, from;
	bool installed;
	char router[BABEL_ID_SIZE];
	uint32_t metric, refmetric;
	struct ip via; /* the neighbour, by its link-local address */
	char ifname[IFNAME_SIZE];
};

struct babel_state {
	struct babel_interface *interfaces;
	struct babel_neighbour *neighbours;
	struct babel_xroute *xroutes;
	struct babel_route *routes;
	size_t n_interfaces, n_neighbours, n_xroutes, n_routes;
	char router[BABEL_ID_SIZE]; /* this node's own id */
	size_t n_refused; /* lines that made no sense, or were more than there is room for */
};

/* Starts as all zero. */
void babel_state_done(struct babel_state *state);

/* How babeld ends its answers. */
enum babel_answer {
	BABEL_ANSWER_MORE, /* not yet */
	BABEL_ANSWER_OK,
	BABEL_ANSWER_NO,
	BABEL_ANSWER_BAD,
};

/* Takes one line, without its newline. */
enum babel_answer babel_state_line(struct babel_state *state, const char *text, size_t length);
/* Whether a line tells that a network is not announced any more, to whoever asks from anywhere. */
bool babel_line_is_flushed(const char *text, size_t length, struct prefix *prefix);
