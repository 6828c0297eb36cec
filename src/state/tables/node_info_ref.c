/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

const struct state_table state_table_node_info_ref = {
	.name = "node_info_ref",
	.doc = "What every node said of itself when people were content",
	.id = 13,
	.shape = &node_info_shape,
	.key_check = key_is_name,
	.lifetime_s = 86400,
	.max_rows = 1,
	.max_value = 800,
	.survives_restart = true,
};
