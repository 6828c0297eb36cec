/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a pid file says: which process it is, and what it was started with.  Pure.
 *
 *	1234 567890
 *	stop 15
 *	argv 0123456789abcdef0123456789abcdef
 *	file dnsmasq.conf 0123456789abcdef0123456789abcdef
 *
 * The first line is the process and the time of its start (field 22 of /proc/PID/stat): together
 * they mean one process, even after numbers have been used again.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "platform/linux/service/child.h"

struct buf;

#define CHILD_DIGEST_SIZE 33
#define CHILD_NAME_SIZE   64

struct child_record_file {
	char name[CHILD_NAME_SIZE];
	char digest[CHILD_DIGEST_SIZE];
};

struct child_record {
	pid_t pid;
	uint64_t start; /* clock ticks since boot */
	int stop_signal;
	char argv[CHILD_DIGEST_SIZE];
	struct child_record_file files[CHILD_FILES_MAX];
	size_t n_files;
};

/* One component of a path that needs no quoting anywhere. */
bool child_name_is_good(const char *name);

/* What a child of this spec is started with; pid and start are zero. */
struct child_record child_record_of(const struct child_spec *spec);

/* NULL if it has no such file. */
const struct child_record_file *child_record_file(const struct child_record *record,
                                                  const char *name);

void child_record_print(const struct child_record *record, struct buf *out);

/* False, and `record` untouched, unless every line is as above. */
bool child_record_parse(const char *text, struct child_record *record);
