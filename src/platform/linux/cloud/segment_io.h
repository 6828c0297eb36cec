/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Carries out on the machine what segment.h decides: sends and takes hellos, asks batman-adv who
 * else is on the cables, and keeps the filter that makes ports silent.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/facts.h"
#include "platform/linux/cloud/segment.h"
#include "platform/linux/cloud/segment_rules.h"

struct segment_io;

struct segment_config {
	int bridge, cloud; /* indexes of the devices; cloud 0: there is none */
	struct segment_address address;
	struct mac node;
	uint8_t network[SEGMENT_CLOUD_SIZE];
	char ports[SEGMENT_PORTS_MAX][IFNAME_SIZE]; /* wired client ports */
	size_t n_ports;
};

/* NULL and errno if the sockets cannot be had.  Nothing is changed before the first tick. */
struct segment_io *segment_io_new(const struct segment_config *config);
/* The ports stay as they are: for a daemon that is started again at once. */
void segment_io_free(struct segment_io *io);
AUTO_DEFINE(segment_io_free, struct segment_io);

/* Other ports, nothing else is different. */
void segment_io_set_ports(struct segment_io *io, const struct segment_config *config);

/* Readable when there is something for segment_io_read(). */
int segment_io_fd(const struct segment_io *io);
void segment_io_read(struct segment_io *io, int64_t now_ms);

/*
 * Does what is due, and gives the time of the next thing to do.  A change is a line in `report`.
 * What the kernel refuses is in `failure`, a line, and tried again with the next change.
 */
int64_t segment_io_tick(struct segment_io *io, int64_t now_ms, struct buf *report,
                        struct buf *failure);

/* Says goodbye where other nodes are and leaves those ports to them: before an end that is not
 * followed by a start. */
void segment_io_leave(struct segment_io *io, int64_t now_ms);

/* Removes from the machine what this one made, or, for NULL, the filter that an earlier one did.
 * -EIO and a line in `failure` if nftables refuses. */
int segment_io_remove(struct segment_io *io, struct buf *failure);

/* NULL past the last; `name` gets the name of the port. */
const struct segment_port *segment_io_port(const struct segment_io *io, size_t index,
                                           char name[IFNAME_SIZE]);
