/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * One file of a neighbour, over HTTP.  What a stranger says is read by a process of its own,
 * without privileges, files or memory of ours, which hands over the body alone.
 */
#include <stddef.h>

#include "net/ip.h"

struct buf;
struct event_base;
struct fetch;

#define FETCH_MAX    65536 /* bytes of a body */
#define FETCH_TIME_S 10

/* Called once, from the event loop; `body` is NULL if it could not be had. */
typedef void fetch_done(void *data, const struct buf *body);

struct fetch_question {
	const char *folder; /* an empty one, of the daemon's */
	struct ip ip;
	unsigned device; /* of a link-local address */
	const char *path;
	fetch_done *done;
	void *data;
};

/* NULL and errno if it cannot even begin. */
struct fetch *fetch_new(struct event_base *base, const struct fetch_question *question);
/* Ends it if it still goes on; done() is not called then. */
void fetch_free(struct fetch *fetch);
