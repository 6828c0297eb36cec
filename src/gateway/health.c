/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/health.h"

#include <string.h>

#include "base/compiler.h"

/* A target that has missed so many in a row, while others answered, is passed over. */
#define MUTE_AFTER    3
#define MUTE_AGAIN_MS 30000
/* A trap is looked at so often while something is wrong, and never while all is well. */
#define TRAP_AGAIN_MS 5000
/* Watching ends when nothing was lost for so long. */
#define WATCH_QUIET_MS 4000
/* An answer that is later than this is nobody's. */
#define LATE_MS 5000
/* So many lost questions make silence, and more on a way that loses many anyway. */
#define SILENCE_QUESTIONS       6
#define SILENCE_QUESTIONS_LOSSY 14
#define LOSSY_PERCENT           15
/* A moment of silence is no bad way: it has to lose for so long, and to be losing still. */
#define LOSING_MS       5000
#define LOSING_STILL_MS 2000
/* So many answers, and the hold time, make an uplink that was sick well again. */
#define WELL_ANSWERS 6
/* A new uplink is taken at once, but for a stray answer. */
#define FIRST_ANSWERS 2

#define PENALTY_DEATH   1000
#define PENALTY_RELAPSE 500 /* for one that was coming back */
#define PENALTY_MAX     12000
#define PENALTY_HALF_MS 60000

/* Quality is judged by at least so many results.  Getting better asks for more than not being
 * bad, or the verdict would swing. */
#define RESULTS_MIN 12
/* People are told of losses when there are so many results, or a verdict says so: one lost packet
 * among few would be many percent. */
#define RESULTS_TOLD 24
#define LOSSES_TOLD  2

static const struct limit {
	enum health_class class;
	unsigned loss_enter, loss_leave; /* percent */
	uint32_t delay_enter_us, delay_leave_us;
} limits[] = {
	{ HEALTH_POOR, 25, 15, 1500000, 1000000 },
	{ HEALTH_FAIR, 10, 4, 500000, 350000 },
};

/* --- small questions --- */

static bool is_mute(const struct health *health, const struct health_target *target)
{
	return target->lost >= MUTE_AFTER && health->unanswered == 0;
}

static bool is_believed(const struct health *health)
{
	return health->class >= HEALTH_POOR;
}

static unsigned count_losses(const struct health *health, unsigned *n)
{
	unsigned lost = 0;

	*n = 0;
	for (size_t i = 0; i < health->n_results; i++) {
		const struct health_result *result = &health->window[i];

		if (is_mute(health, &health->targets[result->target]))
			continue;
		(*n)++;
		lost += !result->answered;
	}
	return lost;
}

static unsigned loss_percent(const struct health *health, unsigned *n)
{
	unsigned lost = count_losses(health, n);

	return *n ? lost * 100 / *n : 0;
}

/* All servers of names are mute although there are some. */
static bool has_no_names(const struct health *health)
{
	bool any = false;

	for (size_t i = 0; i < health->n_targets; i++) {
		const struct health_target *target = &health->targets[i];

		if (target->target.kind != PROBE_DNS)
			continue;
		any = true;
		if (!is_mute(health, target) || target->forged)
			return false;
	}
	return any;
}

static bool is_service(const struct health_target *target)
{
	return target->target.kind == PROBE_ICMP || target->target.kind == PROBE_TCP;
}

/* Echoes and connections are asked for in vain while names are answered. */
static bool has_only_names(const struct health *health)
{
	bool names = false, services = false;

	for (size_t i = 0; i < health->n_targets; i++) {
		const struct health_target *target = &health->targets[i];

		if (is_service(target) && target->lost < MUTE_AFTER)
			return false;
		services = services || is_service(target);
		names = names || (target->target.kind == PROBE_DNS && target->heard &&
		                  target->lost < MUTE_AFTER);
	}
	return services && names;
}

/* Whether what has answered is more than servers of names, where there is more to ask. */
static bool is_heard(const struct health *health)
{
	bool services = false;

	for (size_t i = 0; i < health->n_targets; i++) {
		const struct health_target *target = &health->targets[i];

		if (is_service(target) && target->heard)
			return true;
		services = services || is_service(target);
	}
	return !services;
}

static bool is_suspicious(const struct health *health)
{
	return health->class == HEALTH_SICK || health->unanswered > 0 || has_only_names(health);
}

/* Who answers in the place of others does so for names; a real echo comes from nobody then. */
static bool is_portal(const struct health *health)
{
	bool forged = false;

	for (size_t i = 0; i < health->n_targets; i++)
		forged = forged || health->targets[i].forged;
	return forged;
}

