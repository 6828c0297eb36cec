/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What is in force: makes what was accepted true, and tries again what failed.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/collect.h"
#include "daemon/gateways.h"
#include "daemon/log.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "plan/backend.h"
#include "plan/plan.h"

/* After a failure the world is asked again, less and less often. */
#define RETRY_MIN_MS 2000
#define RETRY_MAX_MS 60000

static void retry_later(struct daemon *daemon)
{
	daemon->again_ms = daemon->again_ms ? 2 * daemon->again_ms : RETRY_MIN_MS;
	if (daemon->again_ms > RETRY_MAX_MS)
		daemon->again_ms = RETRY_MAX_MS;
	daemon_arm(daemon->again, daemon->again_ms);
}

static void take_accepted(struct daemon *daemon, struct accepted *accepted)
{
	assert(accepted->node);
	accepted_done(&daemon->accepted);
	daemon->accepted = *accepted;
	*accepted = (struct accepted){ 0 };
	daemon->plan = daemon->accepted.node->plan;
}

/* What comes after the kernel has it. */
static int follow_kernel(struct daemon *daemon, const struct accepted *accepted,
                         const struct apply *apply, size_t *n_steps)
{
	size_t n_changes = 0;
	int r = programs_update(daemon->programs, accepted->node->plan, apply->diag, apply->report,
	                        &n_changes);

	*n_steps += n_changes;
	/* A program that is not installed is told, and looked for again and again; the network
	 * stands without it. */
	if (r < 0 && r != -ENOENT)
		return r;
	/* Where lime-config writes the files, this one is its. */
	if (!apply->remember || daemon->owner.guest)
		return 0;
	r = accepted_write(daemon->root, accepted);
	if (r < 0)
		diag_add(apply->diag, DIAG_ERROR, NULL, "cannot write lime-autogen: %s",
		         strerror(-r));
	return r;
}

/* What was in force before is made true again, the kernel and the programs. */
static void go_back(struct daemon *daemon, const struct apply *apply)
{
	size_t n_steps = 0;
	int r;

	buf_add(apply->report, "back to what was in force:\n");
	r = daemon->backend->ops->apply(daemon->backend, daemon->plan, apply->diag, apply->report,
	                                &n_steps);
	if (r == 0)
		r = programs_update(daemon->programs, daemon->plan, apply->diag, apply->report,
		                    &n_steps);
	if (r < 0)
		retry_later(daemon);
}

int daemon_apply(struct daemon *daemon, struct accepted *accepted, const struct apply *apply,
                 size_t *n_steps)
{
	struct plan *plan = accepted->node->plan;
	int r;

	*n_steps = 0;
	r = programs_check(daemon->programs, plan, apply->diag);
	if (r < 0)
		return r;
	programs_add_routes(daemon->programs, plan);
	gateways_prepare(daemon->gateways, plan);
	r = daemon->backend->ops->apply(daemon->backend, plan, apply->diag, apply->report, n_steps);
	if (r < 0)
		return r;
	r = follow_kernel(daemon, accepted, apply, n_steps);
	if (r < 0 && daemon->plan) {
		*n_steps = 0;
		go_back(daemon, apply);
		return r;
	}
	/* A node that had nothing runs with what could be done of it. */
	take_accepted(daemon, accepted);
	daemon->down = false;
	if (*n_steps)
		daemon->applied_ms = clock_ms();
	buf_done(&daemon->failure);
	babel_want(daemon->babel, plan_next(daemon->plan, PLAN_BABEL_INTERFACE, NULL));
	if (!daemon->owner.guest)
		runtime_update(daemon->runtime, daemon->plan, &daemon->accepted.node->identity);
	net_root_update(daemon->net, daemon->plan, &daemon->accepted.node->identity);
	collect_soon(daemon->collect);
	gateways_update(daemon->gateways, daemon->plan, &daemon->accepted.node->identity);
	return r;
}

/* A node that could not even start knows who it is, for whoever asks. */
static void take_identity(struct daemon *daemon, struct accepted *accepted)
{
	if (daemon->plan)
		return;
	take_accepted(daemon, accepted);
	daemon->plan = NULL;
}

/* The same words again are no news. */
static void keep_failure(struct daemon *daemon, const struct diag *diag, int r)
{
	BUF_AUTO text = { 0 };

	diag_print(diag, &text);
	if (!text.length)
		buf_printf(&text, "%s\n", strerror(-r));
	if (strcmp(buf_text(&text), buf_text(&daemon->failure)) != 0)
		log_diag(diag, NULL);
	buf_done(&daemon->failure);
	daemon->failure = text;
	text = (struct buf){ 0 };
}

/* Applies what was read without anybody asking: what fails is kept for the status, and tried
 * again. */
static void apply_quietly(struct daemon *daemon, struct accepted *accepted)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO report = { 0 };
	size_t n_steps;
	int r = daemon_apply(daemon, accepted, &(struct apply){ .diag = diag, .report = &report },
	                     &n_steps);

	if (r < 0) {
		keep_failure(daemon, diag, r);
		take_identity(daemon, accepted);
		retry_later(daemon);
		return;
	}
	daemon->again_ms = 0;
	log_lines(LOG_PRIORITY_INFO, buf_text(&report));
	if (n_steps) {
		log_diag(diag, NULL);
		log_line(LOG_PRIORITY_NOTICE, "applied the plan in %zu steps", n_steps);
	}
	daemon_answer_waiters(daemon);
}

void daemon_boot(struct daemon *daemon)
{
	ACCEPTED_AUTO accepted = { 0 };
	int r;

	accepted_read(daemon->root, daemon->owner.guest, &accepted);
	log_lines(LOG_PRIORITY_WARNING, buf_text(&accepted.mistakes));
	switch (accepted.source) {
	case ACCEPTED_FILES:
		r = daemon->owner.guest ? 0 : accepted_write(daemon->root, &accepted);
		if (r < 0)
			log_line(LOG_PRIORITY_ERROR, "cannot write lime-autogen: %s", strerror(-r));
		break;
	case ACCEPTED_LAST_GOOD:
		log_line(LOG_PRIORITY_ERROR,
		         "the configuration cannot be used; using the last good one, lime-autogen");
		break;
	case ACCEPTED_NOTHING:
		log_line(LOG_PRIORITY_ERROR, "the configuration cannot be used, and there is no "
		                             "earlier one; `weft reload` when it is right");
		accepted_done(&daemon->accepted);
		daemon->accepted = accepted;
		accepted = (struct accepted){ 0 };
		return;
	}
	apply_quietly(daemon, &accepted);
}

void daemon_apply_again(struct daemon *daemon)
{
	ACCEPTED_AUTO accepted = { 0 };

	if (daemon->down)
		return;
	accepted_read_again(daemon->root, daemon->owner.guest, &accepted);
	if (accepted.node)
		apply_quietly(daemon, &accepted);
}
