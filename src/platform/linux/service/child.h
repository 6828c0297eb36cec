/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a program that weft runs is (babeld, dnsmasq, dhcpcd): as it shall be, and as it is.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"

struct buf;

/* How a running child takes over a file that has changed. */
enum child_change {
	CHILD_CHANGE_RESTART,
	CHILD_CHANGE_SIGNAL,
	CHILD_CHANGE_CALL,
	CHILD_CHANGE_NOTHING, /* it sees by itself, or it matters only when it starts */
};

struct child_file {
	const char *name; /* "babeld.conf": one component, in the run folder */
	const char *content;
	enum child_change change;
	int signal;
	/*
	 * Tells the running child.  `old` is what it has now, `new` what it shall have.  Must not
	 * block for longer than a moment.  If it fails the child is restarted.
	 */
	int (*call)(const char *folder, const char *old, const char *new);
};

#define CHILD_FILES_MAX   6
#define CHILD_FOLDERS_MAX 2

/* Who has run for so long has found its feet. */
#define CHILD_SETTLED_MS 60000

struct child_spec {
	const char *name;        /* "babeld", "dhcpcd-eth0": letters, digits, '.', '-', '_' */
	const char *const *argv; /* ends with NULL.  argv[0] without '/' is looked for in PATH and
	                            the sbin folders.  A change is a restart */
	const char *package;     /* Debian's, for the message when the program is missing */
	struct child_file files[CHILD_FILES_MAX];
	size_t n_files;
	const char *folders[CHILD_FOLDERS_MAX]; /* names in the run folder, or NULL: made before */
	const char *socket; /* a name in the run folder: what a killed one left is removed before */
	int stop_signal;    /* when it is not wanted any more; 0: SIGTERM */
	int restart_signal; /* when another one follows at once; 0: SIGTERM */
	/* Before each start; and once it has run for CHILD_SETTLED_MS, or is not wanted any more.
	 * The second may be called more than once.  May be NULL. */
	void (*starting)(const char *folder);
	void (*settled)(const char *folder);
};

enum child_state {
	CHILD_RUNNING,
	CHILD_WAITING,  /* it ended by itself; starts again at `due_ms` */
	CHILD_MISSING,  /* the program is not installed; looked for again at `due_ms` */
	CHILD_STOPPING, /* was sent its signal */
};

/* Valid until the next call of children_*(), or the next turn of the loop. */
struct child_status {
	const char *name;
	enum child_state state;
	pid_t pid;             /* 0 unless running or stopping */
	bool adopted;          /* started by an earlier weft */
	int64_t since_ms;      /* CLOCK_BOOTTIME of the start of what runs */
	int64_t due_ms;        /* CLOCK_BOOTTIME of the next try, where there is one */
	uint32_t restarts;     /* after ends of its own, not those that we wanted */
	const char *last_exit; /* in words, or "": "ended with status 1", "killed by signal 9" */
	const char *program;   /* argv[0] */
	const char *package;
};

/* A line for a person: "babeld: running since 3 min (pid 123), 2 restarts, last ended with status
 * 1". */
void child_status_print(const struct child_status *status, int64_t now_ms, struct buf *out);
