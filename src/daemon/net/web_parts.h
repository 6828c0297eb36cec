/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The HTTP server as its own parts see it; for src/daemon/net/web*.c alone.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "daemon/net/web.h"
#include "http/bundle.h"
#include "http/connection.h"

struct event;
struct stream;
struct streams;

/* Somebody who is connected. */
struct visitor {
	struct visitor *next; /* among the viewers */
	struct web *web;
	struct stream *stream;
	struct sockaddr_in6 from;
	bool local;
	bool viewing;
	unsigned behind; /* news in a row that did not fit */
	struct http_connection http;
};

/* What root was asked. */
struct web_call {
	uint32_t id; /* 0: free */
	enum net_call_kind kind;
	struct visitor *visitor; /* NULL: gone */
	struct buf answer;
};

struct web {
	struct event_base *base;
	const struct exchange_server *server;
	struct streams *streams;
	void (*say)(void *data, const struct net_message *message);
	void *data;
	struct bundle site;
	char hostname[NET_HOSTNAME_MAX], domain[NET_HOSTNAME_MAX];
	struct web_call calls[NET_CALLS_MAX];
	uint32_t last_id;
	struct visitor *viewers;
	uint32_t n_viewers;
	struct buf news[NET_N_VIEW_KINDS]; /* what has come of the next one */
	struct buf status;                 /* the last one, as it is sent */
	struct event *beat;
};

#define WEB_JSON "application/json"

/* Replies, with the fields that tell browsers to be strict. */
void web_send(struct visitor *visitor, const struct http_reply *reply);
void web_reply(struct visitor *visitor, int status, const char *type, const char *body, size_t size,
               const char *fields);
/* A line for a person. */
void web_refuse(struct visitor *visitor, int status, const char *why);

/* Asks root; the reply comes later, or says at once that this is too much. */
void web_ask(struct visitor *visitor, enum net_call_kind kind, const char *text, size_t size);
void web_forget_call(struct visitor *visitor);

/* Files of the page. */
bool web_has_file(const struct web *web, const char *path);
void web_serve_site(struct visitor *visitor, const char *path);

/* Server-sent events. */
void web_view(struct visitor *visitor);
void web_forget_viewer(struct visitor *visitor);
void web_beat(int fd, short what, void *data);
