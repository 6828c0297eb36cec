/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct coordinates_row, latitude, 24, value_check_decimal, "Degrees north"),
	FIELD_TEXT(struct coordinates_row, longitude, 24, value_check_decimal, "Degrees east"),
	FIELD_TEXTS(struct coordinates_row, macs, 17, value_check_mac, "MACs of its radios"),
	FIELD_TEXTS(struct coordinates_row, links, 17, value_check_mac, "MACs that they mesh with"),
};
static SHAPE(shape, "coordinates", "Where nodes are, and whom their radios hear",
             struct coordinates_row, fields);

const struct state_table state_table_coordinates = {
	.name = "coordinates",
	.doc = "Where nodes are, and whom their radios hear",
	.id = 14,
	.shape = &shape,
	.key_check = key_is_name,
	.lifetime_s = 4200,
	.max_rows = 1,
	.max_value = 900,
	.interval_s = 1800,
};
