/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXTS(struct name_row, addresses, 45, value_check_ip, "Addresses"),
};
static SHAPE(shape, "names", "Names that nodes give to addresses", struct name_row, fields);

const struct state_table state_table_names = {
	.name = "names",
	.doc = "Names that nodes give to addresses",
	.id = 3,
	.shape = &shape,
	.key_check = key_is_name,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 300,
	.urgent = true,
};
