/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The default routes that the kernel has, whoever made them.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/facts.h"
#include "net/ip.h"

struct default_route {
	enum ip_family family;
	struct ip via; /* IP_NONE: on link.  May be IPv6 for an IPv4 route */
	char ifname[IFNAME_SIZE];
	uint32_t table, metric;
	uint8_t protocol;
};

#define DEFAULTS_MAX 32

/* How many there are, at most DEFAULTS_MAX; a negative errno if the kernel does not say. */
int defaults_read(struct default_route routes[DEFAULTS_MAX]) MUST_CHECK;
