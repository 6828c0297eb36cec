/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <inttypes.h>

#include "base/buf.h"
#include "platform/linux/service/child.h"

static void print_duration(int64_t ms, struct buf *out)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	int64_t seconds = ms > 0 ? ms / 1000 : 0;
	size_t i = 0;

	while (i + 1 < ARRAY_LENGTH(units) && seconds < 2 * units[i].seconds)
		i++;
	buf_printf(out, "%" PRId64 " %s", seconds / units[i].seconds, units[i].unit);
}

static void print_state(const struct child_status *status, int64_t now_ms, struct buf *out)
{
	switch (status->state) {
	case CHILD_RUNNING:
		buf_printf(out, "%s: runs for ", status->name);
		print_duration(now_ms - status->since_ms, out);
		buf_printf(out, " (pid %ld)", (long)status->pid);
		break;
	case CHILD_WAITING:
		buf_printf(out, "%s: does not run, starts in ", status->name);
		print_duration(status->due_ms - now_ms, out);
		break;
	case CHILD_MISSING:
		buf_printf(out, "%s: program %s is not installed (Debian package %s)", status->name,
		           status->program, status->package);
		break;
	case CHILD_STOPPING:
		buf_printf(out, "%s: is being stopped (pid %ld)", status->name, (long)status->pid);
		break;
	}
}

void child_status_print(const struct child_status *status, int64_t now_ms, struct buf *out)
{
	print_state(status, now_ms, out);
	if (status->restarts)
		buf_printf(out, ", started again %" PRIu32 " times", status->restarts);
	if (status->last_exit[0])
		buf_printf(out, ", last time %s", status->last_exit);
	buf_add_char(out, '\n');
}
