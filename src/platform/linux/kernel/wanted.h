/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the kernel shall have, in the same form as what it has.
 *
 * It has everything that is ours, and of ports, sysctls and the host name what the plan says or
 * what was there before us (saved.h).  Of links that are there, everything is filled in that
 * the plan leaves open, so that steps.c compares and decides nothing.  Links are ordered:
 * each comes after its parent.
 *
 * What hangs on a port that is not there (not plugged in, say) is left out, with a warning in
 * `diag`; it is wanted again when the port is back.  Wifi items are not driven yet: their
 * interfaces are ports like any other, if somebody makes them.
 */
#include "base/compiler.h"
#include "platform/linux/kernel/observed.h"
#include "platform/linux/kernel/saved.h"

struct diag;
struct plan;

/*
 * Belongs to the arena of `observed` and borrows from all four.  NULL with errors in `diag` where
 * the plan needs a name, an address or a chain that somebody else has.
 */
struct observed *wanted_of(const struct plan *plan, const struct observed *observed,
                           const struct saved *saved, struct diag *diag);

/* Drops from `saved` what the plan does not set any more; called when that was put back. */
void wanted_forget(struct saved *saved, const struct plan *plan);
