/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/collect.h"

#include <assert.h>
#include <event2/event.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/cloud.h"
#include "daemon/names.h"
#include "daemon/net/own_rows.h"
#include "daemon/net/root.h"
#include "daemon/self.h"
#include "daemon/sight.h"
#include "platform/about.h"
#include "platform/linux/cloud/radio.h"
#include "state/collect.h"
#include "state/history.h"

/* News come in groups; and a mesh in trouble has news all the time. */
#define GATHER_MS 500
#define LEAST_MS  2000
#define SAMPLE_MS 60000

struct collect {
	struct daemon *daemon;
	struct collector *collector;
	struct link_history *history;
	struct event *soon, *sample;
	struct event *stations, *place; /* NULL where that cannot be watched */
	int stations_fd, place_fd;
	int64_t looked_ms, due_ms; /* due_ms 0: not armed */
};

static void say(void *data, const struct state_table *table, const char *key, const uint8_t *value,
                size_t size)
{
	const struct collect *collect = data;
	struct own_rows *rows = net_root_rows(collect->daemon->net);

	if (rows && value)
		own_rows_say(rows, table, key, value, size);
	else if (rows)
		own_rows_withdraw(rows, table, key);
}

/* An earlier one stays. */
static void arm_soon(struct collect *collect, int64_t delay_ms)
{
	int64_t due = clock_ms() + delay_ms;

	if (collect->due_ms && collect->due_ms <= due)
		return;
	collect->due_ms = due;
	daemon_arm(collect->soon, delay_ms);
}

static void look(struct collect *collect)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct daemon *daemon = collect->daemon;
	uint64_t now = (uint64_t)clock_ms(), next;
	struct seen seen;

	collect->looked_ms = (int64_t)now;
	if (!daemon->accepted.node || !daemon->plan)
		return;
	sight_read(&(struct sight_options){ .root = daemon->root,
	                                    .accepted = &daemon->accepted,
	                                    .babel = babel_state(daemon->babel) },
	           arena, &seen);
	link_history_add(collect->history, &seen, now);
	next = collector_look(collect->collector, &seen, now);
	if (next != UINT64_MAX)
		arm_soon(collect, (int64_t)(next - now) + 1);
}

static void on_soon(int fd, short what, void *data)
{
	struct collect *collect = data;

	(void)fd;
	(void)what;
	collect->due_ms = 0;
	look(collect);
}

static void on_sample(int fd, short what, void *data)
{
	struct collect *collect = data;

	(void)fd;
	(void)what;
	look(collect);
	daemon_arm(collect->sample, SAMPLE_MS);
}

void collect_soon(struct collect *collect)
{
	int64_t wait = collect->looked_ms + LEAST_MS - clock_ms();

	arm_soon(collect, wait > GATHER_MS ? wait : GATHER_MS);
}

/* As far as it is known: nodes are asked for their names. */
static const char *name_of(const struct collect *collect, const struct link_history_link *link)
{
	const struct daemon *daemon = collect->daemon;
	struct mac mac;
	struct ip ip = { 0 };

	if (!daemon->accepted.node)
		return NULL;
	if (mac_parse(link->other, &mac))
		ip = cloud_address(daemon->accepted.node, &mac);
	else if (!ip_parse(link->other, &ip))
		return NULL;
	return names_of(daemon->names, &ip, if_nametoindex(link->port));
}

static void add_history(const struct collect *collect, size_t index,
                        const struct link_history_link *link, struct json *json)
{
	static const char *const kinds[HISTORY_N_KINDS] = { "wifi", "batman", "babel" };
	uint8_t points[HISTORY_POINTS];
	size_t n = link_history_points(collect->history, index, (uint64_t)clock_ms(), points);

	json_open(json, NULL, '{');
	json_text(json, "kind", kinds[link->kind]);
	json_text(json, "key", link->key);
	json_text(json, "port", link->port);
	json_text(json, "address", link->other);
	json_text(json, "name", name_of(collect, link));
	json_open(json, "points", '[');
	for (size_t i = 0; i < n; i++) {
		if (points[i] == HISTORY_NONE)
			json_text(json, NULL, NULL);
		else
			json_number(json, NULL, points[i]);
	}
	json_close(json, ']');
	json_close(json, '}');
}

void collect_print_history(const struct collect *collect, const char *key, struct buf *out)
{
	struct json json = { .out = out };
	struct link_history_link link;

	json_open(&json, NULL, '{');
	json_number(&json, "step_s", HISTORY_STEP_S);
	json_number(&json, "now_s", clock_ms() / 1000);
	json_open(&json, "links", '[');
	for (size_t i = 0; link_history_link(collect->history, i, &link); i++) {
		if (!key || !strcmp(key, link.key))
			add_history(collect, i, &link, &json);
	}
	json_close(&json, ']');
	json_close(&json, '}');
}

static void on_stations(int fd, short what, void *data)
{
	(void)what;
	if (radio_watch_read(fd))
		collect_soon(data);
}

static void on_place(int fd, short what, void *data)
{
	_Alignas(struct inotify_event) char bytes[4096];
	bool ours = false;
	ssize_t n;

	(void)what;
	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		for (char *at = bytes; at < bytes + n;) {
			const struct inotify_event *event = (const void *)at;

			ours = ours || (event->len && !strcmp(event->name, ABOUT_LOCATION));
			at += sizeof(*event) + event->len;
		}
	}
	if (ours)
		collect_soon(data);
}

static struct event *watch(struct collect *collect, int fd, event_callback_fn callback)
{
	struct event *event = event_new(collect->daemon->base, fd, EV_READ | EV_PERSIST, callback,
	                                collect);

	assert(event);
	event_add(event, NULL);
	return event;
}

static void watch_place(struct collect *collect)
{
	BUF_AUTO folder = { 0 };

	buf_printf(&folder, "%s/etc/config",
	           strcmp(collect->daemon->root, "/") ? collect->daemon->root : "");
	collect->place_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (collect->place_fd >= 0 &&
	    inotify_add_watch(collect->place_fd, folder.text,
	                      IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE) >= 0)
		collect->place = watch(collect, collect->place_fd, on_place);
}

struct collect *collect_new(struct daemon *daemon)
{
	struct collect *collect = calloc(1, sizeof(*collect));

	assert(collect);
	collect->daemon = daemon;
	collect->collector = collector_new(say, collect);
	collect->history = link_history_new();
	collect->soon = event_new(daemon->base, -1, 0, on_soon, collect);
	collect->sample = event_new(daemon->base, -1, 0, on_sample, collect);
	assert(collect->soon && collect->sample);
	collect->stations_fd = radio_watch();
	if (collect->stations_fd >= 0)
		collect->stations = watch(collect, collect->stations_fd, on_stations);
	watch_place(collect);
	daemon_arm(collect->sample, SAMPLE_MS);
	return collect;
}

void collect_free(struct collect *collect)
{
	if (!collect)
		return;
	collector_free(collect->collector);
	link_history_free(collect->history);
	event_free(collect->soon);
	event_free(collect->sample);
	if (collect->stations)
		event_free(collect->stations);
	if (collect->place)
		event_free(collect->place);
	if (collect->stations_fd >= 0)
		close(collect->stations_fd);
	if (collect->place_fd >= 0)
		close(collect->place_fd);
	free(collect);
}
