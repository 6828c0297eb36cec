/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Has this node say in the shared state what it sees.  Looks when something has happened (a device,
 * a neighbour of Babel's or a station came or went, the place was written), and once a minute for
 * what nobody tells, which are the figures of links.
 */
#include "base/compiler.h"

struct collect;
struct daemon;

/* The daemon is borrowed. */
struct collect *collect_new(struct daemon *daemon);
void collect_free(struct collect *collect);
AUTO_DEFINE(collect_free, struct collect);

/* Something is different: looks soon, once for many calls. */
void collect_soon(struct collect *collect);
