/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/fdb.h"

#include <assert.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The kernel counts the age of an entry in hundredths of a second, everywhere (USER_HZ). */
#define TICK_MS 10

static int64_t idle_of(const struct nlattr *attribute)
{
	struct nda_cacheinfo info;

	if (!attribute || mnl_attr_get_payload_len(attribute) < sizeof(info))
		return 0;
	memcpy(&info, mnl_attr_get_payload(attribute), sizeof(info));
	return (int64_t)info.ndm_updated * TICK_MS;
}

bool fdb_parse(const struct nlmsghdr *message, struct fdb_entry *entry)
{
	const struct ndmsg *body = nl_body_get(message, sizeof(*body));
	const struct nlattr *attributes[NDA_MAX + 1];

	if (!body || body->ndm_family != AF_BRIDGE ||
	    (message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH))
		return false;
	nl_attributes(message, sizeof(*body), attributes, ARRAY_LENGTH(attributes));
	*entry = (struct fdb_entry){
		.bridge = (int)nl_u32(attributes[NDA_MASTER], 0),
		.port = body->ndm_ifindex,
		.gone = message->nlmsg_type == RTM_DELNEIGH,
		.fixed = body->ndm_state & (NUD_PERMANENT | NUD_NOARP),
		.idle_ms = idle_of(attributes[NDA_CACHEINFO]),
	};
	/* Entries of a VLAN of the bridge, which weft's have not, are other entries. */
	return entry->bridge && !attributes[NDA_VLAN] &&
	       nl_mac(attributes[NDA_LLADDR], &entry->mac);
}

void fdb_done(struct fdb *fdb)
{
	free(fdb->entries);
	*fdb = (struct fdb){ 0 };
}

struct reading {
	int bridge;
	struct fdb *fdb;
	size_t room;
};

static int add_entry(const struct nlmsghdr *reply, void *data)
{
	struct reading *reading = data;
	struct fdb *fdb = reading->fdb;
	struct fdb_entry entry;

	if (!fdb_parse(reply, &entry) || entry.bridge != reading->bridge || fdb->count >= FDB_LIMIT)
		return 0;
	if (fdb->count == reading->room) {
		reading->room = reading->room ? 2 * reading->room : 64;
		fdb->entries = realloc(fdb->entries, reading->room * sizeof(*fdb->entries));
		assert(fdb->entries);
	}
	fdb->entries[fdb->count++] = entry;
	return 0;
}

int fdb_read(struct nl *nl, int bridge, struct fdb *fdb)
{
	struct reading reading = { .bridge = bridge, .fdb = fdb };
	struct nl_message message;
	int r;

	*fdb = (struct fdb){ 0 };
	nl_message_init(&message, RTM_GETNEIGH, NLM_F_DUMP);
	nl_body_of(&message, struct ndmsg)->ndm_family = AF_BRIDGE;
	nl_put_u32(&message, NDA_MASTER, (uint32_t)bridge);
	r = nl_dump(nl, &message, add_entry, &reading);
	/* Clients come and go while the table is read; what was read is good enough. */
	if (r == -EINTR)
		r = 0;
	if (r < 0)
		fdb_done(fdb);
	return r;
}

static int take_port(const struct nlmsghdr *reply, void *data)
{
	struct fdb_entry entry;
	int *port = data;

	if (fdb_parse(reply, &entry))
		*port = entry.port;
	return 0;
}

int fdb_port_of(struct nl *nl, int bridge, const struct mac *mac)
{
	struct nl_message message;
	int port = 0;

	nl_message_init(&message, RTM_GETNEIGH, 0);
	nl_body_of(&message, struct ndmsg)->ndm_family = AF_BRIDGE;
	nl_put_mac(&message, NDA_LLADDR, mac);
	nl_put_u32(&message, NDA_MASTER, (uint32_t)bridge);
	return nl_get(nl, &message, take_port, &port) < 0 ? 0 : port;
}

static int change(struct nl *nl, uint16_t type, const struct ndmsg *body, const struct mac *mac)
{
	struct nl_message message;

	nl_message_init(&message, type,
	                NLM_F_ACK | (type == RTM_NEWNEIGH ? NLM_F_CREATE | NLM_F_REPLACE : 0));
	*nl_body_of(&message, struct ndmsg) = *body;
	nl_put_mac(&message, NDA_LLADDR, mac);
	return nl_request(nl, &message);
}

int fdb_forget(struct nl *nl, int port, const struct mac *mac)
{
	struct ndmsg body = { .ndm_family = AF_BRIDGE,
		              .ndm_ifindex = port,
		              .ndm_flags = NTF_MASTER };

	return change(nl, RTM_DELNEIGH, &body, mac);
}

static struct ndmsg own_body(int bridge)
{
	return (struct ndmsg){
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = bridge,
		.ndm_flags = NTF_SELF,
		.ndm_state = NUD_PERMANENT,
	};
}

int fdb_own(struct nl *nl, int bridge, const struct mac *mac)
{
	struct ndmsg body = own_body(bridge);

	return change(nl, RTM_NEWNEIGH, &body, mac);
}

int fdb_disown(struct nl *nl, int bridge, const struct mac *mac)
{
	struct ndmsg body = own_body(bridge);

	return change(nl, RTM_DELNEIGH, &body, mac);
}
