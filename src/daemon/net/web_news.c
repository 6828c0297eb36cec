/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Server-sent events: what root tells is told to all who look, in the same bytes.
 */
#include <string.h>

#include "daemon/net/stream.h"
#include "daemon/net/web_parts.h"

#define BEHIND_MAX 8 /* beats, or other news, that did not fit: there is nobody any more */

static void say_viewers(const struct web *web)
{
	struct net_viewers viewers = { web->n_viewers };

	web->say(web->data, &(struct net_message){ .kind = NET_VIEWERS,
	                                           .body = &viewers,
	                                           .size = sizeof(viewers) });
}

static void tell(struct visitor *visitor, const char *text, size_t size)
{
	if (http_stream_say(&visitor->http, text, size)) {
		visitor->behind = 0;
	} else if (++visitor->behind > BEHIND_MAX) {
		http_stream_end(&visitor->http);
		web_forget_viewer(visitor);
	}
	stream_poke(visitor->stream);
}

static void tell_all(struct web *web, const struct buf *text)
{
	struct visitor *next;

	for (struct visitor *visitor = web->viewers; visitor; visitor = next) {
		next = visitor->next;
		tell(visitor, text->text, text->length);
	}
}

void web_view(struct visitor *visitor)
{
	static const char hello[] = "retry: 3000\n\n";
	struct web *web = visitor->web;

	if (!strcmp(visitor->http.message.method, "HEAD")) {
		web_refuse(visitor, 405, "Not in this way.");
		return;
	}
	if (web->n_viewers == WEB_VIEWERS_MAX) {
		web_refuse(visitor, 503, "Many look at this node already. Try again in a moment.");
		return;
	}
	http_stream(&visitor->http, "text/event-stream",
	            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
	(void)http_stream_say(&visitor->http, hello, strlen(hello));
	visitor->viewing = true;
	visitor->next = web->viewers;
	web->viewers = visitor;
	web->n_viewers++;
	if (web->n_viewers > 1 && web->status.length)
		(void)http_stream_say(&visitor->http, web->status.text, web->status.length);
	say_viewers(web);
	stream_poke(visitor->stream);
}

void web_forget_viewer(struct visitor *visitor)
{
	struct web *web = visitor->web;
	struct visitor **at = &web->viewers;

	while (*at != visitor)
		at = &(*at)->next;
	*at = visitor->next;
	visitor->viewing = false;
	web->n_viewers--;
	say_viewers(web);
}

void web_beat(int fd, short what, void *data)
{
	static char beat[] = ": \n\n";
	const struct buf text = { beat, sizeof(beat) - 1, 0 };

	(void)fd;
	(void)what;
	tell_all(data, &text);
}

/* JSON may stand on several lines, an event may not. */
static void print_event(const char *name, const struct buf *json, struct buf *out)
{
	size_t from;

	buf_printf(out, "event: %s\ndata: ", name);
	from = out->length;
	buf_add_bytes(out, json->text, json->length);
	for (size_t i = from; i < out->length; i++) {
		if (out->text[i] == '\n' || out->text[i] == '\r')
			out->text[i] = ' ';
	}
	buf_add(out, "\n\n");
}

void web_take_view(struct web *web, const struct net_message *message)
{
	static const char *const names[NET_N_VIEW_KINDS] = {
		[NET_VIEW_STATUS] = "status",
		[NET_VIEW_HAPPENED] = "happened",
	};
	const struct net_view *news = message->body;
	struct buf *coming = &web->news[news->kind];
	BUF_AUTO event = { 0 };

	buf_add_bytes(coming, news->text, message->size - sizeof(*news));
	if (!news->last)
		return;
	print_event(names[news->kind], coming, &event);
	buf_done(coming);
	tell_all(web, &event);
	if (news->kind != NET_VIEW_STATUS)
		return;
	buf_done(&web->status);
	web->status = event;
	event = (struct buf){ 0 };
}
