/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_routes.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/nl.h"

/* What of a route has to be said again to mean the same one. */
static const uint16_t kept[] = { RTA_DST, RTA_SRC,   RTA_GATEWAY, RTA_VIA,
	                         RTA_OIF, RTA_TABLE, RTA_PREFSRC };

/* More than a full Babel network has; what is beyond it is left alone. */
#define ROUTES_MAX 65536

struct found {
	struct buf messages; /* whole netlink messages, one after the other */
	size_t n;
};

static int keep_route(const struct nlmsghdr *reply, void *data)
{
	const struct rtmsg *body = nl_body_get(reply, sizeof(*body));
	struct found *found = data;

	if (body && body->rtm_protocol == PROTOCOL_BABELD && body->rtm_table == RT_TABLE_MAIN &&
	    !(body->rtm_flags & RTM_F_CLONED) && found->n < ROUTES_MAX) {
		buf_add_bytes(&found->messages, reply, NLMSG_ALIGN(reply->nlmsg_len));
		found->n++;
	}
	return 0;
}

static int find_routes(struct nl *nl, unsigned char family, struct found *found)
{
	struct nl_message message;
	int rc = -EINTR;

	for (int tries = 0; tries < 5 && rc == -EINTR; tries++) {
		found->messages.length = 0;
		found->n = 0;
		nl_message_init(&message, RTM_GETROUTE, NLM_F_DUMP);
		nl_body_of(&message, struct rtmsg)->rtm_family = family;
		rc = nl_dump(nl, &message, keep_route, found);
	}
	return rc;
}

static void route_again(struct nl_message *message, uint16_t type, uint16_t flags,
                        const struct nlmsghdr *route, uint32_t metric)
{
	const struct rtmsg *body = nl_body_get(route, sizeof(*body));
	const struct nlattr *attributes[RTA_MAX + 1];
	struct rtmsg *to;

	nl_message_init(message, type, flags);
	to = nl_body_of(message, struct rtmsg);
	*to = *body;
	to->rtm_flags &= RTNH_F_ONLINK;
	nl_attributes(route, sizeof(*body), attributes, RTA_MAX + 1);
	for (size_t i = 0; i < ARRAY_LENGTH(kept); i++) {
		const struct nlattr *attribute = attributes[kept[i]];

		if (attribute)
			nl_put(message, kept[i], mnl_attr_get_payload(attribute),
			       mnl_attr_get_payload_len(attribute));
	}
	nl_put_u32(message, RTA_PRIORITY, metric);
}

static uint32_t metric_of(const struct nlmsghdr *route)
{
	const struct nlattr *attributes[RTA_MAX + 1];

	nl_attributes(route, sizeof(struct rtmsg), attributes, RTA_MAX + 1);
	return nl_u32(attributes[RTA_PRIORITY], 0);
}

static int remove_route(struct nl *nl, const struct nlmsghdr *route, uint32_t metric)
{
	struct nl_message message;
	int rc;

	route_again(&message, RTM_DELROUTE, 0, route, metric);
	rc = nl_request(nl, &message);
	return rc == -ESRCH ? 0 : rc;
}

/* "Unreachable" is what babeld says of a network that it had just lost: not worth keeping. */
static int park_route(struct nl *nl, const struct nlmsghdr *route)
{
	const struct rtmsg *body = nl_body_get(route, sizeof(*body));
	uint32_t metric = metric_of(route);
	struct nl_message message;
	int rc;

	if (metric == METRIC_BABEL_PARKED)
		return 0;
	if (body->rtm_type == RTN_UNICAST) {
		route_again(&message, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route,
		            METRIC_BABEL_PARKED);
		rc = nl_request(nl, &message);
		if (rc < 0)
			return rc;
	}
	return remove_route(nl, route, metric);
}

static int sweep_route(struct nl *nl, const struct nlmsghdr *route)
{
	return metric_of(route) == METRIC_BABEL_PARKED
	               ? remove_route(nl, route, METRIC_BABEL_PARKED)
	               : 0;
}

static int remove_ours(struct nl *nl, const struct nlmsghdr *route)
{
	uint32_t metric = metric_of(route);

	return metric == METRIC_BABEL || metric == METRIC_BABEL_PARKED
	               ? remove_route(nl, route, metric)
	               : 0;
}

static int do_family(struct nl *nl, unsigned char family,
                     int (*act)(struct nl *nl, const struct nlmsghdr *route))
{
	struct found found = { 0 };
	int result = find_routes(nl, family, &found);
	size_t at = 0;

	for (size_t i = 0; i < found.n; i++) {
		const void *message = found.messages.text + at;
		const struct nlmsghdr *route = message;
		int rc = act(nl, route);

		result = result < 0 ? result : rc;
		at += NLMSG_ALIGN(route->nlmsg_len);
	}
	buf_done(&found.messages);
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
