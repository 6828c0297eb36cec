/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "diagnosis/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/json.h"

/* A pool this full will be empty when the next feast comes. */
#define POOL_FULL_PERCENT 90
/* Half of what it was is no noise. */
#define LINK_DROPPED_PERCENT 50
/* Links below this lose more than they carry. */
#define LINK_POOR_PERCENT 30
/* A program that falls so often is not well, though it runs at the moment. */
#define RESTARTS_MANY 3

/* What a rule found, parameters for who wants to say it in another language. */
struct finding {
	const char *port, *node, *name, *detail;
	unsigned family; /* 4, 6 or 0 */
	int from, to;    /* percent; 0 both: not about that */
	unsigned percent, id, seconds;
};

struct finding_words {
	const char *kind, *action;
	enum diagnosis_severity severity;
};

struct telling {
	struct json *json;
	const struct finding_words *words;
	size_t n_told;
};

static void add_number(struct json *json, const char *name, unsigned number)
{
	if (number)
		json_number(json, name, number);
}

static void tell(struct telling *t, const struct finding *f, const char *format, ...) PRINTF(3, 4);

static void tell(struct telling *t, const struct finding *f, const char *format, ...)
{
	static const char *const severities[] = { "wrong", "warning", "hint" };
	struct json *json = t->json;
	BUF_AUTO text = { 0 };
	char words[512];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	buf_add(&text, words);
	json_open(json, NULL, '{');
	json_text(json, "kind", t->words->kind);
	json_text(json, "severity", severities[t->words->severity]);
	json_text(json, "text", text.text);
	json_text(json, "do", t->words->action);
	json_text(json, "port", f->port);
	json_text(json, "node", f->node);
	json_text(json, "name", f->name);
	json_text(json, "detail", f->detail);
	add_number(json, "family", f->family);
	if (f->from || f->to) {
		json_number(json, "from", f->from);
		json_number(json, "to", f->to);
	}
	add_number(json, "percent", f->percent);
	add_number(json, "id", f->id);
	add_number(json, "seconds", f->seconds);
	json_close(json, '}');
	t->n_told++;
}

/* ---- the node itself ---- */

static void look_pending(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->pending_id)
		tell(t, &(struct finding){ .id = facts->pending_id, .seconds = facts->pending_s },
		     "A change of the settings waits to be confirmed, and is undone in %u s.",
		     facts->pending_s);
}

static void look_nothing(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->nothing_applied && !facts->failure)
		tell(t, &(struct finding){ .detail = facts->refused },
		     "The node does nothing: its configuration cannot be used.");
}

static void look_failure(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->failure)
		tell(t, &(struct finding){ .detail = facts->failure },
		     "What the configuration asks for could not be made true: %s", facts->failure);
}

static void look_last_good(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->last_good)
		tell(t, &(struct finding){ .detail = facts->refused },
		     "The configuration has mistakes; the node runs with the last good one.");
}

static void look_refused(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->refused && !facts->last_good && !facts->nothing_applied)
		tell(t, &(struct finding){ .detail = facts->refused },
		     "The last change of the configuration was refused: %s", facts->refused);
}

static bool is_failed(const struct diagnosis_program *program)
{
	return !strcmp(program->state, "missing") || !strcmp(program->state, "waiting");
}

static void look_programs(const struct diagnosis_facts *facts, struct telling *t)
{
	for (size_t i = 0; i < facts->n_programs; i++) {
		const struct diagnosis_program *program = &facts->programs[i];

		if (is_failed(program))
			tell(t,
			     &(struct finding){ .name = program->name, .detail = program->state },
			     "The program %s %s.", program->name,
			     strcmp(program->state, "missing") ? "does not run"
			                                       : "is not installed");
	}
}

static void look_restarts(const struct diagnosis_facts *facts, struct telling *t)
{
	for (size_t i = 0; i < facts->n_programs; i++) {
		const struct diagnosis_program *program = &facts->programs[i];

		if (!is_failed(program) && program->restarts >= RESTARTS_MANY)
			tell(t, &(struct finding){ .name = program->name },
			     "The program %s ended %u times and was started again.", program->name,
			     program->restarts);
	}
}

static void look_first_start(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->first_start)
		tell(t, &(struct finding){ .name = facts->name },
		     "This node is new: it belongs to no network yet.");
}

static void look_clock(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->clock_is_wrong)
		tell(t, &(struct finding){ 0 }, "The node does not know what time it is.");
}

