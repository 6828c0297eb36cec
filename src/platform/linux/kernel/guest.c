/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/guest.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/diag.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/route_copy.h"

#define ROUTES_MAX 64

/* One default route of the kernel. */
struct way {
	const struct nlmsghdr *message;
	enum ip_family family;
	struct ip via;
	char ifname[IFNAME_SIZE];
	uint8_t protocol;
	uint32_t metric;
};

struct work {
	struct nl nl;
	struct route_list list;
	struct way ways[ROUTES_MAX];
	size_t n_ways;
	struct diag *diag;
	struct buf *report;
	size_t n_steps;
	int result;
};

static bool is_ours(uint8_t protocol)
{
	return protocol == PROTOCOL_GATEWAY_GOOD || protocol == PROTOCOL_GATEWAY_FAIR ||
	       protocol == PROTOCOL_GATEWAY_POOR;
}

bool guest_is_uplink(uint8_t protocol)
{
	return !is_ours(protocol) && protocol != PROTOCOL_WEFT && protocol != PROTOCOL_BABELD &&
	       protocol != RTPROT_RA && protocol != RTPROT_KERNEL;
}

/* --- what is there --- */

/* One that is for some sources only (`rtm_src_len`) is no way for the mesh. */
static bool is_default(const struct nlmsghdr *route)
{
	const struct rtmsg *body = nl_body_get(route, sizeof(*body));

	return !body->rtm_dst_len && !body->rtm_src_len && body->rtm_type == RTN_UNICAST &&
	       body->rtm_table == RT_TABLE_MAIN;
}

static void add_way(struct work *work, const struct nlmsghdr *message)
{
	const struct rtmsg *body = nl_body_get(message, sizeof(*body));
	const struct nlattr *attributes[RTA_MAX + 1];
	struct way way = { .message = message, .metric = route_metric(message) };

	nl_attributes(message, sizeof(*body), attributes, ARRAY_LENGTH(attributes));
	way.family = body->rtm_family == AF_INET6 ? IP_V6 : IP_V4;
	way.protocol = body->rtm_protocol;
	(void)nl_ip(attributes[RTA_GATEWAY], &way.via);
	if (work->n_ways < ROUTES_MAX && if_indextoname(nl_u32(attributes[RTA_OIF], 0), way.ifname))
		work->ways[work->n_ways++] = way;
}

static int find_ways(struct work *work)
{
	const struct nlmsghdr *message = NULL;
	int r = nl_open(&work->nl, NETLINK_ROUTE);

	if (r == 0)
		r = route_list_read(&work->nl, AF_INET, ROUTES_MAX, is_default, &work->list);
	if (r == 0)
		r = route_list_read(&work->nl, AF_INET6, ROUTES_MAX, is_default, &work->list);
	while (r == 0 && (message = route_list_next(&work->list, message)))
		add_way(work, message);
	return r;
}

/* --- steps --- */

static void step_done(struct work *work, const char *what, const char *ifname, const struct ip *via,
                      int r)
{
	char text[IP_TEXT_SIZE];

	if (r < 0) {
		diag_add(work->diag, DIAG_ERROR, NULL, "cannot %s the default route by %s: %s",
		         what, ifname, nl_explain(&work->nl, r));
		work->result = work->result < 0 ? work->result : r;
		return;
	}
	buf_printf(work->report, "%s the default route by %s (%s)\n", what, ifname,
	           via->family == IP_NONE ? "on link" : ip_format(via, text));
	work->n_steps++;
}

/* Ours is there again before theirs is gone, or theirs before ours: never none. */
static void move(struct work *work, const struct way *way, uint32_t metric, const char *what)
{
	int r = route_add_at(&work->nl, way->message, metric);

	if (r == 0)
		r = route_remove_at(&work->nl, way->message, way->metric);
	step_done(work, what, way->ifname, &way->via, r);
}

static void unpark(struct work *work, const struct way *way)
{
	if (way->metric >= METRIC_GATEWAY_PARKED && guest_is_uplink(way->protocol))
		move(work, way, way->metric - METRIC_GATEWAY_PARKED, "take up");
}

static void announce(struct work *work, const struct plan_route *route)
{
	struct nl_message message;
	struct rtmsg *body;

	nl_message_init(&message, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&message, struct rtmsg);
	body->rtm_family = route->via.family == IP_V6 ? AF_INET6 : AF_INET;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = (unsigned char)route->protocol;
	body->rtm_type = RTN_UNICAST;
	body->rtm_flags = RTNH_F_ONLINK;
	nl_put_ip(&message, RTA_GATEWAY, &route->via);
	nl_put_u32(&message, RTA_OIF, if_nametoindex(route->ifname));
	nl_put_u32(&message, RTA_PRIORITY, route->metric);
	step_done(work, "announce", route->ifname, &route->via, nl_request(&work->nl, &message));
}

