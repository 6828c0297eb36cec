/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/net.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/net/confine.h"
#include "daemon/net/self.h"
#include "daemon/net/state.h"
#include "daemon/net/web.h"

/* Root applies a plan without looking at us. */
#define ROOT_BUSY_MS 30000

typedef void net_take(struct net *net, struct net_message *message);

static void say(struct net *net, enum net_kind kind)
{
	net_say(net, &(struct net_message){ .kind = kind });
}

static void take_ping(struct net *net, struct net_message *message)
{
	struct net_epoch epoch = { net->state ? net_state_epoch(net->state) : 0 };

	(void)message;
	say(net, NET_PONG);
	if (epoch.epoch <= net->epoch)
		return;
	net->epoch = epoch.epoch;
	net_say(net,
	        &(struct net_message){ .kind = NET_EPOCH, .body = &epoch, .size = sizeof(epoch) });
}

static void say_for_state(void *data, const struct net_message *message)
{
	net_say(data, message);
}

static void take_key(struct net *net, struct net_message *message)
{
	const struct net_key *key = message->body;

	if (net->state)
		return;
	net->state = net_state_new(net->base, key, say_for_state, net);
	net->epoch = key->epoch;
}

static void take_node(struct net *net, struct net_message *message)
{
	net_state_set_node(net->state, message->body);
	web_set_node(net_state_web(net->state), message->body);
}

static void take_scope(struct net *net, struct net_message *message)
{
	net_state_set_scope(net->state, message->body);
}

static void take_lease(struct net *net, struct net_message *message)
{
	net_state_add_lease(net->state, message->body);
}

static void take_leases(struct net *net, struct net_message *message)
{
	(void)message;
	net_state_end_leases(net->state);
}

static void take_ask(struct net *net, struct net_message *message)
{
	net_state_ask(net->state, message->body);
}

static void take_forget(struct net *net, struct net_message *message)
{
	net_state_forget(net->state, message->body);
}

static void take_row(struct net *net, struct net_message *message)
{
	const struct net_row *row = message->body;

	net_state_put_row(net->state, row, message->size - sizeof(*row));
}

static void take_gateway(struct net *net, struct net_message *message)
{
	net_state_set_gateway(net->state, message->body);
}

static void take_choose(struct net *net, struct net_message *message)
{
	net_state_choose(net->state, message->body);
}

/* The descriptors of a message belong to it until somebody takes them. */
static void take_listener(struct net *net, struct net_message *message)
{
	const struct net_listener *listener = message->body;

	if (net->listeners[listener->service] >= 0)
		return;
	net->listeners[listener->service] = message->fds[0];
	net_state_listen(net->state, (enum net_service)listener->service, message->fds[0]);
	message->n_fds = 0;
}

static void take_listener_gone(struct net *net, struct net_message *message)
{
	const struct net_listener *listener = message->body;
	int *fd = &net->listeners[listener->service];

	if (*fd < 0)
		return;
	net_state_unlisten(net->state, (enum net_service)listener->service, *fd);
	close(*fd);
	*fd = -1;
}

static void take_link(struct net *net, struct net_message *message)
{
	struct net_mesh_link *link = &net->links[net->n_links];

	if (net->n_links == NET_LINKS_MAX)
		return;
	memcpy(&link->link, message->body, sizeof(link->link));
	link->datagrams = message->fds[0];
	link->echo = message->fds[1];
	message->n_fds = 0;
	net->n_links++;
	net_state_add_link(net->state, &link->link, link->datagrams, link->echo);
}

static void close_link(struct net *net, size_t at)
{
	if (net->state)
		net_state_remove_link(net->state, net->links[at].link.index);
	close(net->links[at].datagrams);
	close(net->links[at].echo);
	net->links[at] = net->links[--net->n_links];
}

static void take_link_gone(struct net *net, struct net_message *message)
{
	const struct net_link *gone = message->body;

	for (size_t i = net->n_links; i-- > 0;) {
		if (net->links[i].link.index == gone->index)
			close_link(net, i);
	}
}

static void take_site(struct net *net, struct net_message *message)
{
	web_take_site(net_state_web(net->state), message);
}

