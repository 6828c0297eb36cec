/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * dhcpcd(8): one a DHCP uplink (dhcpcd_add() in service.h).
 *
 * It sets addresses and the routes of the uplink's own network; default routes, resolvers, host
 * name and time are not its business.  What it learns it tells by running weft (uplink.h).
 *
 * Killed or restarted, it leaves the lease in place and takes it up again; not wanted any more,
 * it gives the lease back.
 */

/* In the run folder, a link to this program: dhcpcd can be told what to run but no words for it,
 * so the program knows by the name that it was run by.  Whoever uses this makes the link. */
#define DHCPCD_HOOK "uplink-event"
