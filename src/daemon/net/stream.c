/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/stream.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"

#define CHUNK          16384 /* bytes that are read at once */
#define ACCEPTS_A_TURN 64    /* before the others get theirs */
#define PAUSE_MS       500   /* while there is no descriptor for another one */

struct stream {
	struct stream *next;
	struct streams *streams;
	int fd;
	struct sockaddr_in6 peer;
	bool own;
	int64_t since_ms;
	size_t held; /* when it was last asked */
	unsigned turn;
	const struct stream_ops *ops;
	void *conversation;
	struct event *readable, *writable, *late;
};

struct listener {
	struct listener *next;
	struct streams *streams;
	const struct stream_ops *ops;
	stream_accept_fn *accept;
	void *data;
	struct event *readable, *again;
};

struct streams {
	struct event_base *base;
	struct streams_limits limits;
	struct stream *first;
	struct listener *listeners;
	struct streams_stats stats;
	size_t held; /* by all */
};

static struct timeval milliseconds(int64_t ms)
{
	return (struct timeval){ ms / 1000, (ms % 1000) * 1000 };
}

static void stream_close(struct stream *stream)
{
	struct streams *streams = stream->streams;
	struct stream **at = &streams->first;

	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	streams->held -= stream->held;
	if (stream->own)
		streams->stats.n_own--;
	else
		streams->stats.n_open--;
	event_free(stream->readable);
	event_free(stream->writable);
	event_free(stream->late);
	close(stream->fd);
	stream->ops->closed(stream->conversation);
	free(stream);
}

/* Sends what there is; false if the connection is to be closed. */
static bool stream_flush(struct stream *stream)
{
	const char *bytes;
	size_t size;

	while ((bytes = stream->ops->output(stream->conversation, &size))) {
		ssize_t n = send(stream->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == ENOTCONN))
			return event_add(stream->writable, NULL) == 0;
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			stream->ops->sent(stream->conversation, (size_t)n);
	}
	return !stream->ops->finished(stream->conversation);
}

/* After whatever happened: reads on, or not, and gives a new part of the conversation its time. */
static void stream_look(struct stream *stream)
{
	const struct stream_ops *ops = stream->ops;
	unsigned turn = stream->turn;
	int64_t ms;

	if (ops->wants && ops->wants(stream->conversation))
		event_add(stream->readable, NULL);
	else if (ops->wants)
		event_del(stream->readable);
	ms = ops->time_ms ? ops->time_ms(stream->conversation, &turn) : 0;
	if (turn == stream->turn)
		return;
	stream->turn = turn;
	if (ms < 0) {
		event_del(stream->late);
	} else {
		struct timeval time = milliseconds(ms);

		event_add(stream->late, &time);
	}
}

/* An end in order, so that what was sent is not thrown away by the other side because something of
 * theirs was never read. */
static void stream_finish(struct stream *stream)
{
	(void)shutdown(stream->fd, SHUT_WR);
	stream_close(stream);
}

void stream_poke(struct stream *stream)
{
	event_add(stream->writable, NULL);
}

static bool stream_read(struct stream *stream)
{
	char bytes[CHUNK];
	ssize_t n = recv(stream->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n > 0)
		return stream->ops->receive(stream->conversation, bytes, (size_t)n);
	event_del(stream->readable);
	return stream->ops->end(stream->conversation);
}

/* Those that hold most have to go while all together hold too much. */
static void keep_bounded(struct streams *streams)
{
	while (streams->held > streams->limits.bytes) {
		struct stream *largest = streams->first;

		for (struct stream *stream = largest; stream; stream = stream->next) {
			if (stream->held > largest->held)
				largest = stream;
		}
		streams->stats.n_evicted++;
		stream_close(largest);
	}
}

static void count_held(struct stream *stream)
{
	size_t held = stream->ops->held(stream->conversation);

	stream->streams->held += held - stream->held;
	stream->held = held;
}

static void go_on(struct stream *stream)
{
	struct streams *streams = stream->streams;

	if (!stream_flush(stream)) {
		stream_finish(stream);
		return;
	}
	stream_look(stream);
	count_held(stream);
	keep_bounded(streams);
}

