/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The conversation with babeld on its local socket. */
#include "base/compiler.h"

struct babel_state;

#define BABEL_SOCKET_TIMEOUT_MS 1000 /* it answers in a few milliseconds */

/*
 * Sends commands, a line each ("dump", "interface eth0_17 type wireless"), and reads
 * the answers, into `state` if it is not NULL.  Blocks for at most `timeout_ms`.  -ENOENT or
 * -ECONNREFUSED if nobody listens, -ETIMEDOUT, -EPIPE if babeld goes away in between, -EIO if it
 * refuses a command (all are sent even so); refusing to "flush" what is not there does not count.
 */
int babel_socket_ask(const char *path, const char *commands, struct babel_state *state,
                     int timeout_ms) MUST_CHECK;
