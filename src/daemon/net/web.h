/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The one HTTP server: what people and LibreMesh's nodes ask of this node (docs/wire/http.md). What
 * needs root is handed over and answered when root has answered.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct event_base;
struct exchange_server;
struct web;

/* Connections that others open, of which one address may have so many. */
#define WEB_CONNECTIONS_MAX 320
#define WEB_OF_ONE_MAX      16
#define WEB_VIEWERS_MAX     128

/* `server` answers LibreMesh's nodes, and is borrowed; `say` sends to root. */
struct web *web_new(struct event_base *base, const struct exchange_server *server,
                    void (*say)(void *data, const struct net_message *message), void *data);
void web_free(struct web *web);
AUTO_DEFINE(web_free, struct web);

/* Borrows the socket, until web_unlisten().  Over TLS nobody is let in before there is a
 * certificate. */
void web_listen(struct web *web, int listener, bool tls);
void web_unlisten(struct web *web, int listener);
/* By which names it is called. */
void web_set_node(struct web *web, const struct net_node *node);

/* What root says.  Of a site the descriptor is mapped, not kept. */
void web_take_site(struct web *web, const struct net_message *message);
/* Those who are connected have to come again if it is another one than before. */
void web_take_certificate(struct web *web, const struct net_message *message);
void web_take_reply(struct web *web, const struct net_message *message);
void web_take_view(struct web *web, const struct net_message *message);
