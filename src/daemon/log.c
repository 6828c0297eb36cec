/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"

static const char *const words[] = {
	[LOG_PRIORITY_ERROR] = "error",
	[LOG_PRIORITY_WARNING] = "warning",
	[LOG_PRIORITY_NOTICE] = "notice",
	[LOG_PRIORITY_INFO] = "info",
};

static void add_head(enum log_priority priority, struct buf *out)
{
	struct timespec now;
	struct tm parts;
	char text[32];

	if (getenv("JOURNAL_STREAM")) {
		buf_printf(out, "<%d>", (int)priority);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
	buf_printf(out, "%s.%03ldZ %s: ", text, now.tv_nsec / 1000000, words[priority]);
}

/* Lines that were written last, the oldest first after `next`. */
#define RECENT_MAX  200
#define RECENT_SIZE 200 /* bytes of one; the rest is cut off */

static char recent[RECENT_MAX][RECENT_SIZE];
static size_t next_recent;

static void remember(enum log_priority priority, const char *text)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	snprintf(recent[next_recent], RECENT_SIZE, "%6lld s %s: %s", (long long)now.tv_sec,
	         words[priority], text);
	next_recent = (next_recent + 1) % RECENT_MAX;
}

void log_recent(struct buf *out)
{
	for (size_t i = 0; i < RECENT_MAX; i++) {
		const char *line = recent[(next_recent + i) % RECENT_MAX];

		if (!*line)
			continue;
		buf_add_printable(out, line);
		buf_add_char(out, '\n');
	}
}

/* One write a line, so that lines of several processes do not mix. */
static void write_line(enum log_priority priority, const char *text)
{
	BUF_AUTO line = { 0 };

	remember(priority, text);
	add_head(priority, &line);
	buf_add_printable(&line, text);
	buf_add_char(&line, '\n');
	/* There is nobody to tell when the log itself cannot be written. */
	if (write(STDERR_FILENO, line.text, line.length) < 0)
		return;
}

void log_line(enum log_priority priority, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	write_line(priority, text);
	free(text);
}

void log_lines(enum log_priority priority, const char *text)
{
	while (*text) {
		const char *end = strchrnul(text, '\n');

		log_line(priority, "%.*s", (int)(end - text), text);
		text = *end ? end + 1 : end;
	}
}

void log_diag(const struct diag *diag, const char *what)
{
	static const enum log_priority priorities[] = {
		[DIAG_WARNING] = LOG_PRIORITY_WARNING,
		[DIAG_UNKNOWN] = LOG_PRIORITY_WARNING,
		[DIAG_ERROR] = LOG_PRIORITY_ERROR,
	};

	for (const struct diag_item *item = diag_first(diag); item; item = item->next) {
		BUF_AUTO line = { 0 };

		diag_item_print(item, &line);
		log_line(priorities[item->severity], "%s%s%s", what ? what : "", what ? ": " : "",
		         buf_text(&line));
	}
}
