/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the DHCP client of an uplink tells, and what follows from it.  Pure.
 *
 * dhcpcd runs `weft uplink-event` with what happened in the environment.  That process keeps
 * the variables it knows (uplink_variable_wanted), sends them as "NAME=VALUE" texts to the daemon,
 * and the daemon reads them (uplink_event_parse), applies them to the state of that uplink
 * (uplink_apply) and makes the routes that follow true (uplink_routes).  All values come from
 * somebody else's network: each is checked and bounded here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/facts.h"
#include "net/ip.h"
#include "plan/plan.h"

struct buf;
struct diag;

#define UPLINK_DNS_MAX       4
#define UPLINK_DOMAIN_SIZE   256
#define UPLINK_VARIABLES_MAX 64  /* in one event */
#define UPLINK_VARIABLE_SIZE 512 /* of "NAME=VALUE" with its end */
#define UPLINK_REASON_SIZE   24

/* Who told something: each replaces only what it said before. */
enum uplink_source {
	UPLINK_DHCP,
	UPLINK_RA, /* router advertisements (RFC 4861) */
	UPLINK_DHCP6,
	UPLINK_N_SOURCES,
};

struct uplink_lease {
	struct prefix address; /* IP_NONE: none was given */
	struct ip gateway;     /* IP_NONE: none was given */
	struct ip dns[UPLINK_DNS_MAX];
	size_t n_dns;
	uint32_t seconds;        /* that it was given for; 0: not said */
	struct prefix delegated; /* for networks behind this one (DHCPv6); IP_NONE: none */
};

struct uplink {
	char ifname[IFNAME_SIZE];
	bool carrier;
	struct uplink_lease leases[UPLINK_N_SOURCES]; /* all zero where there is none */
	char domain[UPLINK_DOMAIN_SIZE];
	char reason[UPLINK_REASON_SIZE]; /* dhcpcd's last word: "BOUND" */
};

enum uplink_news {
	UPLINK_NEWS_NONE, /* nothing that changes anything */
	UPLINK_NEWS_HAVE, /* the source's lease is `now`'s */
	UPLINK_NEWS_LOST, /* the source has none any more */
	UPLINK_NEWS_CARRIER,
	UPLINK_NEWS_NO_CARRIER, /* and with it all leases */
};

struct uplink_event {
	enum uplink_news news;
	enum uplink_source source;
	struct uplink
		now; /* ifname and reason; with NEWS_HAVE the source's lease, and the domain */
};

/* Whether an environment variable of this name says something that we read. */
bool uplink_variable_wanted(const char *name, size_t length);

/*
 * Reads "NAME=VALUE" texts.  Unknown names are passed over.  -EINVAL with each thing that is wrong
 * in `diag`; a value that is wrong is left out alone where that makes sense (one DNS server),
 * else the event is refused.
 */
int uplink_event_parse(const char *const *variables, size_t n_variables, struct uplink_event *event,
                       struct diag *diag) MUST_CHECK;

/*
 * What was said last is kept in files, for a daemon that was not there to hear it: one a source and
 * one for the carrier, each the variables of an event, a line each.  Parts are numbered from 0, in
 * the order in which they are to be read; NULL past the last.  The path is appended to `out`.
 */
const char *uplink_part(size_t index);
const char *uplink_part_of(const struct uplink_event *event);
void uplink_path(const char *folder, const char *ifname, const char *part, struct buf *out);

/* True if anything that matters (uplink_routes, DNS, status) is different now. */
bool uplink_apply(struct uplink *uplink, const struct uplink_event *event);

/* Whether there is a way out in any address family, or in this one. */
bool uplink_is_up(const struct uplink *uplink);
bool uplink_is_up_in(const struct uplink *uplink, enum ip_family family);

/* One that was configured by hand is there as long as its port is. */
void uplink_set_static(struct uplink *uplink, const struct plan_uplink *plan);

/* The network of 64 bits that the provider delegates, for the cloud's clients; IP_NONE: none. */
struct prefix uplink_delegated(const struct uplink *uplink);

#define UPLINK_ROUTES_MAX 9

/*
 * The routes that shall be there: a default per address family in the uplink's own table, and
 * in the main table with the protocol of its quality, which babeld announces; and a route to a
 * gateway that is outside of the network it is the gateway of; for a network that the provider
 * delegates, the default route of packets from there alone.  `protocol4` and `protocol6` are 0
 * for a way that is not to be used: its route is parked behind all others and not announced,
 * because without any the kernel takes what comes back by the uplink for forged (rp_filter).
 * Strings are borrowed from `uplink`.
 */
size_t uplink_routes(const struct uplink *uplink, const struct plan_uplink *plan,
                     uint32_t protocol4, uint32_t protocol6,
                     struct plan_route routes[UPLINK_ROUTES_MAX]);

/* Lines for a person, and members of a JSON object without its braces. */
void uplink_print(const struct uplink *uplink, struct buf *out);
void uplink_print_json(const struct uplink *uplink, struct buf *out);
