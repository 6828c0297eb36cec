/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Gives up everything that a process which only talks over the sockets it is handed does not need:
 * files, other processes, privileges for ever, memory without end.
 */
#include "base/compiler.h"

/* Bytes that the confined process may have of its own; what needs more ends, and is started anew.
 */
#define CONFINE_MEMORY_MAX (32UL * 1024 * 1024)
#define CONFINE_FILES_MAX  512

/*
 * `folder` becomes the root of all that is seen; it should be empty, and nobody's to write to.  The
 * user is "weft" if there is one, else nobody.  In a namespace that knows no other user the process
 * stays what it is, without any capability.  A negative errno, and in `what` what failed: the
 * process must not go on then.
 */
int confine(const char *folder, const char **what) MUST_CHECK;