/* --- what shall be there --- */

static bool is_wanted(const struct plan_item *item)
{
	const struct plan_route *route = item->value;

	return route->learnt && route->table == TABLE_MAIN && route->destination.length == 0;
}

static bool is_same_way(const struct way *way, const struct plan_route *route)
{
	return way->family == route->destination.ip.family && ip_equal(&way->via, &route->via) &&
	       strcmp(way->ifname, route->ifname) == 0;
}

static const struct plan_route *wanted_of(const struct plan *plan, const struct way *way)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_ROUTE, NULL); i;
	     i = plan_next(plan, PLAN_ROUTE, i)) {
		if (is_wanted(i) && is_same_way(way, i->value))
			return i->value;
	}
	return NULL;
}

static bool is_announced(const struct work *work, const struct plan_route *route)
{
	for (size_t i = 0; i < work->n_ways; i++) {
		const struct way *way = &work->ways[i];

		if (way->protocol == route->protocol && way->metric == route->metric &&
		    is_same_way(way, route))
			return true;
	}
	return false;
}

static void take_back(struct work *work, const struct plan *plan, const struct way *way)
{
	const struct plan_route *wanted = wanted_of(plan, way);

	if (wanted && wanted->protocol == way->protocol && wanted->metric == way->metric)
		return;
	step_done(work, "announce no more", way->ifname, &way->via,
	          route_remove_at(&work->nl, way->message, way->metric));
}

static void settle(struct work *work, const struct plan *plan, const struct way *way)
{
	const struct plan_route *wanted = wanted_of(plan, way);

	if (!wanted)
		return;
	if (wanted->protocol)
		unpark(work, way);
	else if (way->metric < METRIC_GATEWAY_PARKED)
		move(work, way, way->metric + METRIC_GATEWAY_PARKED, "park");
}

/* Theirs is in its place before ours is announced, and ours gone before theirs is parked. */
static void make_true(struct work *work, const struct plan *plan)
{
	for (size_t i = 0; i < work->n_ways; i++) {
		if (is_ours(work->ways[i].protocol))
			take_back(work, plan, &work->ways[i]);
	}
	for (size_t i = 0; i < work->n_ways; i++) {
		if (guest_is_uplink(work->ways[i].protocol))
			settle(work, plan, &work->ways[i]);
	}
	for (const struct plan_item *i = plan_next(plan, PLAN_ROUTE, NULL); i;
	     i = plan_next(plan, PLAN_ROUTE, i)) {
		const struct plan_route *route = i->value;

		if (is_wanted(i) && route->protocol && !is_announced(work, route))
			announce(work, route);
	}
}

static void give_back(struct work *work)
{
	for (size_t i = 0; i < work->n_ways; i++) {
		const struct way *way = &work->ways[i];

		if (is_ours(way->protocol))
			step_done(work, "announce no more", way->ifname, &way->via,
			          route_remove_at(&work->nl, way->message, way->metric));
		else
			unpark(work, way);
	}
}

/* --- the backend --- */

/* `plan` NULL: all is as it would be without us. */
static int do_work(const struct plan *plan, struct diag *diag, struct buf *report, size_t *n_steps)
{
	struct work *work = calloc(1, sizeof(*work));
	int r;

	if (!work)
		abort();
	work->diag = diag;
	work->report = report;
	r = find_ways(work);
	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "cannot read the default routes: %s",
		         strerror(-r));
	else if (plan)
		make_true(work, plan);
	else
		give_back(work);
	r = r < 0 ? r : work->result;
	*n_steps = work->n_steps;
	nl_close(&work->nl);
	route_list_done(&work->list);
	free(work);
	return r;
}

static int guest_apply(struct backend *backend, const struct plan *plan, struct diag *diag,
                       struct buf *report, size_t *n_steps)
{
	(void)backend;
	return do_work(plan, diag, report, n_steps);
}

static int guest_down(struct backend *backend, struct diag *diag, struct buf *report)
{
	size_t n_steps;

	(void)backend;
	return do_work(NULL, diag, report, &n_steps);
}

static void guest_free(struct backend *backend)
{
	free(backend);
}

static const struct backend_ops guest_ops = {
	.name = "guest",
	.apply = guest_apply,
	.down = guest_down,
	.free = guest_free,
};

struct backend *guest_backend_new(void)
{
	struct backend *backend = calloc(1, sizeof(*backend));

	if (!backend)
		abort();
	backend->ops = &guest_ops;
	return backend;
}
