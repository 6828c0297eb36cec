/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * dnsmasq(8): one instance for DHCP, router advertisements and names (dnsmasq_add() in service.h).
 *
 * It is restarted for a change of what it serves, which costs a tenth of a second without
 * answers and no lease: those are in a file.  Resolvers are in a file that it reads again at a
 * SIGHUP.  Names and reservations from elsewhere go into the folders below, a file each; it sees by
 * itself what is added there, and forgets a reservation that was removed at the next SIGHUP.
 *
 * Clients of other nodes that come here with an address of the pool keep it, if nobody has it.
 *
 * Resolvers are those of the configuration; those that an uplink gives are used only if there are
 * none. All nodes of a cloud then give the same answers, and what a community chose (because it
 * filters, or because it does not) is not replaced by what the nearest provider thinks.
 */
#define DNSMASQ_LEASES       "dnsmasq.leases" /* in the run folder */
#define DNSMASQ_HOSTS        "hosts.d"        /* hosts(5) */
#define DNSMASQ_RESERVATIONS "dhcp-hosts.d"   /* the text after "dhcp-host=" on a line each */
