/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The health of each uplink (gateway/health.h), asked for all the time (prober.h).  IPv4 and IPv6
 * are judged apart.
 *
 * What is known is kept in a file of the run folder, so that a daemon that begins anew changes
 * nothing until it has measured.
 */
#include <stdbool.h>
#include <stddef.h>

#include "gateway/health.h"
#include "net/ip.h"
#include "shape/shape.h"

struct event_base;
struct json;
struct uplink_health;

enum {
	UPLINK_HEALTH_MAX = 16
}; /* uplinks */

struct uplink_health_link {
	const char *ifname;
	bool up4, up6; /* has an address and a way out */
};

/* `changed` is told, from the event loop, that a class is another one now. */
struct uplink_health *uplink_health_new(struct event_base *base, const char *folder,
                                        void (*changed)(void *data), void *data);
void uplink_health_free(struct uplink_health *all);

/* These uplinks and no others are tried from now on, with these targets (net/probe.h). */
void uplink_health_sync(struct uplink_health *all, const struct uplink_health_link *links,
                        size_t n_links, const struct string_list *targets);
/* Nothing is tried any more, and what was known is forgotten. */
void uplink_health_forget(struct uplink_health *all);

/* HEALTH_UNKNOWN of one that is not tried. */
enum health_class uplink_health_class(const struct uplink_health *all, const char *ifname,
                                      enum ip_family family);
struct uplink_measure {
	enum health_class class;
	uint32_t delay_us; /* 0: not measured */
	unsigned loss_percent;
};
/* All zero of one that is not tried. */
struct uplink_measure uplink_health_measure(const struct uplink_health *all, const char *ifname,
                                            enum ip_family family);
/* Why, in words that follow its name. */
const char *uplink_health_words(const struct uplink_health *all, const char *ifname,
                                enum ip_family family);
/* Whether any uplink is of this class. */
bool uplink_health_has(const struct uplink_health *all, enum ip_family family,
                       enum health_class class);
/* A member "health", if the uplink is tried. */
void uplink_health_print_json(const struct uplink_health *all, const char *ifname,
                              struct json *json);
