/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The uplinks of a network that others have made, told by their default routes.  Pure.
 */
#include <stddef.h>

#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/uplink.h"

/*
 * How many there are, at most `max`: one for each device that a default route of somebody else
 * leads to.  Of several gateways of one device the one with the lowest metric counts.  Routes on
 * link are passed over: there is no gateway to announce.
 */
size_t uplinks_found(const struct default_route *routes, size_t n_routes, struct uplink *uplinks,
                     size_t max);
