/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What batman-adv knows of a cloud: its tables, over generic netlink (linux/batman_adv.h).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"
#include "platform/linux/kernel/nl.h"

enum mesh_table {
	MESH_ORIGINATORS,    /* the nodes of the cloud, a row for each way to one */
	MESH_NEIGHBOURS,     /* those heard directly, a row for each device */
	MESH_LOCAL_CLIENTS,  /* what is announced as being here */
	MESH_GLOBAL_CLIENTS, /* what other nodes announce, a row for each that does */
	MESH_ADDRESSES,      /* IPv4 addresses of clients anywhere in the cloud, heard by the way */
	MESH_BACKBONES,      /* nodes on the same client cables, this one included */
};

/* A row of any table; what a table does not tell is zero. */
struct mesh_row {
	struct mac node;      /* originator, or backbone */
	struct mac neighbour; /* next hop */
	struct mac client;
	struct ip address; /* its */
	int port;          /* index of the device below the mesh */
	bool best;         /* of several rows about the same */
	bool own;          /* this node's own backbone */
	bool leaving;      /* a client that is being taken out of the list */
	bool tagged;       /* a client of a VLAN inside of the cloud */
	bool pinned;       /* an address of the node itself */
	uint8_t tq;        /* quality of the way, of 255 (B.A.T.M.A.N. IV) */
	uint32_t kbps;     /* the same as a rate (B.A.T.M.A.N. V) */
	uint32_t seen_ms;  /* ago */
};

struct mesh {
	struct nl nl;
	uint16_t family;
};

/* -ENOENT if the kernel has no batman-adv. */
int mesh_open(struct mesh *mesh) MUST_CHECK;
void mesh_close(struct mesh *mesh); /* also one that is zero */

/* Calls `row` for each row of a table of the mesh with this index ("bat0"). */
int mesh_read(struct mesh *mesh, int index, enum mesh_table table,
              void (*row)(const struct mesh_row *row, void *data), void *data);

/* The node's address in the mesh: that of its first port.  -ENODEV while it has none. */
int mesh_address(struct mesh *mesh, int index, struct mac *mac) MUST_CHECK;

/* Reads one answer of the kernel; apart from asking, for tests. */
bool mesh_parse(const struct nlmsghdr *reply, struct mesh_row *row);
