/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The process `net` as `root` sees it: started, spoken to, watched, and started anew when it ends
 * or does not answer.  Nothing that it does or does not do makes root wait.
 */
#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct event_base;
struct net_process;

struct net_process_options {
	const char *program; /* which weft to run; NULL: this one */
	const char *folder;  /* the daemon's own; an empty one in it becomes net's root */
	/* A new one runs: tell it all that it has to know.  May be NULL. */
	void (*started)(void *data);
	/* It said something that is none of this part's business.  May be NULL. */
	void (*said)(void *data, const struct net_message *message);
	void *data;
};

/* Texts of the options are copied.  NULL and errno if its folder cannot be made. */
struct net_process *net_process_new(struct event_base *base,
                                    const struct net_process_options *options);
/* Ends it. */
void net_process_free(struct net_process *process);
AUTO_DEFINE(net_process_free, struct net_process);

/*
 * Says something now or, if the other side is slow, soon; descriptors are duplicated.  Without a
 * process that runs nothing happens: the next one is told by started().  One that lets too much
 * wait is ended.
 */
void net_process_send(struct net_process *process, const struct net_message *message);

/* 0 while there is none. */
pid_t net_process_pid(const struct net_process *process);
/* How many have ended so far. */
size_t net_process_restarts(const struct net_process *process);
