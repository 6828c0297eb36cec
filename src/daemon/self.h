/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The daemon as its own parts see it; for src/daemon alone.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/host.h"
#include "base/buf.h"
#include "daemon/accepted.h"
#include "daemon/owner.h"

struct babel;
struct calls;
struct backend;
struct collect;
struct control;
struct event;
struct event_base;
struct first;
struct gateways;
struct links;
struct programs;
struct names;
struct net_root;
struct request;
struct runtime;
struct settings;

#define DAEMON_WAITERS_MAX 64

struct daemon {
	struct host host;
	const char *root, *www;
	char *folder; /* RUN/weft */
	int64_t since_ms;

	struct owner owner;
	struct event_base *base;
	struct control *control;
	struct backend *backend;
	struct links *links;
	struct runtime *runtime;
	struct programs *programs;
	struct names *names;
	struct babel *babel;
	struct net_root *net;
	struct calls *calls;
	struct collect *collect;
	struct settings *settings;
	struct first *first;
	struct gateways *gateways;
	struct event *hangup, *terminate, *interrupt; /* signals */
	struct event *links_ready, *again;            /* `again`: time to look at the ports anew */
	struct event *refresh;                        /* time to ask for names */
	int64_t again_ms;                             /* wait before the next try after a failure */

	/* What is in force: its node, and the plan that was applied for it (NULL: none). */
	struct accepted accepted;
	struct plan *plan;
	struct buf failure; /* why what is wanted could not be made true, lines; else empty */
	struct buf refused; /* mistakes of the last reload that was refused */
	int64_t applied_ms; /* when something was last changed */
	bool down;          /* taken down on purpose: waits to be asked for a reload */

	struct request *waiters[DAEMON_WAITERS_MAX], *watchers[DAEMON_WAITERS_MAX];
};

/* What can be asked of it. */
extern const struct host_ops daemon_host_ops;
extern const struct host_settings_ops daemon_settings_ops;
extern const struct host_help_ops daemon_help_ops;
extern const struct host_first_ops daemon_first_ops;

/* At the start: with what the files say, or what they said last. */
void daemon_boot(struct daemon *daemon);
/* Ports have come or gone, or the last try failed. */
void daemon_apply_again(struct daemon *daemon);

void daemon_arm(struct event *timer, int64_t delay_ms);
/* A configuration is applied: for those who wait. */
void daemon_answer_waiters(struct daemon *daemon);

/*
 * Makes what is accepted true: the kernel, the programs, and, to `remember` it, lime-autogen. Steps
 * are lines in `report`.  If one of these fails all is as it was, or is tried again until it is;
 * but for a node that had nothing before, which keeps what could be done.
 */
struct apply {
	bool remember;
	struct diag *diag;
	struct buf *report;
};
int daemon_apply(struct daemon *daemon, struct accepted *accepted, const struct apply *apply,
                 size_t *n_steps);

/* Tells those who watch. */
void daemon_tell(void *data, const char *json);

/* Asks the nodes around for their names, so that they are there when somebody wants them. */
void daemon_refresh_names(struct daemon *daemon);
/* The whole state as one JSON object. */
void daemon_status(struct daemon *daemon, struct buf *out);
