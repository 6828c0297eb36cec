/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Whether there is an Internet behind an uplink, and how good it is, in one address family.
 *
 * Pure: it says whom to ask when (health_ask), is told what came back (health_answer), and knows
 * the verdict.  Time is milliseconds of a clock that never jumps.
 *
 * While all is well one target is asked every HEALTH_CALM_MS, each in its turn.  An answer that
 * does not come makes it watch closely: a question every HEALTH_WATCH_MS, until nothing was lost
 * for a while.  If nobody answers for HEALTH_SILENCE_MS, the Internet is gone.  So an uplink that
 * dies is known as dead after at most HEALTH_CALM_MS + HEALTH_SILENCE_MS, and one that works costs
 * less than a packet a second.
 *
 * Servers of names alone make no Internet: the box on the wall may be the one that answers.  Who
 * answers in the place of others, or takes a connection to where nobody is (a trap), is a login
 * page.
 *
 * A target that never answers while others do says nothing about the uplink: it is passed over, and
 * asked now and then.  No target is trusted by itself.
 *
 * An uplink that comes back has to answer well for a while first, and the longer the more often it
 * has died lately: one that comes and goes every few seconds is of no use to anybody.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/probe.h"

#define HEALTH_TARGETS_MAX 12
#define HEALTH_PENDING_MAX 32
#define HEALTH_WINDOW      32 /* answers and losses that quality is judged by */
#define HEALTH_CALM_MS     1500
#define HEALTH_WATCH_MS    250
#define HEALTH_SICK_MS     1000
#define HEALTH_SILENCE_MS  2500
#define HEALTH_TIMEOUT_MS  1000
#define HEALTH_HOLD_MS     3000   /* of answering well before an uplink is believed again */
#define HEALTH_HOLD_MAX_MS 120000 /* the same for one that dies all the time */
#define HEALTH_WORSE_MS    8000   /* at least between two verdicts on quality that get worse */
#define HEALTH_BETTER_MS   30000  /* of better measures before the verdict gets better */
/* Twice as long each time that it gets worse within HEALTH_SWING_MS of the last time. */
#define HEALTH_SWING_MS      900000
#define HEALTH_BETTER_MAX_MS 480000

/* Better ones are greater. */
enum health_class {
	HEALTH_UNKNOWN, /* nobody has answered yet, nor had the time to */
	HEALTH_SICK,    /* no Internet */
	HEALTH_POOR,    /* better than none */
	HEALTH_FAIR,
	HEALTH_GOOD,
};

enum health_reason {
	HEALTH_WELL,
	HEALTH_NOT_ASKED,  /* nobody to ask: it is believed while it is connected */
	HEALTH_LINK_DOWN,  /* no cable, no signal or no address */
	HEALTH_NO_ANSWER,  /* connected, but nobody out there answers */
	HEALTH_PORTAL,     /* somebody answers in the Internet's place */
	HEALTH_RECOVERING, /* it answers again; not believed yet */
	HEALTH_LOSS,
	HEALTH_DELAY,
	HEALTH_ONLY_NAMES, /* servers of names answer, and nobody else does */
	HEALTH_NO_NAMES,   /* the Internet is there, but no server of names answers */
	HEALTH_N_REASONS,
};

enum health_answer {
	HEALTH_ANSWERED,
	HEALTH_FORGED,  /* an answer that the target would not give */
	HEALTH_REFUSED, /* the question could not even be sent */
};

struct health_target {
	struct probe_target target;
	unsigned lost; /* in a row */
	int64_t asked_ms;
	bool forged; /* its last answer was */
	bool heard;  /* it has answered since the uplink was last dead */
};

struct health_result {
	uint8_t target;
	bool answered;
};

struct health_pending {
	uint32_t id; /* 0: free */
	uint8_t target;
	bool late; /* counted as lost; an answer may still come */
	int64_t asked_ms;
};

/* Only health.c looks inside. */
struct health {
	struct health_target targets[HEALTH_TARGETS_MAX];
	size_t n_targets, next_target;
	struct health_pending pending[HEALTH_PENDING_MAX];
	uint32_t last_id;
	struct health_result window[HEALTH_WINDOW];
	size_t n_results, next_result;
	bool link;
	enum health_class class;
	enum health_reason reason;
	int64_t class_ms;       /* when the class became what it is */
	int64_t ask_ms;         /* when the next question is due */
	int64_t watch_until_ms; /* ask often until then */
	int64_t losing_ms;      /* since when it loses again and again */
	int64_t lost_ms;        /* when the last question was lost */
	int64_t silent_ms;   /* when the first question was asked that nobody has answered since */
	unsigned unanswered; /* questions since then that count as lost */
	int64_t heard_ms;    /* when the last answer came */
	int64_t well_ms;     /* since when it has answered, while it is not believed */
	unsigned answers;    /* since then */
	int64_t better_ms;   /* since when the measures are better than the class; 0: not */
	int64_t worse_ms, better_hold_ms; /* when it last got worse; how long better_ms has to be */
	uint32_t delay_us;                /* smoothed; 0: not measured */
	uint32_t penalty;                 /* 1000 for each death, halved every minute */
	int64_t penalty_ms;               /* when it was last counted */
};

struct health_question {
	uint32_t id; /* never 0; tells answers apart */
	const struct probe_target *target;
};

/*
 * Targets of the other family are left out, and those past HEALTH_TARGETS_MAX.  `was` is what was
 * known before this program began: it holds until measured otherwise, so that a restart changes
 * nothing.  HEALTH_UNKNOWN if nothing was.
 */
void health_init(struct health *health, enum ip_family family, const struct probe_target *targets,
                 size_t n_targets, enum health_class was, int64_t now_ms);

/* The cable, the radio or the address has come or gone. */
void health_link(struct health *health, bool up, int64_t now_ms);

/* Counts what has not been answered in time, and gives a question that is to be asked now; false:
 * none.  To be called until then, at health_next_ms() or later. */
bool health_ask(struct health *health, int64_t now_ms, struct health_question *question);
/* Nothing to do before; INT64_MAX: nothing at all. */
int64_t health_next_ms(const struct health *health);
/* An id that is not waited for is passed over. */
void health_answer(struct health *health, uint32_t id, enum health_answer answer, int64_t now_ms);

enum health_class health_class(const struct health *health);
enum health_reason health_reason(const struct health *health);
/* To be shown: 0 as long as too little was measured to say anything. */
unsigned health_loss_percent(const struct health *health);
uint32_t health_delay_us(const struct health *health); /* 0: not measured */

const char *health_class_word(enum health_class class);
/* HEALTH_UNKNOWN if it is no class. */
enum health_class health_class_parse(const char *word);
/* What a person is told, to follow "The way to the Internet ...". */
const char *health_reason_words(enum health_reason reason);
