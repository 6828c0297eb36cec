/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct node_info_row, hostname, 63, value_check_name, "Name"),
	FIELD_TEXT(struct node_info_row, firmware_version, 128, NULL, "What it runs"),
	FIELD_TEXT(struct node_info_row, board, 128, NULL, "Hardware"),
	FIELD_IP(struct node_info_row, ipv4, NULL, "IPv4 address"),
	FIELD_IP(struct node_info_row, ipv6, NULL, "IPv6 address"),
	FIELD_TEXT(struct node_info_row, latitude, 24, value_check_decimal, "Degrees north"),
	FIELD_TEXT(struct node_info_row, longitude, 24, value_check_decimal, "Degrees east"),
	FIELD_TEXTS(struct node_info_row, macs, 17, value_check_mac, "MACs of its devices"),
	FIELD_UINT(struct node_info_row, uptime_s, 0, UINT32_MAX, 0,
	           "Seconds since its boot, when this was written"),
	FIELD_TEXT(struct node_info_row, device, 32, NULL, "Kind of device"),
};
SHAPE(node_info_shape, "node_info", "What every node says of itself", struct node_info_row, fields);

const struct state_table state_table_node_info = {
	.name = "node_info",
	.doc = "What every node says of itself",
	.id = 4,
	.shape = &node_info_shape,
	.key_check = key_is_name,
	.lifetime_s = 4200,
	.max_rows = 1,
	.max_value = 800,
	.interval_s = 1800,
};