/* --- the verdict --- */

static void set_class(struct health *health, enum health_class class, enum health_reason reason,
                      int64_t now_ms)
{
	if (class != health->class)
		health->class_ms = now_ms;
	health->class = class;
	health->reason = reason;
	health->better_ms = 0;
}

static void decay(struct health *health, int64_t now_ms)
{
	while (health->penalty && now_ms - health->penalty_ms >= PENALTY_HALF_MS) {
		health->penalty /= 2;
		health->penalty_ms += PENALTY_HALF_MS;
	}
}

static int64_t hold_ms(const struct health *health)
{
	int64_t hold = HEALTH_HOLD_MS;

	for (uint32_t left = health->penalty; left > PENALTY_DEATH; left -= PENALTY_DEATH / 2)
		hold += hold / 2;
	return hold < HEALTH_HOLD_MAX_MS ? hold : HEALTH_HOLD_MAX_MS;
}

static void punish(struct health *health, uint32_t penalty, int64_t now_ms)
{
	decay(health, now_ms);
	if (!health->penalty)
		health->penalty_ms = now_ms;
	health->penalty += penalty;
	if (health->penalty > PENALTY_MAX)
		health->penalty = PENALTY_MAX;
}

static void die(struct health *health, enum health_reason reason, int64_t now_ms)
{
	if (is_believed(health))
		punish(health, PENALTY_DEATH, now_ms);
	else if (health->class == HEALTH_SICK && health->answers)
		punish(health, PENALTY_RELAPSE, now_ms);
	/* An uplink that was never there has not died. */
	if (health->class != HEALTH_UNKNOWN || reason != HEALTH_LINK_DOWN)
		set_class(health, HEALTH_SICK, reason, now_ms);
	health->reason = reason;
	health->n_results = health->next_result = 0;
	health->answers = 0;
	health->delay_us = 0;
	for (size_t i = 0; i < health->n_targets; i++)
		health->targets[i].heard = false;
}

/* What the measures say, seen from the class that holds. */
static enum health_class measured(const struct health *health, enum health_reason *reason)
{
	unsigned n, loss = loss_percent(health, &n);

	*reason = is_portal(health) ? HEALTH_PORTAL : HEALTH_ONLY_NAMES;
	if (has_only_names(health))
		return HEALTH_POOR;
	*reason = HEALTH_NO_NAMES;
	if (has_no_names(health))
		return HEALTH_POOR;
	for (size_t i = 0; i < ARRAY_LENGTH(limits); i++) {
		const struct limit *limit = &limits[i];
		bool in = health->class <= limit->class;

		*reason = HEALTH_LOSS;
		if (n >= RESULTS_MIN && loss >= (in ? limit->loss_leave : limit->loss_enter))
			return limit->class;
		*reason = HEALTH_DELAY;
		if (health->delay_us >= (in ? limit->delay_leave_us : limit->delay_enter_us))
			return limit->class;
	}
	*reason = HEALTH_WELL;
	return HEALTH_GOOD;
}

static bool is_losing(const struct health *health, int64_t now_ms)
{
	return now_ms - health->losing_ms >= LOSING_MS &&
	       now_ms - health->lost_ms <= LOSING_STILL_MS;
}

/* Who gets worse again and again has to be better for longer: a verdict that swings costs people
 * their connections. */
static void worsen(struct health *health, enum health_class class, enum health_reason reason,
                   int64_t now_ms)
{
	bool again = health->better_hold_ms && now_ms - health->worse_ms < HEALTH_SWING_MS;

	health->better_hold_ms = again ? 2 * health->better_hold_ms : HEALTH_BETTER_MS;
	if (health->better_hold_ms > HEALTH_BETTER_MAX_MS)
		health->better_hold_ms = HEALTH_BETTER_MAX_MS;
	health->worse_ms = now_ms;
	set_class(health, class, reason, now_ms);
}

static void judge_quality(struct health *health, int64_t now_ms)
{
	enum health_reason reason;
	enum health_class class = measured(health, &reason);

	if (class == health->class) {
		health->better_ms = 0;
		health->reason = reason;
	} else if (class < health->class) {
		if (now_ms - health->class_ms >= HEALTH_WORSE_MS &&
		    (reason != HEALTH_LOSS || is_losing(health, now_ms)))
			worsen(health, class, reason, now_ms);
	} else if (!health->better_ms) {
		health->better_ms = now_ms;
	} else if (now_ms - health->better_ms >=
	           (health->better_hold_ms ? health->better_hold_ms : HEALTH_BETTER_MS)) {
		set_class(health, class, reason, now_ms);
	}
}

