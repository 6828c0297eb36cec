/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What net knows of the cloud, as files that dnsmasq reads.  Root writes them, and only lines that
 * are what they should be: net may not be itself any more, and nobody else checks.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "daemon/net/message.h"

/* Whether a line may stand in this file: "MAC,ADDRESS[,NAME]" of reservations, "ADDRESS NAME" of
 * names.  Pure. */
bool cloud_line_is_good(enum net_file_kind file, const char *line);

struct cloud_files {
	const char *folder; /* RUN/weft; borrowed */
	struct buf parts[NET_N_FILES];
	struct buf written[NET_N_FILES];
	size_t n_refused; /* lines */
};

void cloud_files_done(struct cloud_files *files);

/* Takes a part of a file; the last one writes it.  True if something that stood in it before does
 * not any more: dnsmasq has to be told. */
bool cloud_files_take(struct cloud_files *files, const struct net_message *message);
