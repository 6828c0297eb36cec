/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Settings of batman-adv, over its generic netlink (linux/batman_adv.h). */
#include <stdint.h>

#include "base/compiler.h"
#include "platform/linux/kernel/nl.h"

struct kernel;
struct plan_link;

/* Looks the family up once.  -ENOENT if the kernel has no batman-adv (loaded). */
int batadv_family(struct kernel *kernel) MUST_CHECK;

/* Fills in the settings of the mesh `link` that has this index. */
int batadv_read(struct kernel *kernel, int index, struct plan_link *link) MUST_CHECK;

/* Makes the mesh with this index have the settings of `link`; an interval of 0 is left as it is.
 * The algorithm is not among them: it is chosen once, when the mesh is made. */
int batadv_write(struct kernel *kernel, int index, const struct plan_link *link) MUST_CHECK;

/* Building and reading of the messages, apart from sending them. */
void batadv_build_get(struct nl_message *message, uint16_t family, int index);
void batadv_build_set(struct nl_message *message, uint16_t family, int index,
                      const struct plan_link *link);
int batadv_parse(const struct nlmsghdr *reply, void *data); /* a struct plan_link */
