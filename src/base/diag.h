/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a person wrote wrong: collected, all of it, each with the place where it
 * stands.  Printed as `FILE:LINE:COLUMN: error: WHERE: TEXT`.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct arena;
struct buf;

enum diag_severity {
	DIAG_WARNING, /* works, but the writer should know */
	DIAG_UNKNOWN, /* nobody reads it, or nobody needs it: a mistake where a person checks, left
	                 out where an old file must still boot; shown as "ignored" */
	DIAG_ERROR,   /* cannot be used */
};

/* Where a value was written.  Members may be NULL or 0 where they make no sense. */
struct origin {
	const char *file; /* as the reader named it: "lime-community" or a path */
	unsigned line, column;
	const char *where; /* "network.protocols", "wifi.ap_ssid", "radio0.channel" */
	const char *value; /* as written, for `explain` */
};

struct diag_item {
	enum diag_severity severity;
	struct origin origin;
	const char *text;
	/* Said before of the same place, word for word (a line is found wrong once for each device
	 * it is about): counted, but not worth showing. */
	bool repeated;
	const struct diag_item *next;
};

struct diag;

struct diag *diag_new(void);
void diag_free(struct diag *diag);
AUTO_DEFINE(diag_free, struct diag);

/* Everything is copied.  `origin` may be NULL. */
void diag_add(struct diag *diag, enum diag_severity severity, const struct origin *origin,
              const char *format, ...) PRINTF(4, 5);

/* Adds what `more` has and `diag` has not, up to `limit` of each severity. */
void diag_merge(struct diag *diag, const struct diag *more, size_t limit);

/* Whether the same was said of the same place, however bad it was found. */
bool diag_says(const struct diag *diag, const struct diag_item *item);

/* What `found` has beside warnings, as DIAG_UNKNOWN, but for what `diag` says of the same place
 * already: mistakes in what is not needed here, and may be elsewhere. */
void diag_add_unneeded(struct diag *diag, const struct diag *found);

size_t diag_count(const struct diag *diag, enum diag_severity severity);
bool diag_has_errors(const struct diag *diag);

/* In the order they were added. */
const struct diag_item *diag_first(const struct diag *diag);

/* Without an end of line. */
void diag_item_print(const struct diag_item *item, struct buf *out);
/* One line each, without those that are repeated. */
void diag_print(const struct diag *diag, struct buf *out);
