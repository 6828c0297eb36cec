/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A backend for a network that others have made (OpenWrt's netifd and its programs): of a plan it
 * makes true what is runtime, and leaves all the rest to them.
 *
 * That is the default routes of uplinks.  The one of whoever made the uplink, in the main table,
 * stays theirs: while the uplink works there is a second one beside it (protocol 7), which Babel
 * announces; while it does not, that second one goes and theirs is parked behind all others, at its
 * own metric + METRIC_GATEWAY_PARKED.  An uplink of which the plan says nothing is left alone.
 * That is what LibreMesh's own gateway watcher does (docs/design/gateways.md).
 */
#include <stdint.h>

#include "base/compiler.h"
#include "plan/backend.h"

struct backend *guest_backend_new(void);

/* Whether a default route of that protocol (rtnetlink(7)) and metric is somebody's uplink: not one
 * of ours, of Babel, or one that the kernel would make again by itself.  Pure. */
bool guest_is_uplink(uint8_t protocol);
