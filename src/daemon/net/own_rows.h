/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What root has this node say in the shared state: kept here, so that a new net says it again.
 *
 * What people said, and what would be lost with the power, is also kept in a file (own_rows_keep):
 * written some time after a change, and not oftener than a flash bears.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct event_base;
struct own_rows;
struct state_table;

#define OWN_ROWS_MAX 1024
/* Between two writes of the file, the first and all later ones. */
#define OWN_ROWS_SETTLE_S 5
#define OWN_ROWS_WRITE_S  1800

/* `file` holds what is kept; what is in it is read. */
struct own_rows *own_rows_new(struct event_base *base, const char *file,
                              void (*send)(void *data, const struct net_message *message),
                              void *data);
/* Writes what has not been written yet. */
void own_rows_free(struct own_rows *rows);
AUTO_DEFINE(own_rows_free, struct own_rows);

/* A row in the table's own bytes (state/value.h). */
void own_rows_say(struct own_rows *rows, const struct state_table *table, const char *key,
                  const uint8_t *value, size_t size);
/* The same for a row of the table's struct.  -EINVAL or -E2BIG if the table does not allow it. */
int own_rows_put(struct own_rows *rows, const struct state_table *table, const char *key,
                 const void *object) MUST_CHECK;
/* put() for what has to survive a reboot. */
int own_rows_keep(struct own_rows *rows, const struct state_table *table, const char *key,
                  const void *object) MUST_CHECK;
void own_rows_withdraw(struct own_rows *rows, const struct state_table *table, const char *key);

/* The rows of a table, in any order; `*at` starts as 0.  False: no more. */
struct own_row {
	const char *key;
	const uint8_t *value;
	size_t size;
};
bool own_rows_next(const struct own_rows *rows, const struct state_table *table, size_t *at,
                   struct own_row *row);

/* Says all of it to a new net. */
void own_rows_repeat(const struct own_rows *rows);
