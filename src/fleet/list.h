/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A list of boxes: the MAC of each one's primary interface, a line each.  Empty lines, and
 * what stands behind a #, mean nothing.
 *
 *	# roofs of the north
 *	a8:40:41:1f:73:aa   # school
 *	14-CC-20-DA-4E-AC
 *	52540010abcd
 */
#include <stddef.h>

#include "base/compiler.h"
#include "net/mac.h"

struct arena;
struct diag;

#define FLEET_NODES_LIMIT 100000u              /* more in one list are refused */
#define FLEET_LIST_LIMIT  (8u * 1024u * 1024u) /* bytes of a list */

struct fleet_box {
	struct mac mac;
	unsigned line; /* from 1 */
};

/*
 * Every line that is no MAC is in `diag`.  `text` is not kept; it may have any bytes.
 */
struct fleet_box *fleet_read_list(struct arena *arena, const char *name, const char *text,
                                  size_t size, struct diag *diag, size_t *n_boxes) MUST_CHECK;
