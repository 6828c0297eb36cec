/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The conversations with LibreMesh's nodes on TCP connections, from both sides.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "compat/peer.h"

struct buf;
struct http_message;
struct streams;

/* How an exchange that we began went. */
enum exchange_result {
	EXCHANGE_DONE,
	EXCHANGE_UNKNOWN_TYPE, /* they speak the protocol but do not have the type */
	EXCHANGE_FAILED,       /* not reached, not understood, not in time */
};

/* Serves whoever connects to a socket that listens for LibreMesh's async protocol.  `before` is
 * called before each step that may look at the state. */
struct exchange_server {
	struct streams *streams;
	const struct compat_state *state;
	void (*before)(void *data);
	void *data;
	/* Whether this node speaks it now. */
	bool (*speaks)(void *data, enum compat_protocol protocol);
	/* This node's own networks: besides them, only addresses that are never routed in the
	 * Internet are served. */
	bool (*is_near)(void *data, const struct in6_addr *address);
};

/* `server` is borrowed for as long as the streams are. */
void exchange_serve(const struct exchange_server *server, int listener);

/* Whether somebody at this address is served, and whether that is this machine. */
bool exchange_is_served(const struct exchange_server *server, const struct in6_addr *address,
                        bool *local);

/* Answers a request of HTTP for which http_is_exchange() is true: its status. */
int exchange_answer(const struct exchange_server *server, bool local,
                    const struct http_message *request, struct buf *body);

/* Called once, when all is over; `holds_all`: after it the other side had all that we know. */
typedef void exchange_over_fn(void *data, enum exchange_result result, bool holds_all);

struct exchange_client {
	const struct exchange_server *common;
	struct sockaddr_in6 to;
	enum compat_protocol protocol;
	const char *type;
	bool empty; /* says nothing, only listens */
	exchange_over_fn *over;
	void *data;
};
/* A negative errno if it cannot even begin; over() is not called then. */
int exchange_begin(const struct exchange_client *client) MUST_CHECK;
