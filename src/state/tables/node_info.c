/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "base/arena.h"
#include "state/seen.h"
#include "state/tables/tables.h"

static const char *check_cloud(const char *text)
{
	return key_is_hex(text) ? NULL : "is no network's id";
}

static const char *check_domain(const char *text)
{
	return key_is_domain(text) ? NULL : "is no domain";
}

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
	FIELD_TEXT(struct node_info_row, cloud, 32, check_cloud, "Id of its cloud's network"),
	FIELD_TEXT(struct node_info_row, domain, 64, check_domain, "What follows names there"),
};
SHAPE(node_info_shape, "node_info", "What every node says of itself", struct node_info_row, fields);

#define MACS_MAX 24 /* more would not fit */

static void collect(const struct seen *seen, struct collecting *rows)
{
	struct node_info_row row = { .hostname = seen->hostname,
		                     .firmware_version = seen->firmware,
		                     .board = seen->board,
		                     .ipv4 = seen->ipv4,
		                     .ipv6 = seen->ipv6,
		                     .latitude = seen->latitude,
		                     .longitude = seen->longitude,
		                     .uptime_s = seen->uptime_s,
		                     .device = "Router",
		                     .cloud = seen->cloud,
		                     .domain = seen->domain };

	row.macs = seen_macs(seen, false, MACS_MAX, collecting_arena(rows));
	collecting_add(rows, seen->hostname, &row);
}

/* Whoever hears a row knows how old it is, and so how long the node runs now. */
static enum collect_change change(const void *was, const void *is)
{
	struct node_info_row before = *(const struct node_info_row *)was;
	const struct node_info_row *now = is;

	before.uptime_s = now->uptime_s;
	return shape_equal(&node_info_shape, &before, now) ? COLLECT_NONE : COLLECT_MUCH;
}

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
	.collect = collect,
	.change = change,
};