static void become_what_is_measured(struct health *health, int64_t now_ms)
{
	enum health_reason reason;
	enum health_class class = measured(health, &reason);

	set_class(health, class, reason, now_ms);
}

/* What was lost before the silence tells how many may be lost without one. */
static unsigned silence_questions(const struct health *health)
{
	unsigned n, lost = count_losses(health, &n);

	if (lost <= health->unanswered || n <= health->unanswered)
		return SILENCE_QUESTIONS;
	return (lost - health->unanswered) * 100 / (n - health->unanswered) >= LOSSY_PERCENT
	               ? SILENCE_QUESTIONS_LOSSY
	               : SILENCE_QUESTIONS;
}

/* Silence is judged before anything else: it is what must be noticed in time. */
static bool is_silent(const struct health *health, int64_t now_ms)
{
	return health->unanswered >= silence_questions(health) &&
	       now_ms - health->silent_ms >= HEALTH_SILENCE_MS;
}

/* Whether one that is not believed has answered for long enough. */
static bool is_well(const struct health *health, int64_t now_ms)
{
	if (!is_heard(health) && !has_only_names(health))
		return false;
	if (health->class == HEALTH_UNKNOWN)
		return health->answers >= FIRST_ANSWERS;
	return health->answers >= WELL_ANSWERS && now_ms - health->well_ms >= hold_ms(health);
}

static void judge(struct health *health, int64_t now_ms)
{
	if (!health->link || health->n_targets == 0)
		return;
	if (is_silent(health, now_ms)) {
		enum health_reason why = is_portal(health) ? HEALTH_PORTAL : HEALTH_NO_ANSWER;

		if (health->class != HEALTH_SICK || health->answers)
			die(health, why, now_ms);
		health->reason = why;
		return;
	}
	if (is_believed(health)) {
		judge_quality(health, now_ms);
		return;
	}
	decay(health, now_ms);
	if (is_well(health, now_ms))
		become_what_is_measured(health, now_ms);
	else if (health->answers)
		health->reason = HEALTH_RECOVERING;
}

/* --- answers and losses --- */

static void add_result(struct health *health, uint8_t target, bool answered)
{
	health->window[health->next_result] = (struct health_result){ target, answered };
	health->next_result = (health->next_result + 1) % HEALTH_WINDOW;
	if (health->n_results < HEALTH_WINDOW)
		health->n_results++;
}

/* What was late has come: it was slow, and that is told by the delay. */
static void amend_result(struct health *health, uint8_t target)
{
	for (size_t i = 1; i <= health->n_results; i++) {
		size_t at = (health->next_result + HEALTH_WINDOW - i) % HEALTH_WINDOW;
		struct health_result *result = &health->window[at];

		if (result->target == target && !result->answered) {
			result->answered = true;
			return;
		}
	}
}

static int64_t interval_ms(const struct health *health, int64_t now_ms)
{
	if (health->class == HEALTH_SICK && !health->answers)
		return HEALTH_SICK_MS;
	if (!is_believed(health) || now_ms < health->watch_until_ms)
		return HEALTH_WATCH_MS;
	return HEALTH_CALM_MS;
}

static void watch(struct health *health, int64_t now_ms)
{
	if (now_ms >= health->watch_until_ms)
		health->losing_ms = now_ms;
	health->lost_ms = now_ms;
	health->watch_until_ms = now_ms + WATCH_QUIET_MS;
	if (health->ask_ms > now_ms + interval_ms(health, now_ms))
		health->ask_ms = now_ms;
}

static void lose(struct health *health, struct health_pending *pending, int64_t now_ms)
{
	struct health_target *target = &health->targets[pending->target];
	bool mute = is_mute(health, target);

	pending->late = true;
	if (target->target.kind == PROBE_TRAP) {
		target->forged = false;
		return;
	}
	if (target->lost < UINT16_MAX)
		target->lost++;
	if (pending->asked_ms > health->heard_ms) {
		if (health->unanswered == 0 || pending->asked_ms < health->silent_ms)
			health->silent_ms = pending->asked_ms;
		health->unanswered++;
	}
	add_result(health, pending->target, false);
	if (!mute)
		watch(health, now_ms);
}

