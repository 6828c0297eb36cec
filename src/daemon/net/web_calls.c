/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What only root can answer.
 */
#include <string.h>

#include "base/json_reader.h"
#include "daemon/net/web_parts.h"

#define PART_MAX 16384 /* bytes of a call in one message */

/* The errors that need no root, in the words of JSON-RPC. */
static const char no_json[] =
	"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"This is no JSON.\"}}";

static struct ip address_of(const struct sockaddr_in6 *from)
{
	const uint8_t *bytes = from->sin6_addr.s6_addr;
	struct ip ip = { .family = IP_V6 };

	if (IN6_IS_ADDR_V4MAPPED(&from->sin6_addr)) {
		ip.family = IP_V4;
		memcpy(ip.byte, bytes + 12, 4);
	} else {
		memcpy(ip.byte, bytes, 16);
	}
	return ip;
}

static struct web_call *find_call(struct web *web, uint32_t id)
{
	for (size_t i = 0; i < NET_CALLS_MAX; i++) {
		if (web->calls[i].id == id)
			return &web->calls[i];
	}
	return NULL;
}

static void say_call(struct visitor *visitor, const struct web_call *call, const char *text,
                     size_t size)
{
	struct web *web = visitor->web;
	size_t at = 0;

	do {
		size_t part = size - at < PART_MAX ? size - at : PART_MAX;
		struct net_call head = { .id = call->id,
			                 .kind = call->kind,
			                 .from = address_of(&visitor->from),
			                 .last = at + part == size,
			                 .foreign = web_is_foreign(visitor) };
		BUF_AUTO body = { 0 };

		buf_add_bytes(&body, &head, sizeof(head));
		buf_add_bytes(&body, text + at, part);
		web->say(web->data, &(struct net_message){ .kind = NET_CALL,
		                                           .body = body.text,
		                                           .size = body.length });
		at += part;
	} while (at < size);
}

/* What LibreMesh's page may be shown on: any node, from the page of any other. */
static void print_cors(const struct visitor *visitor, struct buf *fields)
{
	const struct http_message *message = &visitor->http.message;

	buf_add(fields, "Cache-Control: no-store\r\n");
	if (!*message->origin)
		return;
	buf_printf(fields,
	           "Access-Control-Allow-Origin: %s\r\n"
	           "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
	           "Access-Control-Allow-Credentials: true\r\n"
	           "Access-Control-Allow-Headers: Content-Type\r\nVary: Origin\r\n",
	           message->origin);
}

static void reply_json(struct visitor *visitor, enum net_call_kind kind, const char *text,
                       size_t size)
{
	BUF_AUTO fields = { 0 };

	if (kind == NET_CALL_UBUS)
		print_cors(visitor, &fields);
	else
		buf_add(&fields, "Cache-Control: no-store\r\n");
	web_reply(visitor, 200, WEB_JSON, text, size, fields.text);
}

void web_ask(struct visitor *visitor, enum net_call_kind kind, const char *text, size_t size)
{
	struct web *web = visitor->web;
	struct web_call *call;

	if (kind != NET_CALL_PAGE && !json_is_valid(text, size)) {
		reply_json(visitor, kind, no_json, strlen(no_json));
		return;
	}
	call = find_call(web, 0);
	if (!call) {
		web_refuse(visitor, 503, "This node is busy. Try again in a moment.");
		return;
	}
	if (!++web->last_id)
		web->last_id = 1;
	call->id = web->last_id;
	call->kind = kind;
	call->visitor = visitor;
	say_call(visitor, call, text, size);
}

void web_forget_call(struct visitor *visitor)
{
	struct web *web = visitor->web;

	for (size_t i = 0; i < NET_CALLS_MAX; i++) {
		struct net_call_gone gone = { web->calls[i].id };

		if (!gone.id || web->calls[i].visitor != visitor)
			continue;
		/* The place is free again when root has answered. */
		web->calls[i].visitor = NULL;
		web->say(web->data, &(struct net_message){ .kind = NET_CALL_GONE,
		                                           .body = &gone,
		                                           .size = sizeof(gone) });
	}
}

static void finish_call(struct web_call *call, const struct net_reply *answer)
{
	struct visitor *visitor = call->visitor;
	struct buf body = call->answer;

	call->answer = (struct buf){ 0 };
	call->visitor = NULL;
	call->id = 0;
	if (visitor && call->kind == NET_CALL_PAGE)
		web_reply(visitor, (int)answer->status, answer->type, body.text, body.length, NULL);
	else if (visitor)
		reply_json(visitor, call->kind, buf_text(&body), body.length);
	buf_done(&body);
}

void web_take_reply(struct web *web, const struct net_message *message)
{
	const struct net_reply *answer = message->body;
	struct web_call *call = find_call(web, answer->id);

	if (!call)
		return;
	if (call->visitor)
		buf_add_bytes(&call->answer, answer->bytes, message->size - sizeof(*answer));
	if (answer->last)
		finish_call(call, answer);
}
