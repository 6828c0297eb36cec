/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The kernel's memory of connections (linux/netfilter/nfnetlink_conntrack.h).
 *
 * Whether a connection is given the uplink's address is decided at its first packet, and for good.
 * One that began while its packets left by way of a neighbour goes on with the mesh's address when
 * this node's own uplink is back, and nobody out there can answer it.  So these are forgotten:
 * their next packet is a first one again.
 */
#include "base/compiler.h"
#include "net/ip.h"

/*
 * Forgets connections of a family from the mesh's addresses to the Internet's that are not
 * translated, and gives their number, or -errno: -EPROTONOSUPPORT where the kernel cannot tell.
 */
int conntrack_forget_untranslated(enum ip_family family) MUST_CHECK;