/* Waits for as long as this way usually takes, several times, within bounds. */
static int64_t timeout_ms(const struct health *health)
{
	int64_t usual = (int64_t)health->delay_us * 4 / 1000;

	if (!health->delay_us || usual > HEALTH_TIMEOUT_MS)
		return HEALTH_TIMEOUT_MS;
	return usual < HEALTH_TIMEOUT_MS / 2 ? HEALTH_TIMEOUT_MS / 2 : usual;
}

static void count_lost(struct health *health, int64_t now_ms)
{
	int64_t timeout = timeout_ms(health);

	for (size_t i = 0; i < HEALTH_PENDING_MAX; i++) {
		struct health_pending *pending = &health->pending[i];

		if (pending->id && !pending->late && now_ms - pending->asked_ms >= timeout)
			lose(health, pending, now_ms);
		if (pending->id && now_ms - pending->asked_ms >= LATE_MS)
			pending->id = 0;
	}
}

static void measure_delay(struct health *health, int64_t ms)
{
	uint32_t us = ms < LATE_MS ? (uint32_t)ms * 1000 : LATE_MS * 1000;

	/* Under a millisecond is still measured. */
	if (us == 0)
		us = 500;
	health->delay_us = health->delay_us ? health->delay_us - health->delay_us / 8 + us / 8 : us;
}

static void take_answer(struct health *health, struct health_pending *pending, int64_t now_ms)
{
	struct health_target *target = &health->targets[pending->target];

	/* After a silence all are as good as any. */
	for (size_t i = 0; health->unanswered >= SILENCE_QUESTIONS && i < health->n_targets; i++)
		health->targets[i].lost = 0;
	target->lost = 0;
	target->forged = false;
	target->heard = true;
	health->heard_ms = now_ms;
	measure_delay(health, now_ms - pending->asked_ms);
	health->unanswered = 0;
	if (!health->answers++) {
		health->well_ms = now_ms;
		/* What was lost in the silence says nothing about what comes after it. */
		health->n_results = health->next_result = 0;
	}
	if (pending->late)
		amend_result(health, pending->target);
	else
		add_result(health, pending->target, true);
}

void health_answer(struct health *health, uint32_t id, enum health_answer answer, int64_t now_ms)
{
	for (size_t i = 0; i < HEALTH_PENDING_MAX && id; i++) {
		struct health_pending *pending = &health->pending[i];

		if (pending->id != id)
			continue;
		if (answer == HEALTH_ANSWERED)
			take_answer(health, pending, now_ms);
		else if (!pending->late)
			lose(health, pending, now_ms);
		if (answer == HEALTH_FORGED)
			health->targets[pending->target].forged = true;
		pending->id = 0;
		judge(health, now_ms);
		return;
	}
}

/* --- questions --- */

static bool is_due(const struct health *health, const struct health_target *target, int64_t now_ms)
{
	if (target->target.kind == PROBE_TRAP)
		return is_suspicious(health) && now_ms - target->asked_ms >= TRAP_AGAIN_MS;
	return !is_mute(health, target) || has_only_names(health) ||
	       now_ms - target->asked_ms >= MUTE_AGAIN_MS;
}

/* Each in its turn.  If all are mute, so is the uplink, and all are asked. */
static size_t pick(struct health *health, int64_t now_ms)
{
	size_t first = health->next_target % health->n_targets;

	for (size_t i = 0; i < health->n_targets; i++) {
		size_t at = (first + i) % health->n_targets;

		if (!is_due(health, &health->targets[at], now_ms))
			continue;
		health->next_target = at + 1;
		return at;
	}
	while (health->targets[first].target.kind == PROBE_TRAP)
		first = (first + 1) % health->n_targets;
	health->next_target = first + 1;
	return first;
}

static struct health_pending *free_pending(struct health *health)
{
	struct health_pending *oldest = health->pending;

	for (size_t i = 0; i < HEALTH_PENDING_MAX; i++) {
		if (!health->pending[i].id)
			return &health->pending[i];
		if (health->pending[i].asked_ms < oldest->asked_ms)
			oldest = &health->pending[i];
	}
	return oldest;
}

bool health_ask(struct health *health, int64_t now_ms, struct health_question *question)
{
	struct health_pending *pending;
	size_t at;

	if (!health->link || health->n_targets == 0)
		return false;
	count_lost(health, now_ms);
	judge(health, now_ms);
	if (now_ms < health->ask_ms)
		return false;
	at = pick(health, now_ms);
	pending = free_pending(health);
	if (++health->last_id == 0)
		++health->last_id;
	*pending = (struct health_pending){ health->last_id, (uint8_t)at, false, now_ms };
	health->targets[at].asked_ms = now_ms;
	health->ask_ms = now_ms + interval_ms(health, now_ms);
	*question = (struct health_question){ health->last_id, &health->targets[at].target };
	return true;
}

