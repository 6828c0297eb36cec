/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/arena.h"
#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct coordinates_row, latitude, 24, value_check_decimal, "Degrees north"),
	FIELD_TEXT(struct coordinates_row, longitude, 24, value_check_decimal, "Degrees east"),
	FIELD_TEXTS(struct coordinates_row, macs, 17, value_check_mac, "MACs of its radios"),
	FIELD_TEXTS(struct coordinates_row, links, 17, value_check_mac, "MACs that they mesh with"),
};
static SHAPE(shape, "coordinates", "Where nodes are, and whom their radios hear",
             struct coordinates_row, fields);

#define MACS_MAX 16

static struct string_list heard_by(const struct seen *seen, struct arena *arena)
{
	struct string_list links = { arena_array_of(arena, const char *, MACS_MAX), 0 };
	char mac[MAC_TEXT_SIZE];

	for (size_t i = 0; i < seen->n_stations && links.count < MACS_MAX; i++)
		links.items[links.count++] =
			arena_strdup(arena, mac_format(&seen->stations[i].other, mac));
	return links;
}

static void collect(const struct seen *seen, struct collecting *rows)
{
	struct arena *arena = collecting_arena(rows);
	struct coordinates_row row = { .latitude = seen->latitude, .longitude = seen->longitude };

	row.macs = seen_macs(seen, true, MACS_MAX, arena);
	row.links = heard_by(seen, arena);
	collecting_add(rows, seen->hostname, &row);
}

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
	.collect = collect,
};
