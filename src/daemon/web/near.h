/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

#include <stdbool.h>

struct mac;
struct plan;

/* Whether this device is on a port or radio of this node: not elsewhere in its cloud. */
bool near_is(const struct plan *plan, const struct mac *mac);
