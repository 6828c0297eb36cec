/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

#include "base/buf.h"
#include "base/diag.h"
#include "platform/linux/service/children.h"

/* What it says is of no interest. */
static inline int stop(struct children *children, int timeout_ms)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO report = { 0 };

	return children_stop(children, timeout_ms, diag, &report);
}
