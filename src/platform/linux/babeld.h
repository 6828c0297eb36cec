/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * babeld's configuration, from a plan (babeld(8)).  Pure.
 */
#include "base/compiler.h"

struct buf;
struct diag;
struct plan;

/* Appends it.  -ENOENT if the plan wants no babeld, -EINVAL with `diag`. */
int babeld_render(const struct plan *plan, const char *folder, struct buf *out,
                  struct diag *diag) MUST_CHECK;
