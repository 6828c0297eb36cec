/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/defaults.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "platform/linux/kernel/nl.h"

struct reading {
	struct default_route *routes;
	int count;
};

/* RTA_VIA: a family, then an address of it (RFC 5549: IPv6 next hops of IPv4 routes). */
static void read_via(const struct nlattr *attribute, struct ip *via)
{
	const uint8_t *bytes = attribute ? mnl_attr_get_payload(attribute) : NULL;
	size_t size = attribute ? mnl_attr_get_payload_len(attribute) : 0;
	uint16_t family;

	if (size < sizeof(family))
		return;
	memcpy(&family, bytes, sizeof(family));
	if (family == AF_INET6 && size == sizeof(family) + 16)
		via->family = IP_V6;
	else if (family == AF_INET && size == sizeof(family) + 4)
		via->family = IP_V4;
	else
		return;
	memcpy(via->byte, bytes + sizeof(family), size - sizeof(family));
}

static int take_route(const struct nlmsghdr *reply, void *data)
{
	const struct rtmsg *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *attributes[RTA_MAX + 1];
	struct reading *reading = data;
	struct default_route *route = &reading->routes[reading->count];

	if (!body || body->rtm_dst_len || body->rtm_src_len || body->rtm_type != RTN_UNICAST ||
	    (body->rtm_flags & RTM_F_CLONED) || reading->count == DEFAULTS_MAX)
		return 0;
	nl_attributes(reply, sizeof(*body), attributes, ARRAY_LENGTH(attributes));
	*route = (struct default_route){
		.family = body->rtm_family == AF_INET6 ? IP_V6 : IP_V4,
		.table = nl_u32(attributes[RTA_TABLE], body->rtm_table),
		.metric = nl_u32(attributes[RTA_PRIORITY], 0),
		.protocol = body->rtm_protocol,
	};
	if (!nl_ip(attributes[RTA_GATEWAY], &route->via))
		read_via(attributes[RTA_VIA], &route->via);
	if (!if_indextoname(nl_u32(attributes[RTA_OIF], 0), route->ifname))
		return 0;
	reading->count++;
	return 0;
}

static int read_family(struct nl *nl, uint8_t family, struct reading *reading)
{
	struct nl_message message;
	int r;

	nl_message_init(&message, RTM_GETROUTE, NLM_F_DUMP);
	nl_body_of(&message, struct rtmsg)->rtm_family = family;
	r = nl_dump(nl, &message, take_route, reading);
	return r == -EINTR ? 0 : r;
}

int defaults_read(struct default_route routes[DEFAULTS_MAX])
{
	struct reading reading = { .routes = routes };
	struct nl nl;
	int r = nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	r = read_family(&nl, AF_INET, &reading);
	if (r == 0)
		r = read_family(&nl, AF_INET6, &reading);
	nl_close(&nl);
	return r < 0 ? r : reading.count;
}
