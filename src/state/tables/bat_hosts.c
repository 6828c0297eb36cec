/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/arena.h"
#include "net/names.h"
#include "state/seen.h"
#include "state/tables/tables.h"

/* LibreMesh's name of a device: what is no letter or digit in it becomes a _. */
static const char *name_of(const struct seen *seen, const char *device, struct arena *arena)
{
	char *name = arena_printf(arena, "%s_%s", seen->hostname, device);

	for (char *c = name; *c; c++) {
		if (!name_is_alnum(*c))
			*c = '_';
	}
	return name;
}

static void collect(const struct seen *seen, struct collecting *rows)
{
	for (size_t i = 0; i < seen->n_devices; i++) {
		const struct seen_device *device = &seen->devices[i];
		struct host_row row = { name_of(seen, device->name, collecting_arena(rows)) };
		char mac[MAC_TEXT_SIZE];

		collecting_add(rows, mac_format(&device->mac, mac), &row);
	}
}

const struct state_table state_table_bat_hosts = {
	.name = "bat_hosts",
	.doc = "Names of devices of batman-adv",
	.id = 6,
	.shape = &host_shape,
	.key_check = key_is_mac,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 128,
	.collect = collect,
};
