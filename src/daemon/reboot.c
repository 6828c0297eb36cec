/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/reboot.h"

#include <errno.h>
#include <event2/event.h>
#include <spawn.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/diag.h"
#include "daemon/log.h"
#include "daemon/self.h"

#define REBOOT    "/sbin/reboot"
#define MOMENT_MS 1500

/* The machine's own way, which ends all programs in order. */
static void reboot_now(int fd, short what, void *data)
{
	static char program[] = REBOOT;
	char *const words[] = { program, NULL };
	char *const nothing[] = { NULL };
	pid_t pid;
	int r;

	(void)fd;
	(void)what;
	(void)data;
	log_line(LOG_PRIORITY_NOTICE, "the machine starts again: somebody asked for it");
	r = posix_spawn(&pid, program, NULL, NULL, words, nothing);
	if (r != 0)
		log_line(LOG_PRIORITY_ERROR, "cannot run " REBOOT ": %s", strerror(r));
}

int reboot_soon(struct daemon *daemon, struct diag *diag)
{
	struct timeval moment = { MOMENT_MS / 1000, MOMENT_MS % 1000 * 1000 };

	if (strcmp(daemon->root, "/") != 0 || access(REBOOT, X_OK) < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "this machine cannot be started again from here");
		return -EOPNOTSUPP;
	}
	return event_base_once(daemon->base, -1, EV_TIMEOUT, reboot_now, NULL, &moment) < 0
	               ? -ENOMEM
	               : 0;
}
