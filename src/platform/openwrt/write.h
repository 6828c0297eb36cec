/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Many files, written together: all of them or none, whenever the power fails.
 *
 * What shall be is written into a journal, whole, and the journal is fsynced and given its name:
 * that is the moment of decision.  Before it nothing but hidden files beside the targets was made;
 * behind it write_recover() can finish the work at any time, and does so at the first thing
 * that runs at boot and before any other writing.  Then the hidden files are renamed over the
 * targets, the file systems synced, the journal removed.
 *
 * A file that is there keeps its mode and owner; one that has the right content is not touched; a
 * symbolic link that leads to a file is followed, as libuci does.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "platform/openwrt/journal.h"

struct diag;

#define WRITE_JOURNAL "etc/.weft-journal"

/*
 * `n_changed` (may be NULL) counts what was not as it shall be.  On failure a negative errno, with
 * the file and the reason in `diag`.  Nothing was changed then; but with -EINPROGRESS all is
 * decided and some of it in place, and the rest follows at the next start.
 */
int write_changes(struct disk *disk, const struct file_change *changes, size_t n_changes,
                  struct diag *diag, size_t *n_changed) MUST_CHECK;

/* Finishes what was decided, forgets what was not.  `n_finished` (may be NULL) counts files. */
int write_recover(struct disk *disk, struct diag *diag, size_t *n_finished) MUST_CHECK;
