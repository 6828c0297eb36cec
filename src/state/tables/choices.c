/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const char *check_key(const char *text)
{
	return key_is_hex(text) ? NULL : "is not a key";
}

static const struct field fields[] = {
	FIELD_TEXT(struct choice_row, gateway, 64, check_key, "Its key; none: automatic"),
	FIELD_TEXT(struct choice_row, name, 63, value_check_name, "What it was called"),
	FIELD_TEXT(struct choice_row, by, 63, NULL, "Who chose"),
};
static SHAPE(shape, "choices", "Gateways that people chose", struct choice_row, fields);

const struct state_table state_table_choices = {
	.name = "choices",
	.doc = "Gateways that people chose",
	.id = 18,
	.shape = &shape,
	.lifetime_s = 86400,
	.max_rows = 1024,
	.max_value = 220,
	.urgent = true,
	.survives_restart = true,
};
