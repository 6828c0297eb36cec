/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_routes.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "plan/numbers.h"
#include "platform/linux/kernel/route_copy.h"

/* More than a full Babel network has; what is beyond it is left alone. */
#define ROUTES_MAX 65536

static bool is_babels(const struct nlmsghdr *route)
{
	const struct rtmsg *body = nl_body_get(route, sizeof(*body));

	return body->rtm_protocol == PROTOCOL_BABELD && body->rtm_table == RT_TABLE_MAIN;
}

/* "Unreachable" is what babeld says of a network that it had just lost: not worth keeping. */
static int park_route(struct nl *nl, const struct nlmsghdr *route)
{
	const struct rtmsg *body = nl_body_get(route, sizeof(*body));
	uint32_t metric = route_metric(route);
	int rc = 0;

	if (metric == METRIC_BABEL_PARKED)
		return 0;
	if (body->rtm_type == RTN_UNICAST)
		rc = route_add_at(nl, route, METRIC_BABEL_PARKED);
	return rc < 0 ? rc : route_remove_at(nl, route, metric);
}

static int sweep_route(struct nl *nl, const struct nlmsghdr *route)
{
	return route_metric(route) == METRIC_BABEL_PARKED
	               ? route_remove_at(nl, route, METRIC_BABEL_PARKED)
	               : 0;
}

static int remove_ours(struct nl *nl, const struct nlmsghdr *route)
{
	uint32_t metric = route_metric(route);

	return metric == METRIC_BABEL || metric == METRIC_BABEL_PARKED
	               ? route_remove_at(nl, route, metric)
	               : 0;
}

static int do_family(struct nl *nl, unsigned char family,
                     int (*act)(struct nl *nl, const struct nlmsghdr *route))
{
	struct route_list found = { 0 };
	int result = route_list_read(nl, family, ROUTES_MAX, is_babels, &found);
	const struct nlmsghdr *route = NULL;

	while ((route = route_list_next(&found, route))) {
		int rc = act(nl, route);

		result = result < 0 ? result : rc;
	}
	route_list_done(&found);
	return result;
}

static int do_all(int (*act)(struct nl *nl, const struct nlmsghdr *route))
{
	struct nl nl = { 0 };
	int rc = nl_open(&nl, NETLINK_ROUTE);
	int rc6;

	if (rc < 0)
		return rc;
	rc = do_family(&nl, AF_INET, act);
	rc6 = do_family(&nl, AF_INET6, act);
	nl_close(&nl);
	return rc < 0 ? rc : rc6;
}

int babel_routes_park(void)
{
	return do_all(park_route);
}

int babel_routes_sweep(void)
{
	return do_all(sweep_route);
}

int babel_routes_remove(void)
{
	return do_all(remove_ours);
}
