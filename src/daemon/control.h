/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The control socket: a stream socket in the run folder on which each line is a question and
 * each answer a line (docs/wire/control.md).
 *
 * Everything is bounded, so that a client which is slow, silent, greedy or mad harms only itself:
 * clients, bytes of a question, bytes that wait to be fetched, time without a sign of life.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct control;
struct event_base;
struct host;

#define CONTROL_CLIENTS_MAX 32
#define CONTROL_WAITING_MAX (4U * 1024 * 1024) /* bytes of answers that nobody fetches */
#define CONTROL_IDLE_S      300                /* without a question, unless an answer is due */

/* A stale socket at `path` is replaced: whoever calls this holds the lock of the run folder.  NULL
 * and errno if it cannot listen. */
struct control *control_new(struct event_base *base, const char *path, struct host *host);
/* Closes all and removes the socket.  Requests that wait are forgotten. */
void control_free(struct control *control);
AUTO_DEFINE(control_free, struct control);

/* Listens again if somebody has removed the socket's file (who cleans /run, for instance); to be
 * called now and then.  -ENOENT and the like while that cannot be done. */
int control_keep(struct control *control) MUST_CHECK;

/* Writes out what waits, for at most `timeout_ms`; used before the end. */
void control_flush(struct control *control, int timeout_ms);

size_t control_n_clients(const struct control *control);
