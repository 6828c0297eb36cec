/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

const struct state_table state_table_bat_links_ref = {
	.name = "bat_links_ref",
	.doc = "Links of batman-adv as they were when people were content",
	.id = 11,
	.shape = &bat_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 86400,
	.max_rows = 64,
	.max_value = 200,
	.survives_restart = true,
};
