/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct bat_link_row, host, 63, value_check_name, "Who sees it"),
	FIELD_MAC(struct bat_link_row, src_mac, NULL, "Own MAC"),
	FIELD_MAC(struct bat_link_row, dst_mac, NULL, "MAC of the other end"),
	FIELD_TEXT(struct bat_link_row, iface, 15, value_check_ifname, "Device"),
	FIELD_UINT(struct bat_link_row, tq, 0, 255, 0, "Quality, up to 255"),
	FIELD_UINT(struct bat_link_row, last_seen_msecs, 0, UINT32_MAX, 0,
	           "Milliseconds since it was heard"),
};
SHAPE(bat_link_shape, "bat_links", "Links of batman-adv as each end sees them", struct bat_link_row,
      fields);

const struct state_table state_table_bat_links = {
	.name = "bat_links",
	.doc = "Links of batman-adv as each end sees them",
	.id = 8,
	.shape = &bat_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 200,
	.interval_s = 1800,
};
