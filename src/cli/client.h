/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Asks the running daemon over its control socket (docs/wire/control.md).
 */
#include <stddef.h>

#include "base/compiler.h"

struct buf;
struct json_object;

/* The socket of the daemon whose run folder this is. */
void client_path(const char *run, struct buf *out);

/*
 * Asks once.  `params` is a JSON object or NULL, `timeout_s` bounds the wait for the answer (0:
 * none).  0 and `result` (the caller puts it), which may be NULL for the JSON null; or a negative
 * errno and `error`, lines for a person: -ECONNREFUSED when no daemon runs, -EREMOTEIO when it
 * refused.
 */
int client_ask(const char *run, const char *method, const char *params, unsigned timeout_s,
               struct json_object **result, struct buf *error) MUST_CHECK;

/* Asks and does not wait for the answer: for who must not be held up by a daemon that is busy. */
int client_tell(const char *run, const char *method, const char *params,
                struct buf *error) MUST_CHECK;

/* Asks, and calls `event` for each event that follows until the daemon ends or `event` returns a
 * negative number.  Errors as above; 0 when the daemon has ended. */
int client_watch(const char *run, const char *method, const char *params,
                 int (*event)(struct json_object *event, void *data), void *data,
                 struct buf *error) MUST_CHECK;
