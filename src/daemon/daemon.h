/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The daemon: makes the plan of a node true and keeps it so.
 *
 * It never ends because of a bad configuration: it comes up with the last good one, or with none,
 * and says so.  When it ends by SIGTERM or is killed, everything stays as it is and runs on; the
 * next one finds what is there.  `weft down` is what takes it away.
 */
#include <stdbool.h>

struct daemon_options {
	const char *root; /* of the files: "/" */
	const char *run;  /* "/run"; the daemon's own folder is RUN/weft */
	const char *www;  /* the built page; NULL: where it is installed */
	bool guest;       /* the network is made by others (owner.h) */
};

/* Returns when the daemon ends: an exit status. */
int daemon_run(const struct daemon_options *options);
