/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/uplink_health.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "net/facts.h"
#include "platform/linux/service/prober.h"

#define FILE_SIZE_MAX 64

struct side {
	struct uplink *uplink;
	enum ip_family family;
	struct health health;
	struct prober *prober; /* NULL: could not be had, tried again with each question */
	struct event *timer;
};

struct uplink {
	struct uplink_health *all;
	char ifname[IFNAME_SIZE];
	struct side sides[2]; /* IPv4, IPv6 */
	bool wanted;
};

struct uplink_health {
	struct event_base *base;
	char *folder;
	void (*changed)(void *data);
	void *data;
	struct probe_target targets[2 * HEALTH_TARGETS_MAX];
	size_t n_targets;
	struct uplink *uplinks[UPLINK_HEALTH_MAX];
};

/* --- what is kept --- */

static void path_of(const struct uplink *uplink, struct buf *path)
{
	buf_printf(path, "%s/uplink-%s.health", uplink->all->folder, uplink->ifname);
}

static void keep(const struct uplink *uplink)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	int r;

	path_of(uplink, &path);
	buf_printf(&text, "%s %s\n", health_class_word(health_class(&uplink->sides[0].health)),
	           health_class_word(health_class(&uplink->sides[1].health)));
	r = file_write(path.text, text.text, text.length, 0644);
	if (r < 0)
		log_line(LOG_PRIORITY_WARNING,
		         "cannot write %s: %s; weft will measure first when it starts again",
		         path.text, strerror(-r));
}

static void recall(const struct uplink *uplink, enum health_class was[2])
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	char words[2][16];

	was[0] = was[1] = HEALTH_UNKNOWN;
	path_of(uplink, &path);
	if (file_read(path.text, FILE_SIZE_MAX, &text) < 0 ||
	    sscanf(buf_text(&text), "%15s %15s", words[0], words[1]) != 2)
		return;
	for (unsigned i = 0; i < 2; i++)
		was[i] = health_class_parse(words[i]);
}

/* --- asking --- */

static const char *family_name(const struct side *side)
{
	return side->family == IP_V4 ? "IPv4" : "IPv6";
}

static void tell_change(const struct side *side, enum health_class before)
{
	enum health_class now = health_class(&side->health);

	if (now == before)
		return;
	log_line(LOG_PRIORITY_NOTICE, "%s by %s: %s, was %s; it %s", family_name(side),
	         side->uplink->ifname, health_class_word(now), health_class_word(before),
	         health_reason_words(health_reason(&side->health)));
	keep(side->uplink);
	side->uplink->all->changed(side->uplink->all->data);
}

static void on_answer(void *data, uint32_t id, enum prober_answer answer)
{
	static const enum health_answer answers[] = {
		[PROBER_ANSWERED] = HEALTH_ANSWERED,
		[PROBER_FORGED] = HEALTH_FORGED,
		[PROBER_FAILED] = HEALTH_REFUSED,
	};
	struct side *side = data;
	enum health_class before = health_class(&side->health);

	health_answer(&side->health, id, answers[answer], clock_ms());
	tell_change(side, before);
}

static void ask(struct side *side, const struct health_question *question)
{
	if (!side->prober)
		side->prober = prober_new(side->uplink->all->base, side->uplink->ifname,
		                          side->family, on_answer, side);
	if (!side->prober || prober_ask(side->prober, question->id, question->target) < 0)
		health_answer(&side->health, question->id, HEALTH_REFUSED, clock_ms());
}

static void work(struct side *side)
{
	enum health_class before = health_class(&side->health);
	struct health_question question;
	int64_t next;

	while (health_ask(&side->health, clock_ms(), &question))
		ask(side, &question);
	next = health_next_ms(&side->health);
	if (next != INT64_MAX) {
		int64_t wait = next - clock_ms();
		struct timeval delay = { wait < 0 ? 0 : wait / 1000,
			                 wait < 0 ? 1000 : (wait % 1000) * 1000 + 1000 };

		event_add(side->timer, &delay);
	}
	tell_change(side, before);
}

