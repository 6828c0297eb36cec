/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

const struct state_table state_table_bat_hosts = {
	.name = "bat_hosts",
	.doc = "Names of devices of batman-adv",
	.id = 6,
	.shape = &host_shape,
	.key_check = key_is_mac,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 128,
};
