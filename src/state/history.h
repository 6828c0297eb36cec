/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * How this node's links were over the last hours: a percent for each minute, as it was seen, in a
 * fixed amount of memory.  Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/row.h"

struct link_history;
struct seen;

#define HISTORY_STEP_S    60
#define HISTORY_POINTS    240 /* four hours */
#define HISTORY_LINKS_MAX 96
#define HISTORY_NONE      255 /* of a point: the link was not there, or nobody looked */

enum history_kind {
	HISTORY_WIFI,
	HISTORY_BATMAN,
	HISTORY_BABEL,
	HISTORY_N_KINDS,
};

struct link_history *link_history_new(void);
void link_history_free(struct link_history *history);
AUTO_DEFINE(link_history_free, struct link_history);

/*
 * Keeps what is seen; of several looks in one step the worst counts.  A link that has not been
 * there for all the time is forgotten; of too many the one that was last there longest ago.
 */
void link_history_add(struct link_history *history, const struct seen *seen, uint64_t now_ms);

struct link_history_link {
	enum history_kind kind;
	const char *key; /* as in the table of that kind */
	const char *port;
	const char *other; /* address of the other end */
};

/* The links there are, from 0.  Pointers are good until the next link_history_add(). */
bool link_history_link(const struct link_history *history, size_t index,
                       struct link_history_link *link);
/* Its last points up to `now_ms`, oldest first; gives how many, at most HISTORY_POINTS. */
size_t link_history_points(const struct link_history *history, size_t index, uint64_t now_ms,
                           uint8_t points[HISTORY_POINTS]);
