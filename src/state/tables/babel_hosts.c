/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct host_row, name, 100, NULL, "Name"),
};
SHAPE(host_shape, "babel_hosts", "Names of Babel's routers", struct host_row, fields);

static void collect(const struct seen *seen, struct collecting *rows)
{
	struct host_row row = { seen->hostname };

	if (seen->router)
		collecting_add(rows, seen->router, &row);
}

const struct state_table state_table_babel_hosts = {
	.name = "babel_hosts",
	.doc = "Names of Babel's routers",
	.id = 5,
	.shape = &host_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 4,
	.max_value = 128,
	.collect = collect,
};
