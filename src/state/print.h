/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The store as JSON, for people and for programs: docs/state.md says what the members mean.
 */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct row;
struct state_table;
struct store;

/* All tables: how many rows each has, of whom, and how fresh. */
void state_print_tables(const struct store *store, uint64_t now, struct buf *out);

/*
 * The live rows of a table in the order of their keys, or those of one `key`.  What does not fit
 * into `limit` bytes is left out, and that is said.
 */
void state_print_rows(const struct store *store, const struct state_table *table, const char *key,
                      size_t limit, uint64_t now, struct buf *out);

/* What has happened to a row, as store_watch() tells it. */
void state_print_event(const struct store *store, const struct row *row, uint64_t now,
                       struct buf *out);
