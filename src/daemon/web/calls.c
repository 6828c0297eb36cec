/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/calls.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "api/base64.h"
#include "daemon/clock.h"
#include "daemon/web/parts.h"
#include "daemon/web/password.h"
#include "daemon/web/ubus.h"

#define PART_MAX 16384 /* bytes of an answer in one message */
#define LOOK_MS  2000
#define JSON     "application/json"

/* --- saying --- */

static void say_part(const struct calls *calls, enum net_kind kind, const void *head,
                     size_t head_size, const char *bytes, size_t size)
{
	BUF_AUTO body = { 0 };

	buf_add_bytes(&body, head, head_size);
	buf_add_bytes(&body, bytes, size);
	calls->options.say(
		calls->options.data,
		&(struct net_message){ .kind = kind, .body = body.text, .size = body.length });
}

void calls_answer(const struct calls *calls, uint32_t id, unsigned status, const char *type,
                  const struct buf *body)
{
	struct net_reply head = { .id = id, .status = status };
	size_t at = 0;

	strncpy(head.type, type, sizeof(head.type) - 1);
	do {
		size_t part = body->length - at < PART_MAX ? body->length - at : PART_MAX;

		head.last = at + part == body->length;
		say_part(calls, NET_REPLY, &head, sizeof(head), buf_text(body) + at, part);
		at += part;
	} while (at < body->length);
}

static void say_news(const struct calls *calls, enum net_view_kind kind, const char *text,
                     size_t size)
{
	struct net_view head = { .kind = kind };
	size_t at = 0;

	do {
		size_t part = size - at < PART_MAX ? size - at : PART_MAX;

		head.last = at + part == size;
		say_part(calls, NET_VIEW, &head, sizeof(head), text + at, part);
		at += part;
	} while (at < size);
}

/* --- calls --- */

static void call_free(struct call *call)
{
	struct call **at = &call->calls->first;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	call->calls->count--;
	rpc_done(&call->rpc);
	rpc_done(&call->outer);
	ubus_free(call->ubus);
	request_free(call->asked);
	free(call);
}

/* The session of a call may have ended while it was worked on: its key is gone then. */
static struct session *session_of(const struct call *call)
{
	return call->session && !strcmp(call->session->id, call->session_id) ? call->session : NULL;
}

static void print_sealed(const struct call *call, const struct buf *text, struct buf *out)
{
	const struct session *session = session_of(call);
	BUF_AUTO box = { 0 };

	if (!session) {
		rpc_print_error(&call->outer, RPC_SESSION, "The session is over.", NULL, out);
		return;
	}
	session_seal(session, call->outer.counter, text->text, text->length, &box);
	buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"sealed\":\"", call->outer.id.text);
	base64_encode(box.text, box.length, out);
	buf_add(out, "\"}");
}

void call_finish(struct call *call, const struct buf *text)
{
	BUF_AUTO sealed = { 0 };

	if (call->outer.sealed) {
		print_sealed(call, text, &sealed);
		text = &sealed;
	}
	calls_answer(call->calls, call->id, 200, JSON, text);
	call_free(call);
}

static void finish_rpc(struct call *call, int status)
{
	BUF_AUTO text = { 0 };

	rpc_print_answer(&call->rpc, status, &text);
	call_finish(call, &text);
}

static void answered_later(struct request *request, int status)
{
	finish_rpc(request->client, status);
}

/* Over HTTP news are told otherwise. */
static void said_later(struct request *request, const char *json)
{
	(void)request;
	(void)json;
}

static enum request_rights first_rights(const struct call *call, bool near)
{
	return near && !password_is_set(call->calls->options.root) ? RIGHTS_FIRST : RIGHTS_NONE;
}

enum request_rights call_rights_first(const struct call *call)
{
	const struct calls_options *options = &call->calls->options;
	struct mac asker;
	bool near = false;

	(void)options->find_asker(options->data, &call->from, &asker, &near);
	return first_rights(call, near);
}

static enum request_rights rights_of(const struct call *call, bool near)
{
	if (call->session && call->session->rights != RIGHTS_NONE)
		return call->session->rights;
	return first_rights(call, near);
}

static void call_method(struct call *call)
{
	const struct calls_options *options = &call->calls->options;
	struct request *request = call->rpc.request;
	bool near = false;
	int r;

	if (!options->find_asker(options->data, &call->from, &request->asker, &near))
		request->asker = (struct mac){ 0 };
	request->from = call->from;
	request->session = call->session;
	request->client = call;
	request->answered = answered_later;
	request->said = said_later;
	request_set_rights(request, rights_of(call, near));
	r = request_call(request, options->host);
	if (r != METHOD_LATER)
		finish_rpc(call, r);
}

static void fail_rpc(struct call *call, enum rpc_code code, const char *message)
{
	BUF_AUTO text = { 0 };

	rpc_print_error(&call->rpc, code, message, NULL, &text);
	calls_answer(call->calls, call->id, 200, JSON, &text);
	call_free(call);
}

/* What was sealed is a call like another. */
static void open_sealed(struct call *call)
{
	BUF_AUTO text = { 0 };
	int r;

	call->session = sessions_find(call->calls->sessions, call->rpc.session, clock_ms());
	r = call->session ? session_open(call->session, call->rpc.counter, &call->rpc.box, &text)
	                  : -ENOENT;
	if (r == -EALREADY) {
		fail_rpc(call, RPC_NO_CALL, "This was said before.");
		return;
	}
	if (r < 0) {
		fail_rpc(call, RPC_SESSION, "The session is over.");
		return;
	}
	memcpy(call->session_id, call->session->id, sizeof(call->session_id));
	call->session->used_ms = clock_ms();
	call->outer = call->rpc;
	rpc_parse(buf_text(&text), text.length, &call->rpc);
	if (call->rpc.request) {
		call_method(call);
	} else {
		BUF_AUTO error = { 0 };

		rpc_print_error(&call->rpc, RPC_NO_CALL, "This is sealed twice.", NULL, &error);
		call_finish(call, &error);
	}
}

