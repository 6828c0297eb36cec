/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Which programs a plan wants to run, and with what configuration: the rows of
 * babeld.c, dnsmasq.c and dhcpcd.c put together.  Pure; children_sync() makes it true.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct arena;
struct child_spec;
struct diag;
struct plan;
struct uplink;

struct services_context {
	const char *folder; /* where children's files are: "/run/weft" */
	const struct uplink *uplinks;
	size_t n_uplinks;
	const char *servers; /* lines `server=/DOMAIN/ADDRESS` of other clouds; NULL: none */
	/* Another node has this one's name and goes before it, and how it is called instead; NULL:
	 * it is the only one. */
	const char *lost_name, *alias;
	/* The node waits for its first start: phones are led to its page. */
	bool is_new;
};

/* Whether programs can be told of this folder: letters, digits, '.', '_', '-' and '/'. */
bool services_folder_fits(const char *folder);

/*
 * Specs, in the arena, that live as long as it does.  A plan without any Babel interface wants no
 * babeld, and so on.  -EINVAL with `diag` where the plan has a text that cannot be written into
 * a program's configuration; nothing is to be started then.
 */
int services_of_plan(const struct plan *plan, const struct services_context *context,
                     struct arena *arena, struct child_spec **specs, size_t *n_specs,
                     struct diag *diag) MUST_CHECK;
