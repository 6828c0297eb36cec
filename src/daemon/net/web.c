/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/web.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "base/json_reader.h"
#include "compat/http.h"
#include "daemon/net/exchange.h"
#include "daemon/net/stream.h"
#include "daemon/net/web_parts.h"
#include "http/guard.h"

#define BYTES_MAX (6U * 1024 * 1024) /* of all conversations together */
#define GRACE_MS  500
/* How long each part of a conversation may take. */
#define READING_MS 10000
#define WAITING_MS 40000
#define SENDING_MS 60000
#define BEAT_S     15

/* Where who came by a name that is not ours is sent. */
#define OWN_NAME "thisnode.info"

/* LibreMesh's page sends firmware here. */
#define UPLOAD "/cgi-bin/cgi-upload"
/* And stands here, if somebody put it there. */
#define LIMEAPP "/app/"

/* What browsers are told: nothing of others is ever part of our page. */
#define STRICT_FIELDS                                                                        \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; " \
	"img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src "     \
	"'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "   \
	"'none'\r\n"                                                                         \
	"X-Content-Type-Options: nosniff\r\n"                                                \
	"X-Frame-Options: DENY\r\n"                                                          \
	"Referrer-Policy: no-referrer\r\n"                                                   \
	"Permissions-Policy: microphone=(), payment=(), usb=()\r\n"

/* The original's page has a script of its map from elsewhere, and style inside. */
#define LIMEAPP_FIELDS                                                                      \
	"Content-Security-Policy: default-src 'self'; script-src 'self' 'unsafe-inline' "   \
	"https://unpkg.com; style-src 'self' 'unsafe-inline' https://unpkg.com; img-src * " \
	"data: blob:; connect-src *; frame-src https:; base-uri 'none'; form-action "       \
	"'none'; frame-ancestors 'none'\r\n"                                                \
	"X-Content-Type-Options: nosniff\r\n"                                               \
	"X-Frame-Options: DENY\r\n"                                                         \
	"Referrer-Policy: no-referrer\r\n"

void web_send(struct visitor *visitor, const struct http_reply *reply)
{
	struct http_reply strict = *reply;
	BUF_AUTO all = { 0 };

	buf_add(&all, strncmp(visitor->http.message.target, LIMEAPP, strlen(LIMEAPP)) != 0
	                      ? STRICT_FIELDS
	                      : LIMEAPP_FIELDS);
	buf_add(&all, reply->fields ? reply->fields : "Cache-Control: no-store\r\n");
	strict.fields = all.text;
	http_reply(&visitor->http, &strict);
	stream_poke(visitor->stream);
}

void web_reply(struct visitor *visitor, int status, const char *type, const char *body, size_t size,
               const char *fields)
{
	web_send(visitor, &(struct http_reply){ .status = status,
	                                        .type = type,
	                                        .fields = fields,
	                                        .body = body,
	                                        .size = size });
}

void web_refuse(struct visitor *visitor, int status, const char *why)
{
	BUF_AUTO body = { 0 };

	buf_printf(&body, "%s\n", why);
	web_reply(visitor, status, "text/plain; charset=utf-8", body.text, body.length,
	          status == 503 ? "Cache-Control: no-store\r\nRetry-After: 2\r\n" : NULL);
}

/* --- whom a request was meant for --- */

static bool is_our_name(const struct web *web, const char *host)
{
	static const char *const shared[] = { "localhost",   "anygw",      OWN_NAME,
		                              "minodo.info", "meuno.info", NULL };
	BUF_AUTO full = { 0 };

	for (size_t i = 0; shared[i]; i++) {
		if (guard_is_name(host, shared[i]))
			return true;
	}
	if (!*web->hostname)
		return false;
	buf_printf(&full, "%s.%s", web->hostname, web->domain);
	return guard_is_name(host, web->hostname) || guard_is_name(host, full.text) ||
	       (*web->domain && guard_is_name(host, web->domain));
}

/* Without a name it is no browser. */
static bool is_for_us(const struct visitor *visitor)
{
	const char *host = visitor->http.message.host;

	return !*host || guard_is_address(host) || is_our_name(visitor->web, host);
}

