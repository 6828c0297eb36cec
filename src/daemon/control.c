/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/control.h"

#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/host.h"
#include "api/request.h"
#include "base/buf.h"

struct client {
	struct client *next;
	struct control *control;
	struct bufferevent *stream;
	struct request *request; /* the one that will be answered later, or NULL */
	bool ending;             /* closed as soon as its answer is out */
	bool asking;             /* the host works on its question, and may say things meanwhile */
	bool dropped;            /* did not fetch what was said meanwhile: ends after the call */
};

struct control {
	struct host *host;
	struct event_base *base;
	struct evconnlistener *listener;
	struct client *clients;
	size_t n_clients;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

static void client_free(struct control *control, struct client *client)
{
	struct client **at = &control->clients;

	if (client->request) {
		control->host->ops->forget(control->host, client->request);
		request_free(client->request);
	}
	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	control->n_clients--;
	bufferevent_free(client->stream);
	free(client);
}

static size_t client_waiting(const struct client *client)
{
	return evbuffer_get_length(bufferevent_get_output(client->stream));
}

static void client_drop(struct client *client)
{
	if (client->asking)
		client->dropped = true;
	else
		client_free(client->control, client);
}

/* May not be followed by any use of the client: false if it is gone. */
static bool client_send(struct client *client, const struct buf *line)
{
	if (client->dropped)
		return false;
	if (client_waiting(client) + line->length > CONTROL_WAITING_MAX) {
		client_drop(client);
		return false;
	}
	(void)bufferevent_write(client->stream, line->text, line->length);
	return true;
}

static bool client_answer(struct client *client, const struct request *request, int status)
{
	BUF_AUTO line = { 0 };

	request_print_answer(request, status, &line);
	return client_send(client, &line);
}

static void set_idle(struct client *client, int seconds)
{
	struct timeval idle = { seconds, 0 };

	bufferevent_set_timeouts(client->stream, seconds ? &idle : NULL, &idle);
}

static bool serve(struct client *client);

/* The host answers what was asked earlier. */
static void answered_later(struct request *request, int status)
{
	struct client *client = request->client;
	bool there;

	client->request = NULL;
	there = client_answer(client, request, status);
	request_free(request);
	if (!there)
		return;
	set_idle(client, CONTROL_IDLE_S);
	bufferevent_enable(client->stream, EV_READ);
	(void)serve(client);
}

static void said_later(struct request *request, const char *json)
{
	struct client *client = request->client;
	BUF_AUTO line = { 0 };

	buf_printf(&line, "{\"event\":%s}\n", json);
	(void)client_send(client, &line);
}

/* False if the client is gone. */
static bool ask(struct client *client, const char *text, size_t size)
{
	struct request *request = request_parse(text, size);
	bool there;
	int r;

	request_set_rights(request, RIGHTS_LOCAL);
	request->client = client;
	request->answered = answered_later;
	request->said = said_later;
	client->request = request;
	client->asking = true;
	r = request_call(request, client->control->host);
	client->asking = false;
	if (client->dropped) {
		if (r != METHOD_LATER) {
			client->request = NULL;
			request_free(request);
		}
		client_free(client->control, client);
		return false;
	}
	if (r == METHOD_LATER) {
		/* Reading goes on only to notice the end of the client. */
		set_idle(client, 0);
		return true;
	}
	client->request = NULL;
	there = client_answer(client, request, r);
	request_free(request);
	return there;
}

static bool refuse_long_line(struct client *client)
{
	BUF_AUTO line = { 0 };

	buf_add(&line, "{\"error\":{\"message\":\"the question is too long\",\"details\":[]}}\n");
	client->ending = true;
	bufferevent_disable(client->stream, EV_READ);
	return client_send(client, &line);
}

/* Answers the lines that have arrived, one after the other.  False if the client is gone. */
static bool serve(struct client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);

