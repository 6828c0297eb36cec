/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/mesh.h"

#include <errno.h>
#include <linux/batman_adv.h>
#include <linux/genetlink.h>

/* Bit of a client's VLAN that says that there is one. */
#define VID_HAS_TAG 0x8000

int mesh_open(struct mesh *mesh)
{
	int r = nl_open(&mesh->nl, NETLINK_GENERIC);

	if (r < 0)
		return r;
	r = nl_family(&mesh->nl, BATADV_NL_NAME, &mesh->family);
	if (r < 0)
		nl_close(&mesh->nl);
	return r;
}

void mesh_close(struct mesh *mesh)
{
	nl_close(&mesh->nl);
}

bool mesh_parse(const struct nlmsghdr *reply, struct mesh_row *row)
{
	const struct nlattr *at[NUM_BATADV_ATTR];
	const struct nlattr *vlan;
	uint32_t flags;

	if (!nl_body_get(reply, sizeof(struct genlmsghdr)))
		return false;
	nl_attributes(reply, sizeof(struct genlmsghdr), at, ARRAY_LENGTH(at));
	vlan = at[BATADV_ATTR_TT_VID] ? at[BATADV_ATTR_TT_VID] : at[BATADV_ATTR_DAT_CACHE_VID];
	flags = nl_u32(at[BATADV_ATTR_TT_FLAGS], 0);
	*row = (struct mesh_row){
		.port = (int)nl_u32(at[BATADV_ATTR_HARD_IFINDEX], 0),
		.best = at[BATADV_ATTR_FLAG_BEST],
		.own = at[BATADV_ATTR_BLA_OWN],
		.leaving = flags & (BATADV_TT_CLIENT_ROAM | BATADV_TT_CLIENT_PENDING),
		.tagged = nl_u16(vlan, 0) & VID_HAS_TAG,
		.pinned = flags & BATADV_TT_CLIENT_NOPURGE,
		.tq = nl_u8(at[BATADV_ATTR_TQ], 0),
		.kbps = nl_u32(at[BATADV_ATTR_THROUGHPUT], 0),
		.seen_ms = nl_u32(at[BATADV_ATTR_LAST_SEEN_MSECS], 0),
	};
	if (!nl_mac(at[BATADV_ATTR_ORIG_ADDRESS], &row->node))
		(void)nl_mac(at[BATADV_ATTR_BLA_BACKBONE], &row->node);
	(void)nl_mac(at[BATADV_ATTR_NEIGH_ADDRESS], &row->neighbour);
	if (!nl_mac(at[BATADV_ATTR_TT_ADDRESS], &row->client))
		(void)nl_mac(at[BATADV_ATTR_DAT_CACHE_HWADDRESS], &row->client);
	(void)nl_ip(at[BATADV_ATTR_DAT_CACHE_IP4ADDRESS], &row->address);
	return true;
}

struct reading {
	void (*row)(const struct mesh_row *row, void *data);
	void *data;
};

static int give_row(const struct nlmsghdr *reply, void *data)
{
	const struct reading *reading = data;
	struct mesh_row row;

	if (mesh_parse(reply, &row))
		reading->row(&row, reading->data);
	return 0;
}

static void question(const struct mesh *mesh, struct nl_message *message, uint8_t command,
                     uint16_t flags, int index)
{
	nl_message_init(message, mesh->family, flags);
	*nl_body_of(message, struct genlmsghdr) = (struct genlmsghdr){ .cmd = command,
		                                                       .version = 1 };
	nl_put_u32(message, BATADV_ATTR_MESH_IFINDEX, (uint32_t)index);
}

int mesh_read(struct mesh *mesh, int index, enum mesh_table table,
              void (*row)(const struct mesh_row *row, void *data), void *data)
{
	static const uint8_t commands[] = {
		[MESH_ORIGINATORS] = BATADV_CMD_GET_ORIGINATORS,
		[MESH_NEIGHBOURS] = BATADV_CMD_GET_NEIGHBORS,
		[MESH_LOCAL_CLIENTS] = BATADV_CMD_GET_TRANSTABLE_LOCAL,
		[MESH_GLOBAL_CLIENTS] = BATADV_CMD_GET_TRANSTABLE_GLOBAL,
		[MESH_ADDRESSES] = BATADV_CMD_GET_DAT_CACHE,
		[MESH_BACKBONES] = BATADV_CMD_GET_BLA_BACKBONE,
	};
	struct reading reading = { row, data };
	struct nl_message message;
	int r;

	question(mesh, &message, commands[table], NLM_F_DUMP, index);
	r = nl_dump(&mesh->nl, &message, give_row, &reading);
	/* A table that changes while it is read is read well enough. */
	return r == -EINTR ? 0 : r;
}

static int take_address(const struct nlmsghdr *reply, void *data)
{
	const struct nlattr *at[NUM_BATADV_ATTR];

	nl_attributes(reply, sizeof(struct genlmsghdr), at, ARRAY_LENGTH(at));
	(void)nl_mac(at[BATADV_ATTR_HARD_ADDRESS], data);
	return 0;
}

int mesh_address(struct mesh *mesh, int index, struct mac *mac)
{
	struct nl_message message;
	struct mac found = { { 0 } };
	int r;

	question(mesh, &message, BATADV_CMD_GET_MESH, 0, index);
	r = nl_get(&mesh->nl, &message, take_address, &found);
	if (r < 0)
		return r;
	if (mac_is_zero(&found))
		return -ENODEV;
	*mac = found;
	return 0;
}
