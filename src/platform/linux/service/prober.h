/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Asks targets on the Internet through one uplink, whatever the routing tables prefer.  Sockets
 * are bound to the device (SO_BINDTODEVICE), and a policy rule of the plan sends what is bound to
 * it by the uplink's own table.
 *
 * It knows nothing of verdicts (gateway/health.h): it asks, and tells what came back.
 */
#include <stdint.h>

#include "base/compiler.h"
#include "net/probe.h"

struct event_base;
struct prober;

/* More than this are not waited for at once: the oldest question is given up. */
#define PROBER_QUESTIONS_MAX 32
/* An answer that is later than this is nobody's. */
#define PROBER_LATE_MS 5000

enum prober_answer {
	PROBER_ANSWERED,
	PROBER_FORGED, /* not by the one who was asked (DNS, traps) */
	PROBER_FAILED, /* could not be asked, or says that he cannot answer */
};

typedef void prober_told(void *data, uint32_t id, enum prober_answer answer);

/*
 * `family` IP_V4 or IP_V6.  `told` is called from the event loop, never from prober_ask().  NULL
 * and errno if there can be no sockets.
 */
struct prober *prober_new(struct event_base *base, const char *ifname, enum ip_family family,
                          prober_told *told, void *data);
void prober_free(struct prober *prober);
AUTO_DEFINE(prober_free, struct prober);

/* `id` comes back with the answer, if there is one.  -errno if it cannot be asked. */
int prober_ask(struct prober *prober, uint32_t id, const struct probe_target *target) MUST_CHECK;