	while (!client->request && !client->ending) {
		size_t size;
		char *line = evbuffer_readln(input, &size, EVBUFFER_EOL_LF);
		bool there;

		if (!line)
			break;
		there = ask(client, line, size);
		free(line);
		if (!there)
			return false;
	}
	if (!client->ending && evbuffer_get_length(input) > REQUEST_LIMIT)
		return refuse_long_line(client);
	return true;
}

static void on_read(struct bufferevent *stream, void *data)
{
	(void)stream;
	(void)serve(data);
}

static void on_written(struct bufferevent *stream, void *data)
{
	struct client *client = data;

	(void)stream;
	if (client->ending && !client_waiting(client))
		client_free(client->control, client);
}

/* A client that has asked and closed its side still gets the answer. */
static void on_event(struct bufferevent *stream, short what, void *data)
{
	struct client *client = data;

	if ((what & BEV_EVENT_EOF) && !client->request && client_waiting(client)) {
		client->ending = true;
		bufferevent_disable(stream, EV_READ);
		return;
	}
	client_free(client->control, client);
}

static void on_accept(struct evconnlistener *listener, int fd, struct sockaddr *address, int size,
                      void *data)
{
	struct control *control = data;
	struct client *client;

	(void)listener;
	(void)address;
	(void)size;
	if (control->n_clients >= CONTROL_CLIENTS_MAX) {
		close(fd);
		return;
	}
	client = calloc(1, sizeof(*client));
	assert(client);
	client->control = control;
	client->stream = bufferevent_socket_new(control->base, fd, BEV_OPT_CLOSE_ON_FREE);
	assert(client->stream);
	client->next = control->clients;
	control->clients = client;
	control->n_clients++;
	bufferevent_setcb(client->stream, on_read, on_written, on_event, client);
	/* One byte more than allowed, so that too much is noticed and never more is kept. */
	bufferevent_setwatermark(client->stream, EV_READ, 0, REQUEST_LIMIT + 1);
	set_idle(client, CONTROL_IDLE_S);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, r;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	(void)unlink(path);
	mask = umask(0117);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (r < 0 || listen(fd, CONTROL_CLIENTS_MAX) < 0) {
		r = errno;
		close(fd);
		errno = r;
		return -1;
	}
	return fd;
}

static void listen_on(struct control *control, int fd)
{
	control->listener = evconnlistener_new(control->base, on_accept, control,
	                                       LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, -1,
	                                       fd);
	assert(control->listener);
}

struct control *control_new(struct event_base *base, const char *path, struct host *host)
{
	struct control *control;
	int fd = listen_at(path);

	if (fd < 0)
		return NULL;
	control = calloc(1, sizeof(*control));
	assert(control);
	control->host = host;
	control->base = base;
	memcpy(control->path, path, strlen(path) + 1);
	listen_on(control, fd);
	return control;
}

int control_keep(struct control *control)
{
	int fd;

	if (access(control->path, F_OK) == 0 || errno != ENOENT)
		return 0;
	fd = listen_at(control->path);
	if (fd < 0)
		return -errno;
	evconnlistener_free(control->listener);
	listen_on(control, fd);
	return 0;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	while (control->clients)
		client_free(control, control->clients);
	evconnlistener_free(control->listener);
	(void)unlink(control->path);
	free(control);
}

/* Straight to the sockets: the loop has ended when this is called. */
void control_flush(struct control *control, int timeout_ms)
{
	for (struct client *client = control->clients; client; client = client->next) {
		struct evbuffer *output = bufferevent_get_output(client->stream);
		struct pollfd fd = { bufferevent_getfd(client->stream), POLLOUT, 0 };

		bufferevent_disable(client->stream, EV_READ | EV_WRITE);
		evbuffer_unfreeze(output, 1);
		while (evbuffer_get_length(output) && poll(&fd, 1, timeout_ms) == 1) {
			if (evbuffer_write(output, fd.fd) <= 0)
				break;
		}
	}
}

size_t control_n_clients(const struct control *control)
{
	return control->n_clients;
}
