/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct babel_link_row, host, 63, value_check_name, "Who sees it"),
	FIELD_IP(struct babel_link_row, src_ip, NULL, "Own address"),
	FIELD_IP(struct babel_link_row, dst_ip, NULL, "Address of the other end"),
	FIELD_TEXT(struct babel_link_row, iface, 15, value_check_ifname, "Device"),
};
SHAPE(babel_link_shape, "babel_links", "Links of Babel as each end sees them",
      struct babel_link_row, fields);

const struct state_table state_table_babel_links = {
	.name = "babel_links",
	.doc = "Links of Babel as each end sees them",
	.id = 9,
	.shape = &babel_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 200,
	.interval_s = 1800,
};
