/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* One daemon a run folder: a file that is locked (flock(2)) as long as the process lives. */
#include <sys/types.h>

#include "base/compiler.h"

/*
 * Gives the descriptor that holds the lock, or a negative errno: -EBUSY if another process has it,
 * which `other` then tells (0 if it did not say).
 */
int lock_take(const char *path, pid_t *other) MUST_CHECK;