int64_t health_next_ms(const struct health *health)
{
	int64_t next = health->ask_ms;

	if (!health->link || health->n_targets == 0)
		return INT64_MAX;
	for (size_t i = 0; i < HEALTH_PENDING_MAX; i++) {
		const struct health_pending *pending = &health->pending[i];

		if (pending->id && !pending->late && pending->asked_ms + timeout_ms(health) < next)
			next = pending->asked_ms + timeout_ms(health);
	}
	return next;
}

/* --- from outside --- */

/* Traps alone tell nothing. */
static bool has_others(const struct health *health)
{
	for (size_t i = 0; i < health->n_targets; i++) {
		if (health->targets[i].target.kind != PROBE_TRAP)
			return true;
	}
	return false;
}

void health_init(struct health *health, enum ip_family family, const struct probe_target *targets,
                 size_t n_targets, enum health_class was, int64_t now_ms)
{
	*health = (struct health){
		.class = was, .class_ms = now_ms, .ask_ms = now_ms, .heard_ms = now_ms - 1
	};
	for (size_t i = 0; i < n_targets && health->n_targets < HEALTH_TARGETS_MAX; i++) {
		if (targets[i].ip.family == family)
			health->targets[health->n_targets++].target = targets[i];
	}
	if (!has_others(health))
		health->n_targets = 0;
	if (was == HEALTH_SICK)
		health->reason = HEALTH_NO_ANSWER;
	if (was == HEALTH_UNKNOWN)
		health->reason = HEALTH_RECOVERING;
}

static void come_up(struct health *health, int64_t now_ms)
{
	memset(health->pending, 0, sizeof(health->pending));
	health->ask_ms = now_ms;
	health->unanswered = 0;
	health->answers = 0;
	if (health->n_targets == 0)
		set_class(health, HEALTH_GOOD, HEALTH_NOT_ASKED, now_ms);
	else if (health->class == HEALTH_SICK)
		health->reason = HEALTH_RECOVERING;
}

void health_link(struct health *health, bool up, int64_t now_ms)
{
	if (up == health->link && (up || health->reason == HEALTH_LINK_DOWN))
		return;
	health->link = up;
	if (up)
		come_up(health, now_ms);
	else
		die(health, HEALTH_LINK_DOWN, now_ms);
}

enum health_class health_class(const struct health *health)
{
	return health->class;
}

enum health_reason health_reason(const struct health *health)
{
	return health->reason;
}

unsigned health_loss_percent(const struct health *health)
{
	unsigned n, lost = count_losses(health, &n);
	bool sure = n >= RESULTS_TOLD && lost >= LOSSES_TOLD;

	return n && (sure || health->reason == HEALTH_LOSS) ? lost * 100 / n : 0;
}

uint32_t health_delay_us(const struct health *health)
{
	return health->delay_us;
}

static const char *const class_words[] = {
	[HEALTH_UNKNOWN] = "unknown", [HEALTH_SICK] = "sick", [HEALTH_POOR] = "poor",
	[HEALTH_FAIR] = "fair",       [HEALTH_GOOD] = "good",
};

const char *health_class_word(enum health_class class)
{
	return class_words[class];
}

enum health_class health_class_parse(const char *word)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(class_words); i++) {
		if (strcmp(word, class_words[i]) == 0)
			return i;
	}
	return HEALTH_UNKNOWN;
}

const char *health_reason_words(enum health_reason reason)
{
	static const char *const words[HEALTH_N_REASONS] = {
		[HEALTH_WELL] = "works",
		[HEALTH_NOT_ASKED] = "is not watched",
		[HEALTH_LINK_DOWN] = "has no cable, no signal or no address",
		[HEALTH_NO_ANSWER] = "is connected, but nobody on the Internet answers",
		[HEALTH_PORTAL] = "is connected, but a login page stands in the way",
		[HEALTH_RECOVERING] = "answers; it has to do so for a while before it is used",
		[HEALTH_LOSS] = "loses packets",
		[HEALTH_DELAY] = "is slow to answer",
		[HEALTH_ONLY_NAMES] = "answers questions for names, and leads nowhere else",
		[HEALTH_NO_NAMES] = "works, but no server of names answers",
	};

	return words[reason];
}
