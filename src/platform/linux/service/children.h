/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The programs that weft runs, kept running.
 *
 * children_sync() is told all that shall run and makes it so.  What runs already and has not
 * changed is left alone, also by a weft that was killed and started again: a child outlives
 * its supervisor, its pid file says what it is and what it was started with, and the next
 * supervisor adopts it.
 *
 * In the run folder ("/run/weft") are, for a child NAME: NAME.pid, NAME.log (what it printed,
 * bounded; the older half in NAME.log.old) and its files under the names the spec gives.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "platform/linux/service/child.h"

struct buf;
struct diag;
struct event_base;

/* Called when the state of a child changes, for the log: `text` is one line without its end. */
typedef void child_log(void *context, const char *text);

struct children;

/* `folder` is made if it is missing.  NULL and errno if it cannot be.  `log` may be NULL. */
struct children *children_new(struct event_base *base, const char *folder, child_log *log,
                              void *context);

/* The children run on: stop them first if they shall not. */
void children_free(struct children *children);
AUTO_DEFINE(children_free, struct children);

/*
 * Makes these run and no other: writes files that differ, starts what is missing (or adopts
 * it), tells or restarts what has changed, stops the rest.  The specs are copied.  Each thing
 * done is a line in `report` (may be NULL) and counted in `n_changes` (may be NULL).  What could
 * not be done is in `diag`, the rest is done all the same; then -EIO, or -ENOENT when all that is
 * wrong is that programs are not installed.
 */
int children_sync(struct children *children, const struct child_spec *specs, size_t n_specs,
                  struct diag *diag, struct buf *report, size_t *n_changes) MUST_CHECK;

/*
 * Stops all, waits at most `timeout_ms` and kills what then remains.  Removes their files.  Each is
 * a line in `report`; one that does not even end when killed is an error in `diag`, and -EBUSY
 * comes back.
 */
int children_stop(struct children *children, int timeout_ms, struct diag *diag, struct buf *report);

/* The `index`th in the order of the specs; false past the last. */
bool children_status(const struct children *children, size_t index, struct child_status *status);
