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
#include "base/compiler.h"
#include "daemon/net/message.h"

/* Whether a line may stand in this file: "MAC,ADDRESS[,NAME]" of reservations, "ADDRESS NAME" of
 * names.  Pure. */
bool cloud_line_is_good(enum net_file_kind file, const char *line);

/* Two nodes of this cloud with one name, as a line of NET_FILE_COLLISIONS tells it. */
struct cloud_collision {
	char name[NET_HOSTNAME_MAX];
	struct ip holder, other; /* who is found by the name, and who by the alias */
	char alias[NET_HOSTNAME_MAX];
};
bool cloud_collision_read(const char *line, struct cloud_collision *collision);
/* The first among lines whose other node has this address; NULL: any. */
bool cloud_collision_of(const char *lines, const struct ip *other,
                        struct cloud_collision *collision);

/* What was written last, perhaps by a daemon before this one.  -ENOENT: nothing yet. */
int cloud_files_read(const char *folder, enum net_file_kind file, struct buf *out) MUST_CHECK;

/* Removes all of them from the daemon's folder. */
void cloud_files_remove(const char *folder);

struct cloud_files {
	const char *folder; /* RUN/weft; borrowed */
	struct buf parts[NET_N_FILES];
	struct buf written[NET_N_FILES];
	unsigned n_changes[NET_N_FILES];
	size_t n_refused; /* lines */
};

void cloud_files_done(struct cloud_files *files);

/* Takes a part of a file; the last one writes it.  True if something that stood in it before does
 * not any more: dnsmasq has to be told. */
bool cloud_files_take(struct cloud_files *files, const struct net_message *message);
