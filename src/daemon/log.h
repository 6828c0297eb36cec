/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the daemon has to say: one line a fact, to stderr.  Under journald each line begins with
 * its priority (sd-daemon(3)), elsewhere with the time.
 */
#include "base/compiler.h"

/* syslog(3)'s numbers. */
enum log_priority {
	LOG_PRIORITY_ERROR = 3,
	LOG_PRIORITY_WARNING = 4,
	LOG_PRIORITY_NOTICE = 5,
	LOG_PRIORITY_INFO = 6,
};

struct diag;

/* Control characters, which may come from outside, are shown and not sent. */
void log_line(enum log_priority priority, const char *format, ...) PRINTF(2, 3);

/* Each line of a text. */
void log_lines(enum log_priority priority, const char *text);

/* The last lines, for a report. */
struct buf;
void log_recent(struct buf *out);

/* Each item with the priority of its severity; after `what`, if that is not NULL. */
void log_diag(const struct diag *diag, const char *what);
