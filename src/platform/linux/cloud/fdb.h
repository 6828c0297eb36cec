/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A bridge's forwarding table: which address it has seen on which port.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/mac.h"
#include "platform/linux/kernel/nl.h"

/* Somebody who invents addresses can fill the kernel's table; we read so much of it. */
#define FDB_LIMIT 8192

struct fdb_entry {
	struct mac mac;
	int bridge;      /* index of the bridge */
	int port;        /* index of the port; the bridge's own for an address of its own */
	bool gone;       /* an event says that it was removed */
	bool fixed;      /* put there by hand, or an address of this node: never moves */
	int64_t idle_ms; /* since a frame came from it */
};

/* What a message of the kernel, an event or an answer, says.  False if it is about something
 * else than an entry of a bridge's table. */
bool fdb_parse(const struct nlmsghdr *message, struct fdb_entry *entry);

struct fdb {
	struct fdb_entry *entries; /* owned */
	size_t count;
};

void fdb_done(struct fdb *fdb);
#define FDB_AUTO __attribute__((cleanup(fdb_done))) struct fdb

/* The table of the bridge with this index; empty if that fails. */
int fdb_read(struct nl *nl, int bridge, struct fdb *fdb);

/* The port of one address, 0 if the bridge has not seen it. */
int fdb_port_of(struct nl *nl, int bridge, const struct mac *mac);

/* Makes the bridge forget what it has learned of an address on a port. */
int fdb_forget(struct nl *nl, int port, const struct mac *mac);

/* Makes an address one of the bridge's own, so that frames for it are never forwarded; fine if it
 * is already. */
int fdb_own(struct nl *nl, int bridge, const struct mac *mac);
int fdb_disown(struct nl *nl, int bridge, const struct mac *mac);
