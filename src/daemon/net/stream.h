/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * TCP connections that carry one short conversation each, with strangers.
 *
 * All of it is bounded, so that who is slow, silent, greedy or mad harms only themselves: so many
 * connections, so many from one address, so much time for all of a conversation however lively it
 * is, so much memory for all of them: who holds most goes first.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct event_base;
struct stream;
struct streams;

struct streams_limits {
	size_t max;       /* that others opened */
	size_t of_one;    /* of these, from one address */
	int64_t grace_ms; /* before one may have to make room for others */
	size_t bytes;     /* that all conversations together may hold */
};

#define STREAMS_MAX        32 /* that others opened */
#define STREAMS_OF_ONE_MAX 4  /* of these, from one address */
#define STREAMS_OWN_MAX    16 /* that we opened */
#define STREAM_TIME_MS     10000
#define STREAM_GRACE_MS    500                /* before it may have to make room for others */
#define STREAMS_BYTES_MAX  (6U * 1024 * 1024) /* that all conversations together may hold */

/* A conversation, which knows no sockets. */
struct stream_ops {
	/* What has arrived.  False: close at once. */
	bool (*receive)(void *conversation, const void *bytes, size_t size);
	/* The other side has said all it will.  False: close at once. */
	bool (*end)(void *conversation);
	/* What is to be sent next, and how much; NULL: nothing. */
	const char *(*output)(void *conversation, size_t *size);
	void (*sent)(void *conversation, size_t size);
	/* Whether it is over once all is sent. */
	bool (*finished)(void *conversation);
	/* Bytes of memory that it holds. */
	size_t (*held)(void *conversation);
	/* The connection is closed; the conversation has to go. */
	void (*closed)(void *conversation);
	/* The rest may be NULL.  Whether more is to be read now. */
	bool (*wants)(void *conversation);
	/* How long this part of the conversation may take (-1: as long as it likes); the time
	 * begins whenever `turn` is another one. */
	int64_t (*time_ms)(void *conversation, unsigned *turn);
	/* Nothing is under way: such a one makes room first. */
	bool (*idle)(void *conversation);
	/* How the conversation can say that it has something to send: stream_poke(). */
	void (*opened)(void *conversation, struct stream *stream);
};

/* Looks soon at what the conversation wants. */
void stream_poke(struct stream *stream);

/* A conversation with whoever has just connected; NULL: none. */
typedef void *stream_accept_fn(void *data, const struct sockaddr_in6 *from);

/* NULL: the limits above. */
struct streams *streams_new(struct event_base *base, const struct streams_limits *limits);
/* Closes all. */
void streams_free(struct streams *streams);
AUTO_DEFINE(streams_free, struct streams);

/* Closes all connections, and listens on. */
void streams_drop(struct streams *streams);

/* Takes connections from a socket that listens; both stay the caller's, until streams_free(). */
void streams_listen(struct streams *streams, int fd, const struct stream_ops *ops,
                    stream_accept_fn *accept_fn, void *data);

/* Those that it has brought stay. */
void streams_unlisten(struct streams *streams, int fd);

/* Connects, and then goes on like one that was accepted.  If it returns an error the conversation
 * is the caller's still; else closed() is called for it, never before this returns. */
int streams_connect(struct streams *streams, const struct sockaddr_in6 *to,
                    const struct stream_ops *ops, void *conversation) MUST_CHECK;

struct streams_stats {
	size_t n_open, n_own;
	uint64_t n_accepted;
	uint64_t n_refused; /* too many */
	uint64_t n_evicted; /* made room for others */
	uint64_t n_late;    /* not done in time */
};
struct streams_stats streams_stats(const struct streams *streams);