static void begin_rpc(struct call *call, const struct buf *text)
{
	rpc_parse(buf_text(text), text->length, &call->rpc);
	if (call->rpc.sealed)
		open_sealed(call);
	else
		call_method(call);
}

static void begin_page(struct call *call, const struct buf *text)
{
	const char *type = "text/plain";
	BUF_AUTO body = { 0 };
	unsigned status = pages_answer(call->calls, buf_text(text), &type, &body);

	calls_answer(call->calls, call->id, status, type, &body);
	call_free(call);
}

static void begin(struct calls *calls, const struct net_call *asked, const struct buf *text)
{
	static void (*const begins[NET_N_CALL_KINDS])(struct call * call,
	                                              const struct buf *text) = {
		[NET_CALL_RPC] = begin_rpc,
		[NET_CALL_UBUS] = ubus_begin,
		[NET_CALL_PAGE] = begin_page,
	};
	struct call *call = calloc(1, sizeof(*call));

	assert(call);
	*call = (struct call){ .next = calls->first,
		               .calls = calls,
		               .id = asked->id,
		               .kind = (enum net_call_kind)asked->kind,
		               .from = asked->from };
	calls->first = call;
	calls->count++;
	begins[call->kind](call, text);
}

static void take_call(struct calls *calls, const struct net_message *message)
{
	const struct net_call *asked = message->body;
	BUF_AUTO text = { 0 };

	if (asked->id != calls->coming_id)
		buf_done(&calls->coming);
	calls->coming_id = asked->id;
	if (calls->coming.length + message->size <= NET_CALL_MAX + sizeof(*asked))
		buf_add_bytes(&calls->coming, asked->text, message->size - sizeof(*asked));
	if (!asked->last)
		return;
	text = calls->coming;
	calls->coming = (struct buf){ 0 };
	calls->coming_id = 0;
	/* Net asks for no more than this. */
	if (calls->count < NET_CALLS_MAX)
		begin(calls, asked, &text);
}

/* Nobody waits for it any more. */
static void forget(const struct call *call)
{
	struct host *host = call->calls->options.host;

	if (call->rpc.request)
		host->ops->forget(host, call->rpc.request);
	if (call->asked)
		host->ops->forget(host, call->asked);
}

/* What can wait longer than anybody waits is given up; the rest ends by itself. */
static void take_gone(struct calls *calls, const struct net_message *message)
{
	const struct net_call_gone *gone = message->body;
	struct call *call = calls->first;
	struct buf nothing = { 0 };

	while (call && call->id != gone->id)
		call = call->next;
	if (!call)
		return;
	forget(call);
	calls_answer(calls, call->id, 200, JSON, &nothing);
	call_free(call);
}

/* --- live views --- */

static void tell_status(struct calls *calls)
{
	BUF_AUTO status = { 0 };

	calls->options.host->ops->status(calls->options.host, &status);
	if (calls->status.length == status.length &&
	    !memcmp(calls->status.text, status.text, status.length))
		return;
	say_news(calls, NET_VIEW_STATUS, status.text, status.length);
	buf_done(&calls->status);
	calls->status = status;
	status = (struct buf){ 0 };
}

static void on_look(int fd, short what, void *data)
{
	struct timeval delay = { LOOK_MS / 1000, 0 };
	struct calls *calls = data;

	(void)fd;
	(void)what;
	tell_status(calls);
	event_add(calls->look, &delay);
}

static void take_viewers(struct calls *calls, const struct net_message *message)
{
	const struct net_viewers *viewers = message->body;
	bool first = !calls->viewers && viewers->count;

	calls->viewers = viewers->count;
	if (!calls->viewers) {
		event_del(calls->look);
		buf_done(&calls->status);
	} else if (first) {
		on_look(-1, 0, calls);
	}
}

void calls_tell(struct calls *calls, const char *json)
{
	if (calls && calls->viewers)
		say_news(calls, NET_VIEW_HAPPENED, json, strlen(json));
}

/* --- all of it --- */

void calls_take(struct calls *calls, const struct net_message *message)
{
	if (message->kind == NET_CALL)
		take_call(calls, message);
	else if (message->kind == NET_CALL_GONE)
		take_gone(calls, message);
	else if (message->kind == NET_VIEWERS)
		take_viewers(calls, message);
}

static void forget_all(struct calls *calls)
{
	struct call *next;

	for (struct call *call = calls->first; call; call = next) {
		next = call->next;
		forget(call);
		call_free(call);
	}
	buf_done(&calls->coming);
	buf_done(&calls->status);
	calls->coming_id = 0;
	calls->viewers = 0;
	event_del(calls->look);
}

void calls_restart(struct calls *calls)
{
	forget_all(calls);
}

struct calls *calls_new(const struct calls_options *options)
{
	struct calls *calls = calloc(1, sizeof(*calls));

	assert(calls);
	calls->options = *options;
	calls->sessions = sessions_new();
	calls->look = event_new(options->base, -1, 0, on_look, calls);
	calls->first_look = event_new(options->base, -1, 0, ubus_first_look, calls);
	assert(calls->look && calls->first_look);
	return calls;
}

void calls_free(struct calls *calls)
{
	if (!calls)
		return;
	forget_all(calls);
	event_free(calls->look);
	event_free(calls->first_look);
	sessions_free(calls->sessions);
	free(calls);
}