static void look_name(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->same_name)
		tell(t, &(struct finding){ .name = facts->name, .detail = facts->same_name },
		     "Another node (%s) is called %s, too.", facts->same_name, facts->name);
}

static void look_pool(const struct diagnosis_facts *facts, struct telling *t)
{
	unsigned percent = facts->pool_size ? 100 * facts->pool_used / facts->pool_size : 0;

	if (percent >= POOL_FULL_PERCENT)
		tell(t, &(struct finding){ .percent = percent },
		     "%u %% of the addresses for devices are taken (%u of %u).", percent,
		     facts->pool_used, facts->pool_size);
}

/* ---- the way out ---- */

static bool has_way(const struct diagnosis_facts *facts)
{
	return facts->ways[0].is_there || facts->ways[1].is_there;
}

static void look_internet(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->ways[0].known && !has_way(facts))
		tell(t, &(struct finding){ 0 },
		     "There is no way to the Internet: neither here nor announced by a neighbour.");
}

static void look_unplugged(const struct diagnosis_facts *facts, struct telling *t)
{
	for (size_t i = 0; i < facts->n_uplinks; i++) {
		const struct diagnosis_uplink *uplink = &facts->uplinks[i];

		if (!uplink->carrier)
			tell(t, &(struct finding){ .port = uplink->port },
			     "Nothing is plugged into %s, the way to the Internet.", uplink->port);
		else if (!uplink->up)
			tell(t, &(struct finding){ .port = uplink->port },
			     "%s is plugged in, but nobody there gives this node an address.",
			     uplink->port);
	}
}

static void look_health(const struct diagnosis_facts *facts, struct telling *t, const char *health)
{
	for (size_t i = 0; i < facts->n_uplinks; i++) {
		const struct diagnosis_uplink *uplink = &facts->uplinks[i];

		for (unsigned family = 0; family < 2; family++) {
			const struct diagnosis_health *h = &uplink->health[family];
			struct finding finding = { .port = uplink->port,
				                   .family = family ? 6 : 4,
				                   .detail = h->why,
				                   .percent = h->loss_percent };

			if (!uplink->up || !h->health || strcmp(h->health, health) != 0)
				continue;
			tell(t, &finding, "The way to the Internet on %s (IPv%u) %s.", uplink->port,
			     finding.family, h->why ? h->why : "does not work well");
		}
	}
}

static void look_sick(const struct diagnosis_facts *facts, struct telling *t)
{
	look_health(facts, t, "sick");
}

static void look_poor(const struct diagnosis_facts *facts, struct telling *t)
{
	look_health(facts, t, "poor");
}

/* ---- other nodes ---- */

static void look_neighbours(const struct diagnosis_facts *facts, struct telling *t)
{
	if (facts->meshes && !facts->n_neighbours && !facts->first_start)
		tell(t, &(struct finding){ 0 }, "No other node is heard.");
}

static const char *node_of(const struct diagnosis_link *link)
{
	return link->node ? link->node : "a neighbour";
}

static void look_link_gone(const struct diagnosis_facts *facts, struct telling *t)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		const struct diagnosis_link *link = &facts->links[i];

		if (link->down)
			tell(t, &(struct finding){ .node = link->node, .port = link->port },
			     "The link to %s is gone; it was there in the last hours.",
			     node_of(link));
	}
}

static bool is_dropped(const struct diagnosis_link *link)
{
	return !link->down && link->quality_percent >= 0 && link->reference_percent > 0 &&
	       100 * link->quality_percent < LINK_DROPPED_PERCENT * link->reference_percent;
}

static void look_link_dropped(const struct diagnosis_facts *facts, struct telling *t)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		const struct diagnosis_link *link = &facts->links[i];

		if (is_dropped(link))
			tell(t,
			     &(struct finding){ .node = link->node,
			                        .port = link->port,
			                        .from = link->reference_percent,
			                        .to = link->quality_percent },
			     "The link to %s fell from %d %% to %d %%.", node_of(link),
			     link->reference_percent, link->quality_percent);
	}
}

static void look_link_poor(const struct diagnosis_facts *facts, struct telling *t)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		const struct diagnosis_link *link = &facts->links[i];

		if (!is_dropped(link) && link->quality_percent >= 0 &&
		    link->quality_percent < LINK_POOR_PERCENT)
			tell(t,
			     &(struct finding){ .node = link->node,
			                        .port = link->port,
			                        .percent = (unsigned)link->quality_percent },
			     "The link to %s is poor: %d %%.", node_of(link),
			     link->quality_percent);
	}
}

