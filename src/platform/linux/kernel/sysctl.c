/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Settings below /proc/sys, and the host name. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/steps.h"

static int fail(struct kernel *kernel, int rc, const char *file)
{
	snprintf(kernel->words, sizeof(kernel->words), "%.300s: %s", file, strerror(-rc));
	return rc;
}

/* One write: the kernel takes each as a whole value. */
static int set(struct kernel *kernel, const char *path, const char *value)
{
	char file[PATH_MAX];
	int fd, rc = 0;

	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(kernel, -errno, file);
	if (write(fd, value, strlen(value)) < 0)
		rc = fail(kernel, -errno, file);
	close(fd);
	return rc;
}

int sysctl_step(struct kernel *kernel, const struct step *step)
{
	const struct kernel_sysctl *after = step->after;
	int rc;

	/* There was no such file before it, so there is nothing to put back. */
	if (!after)
		return 0;
	rc = set(kernel, after->path, after->value);
	for (const struct kernel_sysctl *f = after->followers; f; f = f->next) {
		int r = set(kernel, f->path, f->value);

		/* Its interface may be gone by now. */
		if (r != -ENOENT && rc == 0)
			rc = r;
	}
	return rc;
}

/* Not sethostname(2), which wants to be allowed to do nearly everything (CAP_SYS_ADMIN). */
int hostname_step(struct kernel *kernel, const struct step *step)
{
	return set(kernel, "kernel/hostname", step->after);
}
