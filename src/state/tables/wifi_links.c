/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct wifi_link_row, host, 63, value_check_name, "Who sees it"),
	FIELD_MAC(struct wifi_link_row, src_mac, NULL, "Own MAC"),
	FIELD_MAC(struct wifi_link_row, dst_mac, NULL, "MAC of the other end"),
	FIELD_TEXT(struct wifi_link_row, iface, 15, value_check_ifname, "Device"),
	FIELD_UINT(struct wifi_link_row, signal, 0, 255, 0, "dBm below zero"),
	FIELD_TEXTS(struct wifi_link_row, chains, 8, value_check_decimal, "dBm of each antenna"),
	FIELD_UINT(struct wifi_link_row, rx_rate, 0, UINT32_MAX, 0, "kbit/s received"),
	FIELD_UINT(struct wifi_link_row, tx_rate, 0, UINT32_MAX, 0, "kbit/s sent"),
	FIELD_UINT(struct wifi_link_row, freq, 0, UINT32_MAX, 0, "MHz"),
	FIELD_UINT(struct wifi_link_row, channel, 0, 1024, 0, "Channel"),
};
SHAPE(wifi_link_shape, "wifi_links", "Radio links as each end sees them", struct wifi_link_row,
      fields);

const struct state_table state_table_wifi_links = {
	.name = "wifi_links",
	.doc = "Radio links as each end sees them",
	.id = 7,
	.shape = &wifi_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 200,
	.interval_s = 1800,
};
