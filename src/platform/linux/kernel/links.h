/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Tells when network devices come and go, or get another name.
 */
#include <stdbool.h>

#include "base/compiler.h"

struct links;

/* Knows the devices there are, and listens.  NULL and errno if it cannot. */
struct links *links_new(void);
void links_free(struct links *links);
AUTO_DEFINE(links_free, struct links);

/* Readable when there is something for links_read(). */
int links_fd(const struct links *links);
/* True if a device has come, gone, or changed its name since the last call. */
bool links_read(struct links *links);
