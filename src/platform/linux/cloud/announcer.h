/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Announces clients into a cloud (announce.h decides): listens to the kernel's news of the bridge's
 * forwarding table, and sends into the cloud's device.
 */
#include <stdint.h>

#include "base/compiler.h"
#include "platform/linux/cloud/announce.h"
#include "platform/linux/cloud/fdb.h"

struct announcer;

struct announcer_config {
	int bridge, cloud; /* indexes of the devices: "br-lan", "bat0" */
	/* Called with every entry that is new on a port of the bridge, has moved to it or is gone,
	 * the cloud's port included.  May be NULL. */
	void (*seen)(const struct fdb_entry *entry, void *data);
	void *data;
};

/* Listens from now on.  NULL and errno if it cannot. */
struct announcer *announcer_new(const struct announcer_config *config);
void announcer_free(struct announcer *announcer);
AUTO_DEFINE(announcer_free, struct announcer);

/* Readable when there is something for announcer_read(). */
int announcer_fd(const struct announcer *announcer);
void announcer_read(struct announcer *announcer, int64_t now_ms);

/* Compares what the bridge and batman-adv know; to be called every ANNOUNCE_PERIOD_MS. */
void announcer_compare(struct announcer *announcer, int64_t now_ms);

struct announce_counts announcer_counts(const struct announcer *announcer);
