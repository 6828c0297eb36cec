/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Applying goes in rounds: look, compare, do the steps, look again, until nothing is left to do.
 * One round is enough in theory.  In practice the kernel does more than it is told: a bridge takes
 * over the MTU of a member, an interface that goes down loses its IPv6 addresses, the first
 * address of a network takes the others with it.  The next round sees and mends it.
 */
#include "platform/linux/kernel/apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "plan/plan.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/observe.h"
#include "platform/linux/kernel/saved.h"
#include "platform/linux/kernel/steps.h"
#include "platform/linux/kernel/wanted.h"

/* What is not settled by then is being changed by somebody else at the same time. */
#define ROUNDS_MAX 5

struct kernel_backend {
	struct backend base;
	char *folder, *saved_path;
};

/* A step that was done, to be undone if a later one fails. */
struct done {
	struct done *before;
	const struct step *step;
};

/* One run of apply. */
struct run {
	struct kernel kernel;
	struct arena *arena;
	const char *saved_path;
	struct saved *saved;
	const char *saved_text; /* as it was at the beginning; NULL if it could not be read */
	const struct plan *plan;
	bool down; /* does what can be done, whatever else fails */
	struct diag *diag;
	struct buf *report;
	struct done *done;
	size_t n_done;
};

static int complain(struct run *run, int rc, const char *what)
{
	diag_add(run->diag, DIAG_ERROR, NULL, "cannot %s: %s", what, strerror(-rc));
	return rc;
}

static void run_end(struct run *run)
{
	kernel_close(&run->kernel);
	arena_free(run->arena);
}

static int read_saved(struct run *run)
{
	BUF_AUTO text = { 0 };
	int rc = saved_read(run->arena, run->saved_path, &run->saved);

	if (rc == -EBADMSG)
		diag_add(run->diag, DIAG_ERROR, NULL,
		         "%s, which tells how to leave the machine as it was, is broken; remove it "
		         "to go on without",
		         run->saved_path);
	else if (rc < 0)
		complain(run, rc, "read what the machine was like before");
	if (rc < 0)
		return rc;
	saved_print(run->saved, &text);
	run->saved_text = arena_strdup(run->arena, text.text);
	return 0;
}

static int run_open(struct run *run, const struct kernel_backend *backend, const struct plan *plan,
                    struct diag *diag, struct buf *report)
{
	int rc;

	*run = (struct run){ .arena = arena_new(),
		             .saved_path = backend->saved_path,
		             .plan = plan,
		             .diag = diag,
		             .report = report };
	rc = kernel_open(&run->kernel, backend->folder);
	if (rc < 0) {
		complain(run, rc, "talk to the kernel");
		run_end(run);
	}
	return rc;
}

static int run_begin(struct run *run, const struct kernel_backend *backend, const struct plan *plan,
                     struct diag *diag, struct buf *report)
{
	int rc = run_open(run, backend, plan, diag, report);

	if (rc == 0) {
		rc = read_saved(run);
		if (rc < 0)
			run_end(run);
	}
	return rc;
}

/* Looks and compares.  -EINVAL if the plan cannot be made true here, -EIO if looking failed. */
static int plan_steps(struct run *run, struct diag *diag, struct step **steps)
{
	const struct observed *observed, *wanted;

	observed = observe(&run->kernel, run->arena, run->plan, run->saved, diag);
	if (!observed || (observed->filter.refused && !run->down))
		return -EIO;
	wanted = wanted_of(run->plan, observed, run->saved, diag);
	if (!wanted)
		return -EEXIST;
	*steps = steps_of(observed, wanted);
	return 0;
}

/* nftables refuses a whole transaction, but says which line it does not like. */
static const struct origin *filter_cause(const struct run *run)
{
	for (const struct plan_item *i = plan_next(run->plan, PLAN_FILTER, NULL); i;
	     i = plan_next(run->plan, PLAN_FILTER, i)) {
		const struct plan_filter *filter = i->value;

		if (strstr(run->kernel.words, filter->rule))
			return &i->because;
	}
	return NULL;
}

static const struct origin *cause_of(const struct run *run, const struct step *step)
{
	if (step->kind == STEP_FILTER)
		return filter_cause(run);
	return step->because ? &step->because->because : NULL;
}

/* Whether all of it could be undone. */
static bool undo(struct run *run)
{
	bool all = true;

	for (const struct done *d = run->done; d; d = d->before) {
		struct step inverse = step_inverse(d->step);

		if (kernel_step(&run->kernel, &inverse) == 0) {
			buf_printf(run->report, "undo: %s\n", d->step->text);
			continue;
		}
		diag_add(run->diag, DIAG_ERROR, NULL, "cannot undo '%s': %s", d->step->text,
		         run->kernel.words);
		all = false;
	}
	run->done = NULL;
	run->n_done = 0;
	return all;
}

static void note_done(struct run *run, const struct step *step)
{
	struct done *done = arena_new_of(run->arena, struct done);

	done->step = step;
	done->before = run->done;
	run->done = done;
	run->n_done++;
	buf_printf(run->report, "%s\n", step->text);
}

static int do_steps(struct run *run, const struct step *steps)
{
	for (const struct step *s = steps; s; s = s->next) {
		int rc = kernel_step(&run->kernel, s);

		if (rc == 0) {
			note_done(run, s);
			continue;
		}
		diag_add(run->diag, s->optional ? DIAG_WARNING : DIAG_ERROR, cause_of(run, s),
		         "cannot %s: %s", s->text, run->kernel.words);
		if (!s->optional)
			return rc;
	}
	return 0;
}

