/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "net/names.h"
#include "state/collect.h"
#include "state/seen.h"

struct link {
	enum history_kind kind;
	char key[ROW_KEY_MAX + 1];
	char port[IFNAME_SIZE];
	char other[IP_TEXT_SIZE];
	uint64_t first, last;           /* steps of the first point and of the last one */
	uint8_t points[HISTORY_POINTS]; /* of step n at n % HISTORY_POINTS */
};

struct link_history {
	struct link *links[HISTORY_LINKS_MAX];
	size_t n_links;
};

struct link_history *link_history_new(void)
{
	struct link_history *history = calloc(1, sizeof(*history));

	assert(history);
	return history;
}

void link_history_free(struct link_history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < history->n_links; i++)
		free(history->links[i]);
	free(history);
}

static uint64_t step_of(uint64_t now_ms)
{
	return now_ms / (HISTORY_STEP_S * UINT64_C(1000));
}

static struct link *find(const struct link_history *history, const struct link_history_link *wanted)
{
	for (size_t i = 0; i < history->n_links; i++) {
		struct link *link = history->links[i];

		if (link->kind == wanted->kind && !strcmp(link->key, wanted->key))
			return link;
	}
	return NULL;
}

/* A place for one more: the oldest makes room. */
static struct link *make(struct link_history *history)
{
	size_t oldest = 0;

	if (history->n_links < HISTORY_LINKS_MAX) {
		history->links[history->n_links] = malloc(sizeof(struct link));
		assert(history->links[history->n_links]);
		return history->links[history->n_links++];
	}
	for (size_t i = 1; i < history->n_links; i++) {
		if (history->links[i]->last < history->links[oldest]->last)
			oldest = i;
	}
	return history->links[oldest];
}

static void copy(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	if (length >= room)
		length = room - 1;
	memcpy(to, from, length);
	to[length] = '\0';
}

static struct link *add(struct link_history *history, const struct link_history_link *wanted,
                        uint64_t step)
{
	struct link *link = make(history);

	*link = (struct link){ .kind = wanted->kind, .first = step, .last = step };
	memset(link->points, HISTORY_NONE, sizeof(link->points));
	copy(link->key, sizeof(link->key), wanted->key);
	return link;
}

static void note(struct link_history *history, const struct link_history_link *seen,
                 unsigned quality, uint64_t step)
{
	struct link *link = find(history, seen);
	uint8_t *point, percent = quality < 100 ? (uint8_t)quality : 100;

	if (!link)
		link = add(history, seen, step);
	copy(link->port, sizeof(link->port), seen->port);
	copy(link->other, sizeof(link->other), seen->other);
	/* Steps that were missed hold what they did one round ago. */
	for (uint64_t i = link->last + 1; i <= step && i - link->last <= HISTORY_POINTS; i++)
		link->points[i % HISTORY_POINTS] = HISTORY_NONE;
	link->last = step;
	point = &link->points[step % HISTORY_POINTS];
	if (*point == HISTORY_NONE || *point > percent)
		*point = percent;
}

static void forget_old(struct link_history *history, uint64_t step)
{
	size_t kept = 0;

	for (size_t i = 0; i < history->n_links; i++) {
		if (history->links[i]->last + HISTORY_POINTS > step)
			history->links[kept++] = history->links[i];
		else
			free(history->links[i]);
	}
	history->n_links = kept;
}

/* The key of a link between two MACs. */
static const char *key_of(struct arena *arena, const struct mac *own, const char *other)
{
	char text[MAC_TEXT_SIZE];

	return collect_link_key(arena, mac_format(own, text), other);
}

void link_history_add(struct link_history *history, const struct seen *seen, uint64_t now_ms)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	uint64_t step = step_of(now_ms);

	forget_old(history, step);
	for (size_t i = 0; i < seen->n_stations; i++) {
		const struct seen_station *station = &seen->stations[i];
		char other[MAC_TEXT_SIZE];
		struct link_history_link link = { .kind = HISTORY_WIFI,
			                          .port = station->port,
			                          .other = mac_format(&station->other, other) };

		link.key = key_of(arena, &station->own, link.other);
		note(history, &link, seen_quality_of_signal(station->signal), step);
	}
	for (size_t i = 0; i < seen->n_mesh; i++) {
		const struct seen_mesh *mesh = &seen->mesh[i];
		char other[MAC_TEXT_SIZE];
		struct link_history_link link = { .kind = HISTORY_BATMAN,
			                          .port = mesh->port,
			                          .other = mac_format(&mesh->other, other) };

		link.key = key_of(arena, &mesh->own, link.other);
		note(history, &link, seen_quality_of_mesh(mesh->tq, mesh->kbps), step);
	}
	for (size_t i = 0; i < seen->n_babel; i++) {
		const struct seen_babel *babel = &seen->babel[i];
		struct link_history_link link = { .kind = HISTORY_BABEL, .port = babel->port };
		char a[IP_TEXT_SIZE], b[IP_TEXT_SIZE];

		link.other = ip_format(&babel->other, b);
		link.key = collect_link_key(arena, ip_format(&babel->own, a), link.other);
		note(history, &link, seen_quality_of_babel(babel->cost), step);
	}
}

bool link_history_link(const struct link_history *history, size_t index,
                       struct link_history_link *link)
{
	const struct link *found;

	if (index >= history->n_links)
		return false;
	found = history->links[index];
	*link = (struct link_history_link){ found->kind, found->key, found->port, found->other };
	return true;
}

size_t link_history_points(const struct link_history *history, size_t index, uint64_t now_ms,
                           uint8_t points[HISTORY_POINTS])
{
	const struct link *link = history->links[index];
	uint64_t now = step_of(now_ms), first = link->first;
	size_t n = 0;

	if (now >= HISTORY_POINTS && first < now - HISTORY_POINTS + 1)
		first = now - HISTORY_POINTS + 1;
	for (uint64_t step = first; step <= now && n < HISTORY_POINTS; step++)
		points[n++] = step <= link->last ? link->points[step % HISTORY_POINTS]
		                                 : HISTORY_NONE;
	return n;
}
