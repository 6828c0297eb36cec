/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Words that go into the configuration of another program.
 */
#include <stdbool.h>

#include "plan/plan.h"

struct diag;

/*
 * True if `text` has only letters, digits and what names, addresses and VLANs need (. - _ : / @);
 * otherwise false, and `diag` says which item has it.  NULL and "" are not words.
 */
bool conf_word(const char *text, const struct plan_item *item, struct diag *diag);