static void on_timer(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	work(data);
}

/* --- uplinks come and go --- */

static void drop_prober(struct side *side)
{
	prober_free(side->prober);
	side->prober = NULL;
}

static void uplink_free(struct uplink *uplink)
{
	for (unsigned i = 0; i < 2; i++) {
		drop_prober(&uplink->sides[i]);
		event_free(uplink->sides[i].timer);
	}
	free(uplink);
}

static void begin(struct uplink *uplink, const enum health_class was[2])
{
	const struct uplink_health *all = uplink->all;

	for (unsigned i = 0; i < 2; i++)
		health_init(&uplink->sides[i].health, uplink->sides[i].family, all->targets,
		            all->n_targets, was[i], clock_ms());
}

static struct uplink *uplink_new(struct uplink_health *all, const char *ifname)
{
	struct uplink *uplink = calloc(1, sizeof(*uplink));
	enum health_class was[2];

	if (!uplink)
		abort();
	uplink->all = all;
	snprintf(uplink->ifname, sizeof(uplink->ifname), "%s", ifname);
	for (unsigned i = 0; i < 2; i++) {
		struct side *side = &uplink->sides[i];

		side->uplink = uplink;
		side->family = i ? IP_V6 : IP_V4;
		side->timer = event_new(all->base, -1, 0, on_timer, side);
	}
	recall(uplink, was);
	begin(uplink, was);
	return uplink;
}

static struct uplink *find(const struct uplink_health *all, const char *ifname)
{
	for (size_t i = 0; i < UPLINK_HEALTH_MAX; i++) {
		if (all->uplinks[i] && strcmp(all->uplinks[i]->ifname, ifname) == 0)
			return all->uplinks[i];
	}
	return NULL;
}

static struct uplink *find_or_make(struct uplink_health *all, const char *ifname)
{
	struct uplink *uplink = find(all, ifname);

	for (size_t i = 0; i < UPLINK_HEALTH_MAX && !uplink; i++) {
		if (!all->uplinks[i])
			uplink = all->uplinks[i] = uplink_new(all, ifname);
	}
	return uplink;
}

/* Sockets are bound to a device that may be another one of the same name when it is back. */
static void set_link(struct side *side, bool up)
{
	enum health_class before = health_class(&side->health);

	health_link(&side->health, up, clock_ms());
	if (!up)
		drop_prober(side);
	if (health_class(&side->health) != before)
		keep(side->uplink);
	if (up && !event_pending(side->timer, EV_TIMEOUT, NULL))
		event_add(side->timer, &(struct timeval){ 0, 1000 });
}

static bool take_targets(struct uplink_health *all, const struct string_list *texts)
{
	struct probe_target targets[ARRAY_LENGTH(all->targets)];
	size_t n = 0;
	bool same;

	for (size_t i = 0; i < texts->count && n < ARRAY_LENGTH(targets); i++)
		n += probe_parse(texts->items[i], &targets[n]);
	same = n == all->n_targets;
	for (size_t i = 0; i < n && same; i++)
		same = probe_equal(&targets[i], &all->targets[i]);
	memcpy(all->targets, targets, n * sizeof(targets[0]));
	all->n_targets = n;
	return !same;
}

/* Another list of targets begins with what the old one has shown. */
static void begin_again(struct uplink *uplink)
{
	const enum health_class was[2] = { health_class(&uplink->sides[0].health),
		                           health_class(&uplink->sides[1].health) };

	begin(uplink, was);
	drop_prober(&uplink->sides[0]);
	drop_prober(&uplink->sides[1]);
}

