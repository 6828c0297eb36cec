/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/links.h"

#include <assert.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/facts.h"
#include "platform/linux/kernel/nl.h"

#define MESSAGE_SIZE 32768

struct known {
	int index;
	char name[IFNAME_SIZE];
};

/* Most messages of the kernel about a device say that its carrier or its traffic is different; to
 * tell those apart, the names of all are kept. */
struct links {
	struct nl events;
	struct known *known;
	size_t count, room;
};

static struct known *find(struct links *links, int index)
{
	for (size_t i = 0; i < links->count; i++) {
		if (links->known[i].index == index)
			return &links->known[i];
	}
	return NULL;
}

static bool learn(struct links *links, int index, const char *name)
{
	struct known *known = find(links, index);

	if (known && !strcmp(known->name, name))
		return false;
	if (!known) {
		if (links->count == links->room) {
			links->room = links->room ? 2 * links->room : 16;
			links->known = realloc(links->known, links->room * sizeof(*links->known));
			assert(links->known);
		}
		known = &links->known[links->count++];
		known->index = index;
	}
	strncpy(known->name, name, IFNAME_SIZE - 1);
	known->name[IFNAME_SIZE - 1] = 0;
	return true;
}

static bool forget(struct links *links, int index)
{
	struct known *known = find(links, index);

	if (!known)
		return false;
	*known = links->known[--links->count];
	return true;
}

/* Messages of the bridge about its ports have the same types and another family. */
static bool take_message(struct links *links, const struct nlmsghdr *message)
{
	const struct ifinfomsg *body = nl_body_get(message, sizeof(*body));
	const struct nlattr *attributes[IFLA_IFNAME + 1];
	const char *name;

	if (!body || body->ifi_family != AF_UNSPEC)
		return false;
	if (message->nlmsg_type == RTM_DELLINK)
		return forget(links, body->ifi_index);
	if (message->nlmsg_type != RTM_NEWLINK)
		return false;
	nl_attributes(message, sizeof(*body), attributes, ARRAY_LENGTH(attributes));
	name = nl_text(attributes[IFLA_IFNAME]);
	return name && learn(links, body->ifi_index, name);
}

static int take_reply(const struct nlmsghdr *reply, void *data)
{
	(void)take_message(data, reply);
	return 0;
}

static int read_all(struct links *links)
{
	struct nl_message message;
	struct nl nl;
	int r = nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	nl_message_init(&message, RTM_GETLINK, NLM_F_DUMP);
	(void)nl_body_of(&message, struct ifinfomsg);
	r = nl_dump(&nl, &message, take_reply, links);
	nl_close(&nl);
	/* What changes meanwhile is told by the events. */
	return r == -EINTR ? 0 : r;
}

static int open_links(struct links *links)
{
	int group = RTNLGRP_LINK, r = nl_open(&links->events, NETLINK_ROUTE);

	if (r < 0)
		return r;
	if (mnl_socket_setsockopt(links->events.socket, NETLINK_ADD_MEMBERSHIP, &group,
	                          sizeof(group)) < 0)
		return -errno;
	return read_all(links);
}

struct links *links_new(void)
{
	struct links *links = calloc(1, sizeof(*links));
	int r;

	assert(links);
	r = open_links(links);
	if (r < 0) {
		links_free(links);
		errno = -r;
		return NULL;
	}
	return links;
}

void links_free(struct links *links)
{
	if (!links)
		return;
	nl_close(&links->events);
	free(links->known);
	free(links);
}

int links_fd(const struct links *links)
{
	return mnl_socket_get_fd(links->events.socket);
}

bool links_read(struct links *links)
{
	_Alignas(struct nlmsghdr) char bytes[MESSAGE_SIZE];
	bool changed = false;

	for (;;) {
		ssize_t n = recv(links_fd(links), bytes, sizeof(bytes), MSG_DONTWAIT);
		const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)bytes;
		int left = (int)n;

		/* Lost events may have been about anything. */
		if (n < 0)
			return changed || errno == ENOBUFS;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
			changed = take_message(links, message) || changed;
	}
}
