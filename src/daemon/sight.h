/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What this node sees of itself and around it, read of the kernel, of babeld and of files. */
#include "state/seen.h"

struct accepted;
struct arena;
struct babel_state;

struct sight_options {
	const char *root; /* of the files */
	const struct accepted *accepted;
	const struct babel_state *babel; /* NULL: nothing is known of it */
};

/* Texts are in the arena, or the options'. What the kernel does not answer is not there. */
void sight_read(const struct sight_options *options, struct arena *arena, struct seen *seen);