static bool is_method(const struct visitor *visitor, const char *method)
{
	return !strcmp(visitor->http.message.method, method);
}

static bool reads(const struct visitor *visitor)
{
	return is_method(visitor, "GET") || is_method(visitor, "HEAD");
}

/* A phone that looks whether there is the Internet finds our page instead. */
static void send_to_own_name(struct visitor *visitor)
{
	if (reads(visitor))
		web_reply(visitor, 302, NULL, NULL, 0,
		          "Location: http://" OWN_NAME "/\r\nCache-Control: no-store\r\n");
	else
		web_refuse(visitor, 421, "This is not the host that you look for.");
}

/* --- what there is --- */

static void serve_rpc(struct visitor *visitor, const char *path)
{
	const struct http_message *message = &visitor->http.message;

	(void)path;
	/* Pages of other sites cannot send this type without being asked whether they may. */
	if (strncasecmp(message->content_type, WEB_JSON, strlen(WEB_JSON)) != 0)
		web_refuse(visitor, 415, "A call has the type " WEB_JSON ".");
	else
		web_ask(visitor, NET_CALL_RPC, buf_text(&message->body), message->body.length);
}

static void serve_ubus(struct visitor *visitor, const char *path)
{
	const struct http_message *message = &visitor->http.message;

	(void)path;
	if (is_method(visitor, "OPTIONS"))
		web_reply(visitor, 200, NULL, NULL, 0, NULL);
	else
		web_ask(visitor, NET_CALL_UBUS, buf_text(&message->body), message->body.length);
}

static void serve_hostname(struct visitor *visitor, const char *path)
{
	BUF_AUTO body = { 0 };

	(void)path;
	buf_printf(&body, "%s\n", visitor->web->hostname);
	web_reply(visitor, 200, "text/plain", body.text, body.length,
	          "Access-Control-Allow-Origin: *\r\nCache-Control: no-store\r\n");
}

/* LimeApp takes any answer for good and then asks to install what it sent, which is refused. */
static void serve_upload(struct visitor *visitor, const char *path)
{
	static const char refusal[] =
		"{\"message\":\"weft takes no firmware from a page: use sysupgrade\","
		"\"failure\":[95,\"Operation not supported\"]}\n";

	(void)path;
	web_reply(visitor, 200, "text/plain", refusal, sizeof(refusal) - 1, NULL);
}

/* A bookmark of LibreMesh's page leads to ours. */
static void serve_limeapp(struct visitor *visitor, const char *path)
{
	bool whole = !strcmp(path, LIMEAPP);

	if (!whole && strcmp(path, "/app") != 0)
		web_serve_site(visitor, path);
	else if (whole && web_has_file(visitor->web, LIMEAPP "index.html"))
		web_serve_site(visitor, LIMEAPP "index.html");
	else
		web_reply(visitor, 302, NULL, NULL, 0,
		          web_has_file(visitor->web, LIMEAPP "index.html")
		                  ? "Location: " LIMEAPP "\r\nCache-Control: no-store\r\n"
		                  : "Location: /\r\nCache-Control: no-store\r\n");
}

static void serve_page(struct visitor *visitor, const char *path)
{
	web_ask(visitor, NET_CALL_PAGE, path, strlen(path));
}

static void serve_events(struct visitor *visitor, const char *path)
{
	(void)path;
	web_view(visitor);
}

struct route {
	const char *path;
	bool below; /* and all paths that begin so */
	bool posts; /* else it is read */
	bool open;  /* pages of other sites may use it */
	void (*serve)(struct visitor *visitor, const char *path);
};

static const struct route routes[] = {
	{ "/rpc", false, true, false, serve_rpc },
	{ "/events", false, false, false, serve_events },
	{ "/ubus", false, true, true, serve_ubus },
	{ "/cgi-bin/hostname", false, false, true, serve_hostname },
	{ UPLOAD, false, true, false, serve_upload },
	{ "/app", false, false, false, serve_limeapp },
	{ LIMEAPP, true, false, false, serve_limeapp },
	{ "/cgi-bin/lime/", true, false, true, serve_page },
	{ "/lime-community", false, false, true, serve_page },
	{ "/metrics", false, false, false, serve_page },
	{ "/status", false, false, false, serve_page },
	{ "/", true, false, false, web_serve_site },
};

