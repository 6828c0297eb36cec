/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Messages about network devices.
 *
 * The kernel cannot make a device and give it an alias at once, so a device is made with our mark
 * as its group, and the alias takes the mark over in a second message.
 */
#include "platform/linux/kernel/nl.h"

struct plan_link;

/* `parent` is the index of the parent, 0 without one. */
void link_build_make(struct nl_message *message, const struct plan_link *link, int parent);
void link_build_mark(struct nl_message *message, int index);
void link_build_plain(struct nl_message *message, int index);
