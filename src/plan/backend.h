/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What can make a plan true: the kernel and child daemons here, UCI files on OpenWrt.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct diag;
struct plan;

struct backend;

struct backend_ops {
	const char *name;
	/*
	 * Makes the plan true and everything of ours that is not in it go away, changing only what
	 * differs.  Each step done is a line in `report`.  On failure the steps done are undone,
	 * the kernel's own words are in `diag`, and a negative errno comes back.  `n_steps` counts
	 * what was changed: 0 when all was as it should be.
	 */
	int (*apply)(struct backend *backend, const struct plan *plan, struct diag *diag,
	             struct buf *report, size_t *n_steps);
	/*
	 * Leaves the machine as it was before the first apply.  What fails is in `diag`, the rest
	 * is done all the same, and a negative errno comes back: a second call tries what is left.
	 */
	int (*down)(struct backend *backend, struct diag *diag, struct buf *report);
	void (*free)(struct backend *backend);
};

struct backend {
	const struct backend_ops *ops;
};
