/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The kernel as a backend: makes links, addresses, routes, rules, filters, settings and the host
 * name of a plan true.  Everything else in a plan is for others: child programs (services.h), and
 * radios, which nobody drives yet.
 *
 * What is there is asked of the kernel each time, never remembered, so it does not matter who
 * else changed it or how the weft before this one ended.  Ours is what carries our mark
 * (plan/numbers.h); nothing else is removed, and a plan that needs a name that somebody else
 * has is refused before anything is done.  What was there before us and is changed (ports,
 * settings, the host name) is in before.json of the run folder first (saved.h).
 */
#include <stddef.h>

#include "base/compiler.h"
#include "plan/backend.h"

/* `folder` is the run folder, "/run/weft"; copied, made when it is needed. */
struct backend *kernel_backend_new(const char *folder);

/* What applying would do, a line a step, without doing it.  As backend_ops.apply otherwise. */
int kernel_backend_preview(struct backend *backend, const struct plan *plan, struct diag *diag,
                           struct buf *report, size_t *n_steps) MUST_CHECK;
