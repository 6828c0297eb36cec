/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Programs that people put into a folder for us to run.  Never by a shell, never one that somebody
 * could have written who does not own this machine.
 */
#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"

struct arena;

#define HOOK_FOLDER_MAX 32 /* programs */

struct hook_folder {
	const char *programs[HOOK_FOLDER_MAX]; /* paths, in the order of their names */
	size_t count;
	const char *refused; /* one that others may write, or that is too much; NULL: none */
};

/* What can be run there, and may be: nothing if there is no folder.  Memory is the arena's. */
void hook_folder_read(const char *path, struct arena *arena, struct hook_folder *folder);

struct hook_run {
	pid_t pid;
	int pidfd; /* -1: none */
};

/*
 * Starts one in a group of its own, in the folder /, with `input` on its standard input (-1:
 * nothing), what it complains about where we complain, what it prints nowhere, and nothing else of
 * ours.  0, or a negative errno.
 */
int hook_run_start(const char *program, int input, struct hook_run *run) MUST_CHECK;
/* Ends it with all that it started, if it still runs; its status as waitpid() has it. */
int hook_run_end(struct hook_run *run);
