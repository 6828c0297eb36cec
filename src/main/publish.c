/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/publish.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "platform/linux/service/hook_folder.h"

#define TIMEOUT_MS (60 * 1000)

static void run(const char *program)
{
	struct hook_run run;
	int r = hook_run_start(program, -1, &run);
	struct pollfd end = { .fd = run.pidfd, .events = POLLIN };

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", program, strerror(-r));
		return;
	}
	do {
		r = poll(&end, 1, TIMEOUT_MS);
	} while (r < 0 && errno == EINTR);
	if (r == 0)
		fprintf(stderr, "%s did not end in time and was ended\n", program);
	(void)hook_run_end(&run);
}

int publish_all(const char *folder)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct hook_folder all;

	hook_folder_read(folder, arena, &all);
	if (all.refused)
		fprintf(stderr, "%s is not run: others may write it, or there are more than %d\n",
		        all.refused, HOOK_FOLDER_MAX);
	for (size_t i = 0; i < all.count; i++)
		run(all.programs[i]);
	return 0;
}
