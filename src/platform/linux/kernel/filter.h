/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Our tables in nftables, by way of libnftables.
 *
 * What a rule looks like when the kernel is asked for it differs from what it was told, so the
 * two are not compared.  Instead, after a change its chains are written down in filter.json of the
 * run folder, with the listing of the tables as it was then.  The listing has the handle of each
 * rule, which is new whenever a rule is; so while the listing is the same, the chains are.
 */
#include "base/compiler.h"

struct kernel;
struct observed;

/* Fills in observed->filter.  A kernel without nftables has no tables; -EINVAL with kernel->words
 * where it has, but does not tell. */
int filter_observe(struct kernel *kernel, struct observed *observed) MUST_CHECK;

void filter_close(struct kernel *kernel);
