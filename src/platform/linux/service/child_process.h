/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Processes that outlive the one that started them. */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"

struct child_record;

/* Milliseconds since boot, sleep included. */
int64_t process_now_ms(void);

/* Clock ticks since boot at which a process started.  -ESRCH if there is none. */
int process_start_time(pid_t pid, uint64_t *ticks) MUST_CHECK;
int64_t process_ticks_to_ms(uint64_t ticks);

/* The absolute path of a program, looked for as a shell would and in the sbin folders.  -ENOENT. */
int process_find_program(const char *name, char path[PATH_MAX]) MUST_CHECK;

struct process_start {
	const char *path;
	const char *const *argv;
	const char *log; /* what it prints is appended here */
	const char *pid_file;
	struct child_record *record; /* pid and start are filled in, also here */
};

/*
 * Starts a program in a session of its own, with nothing of ours open and every signal as it is by
 * default.  The pid file is written by the new process itself before it becomes the program: there
 * is no moment in which it runs and nobody could find it again.  Gives a pidfd, or a negative
 * errno.
 */
int process_start(const struct process_start *start) MUST_CHECK;

/* A pidfd of the process that the record means.  -ESRCH if it is gone. */
int process_open(const struct child_record *record) MUST_CHECK;

void process_signal(int pidfd, int number);

/*
 * After the pidfd became readable, before process_reap(): ends what it started and left behind.
 * (dhcpcd is half a dozen processes, and five of them stay when the first is killed.)
 */
void process_end_group(const struct child_record *record);

/* After the pidfd became readable: how it ended, in words.  Only our own children can be asked. */
void process_reap(int pidfd, char *words, size_t size);

/* Keeps a log that somebody else appends to below a size: what is older goes to PATH.old. */
void process_bound_log(const char *path, size_t limit);