/* Takes down on disk what was there before, then changes it. */
static int do_round(struct run *run, const struct step *steps)
{
	int rc;

	steps_save(steps, run->saved);
	rc = file_make_folder(run->kernel.folder, 0755);
	if (rc == 0)
		rc = saved_write(run->saved, run->saved_path);
	if (rc < 0)
		return complain(run, rc, "write down what the machine is like");
	return do_steps(run, steps);
}

static int do_rounds(struct run *run)
{
	struct step *steps = NULL;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		size_t before = run->n_done;
		/* What was said of the plan in the first round is not repeated. */
		AUTO(diag_free) struct diag *again = diag_new();
		int rc = plan_steps(run, round ? again : run->diag, &steps);

		if (rc == 0 && steps)
			rc = do_round(run, steps);
		if (rc < 0 || !steps || run->n_done == before)
			return rc;
	}
	diag_add(run->diag, DIAG_WARNING, cause_of(run, steps),
	         "the kernel does not keep what it was told; the last was to %s", steps->text);
	return 0;
}

static int finish(struct run *run)
{
	int rc;

	wanted_forget(run->saved, run->plan);
	rc = saved_write(run->saved, run->saved_path);
	return rc < 0 ? complain(run, rc, "write down what the machine was like") : 0;
}

/* What could not be undone is still to be put back one day, so it stays written down. */
static void give_up(struct run *run)
{
	struct saved *before;
	int rc;

	if (!undo(run))
		return;
	before = saved_parse(run->arena, run->saved_text);
	rc = saved_write(before, run->saved_path);
	if (rc < 0)
		complain(run, rc, "write down what the machine was like");
}

static int apply(struct backend *base, const struct plan *plan, struct diag *diag,
                 struct buf *report, size_t *n_steps)
{
	const struct kernel_backend *backend = container_of(base, struct kernel_backend, base);
	struct run run;
	int rc = run_begin(&run, backend, plan, diag, report);

	if (rc < 0)
		return rc;
	rc = do_rounds(&run);
	if (rc == 0)
		rc = finish(&run);
	else
		give_up(&run);
	*n_steps = run.n_done;
	run_end(&run);
	return rc;
}

/* --- down --- */

/* Does what can be done. */
static int try_steps(struct run *run, const struct step *steps, struct diag *diag)
{
	int result = 0;

	for (const struct step *s = steps; s; s = s->next) {
		int rc = kernel_step(&run->kernel, s);

		if (rc == 0) {
			note_done(run, s);
			continue;
		}
		diag_add(diag, DIAG_ERROR, NULL, "cannot %s: %s", s->text, run->kernel.words);
		result = result < 0 ? result : rc;
	}
	return result;
}

/*
 * What fails may succeed when something else is gone, and what could not be removed may go with
 * what it was part of.  So only what the last round could not do is told.
 */
static int down_rounds(struct run *run)
{
	for (int round = 1;; round++) {
		AUTO(diag_free) struct diag *diag = diag_new();
		size_t before = run->n_done;
		struct step *steps = NULL;
		int rc = plan_steps(run, diag, &steps);

		if (rc == 0)
			rc = try_steps(run, steps, diag);
		if (!steps || run->n_done == before || round == ROUNDS_MAX) {
			diag_merge(run->diag, diag, SIZE_MAX);
			return rc < 0 || !diag_has_errors(diag) ? rc : -EIO;
		}
	}
}

/* What was saved and cannot be read stays for a person to look at. */
static int forget_saved(struct run *run, int rc)
{
	if (rc < 0)
		return rc;
	return run->saved_text ? finish(run) : -EBADMSG;
}

/* Without a plan, all that is ours goes, and all that was before comes back. */
static int down(struct backend *base, struct diag *diag, struct buf *report)
{
	const struct kernel_backend *backend = container_of(base, struct kernel_backend, base);
	AUTO(plan_free) struct plan *nothing = plan_new();
	struct run run;
	int rc = run_open(&run, backend, nothing, diag, report);

	if (rc < 0)
		return rc;
	run.down = true;
	if (read_saved(&run) < 0)
		run.saved = saved_new(run.arena);
	rc = forget_saved(&run, down_rounds(&run));
	run_end(&run);
	return rc;
}

static void backend_free(struct backend *base)
{
	struct kernel_backend *backend = container_of(base, struct kernel_backend, base);

	free(backend->folder);
	free(backend->saved_path);
	free(backend);
}

struct backend *kernel_backend_new(const char *folder)
{
	static const struct backend_ops ops = {
		.name = "linux",
		.apply = apply,
		.down = down,
		.free = backend_free,
	};
	BUF_AUTO copy = { 0 }, saved_path = { 0 };
	struct kernel_backend *backend = calloc(1, sizeof(*backend));

	if (!backend)
		abort();
	buf_add(&copy, folder);
	buf_printf(&saved_path, "%s/before.json", folder);
	backend->base.ops = &ops;
	backend->folder = buf_take(&copy);
	backend->saved_path = buf_take(&saved_path);
	return &backend->base;
}

int kernel_backend_preview(struct backend *backend, const struct plan *plan, struct diag *diag,
                           struct buf *report, size_t *n_steps)
{
	const struct kernel_backend *kernel = container_of(backend, struct kernel_backend, base);
	struct step *steps = NULL;
	struct run run;
	int rc = run_begin(&run, kernel, plan, diag, report);

	if (rc < 0)
		return rc;
	*n_steps = 0;
	rc = plan_steps(&run, diag, &steps);
	for (const struct step *s = steps; s; s = s->next) {
		buf_printf(report, "%s\n", s->text);
		(*n_steps)++;
	}
	run_end(&run);
	return rc;
}
