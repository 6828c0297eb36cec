/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Since when clients are on which port.  Pure and bounded: the oldest are forgotten first.
 */
#include <stddef.h>
#include <stdint.h>

#include "net/mac.h"

#define RESIDENTS_MAX 1024

struct resident {
	struct mac mac;
	int port; /* 0: free */
	int64_t since_ms;
};

struct residents {
	struct resident entries[RESIDENTS_MAX];
};

/* A client was seen on a port (or, for `port` 0, is not here any more). */
void residents_see(struct residents *residents, const struct mac *mac, int port, int64_t now_ms);
/* One of those that are here, from place `*at` on, which then is the next one's; NULL past the
 * last. */
const struct mac *residents_next(const struct residents *residents, size_t *at);
/* When it came to this port; -1 if that is not known. */
int64_t residents_since(const struct residents *residents, const struct mac *mac, int port);
