/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/reason.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"

#define LOSS_TOLD_PERCENT 3 /* less is not worth a word */

static bool works(const struct gateway_view *view, unsigned side)
{
	uint32_t health = view->facts->sides[side].health;

	return health == HEALTH_POOR || health == HEALTH_FAIR || health == HEALTH_GOOD;
}

bool gateway_is_choosable(const struct gateway_view *view)
{
	return view->self || view->facts->offer != GATEWAY_CLOSED;
}

bool gateway_is_usable(const struct gateway_view *view, unsigned side)
{
	return gateway_is_choosable(view) && works(view, side) &&
	       (view->self || view->path->state == PATH_WORKS);
}

bool gateway_is_usable_at_all(const struct gateway_view *view)
{
	return gateway_is_usable(view, 0) || gateway_is_usable(view, 1);
}

/* The side that counts where one figure stands for both. */
static const struct gateway_side *side_of(const struct gateway_view *view)
{
	return &view->facts->sides[works(view, 0) || !works(view, 1) ? 0 : 1];
}

static uint32_t loss_percent(const struct gateway_view *view)
{
	uint32_t path = view->self ? 0 : path_loss_percent(view->path);
	uint32_t uplink = side_of(view)->loss_percent;

	if (path > 100 || uplink > 100)
		return 100;
	return 100 - (100 - path) * (100 - uplink) / 100;
}

uint32_t gateway_delay_ms(const struct gateway_view *view)
{
	uint32_t uplink = side_of(view)->delay_ms;

	if (!uplink || (!view->self && view->path->answered_ms < 0))
		return 0;
	return uplink + (view->self ? 0 : view->path->delay_ms);
}

void gateway_print_way(const struct gateway_view *view, struct buf *out)
{
	uint32_t delay = gateway_delay_ms(view);
	unsigned hops = view->path->hops + 1;

	if (view->self)
		buf_add(out, "this node");
	else if (view->path->answered_ms < 0)
		buf_add(out, "not measured yet");
	else
		buf_printf(out, "%u hop%s", hops, hops == 1 ? "" : "s");
	if (delay)
		buf_printf(out, ", %" PRIu32 " ms", delay);
}

static void add_closed(const struct gateway_view *view, struct buf *out)
{
	const char *hours = view->facts->hours;

	if (*hours)
		buf_printf(out, "is open %s alone", hours);
	else
		buf_add(out, "takes nobody else's clients");
}

void gateway_fault(const struct gateway_view *view, struct buf *out)
{
	uint32_t loss = loss_percent(view);

	if (!gateway_is_choosable(view))
		add_closed(view, out);
	else if (!works(view, 0) && !works(view, 1))
		buf_add(out, "has no Internet now");
	else if (!view->self && view->path->state == PATH_LOST)
		buf_add(out, view->facts->offer == GATEWAY_MEMBERS ? "takes its members alone"
		                                                   : "does not answer");
	else if (!view->self && view->path->state == PATH_UNKNOWN)
		buf_add(out, "has not answered yet");
	else if (loss >= LOSS_TOLD_PERCENT)
		buf_printf(out, "loses %" PRIu32 " %%", loss);
	else if (side_of(view)->health == HEALTH_POOR)
		buf_add(out, "works badly");
	else if (side_of(view)->health == HEALTH_FAIR)
		buf_add(out, "is slow");
	else if (!works(view, 0) || !works(view, 1))
		buf_printf(out, "has no IPv%c now", works(view, 0) ? '6' : '4');
}

/* By routers on the way, and where those are as many by delay. */
static bool is_nearer(const struct gateway_view *a, const struct gateway_view *b)
{
	if (a->self || b->self)
		return a->self && !b->self;
	if (a->path->answered_ms < 0 || b->path->answered_ms < 0)
		return a->cost && b->cost && a->cost < b->cost;
	if (a->path->hops != b->path->hops)
		return a->path->hops < b->path->hops;
	return a->path->delay_ms + 1 < b->path->delay_ms;
}

static void add_other(const struct gateway_view *used, const struct gateway_view *other,
                      enum gateway_by by, struct buf *out)
{
	BUF_AUTO fault = { 0 };
	bool nearer = used && is_nearer(other, used);

	gateway_fault(other, &fault);
	if (nearer && fault.length)
		buf_printf(out, "; %s is nearer but %s", other->facts->name, fault.text);
	else if (fault.length)
		buf_printf(out, "; %s %s", other->facts->name, fault.text);
	else if (nearer && by == GATEWAY_BY_NEARNESS && used->cost && other->cost > used->cost)
		buf_printf(out, "; %s is nearer but costs more: %" PRIu32 " against %" PRIu32,
		           other->facts->name, other->cost, used->cost);
	else if (nearer && by != GATEWAY_BY_NEARNESS)
		buf_printf(out, "; %s is nearer", other->facts->name);
}

void gateway_reason(const struct gateway_view *views, size_t n_views, int used, enum gateway_by by,
                    struct buf *out)
{
	static const char *const deciders[] = {
		[GATEWAY_BY_NEARNESS] = "",
		[GATEWAY_BY_ORDER] = ", first of the configured order that works",
		[GATEWAY_BY_PERSON] = ", chosen",
	};
	const struct gateway_view *it = used < 0 ? NULL : &views[used];

	assert(views || !n_views);
	if (it) {
		buf_printf(out, "%s: ", it->facts->name);
		gateway_print_way(it, out);
		buf_add(out, deciders[by]);
	} else {
		buf_add(out,
		        n_views ? "none of the known gateways is used" : "no gateway is known");
	}
	for (size_t i = 0; i < n_views; i++) {
		if ((int)i != used)
			add_other(it, &views[i], by, out);
	}
}

const char *gateway_offer_word(enum gateway_offer offer)
{
	switch (offer) {
	case GATEWAY_OPEN:
		return "open";
	case GATEWAY_MEMBERS:
		return "members";
	case GATEWAY_CLOSED:
		return "closed";
	}
	return "";
}
