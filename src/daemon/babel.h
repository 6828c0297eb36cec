/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What babeld knows, kept up to date: it tells every change over its local socket ("monitor").
 * Never blocks.  A babeld that goes away is waited for.
 */
#include <stdbool.h>

#include "base/compiler.h"

struct babel;
struct babel_state;
struct event_base;

/* `folder` is RUN/weft, where weft's own babeld has its socket; NULL: one of others, which
 * listens at TCP port PORT_BABELD of ::1.  `changed` is called when it has said something about its
 * neighbours or devices; may be NULL. */
struct babel *babel_new(struct event_base *base, const char *folder, void (*changed)(void *data),
                        void *data);
void babel_free(struct babel *babel);
AUTO_DEFINE(babel_free, struct babel);

/* Whether there shall be a babeld to listen to. */
void babel_want(struct babel *babel, bool wanted);
bool babel_is_wanted(const struct babel *babel);

/* NULL until it has told all; valid until the next turn of the loop. */
const struct babel_state *babel_state(const struct babel *babel);
