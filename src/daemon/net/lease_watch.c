/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/lease_watch.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "platform/linux/service/leases.h"

/* dnsmasq empties the file and writes it anew: what is read in between is half of it. */
#define SETTLE_MS 50

struct lease_watch {
	int fd;
	char *path;
	struct event *readable, *settled;
	lease_watch_fn *fn;
	void *data;
};

void lease_watch_tell(struct lease_watch *watch)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO text = { 0 };
	struct leases leases = { 0 };

	/* No file: nobody has a lease yet. */
	if (file_read(watch->path, LEASES_LIMIT, &text) == 0)
		leases = leases_parse(buf_text(&text), text.length, arena);
	watch->fn(watch->data, &leases);
}

static void on_settled(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	lease_watch_tell(data);
}

static void on_readable(int fd, short what, void *data)
{
	_Alignas(struct inotify_event) char bytes[4096];
	struct lease_watch *watch = data;
	struct timeval settle = { 0, SETTLE_MS * 1000 };
	bool ours = false;
	ssize_t n;

	(void)what;
	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		for (char *at = bytes; at < bytes + n;) {
			const struct inotify_event *event = (const void *)at;

			ours = ours || (event->mask & IN_Q_OVERFLOW) ||
			       (event->len && !strcmp(event->name, strrchr(watch->path, '/') + 1));
			at += sizeof(*event) + event->len;
		}
	}
	if (ours)
		event_add(watch->settled, &settle);
}

struct lease_watch *lease_watch_new(struct event_base *base, const char *path, lease_watch_fn *fn,
                                    void *data)
{
	struct lease_watch *watch = calloc(1, sizeof(*watch));
	struct timeval now = { 0, 0 };
	const char *name = strrchr(path, '/');
	BUF_AUTO folder = { 0 };

	assert(watch && name);
	buf_add_bytes(&folder, path, (size_t)(name - path) + 1);
	watch->path = strdup(path);
	assert(watch->path);
	watch->fn = fn;
	watch->data = data;
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	/* The folder: the file may not be there yet, and may be another one later. */
	if (watch->fd < 0 ||
	    inotify_add_watch(watch->fd, folder.text, IN_MODIFY | IN_MOVED_TO | IN_CREATE) < 0) {
		int error = errno;

		lease_watch_free(watch);
		errno = error;
		return NULL;
	}
	watch->readable = event_new(base, watch->fd, EV_READ | EV_PERSIST, on_readable, watch);
	watch->settled = event_new(base, -1, 0, on_settled, watch);
	assert(watch->readable && watch->settled);
	event_add(watch->readable, NULL);
	event_add(watch->settled, &now);
	return watch;
}

void lease_watch_free(struct lease_watch *watch)
{
	if (!watch)
		return;
	if (watch->readable)
		event_free(watch->readable);
	if (watch->settled)
		event_free(watch->settled);
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch->path);
	free(watch);
}