static void take_certificate(struct net *net, struct net_message *message)
{
	web_take_certificate(net_state_web(net->state), message);
}

static void take_reply(struct net *net, struct net_message *message)
{
	web_take_reply(net_state_web(net->state), message);
}

static void take_view(struct net *net, struct net_message *message)
{
	web_take_view(net_state_web(net->state), message);
}

/* What each message does; the table in message.c has checked it. */
static net_take *const takes[NET_N_KINDS] = {
	[NET_PING] = take_ping,
	[NET_KEY] = take_key,
	[NET_NODE] = take_node,
	[NET_SCOPE] = take_scope,
	[NET_LEASE] = take_lease,
	[NET_LEASES] = take_leases,
	[NET_LISTENER] = take_listener,
	[NET_LISTENER_GONE] = take_listener_gone,
	[NET_LINK] = take_link,
	[NET_LINK_GONE] = take_link_gone,
	[NET_ASK] = take_ask,
	[NET_FORGET] = take_forget,
	[NET_CERTIFICATE] = take_certificate,
	[NET_SITE] = take_site,
	[NET_REPLY] = take_reply,
	[NET_VIEW] = take_view,
	[NET_ROW] = take_row,
	[NET_GATEWAY] = take_gateway,
	[NET_CHOOSE] = take_choose,
};

static void on_message(int fd, short what, void *data)
{
	struct net *net = data;
	struct net_message message;
	struct net_buffer buffer;
	int r = net_message_receive(fd, NET_SIDE_ROOT, &buffer, &message);

	(void)what;
	if (r == -EAGAIN)
		return;
	if (r < 0) {
		if (r == -EPROTO)
			log_line(LOG_PRIORITY_ERROR, "net: root is another program");
		event_base_loopbreak(net->base);
		return;
	}
	/* Nothing makes sense before the key but to say that we are there. */
	if (takes[message.kind] &&
	    (net->state || message.kind == NET_KEY || message.kind == NET_PING))
		takes[message.kind](net, &message);
	net_message_close(&message);
}

/* Root never waits for us, so we may wait for it; if it does not read, it is gone or will be. */
void net_say(struct net *net, const struct net_message *message)
{
	struct pollfd writable = { net->socket, POLLOUT, 0 };

	assert(net_message_is_valid(message, NET_SIDE_NET));
	while (net_message_send(net->socket, message) == -EAGAIN) {
		if (poll(&writable, 1, ROOT_BUSY_MS) == 0) {
			log_line(LOG_PRIORITY_ERROR, "net: root does not listen");
			event_base_loopbreak(net->base);
			return;
		}
	}
}

static void start(struct net *net)
{
	net->base = event_base_new();
	assert(net->base);
	for (size_t i = 0; i < NET_N_SERVICES; i++)
		net->listeners[i] = -1;
	net->readable = event_new(net->base, net->socket, EV_READ | EV_PERSIST, on_message, net);
	assert(net->readable);
	event_add(net->readable, NULL);
}

static void stop(struct net *net)
{
	net_state_free(take(net->state));
	while (net->n_links)
		close_link(net, 0);
	for (size_t i = 0; i < NET_N_SERVICES; i++) {
		if (net->listeners[i] >= 0)
			close(net->listeners[i]);
	}
	event_free(net->readable);
	event_base_free(net->base);
}

int net_run(const char *folder)
{
	struct net net = { .socket = NET_SOCKET };
	const char *what;
	int r;

	(void)prctl(PR_SET_NAME, "weft-net");
	(void)signal(SIGPIPE, SIG_IGN);
	/* Interrupts from a terminal are for root. */
	(void)signal(SIGINT, SIG_IGN);
	/* The loop opens what it needs of the kernel once, so that the rest can be given up. */
	start(&net);
	r = confine(folder, &what);
	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "net: cannot %s: %s", what, strerror(-r));
		stop(&net);
		return EXIT_FAILURE;
	}
	say(&net, NET_READY);
	event_base_dispatch(net.base);
	stop(&net);
	/* Without the way out of the C library: what looks for leaks there wants /proc. */
	_exit(EXIT_SUCCESS);
}
