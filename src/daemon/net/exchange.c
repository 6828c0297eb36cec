/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/exchange.h"

#include <arpa/inet.h>
#include <assert.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "compat/async.h"
#include "compat/http.h"
#include "daemon/net/gzip.h"
#include "daemon/net/stream.h"

static const struct http_gzip gzip = { gzip_unzip, gzip_zip };

struct exchange {
	const struct exchange_server *common;
	enum compat_protocol protocol;
	union {
		struct async async;
		struct http http;
	};
	/* Of one that we began. */
	exchange_over_fn *over;
	void *data;
	struct arena *arena;       /* memory of `said` */
	struct compat_slice known; /* when it began */
	bool empty;                /* we said nothing */
};

static bool by_async(const struct exchange *exchange)
{
	return exchange->protocol == COMPAT_ASYNC;
}

static struct buf *out_of(struct exchange *exchange, size_t **sent)
{
	*sent = by_async(exchange) ? &exchange->async.sent : &exchange->http.sent;
	return by_async(exchange) ? &exchange->async.out : &exchange->http.out;
}

/* --- a conversation on a stream --- */

static void before_server(const struct exchange_server *server)
{
	if (server->before)
		server->before(server->data);
}

static void before(const struct exchange *exchange)
{
	before_server(exchange->common);
}

static bool on_receive(void *conversation, const void *bytes, size_t size)
{
	struct exchange *exchange = conversation;

	before(exchange);
	if (by_async(exchange))
		return async_receive(&exchange->async, bytes, size) != ASYNC_FAILED;
	return http_receive(&exchange->http, bytes, size) != HTTP_BROKEN;
}

static bool on_end(void *conversation)
{
	struct exchange *exchange = conversation;

	before(exchange);
	if (by_async(exchange))
		return async_end(&exchange->async) != ASYNC_FAILED;
	return http_end(&exchange->http) != HTTP_BROKEN;
}

static const char *on_output(void *conversation, size_t *size)
{
	size_t *sent;
	const struct buf *out = out_of(conversation, &sent);

	*size = out->length - *sent;
	return *size ? out->text + *sent : NULL;
}

static void on_sent(void *conversation, size_t size)
{
	size_t *sent;
	struct buf *out = out_of(conversation, &sent);

	*sent += size;
	if (*sent < out->length)
		return;
	/* What is gone need not be kept until the other side thinks of something. */
	buf_done(out);
	*sent = 0;
}

static bool on_finished(void *conversation)
{
	const struct exchange *exchange = conversation;

	return by_async(exchange) ? exchange->async.result != ASYNC_GOING_ON
	                          : exchange->http.result != HTTP_GOING_ON;
}

static size_t on_held(void *conversation)
{
	const struct exchange *exchange = conversation;

	if (by_async(exchange))
		return exchange->async.in.room + exchange->async.out.room;
	return exchange->http.message.body.room + exchange->http.message.line.room +
	       exchange->http.out.room;
}

static enum exchange_result result_of(const struct exchange *exchange)
{
	if (!by_async(exchange))
		return exchange->http.result == HTTP_OVER ? EXCHANGE_DONE : EXCHANGE_FAILED;
	switch (exchange->async.result) {
	case ASYNC_DONE:
		return EXCHANGE_DONE;
	case ASYNC_UNKNOWN_TYPE:
		return EXCHANGE_UNKNOWN_TYPE;
	case ASYNC_GOING_ON:
	case ASYNC_FAILED:
		break;
	}
	return EXCHANGE_FAILED;
}

/* What it was told it has.  To one who says nothing a server tells all that it knows. */
static bool holds_all(const struct exchange *exchange)
{
	struct compat_slice left = exchange->known;

	if (!by_async(exchange) || !exchange->empty)
		return true;
	compat_slice_take_away(&left, &exchange->async.heard, 10);
	return left.count == 0;
}

static void on_closed(void *conversation)
{
	struct exchange *exchange = conversation;

	if (exchange->over) {
		enum exchange_result result = result_of(exchange);

		exchange->over(exchange->data, result,
		               result == EXCHANGE_DONE && holds_all(exchange));
	}
	if (by_async(exchange))
		async_done(&exchange->async);
	else
		http_done(&exchange->http);
	arena_free(exchange->arena);
	free(exchange);
}