static const struct route *route_of(const char *path)
{
	const struct route *route = routes;

	while (route->below ? strncmp(path, route->path, strlen(route->path)) != 0
	                    : strcmp(path, route->path) != 0)
		route++;
	return route;
}

static void serve(struct visitor *visitor, const struct route *route, const char *path)
{
	const struct http_message *message = &visitor->http.message;

	if (*message->origin && !route->open && !guard_is_same_site(message->origin, message->host))
		web_refuse(visitor, 403, "Pages of other sites may not ask this.");
	else if (route->posts ? !is_method(visitor, "POST") &&
	                                !(route->open && is_method(visitor, "OPTIONS"))
	                      : !reads(visitor))
		web_refuse(visitor, 405, "Not in this way.");
	else
		route->serve(visitor, path);
}

static void serve_exchange(struct visitor *visitor)
{
	BUF_AUTO body = { 0 };
	int status = exchange_answer(visitor->web->server, visitor->local, &visitor->http.message,
	                             &body);

	/* LibreMesh's nodes ask for one thing, and wait for the end. */
	visitor->http.closing = true;
	http_reply(&visitor->http, &(struct http_reply){ .status = status,
	                                                 .type = WEB_JSON,
	                                                 .body = body.text,
	                                                 .size = body.length });
}

static void on_request(void *data, struct http_connection *connection)
{
	struct visitor *visitor = data;
	const char *target = connection->message.target;
	char path[HTTP_TARGET_MAX];
	size_t length = strcspn(target, "?#");

	if (http_is_exchange(target)) {
		serve_exchange(visitor);
		return;
	}
	memcpy(path, target, length);
	path[length] = '\0';
	if (is_for_us(visitor))
		serve(visitor, route_of(path), path);
	else
		send_to_own_name(visitor);
}

static size_t body_max(const char *target)
{
	if (!strcmp(target, UPLOAD))
		return HTTP_BODY_DROP;
	return http_is_exchange(target) ? HTTP_BODY_MAX : NET_CALL_MAX;
}

static void on_gone(void *data, struct http_connection *connection)
{
	struct visitor *visitor = data;

	(void)connection;
	web_forget_call(visitor);
	if (visitor->viewing)
		web_forget_viewer(visitor);
}

static const struct http_handler handler = { body_max, on_request, on_gone };

/* --- connections --- */

static bool on_receive(void *conversation, const void *bytes, size_t size)
{
	struct visitor *visitor = conversation;

	return http_connection_receive(&visitor->http, bytes, size);
}

static bool on_end(void *conversation)
{
	struct visitor *visitor = conversation;

	return http_connection_end(&visitor->http);
}

static const char *on_output(void *conversation, size_t *size)
{
	struct visitor *visitor = conversation;

	return http_connection_output(&visitor->http, size);
}

static void on_sent(void *conversation, size_t size)
{
	struct visitor *visitor = conversation;

	http_connection_sent(&visitor->http, size);
}

static bool on_finished(void *conversation)
{
	const struct visitor *visitor = conversation;

	return visitor->http.phase == HTTP_PHASE_OVER;
}

static size_t on_held(void *conversation)
{
	const struct visitor *visitor = conversation;

	return http_connection_held(&visitor->http);
}

static bool on_wants(void *conversation)
{
	const struct visitor *visitor = conversation;

	return http_connection_wants(&visitor->http);
}

static int64_t on_time(void *conversation, unsigned *turn)
{
	static const int64_t times[] = {
		[HTTP_PHASE_READING] = READING_MS,
		[HTTP_PHASE_WAITING] = WAITING_MS,
		[HTTP_PHASE_SENDING] = SENDING_MS,
		[HTTP_PHASE_STREAMING] = -1,
		[HTTP_PHASE_OVER] = 0,
	};
	const struct visitor *visitor = conversation;

	*turn = visitor->http.turn;
	return times[visitor->http.phase];
}