void uplink_health_sync(struct uplink_health *all, const struct uplink_health_link *links,
                        size_t n_links, const struct string_list *targets)
{
	bool other_targets = take_targets(all, targets);

	for (size_t i = 0; i < UPLINK_HEALTH_MAX; i++) {
		if (all->uplinks[i])
			all->uplinks[i]->wanted = false;
		if (all->uplinks[i] && other_targets)
			begin_again(all->uplinks[i]);
	}
	for (size_t i = 0; i < n_links; i++) {
		struct uplink *uplink = find_or_make(all, links[i].ifname);

		if (!uplink)
			continue;
		uplink->wanted = true;
		set_link(&uplink->sides[0], links[i].up4);
		set_link(&uplink->sides[1], links[i].up6);
	}
	for (size_t i = 0; i < UPLINK_HEALTH_MAX; i++) {
		if (all->uplinks[i] && !all->uplinks[i]->wanted)
			uplink_free(take(all->uplinks[i]));
	}
}

void uplink_health_forget(struct uplink_health *all)
{
	for (size_t i = 0; i < UPLINK_HEALTH_MAX; i++) {
		BUF_AUTO path = { 0 };

		if (!all->uplinks[i])
			continue;
		path_of(all->uplinks[i], &path);
		(void)unlink(path.text);
		uplink_free(take(all->uplinks[i]));
	}
}

struct uplink_health *uplink_health_new(struct event_base *base, const char *folder,
                                        void (*changed)(void *data), void *data)
{
	struct uplink_health *all = calloc(1, sizeof(*all));

	if (!all)
		abort();
	*all = (struct uplink_health){ .base = base, .changed = changed, .data = data };
	all->folder = strdup(folder);
	return all;
}

void uplink_health_free(struct uplink_health *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < UPLINK_HEALTH_MAX; i++) {
		if (all->uplinks[i])
			uplink_free(all->uplinks[i]);
	}
	free(all->folder);
	free(all);
}

enum health_class uplink_health_class(const struct uplink_health *all, const char *ifname,
                                      enum ip_family family)
{
	const struct uplink *uplink = find(all, ifname);

	return uplink ? health_class(&uplink->sides[family == IP_V6].health) : HEALTH_UNKNOWN;
}

struct uplink_measure uplink_health_measure(const struct uplink_health *all, const char *ifname,
                                            enum ip_family family)
{
	const struct uplink *uplink = find(all, ifname);
	const struct health *health;

	if (!uplink)
		return (struct uplink_measure){ 0 };
	health = &uplink->sides[family == IP_V6].health;
	return (struct uplink_measure){ health_class(health), health_delay_us(health),
		                        health_loss_percent(health) };
}

const char *uplink_health_words(const struct uplink_health *all, const char *ifname,
                                enum ip_family family)
{
	const struct uplink *uplink = find(all, ifname);
	unsigned side = family == IP_V6;

	return health_reason_words(uplink ? health_reason(&uplink->sides[side].health)
	                                  : HEALTH_NOT_ASKED);
}

bool uplink_health_has(const struct uplink_health *all, enum ip_family family,
                       enum health_class class)
{
	for (size_t i = 0; i < UPLINK_HEALTH_MAX; i++) {
		const struct uplink *uplink = all->uplinks[i];

		if (uplink && health_class(&uplink->sides[family == IP_V6].health) == class)
			return true;
	}
	return false;
}

void uplink_health_print_json(const struct uplink_health *all, const char *ifname,
                              struct json *json)
{
	const struct uplink *uplink = find(all, ifname);

	if (!uplink)
		return;
	json_open(json, "health", '{');
	for (unsigned i = 0; i < 2; i++) {
		const struct side *side = &uplink->sides[i];

		json_open(json, i ? "ipv6" : "ipv4", '{');
		json_text(json, "class", health_class_word(health_class(&side->health)));
		json_text(json, "reason", health_reason_words(health_reason(&side->health)));
		json_number(json, "delay_us", health_delay_us(&side->health));
		json_number(json, "loss_percent", health_loss_percent(&side->health));
		json_close(json, '}');
	}
	json_close(json, '}');
}
