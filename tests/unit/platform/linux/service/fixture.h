/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A folder and a loop for each test, and children to play with. */
#include <event2/event.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "platform/linux/service/child_process.h"
#include "platform/linux/service/children.h"
#include "stop.h"

#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)

static char folder[64];
static struct event_base *base;

static inline int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-child-XXXXXX");
	assert_non_null(mkdtemp(folder));
	base = event_base_new();
	return 0;
}

/* What a child leaves behind would be a failure of rmdir. */
static inline int remove_folder(void **state)
{
	(void)state;
	event_base_free(base);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static const char *const sleep_words[] = { "sleep", "1000", NULL };
static const struct child_spec sleeper = { .name = "sleeper",
	                                   .argv = sleep_words,
	                                   .package = "coreutils" };

static inline size_t sync_with(struct children *children, const struct child_spec *specs, size_t n)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };
	size_t n_changes = 0;
	int rc = children_sync(children, specs, n, diag, NULL, &n_changes);

	diag_print(diag, &text);
	assert_string_equal(buf_text(&text), "");
	assert_int_equal(rc, 0);
	return n_changes;
}

static inline struct child_status status_of(const struct children *children, size_t index)
{
	struct child_status status;

	assert_true(children_status(children, index, &status));
	return status;
}

/* Turns the loop until `done` or until it has taken too long. */
static inline void turn_until(const struct children *children,
                              bool (*done)(const struct children *))
{
	int64_t end = process_now_ms() + 20000;

	while (!done(children) && process_now_ms() < end) {
		struct timeval moment = { .tv_usec = 10000 };

		event_base_loopexit(base, &moment);
		event_base_dispatch(base);
	}
	assert_true(done(children));
}

static inline bool none(const struct children *children)
{
	struct child_status status;

	return !children_status(children, 0, &status);
}

static inline bool runs(const struct children *children)
{
	return status_of(children, 0).state == CHILD_RUNNING;
}

static inline bool started_again(const struct children *children)
{
	return status_of(children, 0).restarts == 1 && runs(children);
}

/* Runs a supervisor that starts the spec and is killed. */
static inline pid_t start_and_die(const struct child_spec *spec)
{
	struct child_status status;
	struct children *children;
	int wait_status, ends[2];
	pid_t supervisor, pid = 0;

	assert_int_equal(pipe(ends), 0);
	supervisor = fork();
	if (supervisor == 0) {
		children = children_new(event_base_new(), folder, NULL, NULL);
		sync_with(children, spec, 1);
		status = status_of(children, 0);
		/* Its pid file stands when it is the program. */
		usleep(200000);
		(void)!write(ends[1], &status.pid, sizeof(status.pid));
		raise(SIGKILL);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &pid, sizeof(pid)), sizeof(pid));
	close(ends[0]);
	assert_int_equal(waitpid(supervisor, &wait_status, 0), supervisor);
	return pid;
}

static inline const char *log_text(struct buf *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/listener.log", folder);
	text->length = 0;
	(void)!file_read(path, 65536, text);
	return buf_text(text);
}

static inline bool is_ready(const struct children *children)
{
	BUF_AUTO text = { 0 };

	(void)children;
	return strstr(log_text(&text), "ready") != NULL;
}
