/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A child as its supervisor sees it; for the files of this folder that supervise, alone.
 *
 * A child is one record in memory and one on disk (child_record.h).  It changes state in
 * child_life.c alone.  All that is known of what runs is what its pid file says, so a
 * supervisor that was just started and one that has run for a year do the same thing: compare
 * what the running child was given with what it shall have.
 */
#include <limits.h>

#include "platform/linux/service/child_record.h"
#include "platform/linux/service/children.h"

struct arena;
struct event;

struct child {
	struct child *next;
	struct children *children;
	struct child_record record;
	enum child_state state;
	char name[CHILD_NAME_SIZE];
	char package[CHILD_NAME_SIZE];
	struct arena *arena; /* of argv; NULL until children_sync() has named it */
	const char **argv;
	const char *folders[CHILD_FOLDERS_MAX], *socket; /* in the arena */
	int restart_signal;
	void (*starting)(const char *folder);
	void (*settled)(const char *folder);
	bool wanted;
	bool adopted;
	bool named; /* in the specs of the children_sync() that runs */
	int pidfd;  /* -1 unless it runs */
	struct event *ended, *timer;
	int64_t since_ms, due_ms;
	uint32_t restarts;
	size_t failures; /* in a row */
	char last_exit[80];
};

struct children {
	struct event_base *base;
	char folder[PATH_MAX - 256];
	child_log *log;
	void *context;
	struct child *first;
	struct event *log_timer;
};

const char *children_path(const struct children *children, const char *name, const char *end,
                          char path[PATH_MAX]);

/* A new one in the list, which waits for its first start. */
struct child *child_new(struct children *children, const char *name);
/* Forgets it; its process runs on. */
void child_free(struct child *child);
/* Takes it out of the list, with all that it left behind. */
void child_remove(struct children *children, struct child *child);

/* What it shall be from now on; copied. */
void child_take_spec(struct child *child, const struct child_spec *spec);
/* Its program was started by an earlier supervisor.  Takes the pidfd. */
void child_adopt(struct child *child, const struct child_record *record, int pidfd);
/* It ended while nobody watched, and left its files. */
void child_inherit(struct child *child, const struct child_record *record);
/* What cannot be started now is tried again later. */
int child_start(struct child *child);
/* Sends the signal; what does not end is killed after a while. */
void child_stop(struct child *child, int number);
/* After its process has ended: what that left behind ends, too. */
void child_bury(struct child *child);