static void on_readable(int fd, short what, void *data)
{
	struct stream *stream = data;

	(void)fd;
	(void)what;
	if (stream_read(stream))
		go_on(stream);
	else
		stream_close(stream);
}

static void on_writable(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	go_on(data);
}

static void on_late(int fd, short what, void *data)
{
	struct stream *stream = data;

	(void)fd;
	(void)what;
	stream->streams->stats.n_late++;
	stream_close(stream);
}

static struct stream *stream_new(struct streams *streams, int fd, const struct sockaddr_in6 *peer,
                                 const struct stream_ops *ops, void *conversation)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct timeval time = milliseconds(STREAM_TIME_MS);
	int yes = 1;

	assert(stream);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	*stream = (struct stream){ .streams = streams,
		                   .fd = fd,
		                   .peer = *peer,
		                   .since_ms = clock_ms(),
		                   .ops = ops,
		                   .conversation = conversation };
	if (ops->opened)
		ops->opened(conversation, stream);
	stream->readable = event_new(streams->base, fd, EV_READ | EV_PERSIST, on_readable, stream);
	stream->writable = event_new(streams->base, fd, EV_WRITE, on_writable, stream);
	stream->late = event_new(streams->base, -1, 0, on_late, stream);
	assert(stream->readable && stream->writable && stream->late);
	event_add(stream->readable, NULL);
	event_add(stream->late, &time);
	stream->next = streams->first;
	streams->first = stream;
	return stream;
}

/* --- those that others open --- */

static bool same_host(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return !memcmp(&a->sin6_addr, &b->sin6_addr, sizeof(a->sin6_addr)) &&
	       a->sin6_scope_id == b->sin6_scope_id;
}

static size_t count_of(const struct streams *streams, const struct sockaddr_in6 *peer)
{
	size_t count = 0;

	for (const struct stream *stream = streams->first; stream; stream = stream->next)
		count += !stream->own && same_host(&stream->peer, peer);
	return count;
}

/* The oldest that others opened, of one address or (NULL) of all; the oldest stands last. */
static struct stream *oldest_of(const struct streams *streams, const struct sockaddr_in6 *peer)
{
	struct stream *oldest = NULL;

	for (struct stream *stream = streams->first; stream; stream = stream->next) {
		if (!stream->own && (!peer || same_host(&stream->peer, peer)))
			oldest = stream;
	}
	return oldest;
}

/* Who has the most, if that is more than one. */
static const struct sockaddr_in6 *greediest(const struct streams *streams)
{
	const struct sockaddr_in6 *greedy = NULL;
	size_t most = 1;

	for (const struct stream *stream = streams->first; stream; stream = stream->next) {
		size_t count = stream->own ? 0 : count_of(streams, &stream->peer);

		if (count > most) {
			most = count;
			greedy = &stream->peer;
		}
	}
	return greedy;
}

/* The one that has been idle for longest among those that are; NULL: none is. */
static struct stream *oldest_idle(const struct streams *streams)
{
	struct stream *oldest = NULL;

	for (struct stream *stream = streams->first; stream; stream = stream->next) {
		if (!stream->own && stream->ops->idle && stream->ops->idle(stream->conversation))
			oldest = stream;
	}
	return oldest;
}

static void evict(struct streams *streams, struct stream *stream)
{
	streams->stats.n_evicted++;
	stream_close(stream);
}

/*
 * Room for one more: an idle one goes; else who has several loses its oldest, and else the oldest
 * of all goes, if it had the time that an honest exchange takes.  False if this one has enough, or
 * if there is none to go.
 */
static bool make_room(struct streams *streams, const struct sockaddr_in6 *peer)
{
	const struct sockaddr_in6 *greedy;
	struct stream *oldest;

	if (count_of(streams, peer) >= streams->limits.of_one)
		return false;
	if (streams->stats.n_open < streams->limits.max)
		return true;
	oldest = oldest_idle(streams);
	if (oldest) {
		evict(streams, oldest);
		return true;
	}
	greedy = greediest(streams);
	if (greedy && same_host(greedy, peer))
		return false;
	oldest = oldest_of(streams, greedy);
	if (!greedy && clock_ms() - oldest->since_ms < streams->limits.grace_ms)
		return false;
	evict(streams, oldest);
	return true;
}

