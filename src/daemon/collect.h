/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Has this node say in the shared state what it sees.  Looks when something has happened (a device,
 * a neighbour of Babel's or a station came or went, the place was written), and once a minute for
 * what nobody tells, which are the figures of links.
 */
#include "base/compiler.h"

struct buf;
struct collect;
struct daemon;

/* The daemon is borrowed. */
struct collect *collect_new(struct daemon *daemon);
void collect_free(struct collect *collect);
AUTO_DEFINE(collect_free, struct collect);

/* This node's own links over the last hours, or the one with this key: docs/network.md. */
void collect_print_history(const struct collect *collect, const char *key, struct buf *out);

/* Something is different: looks soon, once for many calls. */
void collect_soon(struct collect *collect);