/* The worst first: what comes later often follows from what comes before. */
static const struct rule {
	struct finding_words words;
	void (*look)(const struct diagnosis_facts *facts, struct telling *t);
} rules[] = {
	{ { "change_pending", "Confirm it if all works as it should, else take it back.",
	    DIAGNOSIS_WARNING },
	  look_pending },
	{ { "configuration_unusable", "Correct what `weft config check` tells, then `weft reload`.",
	    DIAGNOSIS_WRONG },
	  look_nothing },
	{ { "apply_failed", "It is tried again and again; the report has the details.",
	    DIAGNOSIS_WRONG },
	  look_failure },
	{ { "program_failed", "Install it, or look into the report for why it ends.",
	    DIAGNOSIS_WRONG },
	  look_programs },
	{ { "first_start", "Join a network that is heard, or start one.", DIAGNOSIS_HINT },
	  look_first_start },
	{ { "no_neighbour",
	    "Look at the cables, align the antenna, or see whether the neighbour "
	    "has power.",
	    DIAGNOSIS_WRONG },
	  look_neighbours },
	{ { "uplink_unplugged", "Plug it in, and see whether the modem has power.",
	    DIAGNOSIS_WRONG },
	  look_unplugged },
	{ { "uplink_sick", "Start the modem again; if that does not help, call the provider.",
	    DIAGNOSIS_WRONG },
	  look_sick },
	{ { "no_internet", "See whether a node with a way to the Internet is switched on.",
	    DIAGNOSIS_WRONG },
	  look_internet },
	{ { "link_gone", "See whether that node has power, and whether the antenna moved.",
	    DIAGNOSIS_WRONG },
	  look_link_gone },
	{ { "link_dropped", "Rain, leaves, or the antenna moved: align it.", DIAGNOSIS_WARNING },
	  look_link_dropped },
	{ { "name_collision", "Give one of them another name.", DIAGNOSIS_WARNING }, look_name },
	{ { "configuration_last_good",
	    "Correct what `weft config check` tells, then `weft reload`.", DIAGNOSIS_WARNING },
	  look_last_good },
	{ { "configuration_refused", "Correct it and try again; what ran runs on.",
	    DIAGNOSIS_WARNING },
	  look_refused },
	{ { "pool_nearly_full", "A larger network (main_ipv4_address) has room for more.",
	    DIAGNOSIS_WARNING },
	  look_pool },
	{ { "uplink_poor", "It is used while there is no better one.", DIAGNOSIS_WARNING },
	  look_poor },
	{ { "link_poor", "Align the antenna, or move the node.", DIAGNOSIS_HINT }, look_link_poor },
	{ { "program_restarts", "The report has what it said.", DIAGNOSIS_HINT }, look_restarts },
	{ { "clock_wrong", "It asks for the time as soon as there is a way to the Internet.",
	    DIAGNOSIS_HINT },
	  look_clock },
};

/* ---- what is usual ---- */

#define RECENT_POINTS 5
#define GONE_POINTS   3
#define USUAL_POINTS  10
#define POINTS_MAX    240

static int compare_points(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static bool is_silent(const int *points, size_t n)
{
	for (size_t i = 0; i < GONE_POINTS; i++) {
		if (points[n - 1 - i] >= 0)
			return false;
	}
	return true;
}

int diagnosis_usual(const int *points, size_t n, bool *gone)
{
	int there[POINTS_MAX];
	size_t n_there = 0, n_old;

	*gone = false;
	if (n <= RECENT_POINTS)
		return -1;
	n_old = n - RECENT_POINTS;
	for (size_t i = n_old > POINTS_MAX ? n_old - POINTS_MAX : 0; i < n_old; i++) {
		if (points[i] >= 0)
			there[n_there++] = points[i];
	}
	if (n_there < USUAL_POINTS)
		return -1;
	*gone = 2 * n_there > n_old && is_silent(points, n);
	qsort(there, n_there, sizeof(*there), compare_points);
	return there[n_there / 2];
}

void diagnosis_print(const struct diagnosis_facts *facts, struct json *json)
{
	BUF_AUTO found = { 0 };
	struct json findings = { .out = &found };
	struct telling t = { .json = &findings };

	json_open(&findings, NULL, '[');
	for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
		t.words = &rules[i].words;
		rules[i].look(facts, &t);
	}
	json_close(&findings, ']');
	json_bool(json, "well", !t.n_told);
	json_raw(json, "findings", found.text);
}
