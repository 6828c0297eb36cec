/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

struct plan;

/*
 * The part of a plan that is about links of mode apup ("wlan0-peer1"): the links, their VLANs,
 * the addresses on them, Babel's interfaces.  What they are members of (bat0) is in it as a port:
 * somebody else makes it.  To be freed by the caller.
 */
struct plan *peers_plan(const struct plan *plan);
