/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * `weft down`: leaves the machine as it was before weft.
 *
 * What fails is told, the rest is done all the same, and what is left can be tried again.  So every
 * part is asked, whatever became of the one before it; the programs end before the network that
 * they use, and what the runtime made goes first, so that other nodes on the same cables take over
 * at once.
 */
#include <stdbool.h>

#include "base/compiler.h"

struct backend;
struct buf;
struct diag;
struct programs;
struct runtime;

struct down {
	struct runtime *runtime;
	struct programs *programs; /* NULL: nothing is known of any */
	struct backend *backend;
	const char *folder; /* RUN/weft */
};

/* What was done is a line each in `report`.  0, or the first of the errors, all of which are in
 * `diag`. */
int down_all(const struct down *down, struct diag *diag, struct buf *report) MUST_CHECK;

/* The same where no daemon runs, by what the last one left behind; `folder` is the daemon's, and
 * the caller holds its lock.  `guest`: owner.h. */
int down_alone(const char *folder, bool guest, struct diag *diag, struct buf *report) MUST_CHECK;
