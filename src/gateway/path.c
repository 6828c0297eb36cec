/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/path.h"

#include <stddef.h>

#define IDLE_MS        30000 /* between two questions to one that nobody chose */
#define NEW_MS         3000  /* the first ones */
#define NEW_QUESTIONS  16
#define WARM_UP_MS     20000 /* routes are still found: what is lost then says nothing */
#define LOSSES_TOLD    2     /* one alone says nothing */
#define WATCHED_MS     1000
#define DOUBT_MS       250
#define COMEBACK_MS    500
#define DOUBT_AFTER_MS 400  /* without an answer */
#define LATE_MS        2000 /* an answer after that counts as none */
#define LOST_AFTER_MS  2500
#define LOST_QUESTIONS 5 /* and so many questions at least */
#define HOLD_MS        3000
#define HOLD_MAX_MS    60000
#define HOLD_MEMORY_MS 120000
#define SMOOTHING      4

void path_init(struct path *path, enum path_state state, int64_t now_ms)
{
	*path = (struct path){
		.state = state,
		.next_ms = now_ms,
		.silent_ms = -1,
		.well_ms = -1,
		.answered_ms = -1,
		.first_ms = -1,
		.lost_ms = now_ms - HOLD_MEMORY_MS,
		.hold_ms = HOLD_MS,
	};
}

void path_watch(struct path *path, bool watched, int64_t now_ms)
{
	if (watched && !path->watched)
		path->next_ms = now_ms;
	path->watched = watched;
}

/* Before the first answer, and just after it, nothing is lost: the other side may not be up. */
static void remember(struct path *path, bool answered, int64_t now_ms)
{
	if (path->first_ms < 0 && answered)
		path->first_ms = now_ms;
	if (path->first_ms < 0 || now_ms - path->first_ms < WARM_UP_MS)
		return;
	path->history = path->history << 1 | answered;
	if (path->n_known < 32)
		path->n_known++;
}

static int64_t at_least(int64_t least, int64_t value)
{
	return value > least ? value : least;
}

/* A long way takes long. */
static int64_t late_ms(const struct path *path)
{
	return at_least(LATE_MS, 4 * (int64_t)path->delay_ms);
}

static void give_up_late(struct path *path, int64_t now_ms)
{
	for (unsigned i = 0; i < PATH_PENDING_MAX; i++) {
		struct path_question *question = &path->pending[i];

		if (!question->id || now_ms - question->sent_ms < late_ms(path))
			continue;
		question->id = 0;
		remember(path, false, now_ms);
	}
}

static void lose(struct path *path, int64_t now_ms)
{
	path->hold_ms = now_ms - path->lost_ms < HOLD_MEMORY_MS ? 2 * path->hold_ms : HOLD_MS;
	if (path->hold_ms > HOLD_MAX_MS)
		path->hold_ms = HOLD_MAX_MS;
	path->lost_ms = now_ms;
	path->state = PATH_LOST;
	path->well_ms = -1;
}

static bool is_doubted(const struct path *path, int64_t now_ms)
{
	return path->silent_ms >= 0 &&
	       now_ms - path->silent_ms >= at_least(DOUBT_AFTER_MS, 3 * (int64_t)path->delay_ms);
}

static void judge(struct path *path, int64_t now_ms)
{
	int64_t silence = path->silent_ms >= 0 ? now_ms - path->silent_ms : 0;

	if (path->state != PATH_LOST && path->n_silent >= LOST_QUESTIONS &&
	    silence >= at_least(LOST_AFTER_MS, 3 * (int64_t)path->delay_ms))
		lose(path, now_ms);
	if (path->state == PATH_LOST && is_doubted(path, now_ms))
		path->well_ms = -1;
	if (path->state == PATH_LOST && path->well_ms >= 0 &&
	    now_ms - path->well_ms >= path->hold_ms)
		path->state = PATH_WORKS;
}

static int64_t interval(const struct path *path, int64_t now_ms)
{
	if (path->state == PATH_LOST && path->well_ms >= 0)
		return COMEBACK_MS;
	if (path->state != PATH_LOST && is_doubted(path, now_ms))
		return DOUBT_MS;
	if (path->watched)
		return WATCHED_MS;
	return path->n_known < NEW_QUESTIONS ? NEW_MS : IDLE_MS;
}

