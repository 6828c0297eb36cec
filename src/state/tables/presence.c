/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/presence.h"

#include <string.h>

#include "state/tables/tables.h"

static bool is_presence_key(const char *key)
{
	return strcmp(key, PRESENCE_KEY) == 0;
}

/* Outlives all that it speaks of. */
const struct state_table state_table_presence = {
	.name = "presence",
	.doc = "Signs of life: each renews what its author says, and names it",
	.id = 1,
	.key_check = is_presence_key,
	.lifetime_s = ROW_LIFETIME_MAX,
	.max_rows = 1,
	.max_value = ROW_VALUE_MAX,
};
