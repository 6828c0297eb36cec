/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Asks the kernel what it has.
 */
#include "base/compiler.h"
#include "platform/linux/kernel/nl.h"
#include "platform/linux/kernel/observed.h"

struct arena;
struct diag;
struct kernel;
struct saved;

/*
 * All that a plan can be about; of settings below /proc/sys those that `plan` or `saved` name.
 * NULL with an error in `diag`; the same error and filter.refused if it is nftables alone that
 * does not tell.
 */
struct observed *observe(struct kernel *kernel, struct arena *arena, const struct plan *plan,
                         const struct saved *saved, struct diag *diag);

/* Reading of one message each, into the `struct observed` that `data` points to.  Names of
 * parents and masters are known only when all links are: observe_names() puts them in. */
int observe_link(const struct nlmsghdr *reply, void *data);
int observe_address(const struct nlmsghdr *reply, void *data);
int observe_route(const struct nlmsghdr *reply, void *data);
int observe_rule(const struct nlmsghdr *reply, void *data);
void observe_names(struct observed *observed);
