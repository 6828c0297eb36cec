/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What this node says of itself, from what it sees.
 *
 * Each table's file has a function that makes rows of what was seen (state_table.collect).  The
 * collector compares them with what was said before and says what is new: at once what appears,
 * soon what changed, seldom (state_table.interval_s) what moved a little, never what only shakes.
 * Pure.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct arena;
struct collecting;
struct collector;
struct seen;
struct state_table;

/* How much a row's figures moved. */
enum collect_change {
	COLLECT_NONE,   /* nothing that anybody wants to hear */
	COLLECT_LITTLE, /* every state_table.interval_s is enough */
	COLLECT_MUCH,
};

/* Two changes of one row are at least so far from each other; the first is said at once. */
#define COLLECT_MUCH_MS 10000

/* --- for tables --- */

/* One row.  A key or an object that the table does not allow is passed over. */
void collecting_add(struct collecting *collecting, const char *key, const void *object);
/* For the rows' texts. */
struct arena *collecting_arena(struct collecting *collecting);
/* Texts of both ends without colons, the smaller first: the key of a link. */
const char *collect_link_key(struct arena *arena, const char *own, const char *other);

/* Of a link's quality in percent. */
enum collect_change collect_change_of(unsigned was, unsigned is);

/* --- for the daemon --- */

/* A row as it is to be said, in the table's own bytes (state/value.h); NULL withdraws it. */
typedef void collector_say_fn(void *data, const struct state_table *table, const char *key,
                              const uint8_t *value, size_t size);

struct collector *collector_new(collector_say_fn *say, void *data);
void collector_free(struct collector *collector);
AUTO_DEFINE(collector_free, struct collector);

/* Says what is to be said.  Gives when to look again at the latest; UINT64_MAX: when there is news.
 */
uint64_t collector_look(struct collector *collector, const struct seen *seen, uint64_t now);
