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

static int set(struct kernel *kernel, const struct kernel_sysctl *sysctl)
{
	char file[PATH_MAX];
	int fd, rc = 0;

	snprintf(file, sizeof(file), "/proc/sys/%s", sysctl->path);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(kernel, -errno, file);
	/* One write: the kernel takes each as a whole value. */
	if (write(fd, sysctl->value, strlen(sysctl->value)) < 0)
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
	rc = set(kernel, after);
	for (const struct kernel_sysctl *f = after->followers; f; f = f->next) {
		int r = set(kernel, f);

		/* Its interface may be gone by now. */
		if (r != -ENOENT && rc == 0)
			rc = r;
	}
	return rc;
}

int hostname_step(struct kernel *kernel, const struct step *step)
{
	const char *name = step->after;

	if (sethostname(name, strlen(name)) < 0)
		return fail(kernel, -errno, "sethostname");
	return 0;
}