static void take_connection(struct listener *listener, int fd, const struct sockaddr_in6 *peer)
{
	struct streams *streams = listener->streams;
	void *conversation;

	if (!make_room(streams, peer)) {
		streams->stats.n_refused++;
		close(fd);
		return;
	}
	conversation = listener->accept(listener->data, peer);
	if (!conversation) {
		streams->stats.n_refused++;
		close(fd);
		return;
	}
	streams->stats.n_accepted++;
	streams->stats.n_open++;
	(void)stream_new(streams, fd, peer, listener->ops, conversation);
}

static void on_again(int fd, short what, void *data)
{
	struct listener *listener = data;

	(void)fd;
	(void)what;
	event_add(listener->readable, NULL);
}

static void on_connection(int fd, short what, void *data)
{
	struct listener *listener = data;
	struct timeval pause = milliseconds(PAUSE_MS);

	(void)what;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_in6 peer = { 0 };
		socklen_t size = sizeof(peer);
		int accepted = accept4(fd, (struct sockaddr *)&peer, &size,
		                       SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (accepted >= 0) {
			take_connection(listener, accepted, &peer);
			continue;
		}
		/* One that was reset while it waited is no reason to stop. */
		if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO)
			continue;
		if (errno != EAGAIN) {
			event_del(listener->readable);
			event_add(listener->again, &pause);
		}
		return;
	}
}

void streams_listen(struct streams *streams, int fd, const struct stream_ops *ops,
                    stream_accept_fn *accept_fn, void *data)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	assert(listener);
	*listener = (struct listener){ .next = streams->listeners,
		                       .streams = streams,
		                       .ops = ops,
		                       .accept = accept_fn,
		                       .data = data };
	listener->readable = event_new(streams->base, fd, EV_READ | EV_PERSIST, on_connection,
	                               listener);
	listener->again = event_new(streams->base, -1, 0, on_again, listener);
	assert(listener->readable && listener->again);
	event_add(listener->readable, NULL);
	streams->listeners = listener;
}

static void listener_free(struct listener *listener)
{
	event_free(listener->readable);
	event_free(listener->again);
	free(listener);
}

void streams_unlisten(struct streams *streams, int fd)
{
	for (struct listener **at = &streams->listeners; *at; at = &(*at)->next) {
		struct listener *listener = *at;

		if (event_get_fd(listener->readable) != fd)
			continue;
		*at = listener->next;
		listener_free(listener);
		return;
	}
}

/* --- those that we open --- */

int streams_connect(struct streams *streams, const struct sockaddr_in6 *to,
                    const struct stream_ops *ops, void *conversation)
{
	struct stream *stream;
	int fd;

	if (streams->stats.n_own >= STREAMS_OWN_MAX)
		return -EBUSY;
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0 && errno != EINPROGRESS) {
		int r = -errno;

		close(fd);
		return r;
	}
	stream = stream_new(streams, fd, to, ops, conversation);
	stream->own = true;
	streams->stats.n_own++;
	event_add(stream->writable, NULL);
	return 0;
}

/* --- all of them --- */

struct streams *streams_new(struct event_base *base, const struct streams_limits *limits)
{
	struct streams *streams = calloc(1, sizeof(*streams));

	assert(streams);
	streams->limits = limits ? *limits
	                         : (struct streams_limits){ STREAMS_MAX, STREAMS_OF_ONE_MAX,
		                                            STREAM_GRACE_MS, STREAMS_BYTES_MAX };
	streams->base = base;
	return streams;
}

void streams_drop(struct streams *streams)
{
	while (streams->first)
		stream_close(streams->first);
}

void streams_free(struct streams *streams)
{
	if (!streams)
		return;
	streams_drop(streams);
	while (streams->listeners) {
		struct listener *listener = streams->listeners;

		streams->listeners = listener->next;
		listener_free(listener);
	}
	free(streams);
}

struct streams_stats streams_stats(const struct streams *streams)
{
	return streams->stats;
}
