/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/nearby.h"

#include <assert.h>
#include <string.h>

/* Who does not speak a protocol is asked again after so long, twice as long each time. */
#define SILENT_MIN_MS 30000
#define SILENT_MAX_MS 3600000
/* A type that it does not have, it may have after an update. */
#define UNKNOWN_MS 3600000

static bool is_free(const struct neighbour *neighbour)
{
	return IN6_IS_ADDR_UNSPECIFIED(&neighbour->address);
}

/* Who has just gone must not be mistaken for whoever takes its place. */
static void clear(struct neighbour *neighbour)
{
	uint32_t generation = neighbour->generation + 1;

	*neighbour = (struct neighbour){ .generation = generation };
}

static struct neighbour *room(struct nearby *nearby, int64_t now_ms)
{
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *neighbour = &nearby->all[i];

		if (is_free(neighbour))
			return neighbour;
		if (now_ms - neighbour->seen_ms > NEIGHBOUR_GONE_MS) {
			clear(neighbour);
			return neighbour;
		}
	}
	return NULL;
}

bool nearby_see(struct nearby *nearby, uint32_t link, const struct in6_addr *address,
                int64_t now_ms)
{
	struct neighbour *neighbour = NULL;

	for (size_t i = 0; i < NEIGHBOURS_MAX && !neighbour; i++) {
		if (nearby->all[i].link == link &&
		    IN6_ARE_ADDR_EQUAL(&nearby->all[i].address, address))
			neighbour = &nearby->all[i];
	}
	if (!neighbour) {
		neighbour = room(nearby, now_ms);
		if (!neighbour)
			return false;
		neighbour->address = *address;
		neighbour->link = link;
	}
	neighbour->seen_ms = now_ms;
	return true;
}

void nearby_forget_link(struct nearby *nearby, uint32_t link)
{
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		if (!is_free(&nearby->all[i]) && nearby->all[i].link == link)
			clear(&nearby->all[i]);
	}
}

static struct neighbour_speech *speech_of(struct neighbour *neighbour,
                                          enum compat_protocol protocol)
{
	return protocol == COMPAT_ASYNC ? &neighbour->async : &neighbour->http;
}

/* Whether this type is to be exchanged, and how. */
static bool is_due(const struct neighbour_speech *speech, size_t type, uint64_t serial,
                   int64_t now_ms, struct neighbour_task *task)
{
	const struct neighbour_type *t = &speech->types[type];

	task->serial = serial;
	task->empty = t->told && t->told == serial && now_ms - t->told_ms < NEIGHBOUR_REFRESH_MS;
	if (now_ms >= t->due_ms)
		return true;
	/* News go at once to those who have understood us before. */
	return speech->speaks && !t->unknown && t->told && t->told != serial &&
	       now_ms - t->told_ms >= NEIGHBOUR_NEWS_MS;
}

static bool next_of(struct neighbour *neighbour, enum compat_protocol protocol, int64_t now_ms,
                    uint64_t (*serial_of)(void *data, const struct compat_type *type), void *data,
                    struct neighbour_task *task)
{
	const struct neighbour_speech *speech = speech_of(neighbour, protocol);
	/* Tables that many write are asked for where the others are. */
	unsigned mask = protocol == COMPAT_ASYNC ? COMPAT_ASYNC : COMPAT_HTTP | COMPAT_MULTIWRITER;

	if (now_ms < speech->silent_ms)
		return false;
	for (size_t i = 0; i < n_compat_types; i++) {
		if (!(compat_types[i].protocols & mask) ||
		    !is_due(speech, i, serial_of(data, &compat_types[i]), now_ms, task))
			continue;
		task->type = i;
		task->protocol = protocol == COMPAT_ASYNC                  ? COMPAT_ASYNC
		                 : compat_types[i].protocols & COMPAT_HTTP ? COMPAT_HTTP
		                                                           : COMPAT_MULTIWRITER;
		return true;
	}
	return false;
}

bool nearby_next(struct nearby *nearby, int64_t now_ms, unsigned spoken,
                 uint64_t (*serial_of)(void *data, const struct compat_type *type), void *data,
                 struct neighbour_task *task)
{
	assert(n_compat_types <= NEIGHBOUR_TYPES_MAX);
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *neighbour = &nearby->all[i];

		if (is_free(neighbour) || neighbour->busy || neighbour->weft ||
		    now_ms - neighbour->seen_ms > NEIGHBOUR_GONE_MS)
			continue;
		if ((!(spoken & COMPAT_ASYNC) ||
		     !next_of(neighbour, COMPAT_ASYNC, now_ms, serial_of, data, task)) &&
		    (!(spoken & COMPAT_HTTP) ||
		     !next_of(neighbour, COMPAT_HTTP, now_ms, serial_of, data, task)))
			continue;
		neighbour->busy = true;
		task->neighbour = i;
		task->generation = neighbour->generation;
		return true;
	}
	return false;
}

static void fail(struct neighbour_speech *speech, int64_t now_ms)
{
	int64_t silent = SILENT_MIN_MS;

	for (unsigned i = 0; i < speech->failures && silent < SILENT_MAX_MS; i++)
		silent *= 2;
	speech->failures++;
	speech->silent_ms = now_ms + (silent < SILENT_MAX_MS ? silent : SILENT_MAX_MS);
}

void nearby_done(struct nearby *nearby, const struct neighbour_task *task,
                 enum neighbour_outcome outcome, bool holds_all, int64_t now_ms)
{
	struct neighbour *neighbour = &nearby->all[task->neighbour];
	struct neighbour_speech *speech = speech_of(neighbour, task->protocol);
	struct neighbour_type *type = &speech->types[task->type];

	if (neighbour->generation != task->generation)
		return;
	neighbour->busy = false;
	if (outcome == NEIGHBOUR_FAILED) {
		fail(speech, now_ms);
		return;
	}
	speech->failures = 0;
	speech->speaks = true;
	type->unknown = outcome == NEIGHBOUR_UNKNOWN_TYPE;
	type->due_ms = now_ms +
	               (type->unknown ? UNKNOWN_MS : compat_types[task->type].interval_s * 1000LL);
	/* What it holds less than all of is said whole the next time. */
	if (!task->empty || !holds_all) {
		type->told = holds_all ? task->serial : 0;
		type->told_ms = now_ms;
	}
}
