/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The gateways as their own parts see them; for src/daemon/gateways*.c alone. */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "daemon/gateways.h"
#include "daemon/net/message.h"
#include "gateway/gateway.h"
#include "gateway/path.h"
#include "gateway/reason.h"
#include "net/identity.h"
#include "platform/linux/kernel/steering.h"

struct babel_state;
struct event;
struct plan_offer;
struct way_echo;

#define ORDER_MAX 16

struct known_gateway {
	struct gateway_facts facts;
	struct path path;
	int64_t told_ms; /* when facts were told */
	bool self;
	bool wanted; /* somebody here, or the order of the configuration, chose it */
	bool told;   /* since net began */
};

/* What a person chose for a client; sorted by the client. */
struct known_choice {
	struct net_choice is;
	bool told;    /* since net began */
	uint8_t slot; /* STEER_NOBODY: it is not steered */
};

/* This node's own uplink, as others are told. */
struct own_gateway {
	struct net_gateway said; /* the row as it was last told to net */
	int64_t said_ms;
	bool was_well; /* it has worked: a port that nobody uses is no gateway */
	int64_t well_ms;
	int64_t since_ms;
	uint32_t table[2]; /* of the uplink that works best; 0: none works */
	uint64_t bytes[2]; /* from the Internet and to it, when they were last looked at */
	int64_t bytes_ms;
	uint32_t peak_kbps[2], load_kbps;
};

struct gateways {
	struct daemon *daemon;
	struct event *timer;
	struct way_echo *echo;
	struct steering *steering;

	bool running;
	struct ip own4, own6;
	struct prefix cloud4, cloud6; /* this node's address in its cloud's network */
	struct steer_devices clients, mesh, uplinks;
	char name[GATEWAY_NAME_SIZE];
	char order[ORDER_MAX][GATEWAY_NAME_SIZE];
	size_t n_order;

	/* The offer of the configuration. */
	unsigned offer; /* enum gateway_offer, at its hours */
	char words[GATEWAY_WORDS_SIZE], hours[HOURS_TEXT_SIZE];
	struct prefix members[STEER_MEMBERS_MAX];
	size_t n_members;
	uint32_t limit_kbps;
	bool routed; /* announced to all, as the plan in force has it */

	struct own_gateway own;
	struct known_gateway *items; /* GATEWAYS_MAX */
	size_t n_items;
	struct known_choice *choices;
	size_t n_choices, choices_room;
	struct known_choice node; /* of the whole node */
	bool node_chosen;
	uint8_t slots[STEER_SLOTS_MAX][GATEWAY_KEY_SIZE]; /* all zero: free */
	uint8_t everybody;                                /* the slot of who did not choose */
	enum gateway_by by;                               /* who decided that */
	int64_t merge_until_ms; /* what net does not say by then is no more; 0: it has said all */
	int64_t watch_ms;       /* when to look again who is here */
	int64_t steer_ms;       /* when to try again what failed; 0: nothing did */
	bool changed;           /* who goes where has to be looked at */
	bool touched;           /* the kernel has, or had, something of it */
	struct steer_wanted *made;
	struct buf failure; /* why the kernel is not as it should be */
};

/* gateways_own.c */
void own_configure(struct gateways *gateways, const struct plan_offer *offer);
/* What the offer is at this time of day. */
enum gateway_offer own_offer(const struct gateways *gateways);
/* Looks at the uplinks, and tells net what is new. */
void own_look(struct gateways *gateways, int64_t now_ms);

/* gateways_kept.c */
void gateways_keep(const struct gateways *gateways);
void gateways_recall(struct gateways *gateways);
void gateways_forget_kept(const char *folder);

/* gateways.c */
struct known_gateway *gateways_find(const struct gateways *gateways,
                                    const uint8_t key[GATEWAY_KEY_SIZE]);
struct known_gateway *gateways_by_name(const struct gateways *gateways, const char *name,
                                       size_t *n_found);
struct known_choice *gateways_choice_of(const struct gateways *gateways, const struct mac *client);
void gateways_put_choice(struct gateways *gateways, const struct net_choice *choice);
bool gateways_is_chosen(const struct net_choice *choice);
struct gateway_view gateways_view(const struct gateways *gateways,
                                  const struct known_gateway *known);

/* gateways_steer.c */
/* Decides who goes where, and makes it true. */
void gateways_steer(struct gateways *gateways, int64_t now_ms);
/* The first of the order that works, NULL if none does. */
const struct known_gateway *gateways_first_of_order(const struct gateways *gateways);
