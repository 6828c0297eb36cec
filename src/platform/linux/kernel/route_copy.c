/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/route_copy.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

/* What of a route has to be said again to mean the same one. */
static const uint16_t kept[] = { RTA_DST,   RTA_SRC,     RTA_GATEWAY, RTA_VIA, RTA_OIF,
	                         RTA_TABLE, RTA_PREFSRC, RTA_METRICS, RTA_PREF };

struct reading {
	struct route_list *list;
	size_t max;
	bool (*wanted)(const struct nlmsghdr *route);
};

static int keep_route(const struct nlmsghdr *reply, void *data)
{
	const struct rtmsg *body = nl_body_get(reply, sizeof(*body));
	const struct reading *reading = data;

	if (!body || (body->rtm_flags & RTM_F_CLONED) || reading->list->count >= reading->max ||
	    !reading->wanted(reply))
		return 0;
	buf_add_bytes(&reading->list->messages, reply, NLMSG_ALIGN(reply->nlmsg_len));
	reading->list->count++;
	return 0;
}

int route_list_read(struct nl *nl, unsigned char family, size_t max,
                    bool (*wanted)(const struct nlmsghdr *route), struct route_list *list)
{
	const size_t length = list->messages.length, count = list->count;
	struct reading reading = { list, max, wanted };
	struct nl_message message;
	int r = -EINTR;

	for (int tries = 0; tries < 5 && r == -EINTR; tries++) {
		list->messages.length = length;
		list->count = count;
		nl_message_init(&message, RTM_GETROUTE, NLM_F_DUMP);
		nl_body_of(&message, struct rtmsg)->rtm_family = family;
		r = nl_dump(nl, &message, keep_route, &reading);
	}
	return r;
}

const struct nlmsghdr *route_list_next(const struct route_list *list, const struct nlmsghdr *route)
{
	const char *begin = list->messages.text;
	const void *next = begin;

	if (route)
		next = (const char *)route + NLMSG_ALIGN(route->nlmsg_len);
	return begin && (const char *)next < begin + list->messages.length ? next : NULL;
}

void route_list_done(struct route_list *list)
{
	buf_done(&list->messages);
	list->count = 0;
}

uint32_t route_metric(const struct nlmsghdr *route)
{
	const struct nlattr *attributes[RTA_MAX + 1];

	nl_attributes(route, sizeof(struct rtmsg), attributes, RTA_MAX + 1);
	return nl_u32(attributes[RTA_PRIORITY], 0);
}

static void say_again(struct nl_message *message, uint16_t type, uint16_t flags,
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

int route_add_at(struct nl *nl, const struct nlmsghdr *route, uint32_t metric)
{
	struct nl_message message;

	say_again(&message, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route, metric);
	return nl_request(nl, &message);
}

int route_remove_at(struct nl *nl, const struct nlmsghdr *route, uint32_t metric)
{
	struct nl_message message;
	int r;

	say_again(&message, RTM_DELROUTE, 0, route, metric);
	r = nl_request(nl, &message);
	return r == -ESRCH ? 0 : r;
}
