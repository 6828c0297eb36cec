/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

const struct state_table state_table_babel_links_ref = {
	.name = "babel_links_ref",
	.doc = "Links of Babel as they were when people were content",
	.id = 12,
	.shape = &babel_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 86400,
	.max_rows = 64,
	.max_value = 200,
	.survives_restart = true,
};
