/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The words for nftables: what is to be told it so that our tables have these chains and no
 * others.  Pure.
 *
 * A chain that stays as it is is not mentioned, so its counters go on.  One whose rules change is
 * emptied and filled again, and all commands are one transaction: no packet sees the chain empty.
 */
#include "platform/linux/kernel/observed.h"

struct arena;

/* A command per line.  NULL if nothing is to be done.  If what is there is not known, our tables
 * are made anew. */
const char *filter_commands(struct arena *arena, const struct kernel_filter *is,
                            const struct filter_chain *wanted);
