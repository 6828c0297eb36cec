/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const char *const healths[] = { "unknown", "good", "fair", "poor", "sick", NULL };

static const struct field fields[] = {
	FIELD_TEXT(struct gateway_row, hostname, 63, value_check_name, "Name of the node"),
	FIELD_IP(struct gateway_row, ipv4, NULL, "IPv4 address in the mesh"),
	FIELD_IP(struct gateway_row, ipv6, NULL, "IPv6 address in the mesh"),
	FIELD_ENUM(struct gateway_row, health, healths, 0, "How well it works"),
	FIELD_UINT(struct gateway_row, delay_ms, 0, 60000, 0,
	           "Milliseconds to the Internet and back"),
	FIELD_UINT(struct gateway_row, down_kbps, 0, UINT32_MAX, 0, "kbit/s from the Internet"),
	FIELD_UINT(struct gateway_row, up_kbps, 0, UINT32_MAX, 0, "kbit/s to the Internet"),
	FIELD_BOOL(struct gateway_row, works_ipv4, 0, "IPv4 works"),
	FIELD_BOOL(struct gateway_row, works_ipv6, 0, "IPv6 works"),
	FIELD_BOOL(struct gateway_row, open, 0, "Takes clients that chose it"),
};
static SHAPE(shape, "gateways", "Ways to the Internet", struct gateway_row, fields);

const struct state_table state_table_gateways = {
	.name = "gateways",
	.doc = "Ways to the Internet",
	.id = 15,
	.shape = &shape,
	.key_check = key_is_name,
	.lifetime_s = 4200,
	.max_rows = 4,
	.max_value = 200,
	.urgent = true,
	.interval_s = 30,
};