/* The place of the oldest, which counts as unanswered, if there is none free. */
static struct path_question *room(struct path *path, int64_t now_ms)
{
	struct path_question *oldest = path->pending;

	for (unsigned i = 0; i < PATH_PENDING_MAX; i++) {
		struct path_question *question = &path->pending[i];

		if (!question->id)
			return question;
		if (question->sent_ms < oldest->sent_ms)
			oldest = question;
	}
	remember(path, false, now_ms);
	return oldest;
}

bool path_ask(struct path *path, int64_t now_ms, uint32_t *id)
{
	struct path_question *question;

	give_up_late(path, now_ms);
	judge(path, now_ms);
	if (path->state != PATH_LOST && is_doubted(path, now_ms) &&
	    path->next_ms > now_ms + DOUBT_MS)
		path->next_ms = now_ms;
	if (now_ms < path->next_ms)
		return false;
	question = room(path, now_ms);
	path->last_id += path->last_id == UINT32_MAX ? 2 : 1;
	*question = (struct path_question){ now_ms, path->last_id };
	*id = path->last_id;
	if (path->silent_ms < 0)
		path->silent_ms = now_ms;
	path->n_silent++;
	path->sent_ms = now_ms;
	path->next_ms = now_ms + interval(path, now_ms);
	return true;
}

static struct path_question *find(struct path *path, uint32_t id)
{
	for (unsigned i = 0; i < PATH_PENDING_MAX; i++) {
		if (id && path->pending[i].id == id)
			return &path->pending[i];
	}
	return NULL;
}

/* The first question may have waited until somebody knew the way. */
static void smooth(struct path *path, uint32_t delay)
{
	if (path->answered_ms < 0 || delay < path->delay_ms / 2)
		path->delay_ms = delay;
	else
		path->delay_ms = (path->delay_ms * (SMOOTHING - 1) + delay) / SMOOTHING;
}

void path_answer(struct path *path, uint32_t id, unsigned hops, int64_t now_ms)
{
	struct path_question *question = find(path, id);
	uint32_t delay;

	if (!question)
		return;
	delay = (uint32_t)(now_ms - question->sent_ms);
	smooth(path, delay);
	question->id = 0;
	remember(path, true, now_ms);
	path->hops = hops;
	path->answered_ms = now_ms;
	path->silent_ms = -1;
	path->n_silent = 0;
	if (path->state == PATH_UNKNOWN)
		path->state = PATH_WORKS;
	if (path->state == PATH_LOST && path->well_ms < 0) {
		path->well_ms = now_ms;
		path->next_ms = now_ms + COMEBACK_MS;
	}
	judge(path, now_ms);
}

void path_cut(struct path *path, int64_t now_ms)
{
	if (path->state == PATH_WORKS)
		lose(path, now_ms);
	else
		path->well_ms = -1;
}

int64_t path_due(const struct path *path)
{
	int64_t due = path->next_ms;

	/* Silence is noticed before the next question, unless that is near anyway. */
	if (path->state != PATH_LOST && path->silent_ms >= 0 &&
	    path->next_ms > path->sent_ms + DOUBT_MS) {
		int64_t doubt = path->silent_ms +
		                at_least(DOUBT_AFTER_MS, 3 * (int64_t)path->delay_ms);

		due = doubt < due ? doubt : due;
	}
	return due;
}

uint32_t path_loss_percent(const struct path *path)
{
	unsigned answered = 0;

	for (unsigned i = 0; i < path->n_known; i++)
		answered += path->history >> i & 1;
	if (path->n_known < NEW_QUESTIONS || path->n_known - answered < LOSSES_TOLD)
		return 0;
	return (path->n_known - answered) * 100 / path->n_known;
}

const char *path_state_word(enum path_state state)
{
	switch (state) {
	case PATH_UNKNOWN:
		return "unknown";
	case PATH_WORKS:
		return "works";
	case PATH_LOST:
		return "lost";
	}
	return "";
}
