/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Which configuration is to be in force: what the files say, or, where they cannot be
 * used and a node must come up all the same, the last one that was accepted (lime-autogen).
 */
#include <stdbool.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "node/node.h"

struct diag;

enum accepted_source {
	ACCEPTED_NOTHING,   /* neither can be used: `node` is NULL */
	ACCEPTED_FILES,     /* what the files say */
	ACCEPTED_LAST_GOOD, /* lime-autogen, because the files are wrong or have changed since */
};

struct accepted {
	enum accepted_source source;
	struct node *node;
	struct machine *machine;
	struct buf mistakes; /* of the files, lines for a person */
};

void accepted_done(struct accepted *accepted);
#define ACCEPTED_AUTO __attribute__((cleanup(accepted_done))) struct accepted

/*
 * For a person who asks: the files, and nothing that is wrong in them is let pass, unknown options
 * included.  -EINVAL, and all mistakes are in `diag`.  `guest`: what lime-config takes, all of
 * these take.
 */
int accepted_read_strictly(const char *root, bool guest, struct accepted *accepted,
                           struct diag *diag) MUST_CHECK;

/* For a node that starts: the files if they can be used, unknown options or not, else the last
 * good ones. */
void accepted_read(const char *root, bool guest, struct accepted *accepted);

/* For a node that runs and whose ports have changed: what was accepted, with what the machine is
 * now.  Changes of the files wait for somebody to ask for them. */
void accepted_read_again(const char *root, bool guest, struct accepted *accepted);

/* Writes lime-autogen, whole or not at all.  Nothing if the last good one is in force. */
int accepted_write(const char *root, const struct accepted *accepted) MUST_CHECK;