static const struct stream_ops ops = {
	.receive = on_receive,
	.end = on_end,
	.output = on_output,
	.sent = on_sent,
	.finished = on_finished,
	.held = on_held,
	.closed = on_closed,
};

/* --- serving --- */

static bool is_local(const struct in6_addr *address)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	return IN6_IS_ADDR_LOOPBACK(address) ||
	       (!memcmp(address, mapped, sizeof(mapped)) && address->s6_addr[12] == 127);
}

static bool is_private(const struct in6_addr *address)
{
	const uint8_t *b = address->s6_addr + 12;

	if (IN6_IS_ADDR_LINKLOCAL(address) || (address->s6_addr[0] & 0xfe) == 0xfc)
		return true;
	return IN6_IS_ADDR_V4MAPPED(address) &&
	       (b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
	        (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254) ||
	        (b[0] == 100 && (b[1] & 0xc0) == 64));
}

static struct exchange *exchange_new(const struct exchange_server *server,
                                     enum compat_protocol protocol, bool local)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	assert(exchange);
	exchange->common = server;
	exchange->protocol = protocol;
	if (protocol == COMPAT_ASYNC) {
		exchange->async.peer = (struct compat_peer){ protocol, local };
	} else {
		exchange->http.peer = (struct compat_peer){ protocol, local };
	}
	return exchange;
}

bool exchange_is_served(const struct exchange_server *server, const struct in6_addr *address,
                        bool *local)
{
	*local = is_local(address);
	return *local || is_private(address) ||
	       (server->is_near && server->is_near(server->data, address));
}

static void *accept_async(void *data, const struct sockaddr_in6 *from)
{
	const struct exchange_server *server = data;
	struct exchange *exchange;
	bool local;

	if (!server->speaks(server->data, COMPAT_ASYNC) ||
	    !exchange_is_served(server, &from->sin6_addr, &local))
		return NULL;
	exchange = exchange_new(server, COMPAT_ASYNC, local);
	/* The tools of the original show people what they get. */
	exchange->async.style = local ? ASYNC_PRETTY : ASYNC_COMPACT;
	async_serve(&exchange->async, server->state);
	return exchange;
}

void exchange_serve(const struct exchange_server *server, int listener)
{
	union {
		const struct exchange_server *in;
		void *out;
	} data = { .in = server };

	streams_listen(server->streams, listener, &ops, accept_async, data.out);
}

int exchange_answer(const struct exchange_server *server, bool local,
                    const struct http_message *request, struct buf *body)
{
	struct http_answer answer = { .state = server->state, .gzip = &gzip, .local = local };
	int status = 404;

	if (server->speaks(server->data, COMPAT_HTTP)) {
		before_server(server);
		status = http_answer(&answer, request);
	}
	*body = answer.body;
	return status;
}

/* --- asking --- */

/* "[fe80::1]": without the device, which is nobody's business but ours. */
static void print_host(const struct sockaddr_in6 *to, char host[INET6_ADDRSTRLEN + 2])
{
	char text[INET6_ADDRSTRLEN];

	(void)inet_ntop(AF_INET6, &to->sin6_addr, text, sizeof(text));
	snprintf(host, INET6_ADDRSTRLEN + 2, "[%s]", text);
}

int exchange_begin(const struct exchange_client *client)
{
	const struct compat_state *state = client->common->state;
	struct exchange *exchange = exchange_new(client->common, client->protocol, false);
	struct compat_slice nothing = { 0 };
	char host[INET6_ADDRSTRLEN + 2];
	struct compat_peer peer = { client->protocol };
	int r;

	before(exchange);
	exchange->arena = arena_new();
	exchange->empty = client->empty;
	state->collect(state->data, &peer, client->type, exchange->arena, &exchange->known);
	if (by_async(exchange)) {
		async_ask(&exchange->async, state, client->type,
		          client->empty ? &nothing : &exchange->known);
	} else {
		print_host(&client->to, host);
		http_ask(&exchange->http, state, host, client->type,
		         client->empty ? &nothing : &exchange->known);
	}
	r = streams_connect(client->common->streams, &client->to, &ops, exchange);
	if (r == 0) {
		exchange->over = client->over;
		exchange->data = client->data;
		return 0;
	}
	on_closed(exchange);
	return r;
}
