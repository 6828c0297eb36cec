/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What goes on all the time and never waits for a reload: announcing clients into the cloud, and
 * agreeing with other nodes on the same cable who answers for the shared address.
 */
#include <stddef.h>

#include "base/compiler.h"
#include "net/facts.h"
#include "platform/linux/cloud/announce.h"
#include "platform/linux/cloud/segment.h"

struct diag;
struct event_base;
struct identity;
struct plan;
struct runtime;

/* `event` gets what happens as one JSON object, for whoever watches; may be NULL. */
struct runtime *runtime_new(struct event_base *base, void (*event)(void *data, const char *json),
                            void *data);
/* The machine stays as it is. */
void runtime_free(struct runtime *runtime);
AUTO_DEFINE(runtime_free, struct runtime);

/* To be called after each plan that was applied. */
void runtime_update(struct runtime *runtime, const struct plan *plan,
                    const struct identity *identity);
/* Before an end: other nodes on the same cables take over at once. */
void runtime_leave(struct runtime *runtime);
/* Takes away what it made on the machine, and what one before it made.  -EIO with an error if
 * something of it stays. */
int runtime_down(struct runtime *runtime, struct diag *diag);

struct announce_counts runtime_announced(const struct runtime *runtime);
/* When a client came to a port (clock_ms()), -1 if that is not known. */
int64_t runtime_since(const struct runtime *runtime, const struct mac *mac, int port);
/* The clients that are here, as residents_next() gives them. */
const struct mac *runtime_next_here(const struct runtime *runtime, size_t *at);
/* NULL past the last. */
const struct segment_port *runtime_segment(const struct runtime *runtime, size_t index,
                                           char name[IFNAME_SIZE]);
