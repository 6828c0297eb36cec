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

/* The main table's copy of a healthy uplink's default: what the Babel filters look for. */
#define UPLINK_MAIN_TABLE    254
#define UPLINK_MAIN_METRIC   10
#define UPLINK_MAIN_PROTOCOL 7

/* What is known in one address family. */
struct uplink_family {
	struct prefix address; /* IP_NONE: no lease */
	struct ip gateway;     /* IP_NONE: none was given */
	struct ip dns[UPLINK_DNS_MAX];
	size_t n_dns;
	uint32_t lease; /* seconds, as the server said; 0: not said */
};

struct uplink {
	char ifname[IFNAME_SIZE];
	bool carrier;
	struct uplink_family ipv4, ipv6;
	char domain[UPLINK_DOMAIN_SIZE];
	char last_reason[24]; /* dhcpcd's word: "BOUND" */
};

/* What an event says of a family. */
enum uplink_news {
	UPLINK_NEWS_NONE, /* nothing: leave as it is */
	UPLINK_NEWS_HAVE,
	UPLINK_NEWS_LOST,
};

struct uplink_event {
	struct uplink now; /* what it says; only families with NEWS_HAVE are filled in */
	enum uplink_news ipv4, ipv6;
	bool carrier_said;
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

/* True if anything that matters (uplink_routes, DNS, status) is different now. */
bool uplink_apply(struct uplink *uplink, const struct uplink_event *event);

/* Bound and with carrier, in any family. */
bool uplink_is_up(const struct uplink *uplink);

#define UPLINK_ROUTES_MAX 4

/*
 * The routes that shall be there: a default per family in the uplink's own table, and,
 * if `healthy`, in the main table with a protocol that babeld redistributes.  Strings are borrowed
 * from `uplink`.  While nobody checks health, `healthy` is uplink_is_up().
 */
size_t uplink_routes(const struct uplink *uplink, const struct plan_uplink *plan, bool healthy,
                     struct plan_route routes[UPLINK_ROUTES_MAX]);

/* Lines for a person, and members of a JSON object without its braces. */
void uplink_print(const struct uplink *uplink, struct buf *out);
void uplink_print_json(const struct uplink *uplink, struct buf *out);
