/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Programs that people have put into LibreMesh's folders for the shared state: publishers, which
 * say something in it now and then, and hooks, which get a type whole when it has changed.  One
 * runs at a time, for a minute at most; a type that changes often runs its hooks at most each
 * second.  docs/shared-state.md tells people.
 */
#include "base/compiler.h"

struct event_base;
struct hooks;
struct net_root;

struct hooks_options {
	const char *root;     /* of the files */
	struct net_root *net; /* borrowed; whom to ask; NULL: nobody */
	/* Milliseconds: how long a program may run, when publishers run first, and how often.  0:
	 * as it is for people. */
	unsigned program_ms, first_ms, publish_ms;
};

struct hooks *hooks_new(struct event_base *base, const struct hooks_options *options);
void hooks_free(struct hooks *hooks);
AUTO_DEFINE(hooks_free, struct hooks);

/* Looks what is in the folders; publishers run soon after the first time. */
void hooks_update(struct hooks *hooks);
