/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/children.h"

#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "platform/linux/service/child_life.h"
#include "platform/linux/service/child_process.h"

#define LOG_LIMIT   65536
#define LOG_CHECK_S 60

static void adopt(struct children *children, const char *name)
{
	char path[PATH_MAX];
	BUF_AUTO text = { 0 };
	struct child_record record;
	int pidfd;

	if (file_read(children_path(children, name, ".pid", path), 4096, &text) < 0 ||
	    !child_record_parse(buf_text(&text), &record))
		return;
	pidfd = process_open(&record);
	if (pidfd >= 0)
		child_adopt(child_new(children, name), &record, pidfd);
	else
		child_inherit(child_new(children, name), &record);
}

static void adopt_all(struct children *children)
{
	DIR *folder = opendir(children->folder);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char name[CHILD_NAME_SIZE];
		size_t length = strlen(entry->d_name);

		if (length < 5 || length - 4 >= sizeof(name) ||
		    strcmp(entry->d_name + length - 4, ".pid") != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(length - 4), entry->d_name);
		if (child_name_is_good(name))
			adopt(children, name);
	}
	if (folder)
		closedir(folder);
}

static void bound_logs(evutil_socket_t fd, short what, void *context)
{
	struct children *children = context;
	char path[PATH_MAX];

	(void)fd;
	(void)what;
	for (struct child *child = children->first; child; child = child->next)
		process_bound_log(children_path(children, child->name, ".log", path), LOG_LIMIT);
}

struct children *children_new(struct event_base *base, const char *folder, child_log *log,
                              void *context)
{
	const struct timeval every = { .tv_sec = LOG_CHECK_S };
	struct children *children;
	int rc = file_make_folder(folder, 0755);

	if (strlen(folder) >= sizeof(children->folder))
		rc = -ENAMETOOLONG;
	if (rc < 0) {
		errno = -rc;
		return NULL;
	}
	children = calloc(1, sizeof(*children));
	if (!children)
		abort();
	children->base = base;
	children->log = log;
	children->context = context;
	snprintf(children->folder, sizeof(children->folder), "%s", folder);
	children->log_timer = event_new(base, -1, EV_PERSIST, bound_logs, children);
	event_add(children->log_timer, &every);
	adopt_all(children);
	return children;
}

void children_free(struct children *children)
{
	if (!children)
		return;
	while (children->first) {
		struct child *child = children->first;

		children->first = child->next;
		child_free(child);
	}
	event_free(children->log_timer);
	free(children);
}

/* Waits until all have ended, or until the time is over. */
static void wait_for_all(struct children *children, int timeout_ms)
{
	int64_t end_ms = process_now_ms() + timeout_ms;
	struct child *next;

	for (struct child *child = children->first; child; child = next) {
		struct pollfd wait = { .fd = child->pidfd, .events = POLLIN };
		int64_t left_ms = end_ms - process_now_ms();

		next = child->next;
		if (poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0) <= 0)
			continue;
		child_bury(child);
		child_remove(children, child);
	}
}

static int complain_of_rest(const struct children *children, struct diag *diag)
{
	for (const struct child *child = children->first; child; child = child->next)
		diag_add(diag, DIAG_ERROR, NULL,
		         "cannot end %s (process %ld): it is killed, but stays", child->name,
		         (long)child->record.pid);
	return children->first ? -EBUSY : 0;
}

int children_stop(struct children *children, int timeout_ms, struct diag *diag, struct buf *report)
{
	struct child *next;

	for (struct child *child = children->first; child; child = next) {
		next = child->next;
		child->wanted = false;
		buf_printf(report, "stop %s\n", child->name);
		if (child->pidfd < 0)
			child_remove(children, child);
		else
			child_stop(child, child->record.stop_signal);
	}
	wait_for_all(children, timeout_ms);
	for (struct child *child = children->first; child; child = child->next)
		process_signal(child->pidfd, SIGKILL);
	wait_for_all(children, 1000);
	return complain_of_rest(children, diag);
}

bool children_status(const struct children *children, size_t index, struct child_status *status)
{
	const struct child *child = children->first;

	while (child && index--)
		child = child->next;
	if (!child)
		return false;
	*status = (struct child_status){
		.name = child->name,
		.state = child->state,
		.pid = child->pidfd < 0 ? 0 : child->record.pid,
		.adopted = child->adopted,
		.since_ms = child->since_ms,
		.due_ms = child->due_ms,
		.restarts = child->restarts,
		.last_exit = child->last_exit,
		.program = child->argv ? child->argv[0] : "",
		.package = child->package,
	};
	return true;
}
