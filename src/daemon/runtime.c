/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/runtime.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/residents.h"
#include "net/identity.h"
#include "plan/plan.h"
#include "platform/linux/cloud/announcer.h"
#include "platform/linux/cloud/segment_io.h"

struct runtime {
	struct event_base *base;
	void (*event)(void *data, const char *json);
	void *data;
	struct announcer *announcer; /* NULL without a cloud */
	struct event *announcer_ready, *announcer_due;
	struct segment_io *segment; /* NULL without a shared address */
	struct segment_config config;
	struct event *segment_ready, *segment_due;
	struct residents residents;
};

static void arm(struct event *timer, int64_t delay_ms)
{
	struct timeval delay;

	if (delay_ms < 0)
		delay_ms = 0;
	delay = (struct timeval){ delay_ms / 1000, (delay_ms % 1000) * 1000 };
	event_add(timer, &delay);
}

static struct event *timer_new(struct runtime *runtime, event_callback_fn callback)
{
	struct event *timer = event_new(runtime->base, -1, 0, callback, runtime);

	assert(timer);
	return timer;
}

static struct event *reader_new(struct runtime *runtime, int fd, event_callback_fn callback)
{
	struct event *reader = event_new(runtime->base, fd, EV_READ | EV_PERSIST, callback,
	                                 runtime);

	assert(reader);
	event_add(reader, NULL);
	return reader;
}

