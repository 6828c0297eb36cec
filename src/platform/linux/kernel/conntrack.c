/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/conntrack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <string.h>

#include "platform/linux/kernel/nl.h"

#define MESSAGE(type_) (NFNL_SUBSYS_CTNETLINK << 8 | (type_))
/* Of one connection, a tuple of IPv6 with its numbers, more than twice over. */
#define TUPLE_SIZE_MAX 256
/* More are left for the next time; a router's table holds fewer. */
#define FORGET_MAX 65536

struct tuple {
	uint16_t size;
	char bytes[TUPLE_SIZE_MAX]; /* the attribute's value, as the kernel gave it */
};

struct list {
	struct tuple *tuples;
	size_t n, room;
};

/* What a cloud may use, and what the Internet never does: RFC 1918, 6598 and 4193, and what is
 * not for forwarding at all. */
static bool is_private(const struct ip *ip)
{
	static const struct prefix nets[] = {
		{ { IP_V4, { 10 } }, 8 },          { { IP_V4, { 172, 16 } }, 12 },
		{ { IP_V4, { 192, 168 } }, 16 },   { { IP_V4, { 100, 64 } }, 10 },
		{ { IP_V4, { 169, 254 } }, 16 },   { { IP_V4, { 127 } }, 8 },
		{ { IP_V4, { 224 } }, 3 },         { { IP_V6, { 0xfc } }, 7 },
		{ { IP_V6, { 0xfe, 0x80 } }, 10 }, { { IP_V6, { 0xff } }, 8 },
		{ { IP_V6, { 0 } }, 8 },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(nets); i++) {
		if (nets[i].ip.family == ip->family && prefix_contains(&nets[i], ip))
			return true;
	}
	return false;
}

static bool read_addresses(const struct nlattr *tuple, struct ip *from, struct ip *to)
{
	const struct nlattr *parts[CTA_TUPLE_MAX + 1], *ips[CTA_IP_MAX + 1];

	nl_nested(tuple, parts, ARRAY_LENGTH(parts));
	nl_nested(parts[CTA_TUPLE_IP], ips, ARRAY_LENGTH(ips));
	if (ips[CTA_IP_V4_SRC])
		return nl_ip(ips[CTA_IP_V4_SRC], from) && nl_ip(ips[CTA_IP_V4_DST], to);
	return nl_ip(ips[CTA_IP_V6_SRC], from) && nl_ip(ips[CTA_IP_V6_DST], to);
}

static int keep(struct list *list, const struct nlattr *attribute)
{
	size_t size = mnl_attr_get_payload_len(attribute);
	struct tuple *tuple;

	if (size > TUPLE_SIZE_MAX || list->n == FORGET_MAX)
		return 0;
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		struct tuple *tuples = realloc(list->tuples, room * sizeof(*tuples));

		if (!tuples)
			return -ENOMEM;
		list->tuples = tuples;
		list->room = room;
	}
	tuple = &list->tuples[list->n++];
	tuple->size = (uint16_t)size;
	memcpy(tuple->bytes, mnl_attr_get_payload(attribute), size);
	return 0;
}

static int on_connection(const struct nlmsghdr *reply, void *data)
{
	const struct nlattr *attributes[CTA_MAX + 1];
	struct ip from, to;
	uint32_t status;

	nl_attributes(reply, sizeof(struct nfgenmsg), attributes, ARRAY_LENGTH(attributes));
	status = ntohl(nl_u32(attributes[CTA_STATUS], 0));
	if (!attributes[CTA_TUPLE_ORIG] || status & IPS_SRC_NAT ||
	    !read_addresses(attributes[CTA_TUPLE_ORIG], &from, &to) || !is_private(&from) ||
	    is_private(&to))
		return 0;
	return keep(data, attributes[CTA_TUPLE_ORIG]);
}

static void begin(struct nl_message *message, unsigned type, uint16_t flags, enum ip_family family)
{
	struct nfgenmsg *body;

	nl_message_init(message, (uint16_t)MESSAGE(type), flags);
	body = nl_body_of(message, struct nfgenmsg);
	body->nfgen_family = family == IP_V4 ? AF_INET : AF_INET6;
	body->version = NFNETLINK_V0;
}

/* One that has ended meanwhile is as good as forgotten. */
static int forget(struct nl *nl, const struct tuple *tuple, enum ip_family family)
{
	struct nl_message message;
	int r;

	begin(&message, IPCTNL_MSG_CT_DELETE, 0, family);
	nl_put(&message, CTA_TUPLE_ORIG | NLA_F_NESTED, tuple->bytes, tuple->size);
	r = nl_request(nl, &message);
	return r == -ENOENT ? 0 : r;
}

static int list_them(struct nl *nl, enum ip_family family, struct list *list)
{
	struct nl_message message;

	begin(&message, IPCTNL_MSG_CT_GET, 0, family);
	return nl_dump(nl, &message, on_connection, list);
}

int conntrack_forget_untranslated(enum ip_family family)
{
	struct list list = { 0 };
	struct nl nl;
	int r = nl_open(&nl, NETLINK_NETFILTER);

	if (r < 0)
		return r;
	r = list_them(&nl, family, &list);
	/* Another reader of the table at the same time: what was read is still good. */
	if (r == -EINTR)
		r = 0;
	for (size_t i = 0; i < list.n && r >= 0; i++)
		r = forget(&nl, &list.tuples[i], family);
	free(list.tuples);
	nl_close(&nl);
	return r < 0 ? r : (int)list.n;
}
