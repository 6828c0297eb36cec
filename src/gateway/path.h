/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The way to a gateway, as this node measures it: by echoes through the tunnel, so that what
 * answers is what packets of clients would meet.  Pure: time is an argument, in milliseconds.
 *
 * A gateway that nobody here has chosen is asked twice a minute.  One that somebody has is asked
 * every second; when it is silent, four times a second, and it is lost after 2.5 s of that.  It is
 * back when it has answered for 3 s, and twice as long after each further loss within two minutes,
 * up to a minute.
 */
#include <stdbool.h>
#include <stdint.h>

enum path_state {
	PATH_UNKNOWN, /* nobody has answered yet, nor been silent for long */
	PATH_WORKS,
	PATH_LOST,
};

enum {
	PATH_PENDING_MAX = 16
}; /* questions on their way */

struct path_question {
	int64_t sent_ms;
	uint32_t id; /* 0: free */
};

struct path {
	enum path_state state;
	bool watched;
	uint32_t history;         /* a bit a question, the newest lowest: 1 is answered */
	unsigned n_known;         /* bits of it, up to 32 */
	uint32_t delay_ms;        /* smoothed */
	unsigned hops;            /* routers on the way, 0: next to here or in this cloud */
	int64_t sent_ms, next_ms; /* the last question, and the next */
	int64_t silent_ms;        /* the first question since the last answer; -1: none */
	int64_t well_ms;          /* since when a lost one answers; -1: it does not */
	int64_t lost_ms, hold_ms; /* when it was last lost; how long it has to answer */
	int64_t answered_ms;      /* -1: never */
	int64_t first_ms;         /* the first answer; -1: none yet */
	unsigned n_silent;        /* questions since the last answer */
	uint32_t last_id;
	struct path_question pending[PATH_PENDING_MAX];
};

/* `state`: what was known before, PATH_UNKNOWN for a new one. */
void path_init(struct path *path, enum path_state state, int64_t now_ms);
/* Whether somebody here uses it, or would. */
void path_watch(struct path *path, bool watched, int64_t now_ms);
/* True if a question is due: it is to be sent under `id` now. */
bool path_ask(struct path *path, int64_t now_ms, uint32_t *id);
/* An answer to the question `id`. */
void path_answer(struct path *path, uint32_t id, unsigned hops, int64_t now_ms);
/* It is known that nothing can get there. */
void path_cut(struct path *path, int64_t now_ms);
/* When path_ask() is to be called again. */
int64_t path_due(const struct path *path);
/* Of the last questions; 0 while there were only a few. */
uint32_t path_loss_percent(const struct path *path);
const char *path_state_word(enum path_state state);
