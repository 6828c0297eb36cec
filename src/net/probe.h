/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whom a node asks, and how, to know whether there is an Internet behind an uplink.
 *
 *	icmp:9.9.9.9            an echo request (RFC 792, RFC 4443)
 *	tcp:8.8.8.8:443         a connection, closed at once; being refused is an answer too
 *	tcp:[2620:fe::fe]:443   IPv6 takes brackets only where a port follows
 *	dns:9.9.9.9             a question by UDP for a name that does not exist ("invalid",
 *	                        RFC 6761)
 *	trap:192.0.2.1:80       a connection to where nobody is (RFC 5737): who takes it stands
 *	                        in the place of others.  Asked only where something is wrong
 */
#include <stdbool.h>
#include <stdint.h>

#include "net/ip.h"

enum probe_kind {
	PROBE_ICMP,
	PROBE_TCP,
	PROBE_DNS,
	PROBE_TRAP,
	PROBE_N_KINDS,
};

struct probe_target {
	enum probe_kind kind;
	struct ip ip;
	uint16_t port; /* 0 of ICMP */
};

#define PROBE_TEXT_SIZE 64

/* False, and `target` untouched, if it is none: a port that is missing, a group's address ... */
bool probe_parse(const char *text, struct probe_target *target);
const char *probe_format(const struct probe_target *target, char text[PROBE_TEXT_SIZE]);
bool probe_equal(const struct probe_target *a, const struct probe_target *b);
