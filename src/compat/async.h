/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * LibreMesh's shared-state-async: one exchange of one type over one TCP connection
 * (docs/wire/libremesh-async.md).  Pure: whoever has the connection gives what arrives and sends
 * what is to be said.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "compat/peer.h"

#define ASYNC_VERSION  1
#define ASYNC_TYPE_MAX 128 /* bytes of a type's name */
#define ASYNC_DATA_MIN 2
#define ASYNC_DATA_MAX (1024 * 1024)

/* --- what travels --- */

/* The form of a lifetime, and blanks. */
enum async_style {
	ASYNC_COMPACT, /* no blanks, lifetimes as numbers: a third of the size, understood by all */
	ASYNC_PRETTY,  /* as the original writes */
};

/*
 * Reads a document of entries into the slice, sorted.  As the original: what is no JSON at all or
 * no list of entries is an empty slice, and an entry that is none ends the list.  Texts are in the
 * arena, data still in `bytes`.
 */
void async_parse(const char *bytes, size_t size, struct arena *arena, struct compat_slice *slice);

/* Entries in their order, as many as ASYNC_DATA_MAX allows; returns how many. */
size_t async_print(const struct compat_slice *slice, enum async_style style, struct buf *out);

/* Length and name of the type, length and bytes of the data. */
void async_print_message(const char *type, const struct buf *data, struct buf *out);

/* --- the conversation --- */

enum async_result {
	ASYNC_GOING_ON,
	ASYNC_DONE,         /* to be closed once all is sent */
	ASYNC_UNKNOWN_TYPE, /* the same, but one side does not have the type */
	ASYNC_FAILED,       /* to be closed at once */
};

struct async {
	const struct compat_state *state; /* borrowed */
	struct compat_peer peer;
	bool server;
	enum async_style style; /* of what we say */
	bool whole; /* a server that answers with all it knows; else with what the peer lacks */
	enum async_result result;
	char type[ASYNC_TYPE_MAX + 1];

	/* For src/compat/async.c alone. */
	int step;
	size_t needed;
	struct buf in;            /* of the step that is under way */
	uint32_t acknowledgement; /* that the other side owes us */

	struct buf out; /* to be sent, from `sent` on; the owner counts */
	size_t sent;
	size_t received; /* bytes of the other side's message */
	size_t n_sent;   /* entries that we said */

	/* Client: what the server said, its whole state, and its memory. */
	struct compat_slice heard;
	struct arena *heard_arena;
	struct buf heard_bytes;
};

/* A server.  `peer` and `style` have to be set, the rest is zero. */
void async_serve(struct async *async, const struct compat_state *state);
/* A client, which says `slice` of `type` and listens.  `peer` and `style` have to be set. */
void async_ask(struct async *async, const struct compat_state *state, const char *type,
               const struct compat_slice *slice);
void async_done(struct async *async);

/* What has arrived.  The result is in `result`, too. */
enum async_result async_receive(struct async *async, const void *bytes, size_t size);
/* The other side has said all it will. */
enum async_result async_end(struct async *async);
