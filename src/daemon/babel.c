/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/babel.h"

#include <arpa/inet.h>
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/service/babel_monitor.h"
#include "platform/linux/service/babeld.h"

/* Between two tries to find a babeld. */
static const struct timeval again = { .tv_sec = 1 };
/* It ends its greeting with one "ok", and with another one all that it knows so far. */
#define OKS_WHEN_COMPLETE 2

struct babel {
	struct event_base *base;
	union {
		struct sockaddr any;
		struct sockaddr_un path;
		struct sockaddr_in6 port;
	} address;
	int address_size;
	struct bufferevent *stream; /* NULL: waiting */
	struct event *due;
	bool wanted;
	unsigned n_oks;
	struct babel_state state;
	void (*changed)(void *data);
	void *data;
};

static void hang_up(struct babel *babel)
{
	if (babel->stream)
		bufferevent_free(babel->stream);
	babel->stream = NULL;
	babel->n_oks = 0;
	babel_state_done(&babel->state);
	event_del(babel->due);
}

static void try_later(struct babel *babel)
{
	hang_up(babel);
	event_add(babel->due, &again);
}

/* Routes change all the time, and nobody is told of them here. */
static bool is_about(const char *line, const char *what)
{
	const char *space = strchr(line, ' ');

	return space && !strncmp(space, what, strlen(what));
}

/* False if what is said is no answer to what was asked. */
static bool take_line(struct babel *babel, const char *line, size_t length)
{
	enum babel_answer answer = babel_state_line(&babel->state, line, length);

	if (answer == BABEL_ANSWER_OK && ++babel->n_oks == 1)
		evbuffer_add_printf(bufferevent_get_output(babel->stream), "monitor\n");
	if (babel->changed && (is_about(line, " neighbour ") || is_about(line, " interface ")))
		babel->changed(babel->data);
	return answer == BABEL_ANSWER_MORE || answer == BABEL_ANSWER_OK;
}

static void on_read(struct bufferevent *stream, void *data)
{
	struct evbuffer *input = bufferevent_get_input(stream);
	struct babel *babel = data;
	bool good = true;
	size_t length;
	char *line;

	while (good && (line = evbuffer_readln(input, &length, EVBUFFER_EOL_LF))) {
		good = take_line(babel, line, length);
		free(line);
	}
	if (!good || evbuffer_get_length(input) > BABEL_LINE_MAX)
		try_later(babel);
}

static void on_event(struct bufferevent *stream, short what, void *data)
{
	(void)stream;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		try_later(data);
}

static void on_due(int fd, short what, void *data)
{
	struct babel *babel = data;

	(void)fd;
	(void)what;
	babel->stream = bufferevent_socket_new(babel->base, -1,
	                                       BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	assert(babel->stream);
	bufferevent_setcb(babel->stream, on_read, NULL, on_event, babel);
	bufferevent_enable(babel->stream, EV_READ | EV_WRITE);
	if (bufferevent_socket_connect(babel->stream, &babel->address.any, babel->address_size) < 0)
		try_later(babel);
}

static void set_path(struct babel *babel, const char *folder)
{
	struct sockaddr_un *address = &babel->address.path;
	BUF_AUTO path = { 0 };

	address->sun_family = AF_UNIX;
	buf_printf(&path, "%s/%s", folder, BABELD_SOCKET);
	/* One that is too long cannot be babeld's either; then nobody is ever found. */
	strncpy(address->sun_path, buf_text(&path), sizeof(address->sun_path) - 1);
	babel->address_size = sizeof(*address);
}

static void set_port(struct babel *babel)
{
	struct sockaddr_in6 *address = &babel->address.port;

	address->sin6_family = AF_INET6;
	address->sin6_addr = in6addr_loopback;
	address->sin6_port = htons(PORT_BABELD);
	babel->address_size = sizeof(*address);
}

struct babel *babel_new(struct event_base *base, const char *folder, void (*changed)(void *data),
                        void *data)
{
	struct babel *babel = calloc(1, sizeof(*babel));

	assert(babel);
	babel->base = base;
	babel->changed = changed;
	babel->data = data;
	if (folder)
		set_path(babel, folder);
	else
		set_port(babel);
	babel->due = event_new(base, -1, 0, on_due, babel);
	assert(babel->due);
	return babel;
}

void babel_free(struct babel *babel)
{
	if (!babel)
		return;
	hang_up(babel);
	event_free(babel->due);
	free(babel);
}

void babel_want(struct babel *babel, bool wanted)
{
	if (wanted == babel->wanted)
		return;
	babel->wanted = wanted;
	if (wanted)
		event_active(babel->due, EV_TIMEOUT, 0);
	else
		hang_up(babel);
}

bool babel_is_wanted(const struct babel *babel)
{
	return babel->wanted;
}

const struct babel_state *babel_state(const struct babel *babel)
{
	return babel->n_oks >= OKS_WHEN_COMPLETE ? &babel->state : NULL;
}
