/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/down.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "base/diag.h"
#include "daemon/gateways.h"
#include "daemon/owner.h"
#include "daemon/programs.h"
#include "daemon/runtime.h"
#include "plan/backend.h"

static void keep_first(int *result, int r)
{
	if (*result == 0 && r < 0)
		*result = r;
}

int down_all(const struct down *down, struct diag *diag, struct buf *report)
{
	int result = 0;

	keep_first(&result, runtime_down(down->runtime, diag));
	keep_first(&result, gateways_down(down->folder, diag));
	if (down->programs)
		keep_first(&result, programs_stop(down->programs, diag, report));
	keep_first(&result, down->backend->ops->down(down->backend, diag, report));
	return result;
}

static int down_with(struct event_base *base, const char *folder, bool guest, struct diag *diag,
                     struct buf *report)
{
	struct down down = {
		.runtime = runtime_new(base, NULL, NULL),
		.backend = owner_backend_new(guest, folder),
		.programs = programs_new(base, folder, guest, NULL, NULL),
		.folder = folder,
	};
	int without = down.programs ? 0 : -errno, r;

	if (without)
		diag_add(diag, DIAG_ERROR, NULL, "cannot look for programs in %s: %s", folder,
		         strerror(-without));
	r = down_all(&down, diag, report);
	keep_first(&r, without);
	runtime_free(down.runtime);
	programs_free(down.programs);
	down.backend->ops->free(down.backend);
	return r;
}

int down_alone(const char *folder, bool guest, struct diag *diag, struct buf *report)
{
	struct event_base *base = event_base_new();
	int r;

	if (!base)
		return -errno;
	r = down_with(base, folder, guest, diag, report);
	event_base_free(base);
	return r;
}