static bool on_idle(void *conversation)
{
	const struct visitor *visitor = conversation;

	return visitor->http.phase == HTTP_PHASE_READING && visitor->http.turn > 1 &&
	       !visitor->http.message.head_size;
}

static void on_opened(void *conversation, struct stream *stream)
{
	struct visitor *visitor = conversation;

	visitor->stream = stream;
}

static void on_closed(void *conversation)
{
	struct visitor *visitor = conversation;

	http_connection_done(&visitor->http);
	free(visitor);
}

static const struct stream_ops ops = {
	.receive = on_receive,
	.end = on_end,
	.output = on_output,
	.sent = on_sent,
	.finished = on_finished,
	.held = on_held,
	.closed = on_closed,
	.wants = on_wants,
	.time_ms = on_time,
	.idle = on_idle,
	.opened = on_opened,
};

static void *on_accept(void *data, const struct sockaddr_in6 *from)
{
	struct web *web = data;
	struct visitor *visitor;
	bool local;

	if (!exchange_is_served(web->server, &from->sin6_addr, &local))
		return NULL;
	visitor = calloc(1, sizeof(*visitor));
	assert(visitor);
	visitor->web = web;
	visitor->from = *from;
	visitor->local = local;
	http_connection_init(&visitor->http, &handler, visitor);
	return visitor;
}

void web_listen(struct web *web, int listener)
{
	streams_listen(web->streams, listener, &ops, on_accept, web);
}

/* --- all of it --- */

void web_set_node(struct web *web, const struct net_node *node)
{
	memcpy(web->hostname, node->hostname, sizeof(web->hostname));
	memcpy(web->domain, node->domain, sizeof(web->domain));
}

struct web *web_new(struct event_base *base, const struct exchange_server *server,
                    void (*say)(void *data, const struct net_message *message), void *data)
{
	const struct streams_limits limits = { WEB_CONNECTIONS_MAX, WEB_OF_ONE_MAX, GRACE_MS,
		                               BYTES_MAX };
	struct web *web = calloc(1, sizeof(*web));
	struct timeval beat = { BEAT_S, 0 };

	assert(web);
	*web = (struct web){ .base = base, .server = server, .say = say, .data = data };
	web->streams = streams_new(base, &limits);
	web->beat = event_new(base, -1, EV_PERSIST, web_beat, web);
	assert(web->beat);
	event_add(web->beat, &beat);
	return web;
}

static void close_site(struct web *web)
{
	union {
		const char *in;
		void *out;
	} bytes = { .in = web->site.bytes };

	if (bytes.out)
		munmap(bytes.out, web->site.size);
	web->site = (struct bundle){ 0 };
}

void web_take_site(struct web *web, const struct net_message *message)
{
	const struct net_site *site = message->body;
	struct bundle bundle;
	void *bytes;

	bytes = mmap(NULL, site->size, PROT_READ, MAP_SHARED, message->fds[0], 0);
	/* A reload brings the same page again, and who asked for it waits for the answer. */
	if (bytes != MAP_FAILED && web->site.bytes && web->site.size == site->size &&
	    !memcmp(web->site.bytes, bytes, site->size)) {
		munmap(bytes, site->size);
		return;
	}
	/* Replies may be under way that borrow from the old one: they are let go first. */
	if (web->site.bytes)
		streams_drop(web->streams);
	close_site(web);
	if (bytes == MAP_FAILED)
		return;
	if (bundle_open(bytes, site->size, &bundle) == 0)
		web->site = bundle;
	else
		munmap(bytes, site->size);
}

void web_free(struct web *web)
{
	if (!web)
		return;
	streams_free(web->streams);
	event_free(web->beat);
	close_site(web);
	for (size_t i = 0; i < NET_CALLS_MAX; i++)
		buf_done(&web->calls[i].answer);
	for (size_t i = 0; i < NET_N_VIEW_KINDS; i++)
		buf_done(&web->news[i]);
	buf_done(&web->status);
	free(web);
}
