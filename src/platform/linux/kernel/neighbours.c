/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/neighbours.h"

#include <assert.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

bool neighbour_parse(const struct nlmsghdr *message, struct neighbour *neighbour)
{
	const struct ndmsg *body = nl_body_get(message, sizeof(*body));
	const struct nlattr *attributes[NDA_MAX + 1];

	if (!body || message->nlmsg_type != RTM_NEWNEIGH ||
	    (body->ndm_family != AF_INET && body->ndm_family != AF_INET6) ||
	    (body->ndm_state & (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP)))
		return false;
	nl_attributes(message, sizeof(*body), attributes, ARRAY_LENGTH(attributes));
	*neighbour = (struct neighbour){ .device = body->ndm_ifindex };
	return nl_ip(attributes[NDA_DST], &neighbour->ip) &&
	       nl_mac(attributes[NDA_LLADDR], &neighbour->mac);
}

void neighbours_done(struct neighbours *neighbours)
{
	free(neighbours->entries);
	*neighbours = (struct neighbours){ 0 };
}

struct reading {
	struct neighbours *neighbours;
	size_t room;
};

static int add_entry(const struct nlmsghdr *reply, void *data)
{
	struct reading *reading = data;
	struct neighbours *all = reading->neighbours;
	struct neighbour one;

	if (all->count >= NEIGHBOURS_LIMIT || !neighbour_parse(reply, &one))
		return 0;
	if (all->count == reading->room) {
		reading->room = reading->room ? 2 * reading->room : 64;
		all->entries = realloc(all->entries, reading->room * sizeof(*all->entries));
		assert(all->entries);
	}
	all->entries[all->count++] = one;
	return 0;
}

int neighbours_read(struct nl *nl, struct neighbours *neighbours)
{
	struct reading reading = { .neighbours = neighbours };
	struct nl_message message;
	int r;

	*neighbours = (struct neighbours){ 0 };
	nl_message_init(&message, RTM_GETNEIGH, NLM_F_DUMP);
	(void)nl_body_of(&message, struct ndmsg);
	r = nl_dump(nl, &message, add_entry, &reading);
	/* They come and go while the table is read; what was read is good enough. */
	if (r == -EINTR)
		r = 0;
	if (r < 0)
		neighbours_done(neighbours);
	return r;
}