static void event_drop(struct event **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

struct runtime *runtime_new(struct event_base *base, void (*event)(void *data, const char *json),
                            void *data)
{
	struct runtime *runtime = calloc(1, sizeof(*runtime));

	assert(runtime);
	runtime->base = base;
	runtime->event = event;
	runtime->data = data;
	return runtime;
}

static void stop_announcer(struct runtime *runtime)
{
	event_drop(&runtime->announcer_ready);
	event_drop(&runtime->announcer_due);
	announcer_free(runtime->announcer);
	runtime->announcer = NULL;
}

static void stop_segment(struct runtime *runtime)
{
	event_drop(&runtime->segment_ready);
	event_drop(&runtime->segment_due);
	segment_io_free(runtime->segment);
	runtime->segment = NULL;
}

void runtime_free(struct runtime *runtime)
{
	if (!runtime)
		return;
	stop_announcer(runtime);
	stop_segment(runtime);
	free(runtime);
}

static void on_announcer(int fd, short what, void *data)
{
	struct runtime *runtime = data;

	(void)fd;
	(void)what;
	announcer_read(runtime->announcer, clock_ms());
}

static void on_compare(int fd, short what, void *data)
{
	struct runtime *runtime = data;

	(void)fd;
	(void)what;
	announcer_compare(runtime->announcer, clock_ms());
	arm(runtime->announcer_due, ANNOUNCE_PERIOD_MS);
}

static const char *what_happened(const struct runtime *runtime, const struct fdb_entry *entry)
{
	if (entry->port == runtime->config.cloud)
		return entry->gone ? NULL : "elsewhere";
	return entry->gone ? "gone" : "here";
}

/* A client on a port of this bridge, or, seen over there, in the cloud. */
static void on_seen(const struct fdb_entry *entry, void *data)
{
	struct runtime *runtime = data;
	const char *what = what_happened(runtime, entry);
	char name[IF_NAMESIZE], mac[MAC_TEXT_SIZE];
	BUF_AUTO text = { 0 };
	struct json json = { .out = &text };

	residents_see(&runtime->residents, &entry->mac,
	              entry->gone || entry->port == runtime->config.cloud ? 0 : entry->port,
	              clock_ms());
	if (!runtime->event || !what || !if_indextoname((unsigned)entry->port, name))
		return;
	json_open(&json, NULL, '{');
	json_text(&json, "client", what);
	json_text(&json, "mac", mac_format(&entry->mac, mac));
	json_text(&json, "port", name);
	json_close(&json, '}');
	runtime->event(runtime->data, text.text);
}

static void start_announcer(struct runtime *runtime)
{
	struct announcer_config config = {
		.bridge = runtime->config.bridge,
		.cloud = runtime->config.cloud,
		.seen = on_seen,
		.data = runtime,
	};

	if (!config.bridge || !config.cloud)
		return;
	runtime->announcer = announcer_new(&config);
	if (!runtime->announcer) {
		log_line(LOG_PRIORITY_ERROR, "cannot announce clients: %s", strerror(errno));
		return;
	}
	runtime->announcer_ready = reader_new(runtime, announcer_fd(runtime->announcer),
	                                      on_announcer);
	runtime->announcer_due = timer_new(runtime, on_compare);
	on_compare(-1, 0, runtime);
}

static void on_segment_due(int fd, short what, void *data)
{
	struct runtime *runtime = data;
	int64_t now = clock_ms();
	BUF_AUTO report = { 0 };
	BUF_AUTO failure = { 0 };
	int64_t due;

	(void)fd;
	(void)what;
	due = segment_io_tick(runtime->segment, now, &report, &failure);
	log_lines(LOG_PRIORITY_NOTICE, buf_text(&report));
	log_lines(LOG_PRIORITY_ERROR, buf_text(&failure));
	arm(runtime->segment_due, due - now);
}

/* A hello may decide at once. */
static void on_segment_ready(int fd, short what, void *data)
{
	struct runtime *runtime = data;

	segment_io_read(runtime->segment, clock_ms());
	on_segment_due(fd, what, data);
}

static void start_segment(struct runtime *runtime)
{
	if (!runtime->config.bridge)
		return;
	runtime->segment = segment_io_new(&runtime->config);
	if (!runtime->segment) {
		log_line(LOG_PRIORITY_ERROR, "cannot watch for other nodes on the cables: %s",
		         strerror(errno));
		return;
	}
	runtime->segment_ready = reader_new(runtime, segment_io_fd(runtime->segment),
	                                    on_segment_ready);
	runtime->segment_due = timer_new(runtime, on_segment_due);
	on_segment_due(-1, 0, runtime);
}

static bool is_radio(const struct plan *plan, const char *name)
{
	const struct plan_item *i = NULL;

	while ((i = plan_next(plan, PLAN_WIFI, i))) {
		const struct plan_wifi *wifi = i->value;

		if (!strcmp(wifi->ifname, name))
			return true;
	}
	return false;
}

static void add_ports(const struct plan *plan, const struct plan_anycast *anycast,
                      struct segment_config *config)
{
	const struct plan_item *i = NULL;

	while ((i = plan_next(plan, PLAN_LINK, i)) && config->n_ports < SEGMENT_PORTS_MAX) {
		const struct plan_link *link = i->value;

		if (!link->master || strcmp(link->master, anycast->bridge) != 0 ||
		    !strcmp(link->name, anycast->cloud) || is_radio(plan, link->name))
			continue;
		strncpy(config->ports[config->n_ports], link->name, IFNAME_SIZE - 1);
		config->n_ports++;
	}
}

static void make_config(const struct plan *plan, const struct identity *identity,
                        struct segment_config *config)
{
	const struct plan_item *item = plan_next(plan, PLAN_ANYCAST, NULL);
	const struct plan_anycast *anycast = item ? item->value : NULL;

	/* Compared as a whole. */
	memset(config, 0, sizeof(*config));
	if (!anycast)
		return;
	config->bridge = (int)if_nametoindex(anycast->bridge);
	config->cloud = *anycast->cloud ? (int)if_nametoindex(anycast->cloud) : 0;
	config->address.mac = anycast->mac;
	config->address.ipv4 = anycast->ipv4;
	config->address.ipv6 = anycast->ipv6;
	config->node = identity->ids.mac;
	memcpy(config->network, identity->ids.network, sizeof(config->network));
	add_ports(plan, anycast, config);
}

static bool same_but_ports(const struct segment_config *a, const struct segment_config *b)
{
	return a->bridge == b->bridge && a->cloud == b->cloud &&
	       mac_equal(&a->address.mac, &b->address.mac) &&
	       ip_equal(&a->address.ipv4, &b->address.ipv4) &&
	       ip_equal(&a->address.ipv6, &b->address.ipv6) && mac_equal(&a->node, &b->node) &&
	       !memcmp(a->network, b->network, sizeof(a->network));
}

static void remove_segment(struct runtime *runtime)
{
	BUF_AUTO failure = { 0 };

	(void)segment_io_remove(runtime->segment, &failure);
	log_lines(LOG_PRIORITY_ERROR, buf_text(&failure));
}

void runtime_update(struct runtime *runtime, const struct plan *plan,
                    const struct identity *identity)
{
	struct segment_config config;

	make_config(plan, identity, &config);
	if (runtime->segment && same_but_ports(&config, &runtime->config)) {
		runtime->config = config;
		segment_io_set_ports(runtime->segment, &config);
		return;
	}
	stop_announcer(runtime);
	if (runtime->segment || !config.bridge)
		remove_segment(runtime);
	stop_segment(runtime);
	runtime->config = config;
	start_announcer(runtime);
	start_segment(runtime);
}

void runtime_leave(struct runtime *runtime)
{
	if (runtime->segment)
		segment_io_leave(runtime->segment, clock_ms());
}

int runtime_down(struct runtime *runtime, struct diag *diag)
{
	BUF_AUTO failure = { 0 };
	int r;

	runtime_leave(runtime);
	stop_announcer(runtime);
	r = segment_io_remove(runtime->segment, &failure);
	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "cannot remove the filter of the cables: %.*s",
		         (int)strcspn(buf_text(&failure), "\n"), buf_text(&failure));
	stop_segment(runtime);
	memset(&runtime->config, 0, sizeof(runtime->config));
	return r;
}

struct announce_counts runtime_announced(const struct runtime *runtime)
{
	return runtime->announcer ? announcer_counts(runtime->announcer)
	                          : (struct announce_counts){ 0 };
}

int64_t runtime_since(const struct runtime *runtime, const struct mac *mac, int port)
{
	return residents_since(&runtime->residents, mac, port);
}

const struct mac *runtime_next_here(const struct runtime *runtime, size_t *at)
{
	return residents_next(&runtime->residents, at);
}

const struct segment_port *runtime_segment(const struct runtime *runtime, size_t index,
                                           char name[IFNAME_SIZE])
{
	return runtime->segment ? segment_io_port(runtime->segment, index, name) : NULL;
}
