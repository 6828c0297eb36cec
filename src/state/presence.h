/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The sign of life of an author: one row, which renews all its others and names them, so that
 * nobody can bring back what it no longer says.  The value is in docs/wire/state.md.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/row.h"

#define PRESENCE_KEY "-"

enum presence_word {
	PRESENCE_UNKNOWN, /* of that version it does not speak */
	PRESENCE_LIVE,
	PRESENCE_VOID,
};

/*
 * `live`: the sequence numbers of what stands, in the epoch of `version`, ascending, below
 * version->sequence.  Where they do not all fit the oldest are left to themselves.
 * `only_these`: all older versions are void; else those of earlier epochs are not spoken of.
 */
size_t presence_write(const struct row_version *version, const uint32_t *live, size_t n_live,
                      bool only_these, uint8_t bytes[ROW_VALUE_MAX]);

bool presence_is_valid(const uint8_t *bytes, size_t size, const struct row_version *version);

/* What a valid one of version `said` says of version `about`. */
enum presence_word presence_says(const uint8_t *bytes, size_t size, const struct row_version *said,
                                 const struct row_version *about);
