/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/row.h"
#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct network_node_row, hostname, 63, value_check_name, "Name"),
	FIELD_BOOL(struct network_node_row, member, 0, "Not gone for good"),
	FIELD_TEXT(struct network_node_row, fw_version, 128, NULL, "What it runs"),
	FIELD_TEXT(struct network_node_row, board, 128, NULL, "Hardware"),
	FIELD_IP(struct network_node_row, ipv4, NULL, "IPv4 address"),
	FIELD_IP(struct network_node_row, ipv6, NULL, "IPv6 address"),
};
static SHAPE(shape, "network_nodes", "Nodes that belong to the network, present or not",
             struct network_node_row, fields);

static void collect(const struct seen *seen, struct collecting *rows)
{
	struct network_node_row row = { .hostname = seen->hostname,
		                        .member = true,
		                        .fw_version = seen->firmware,
		                        .board = seen->board,
		                        .ipv4 = seen->ipv4,
		                        .ipv6 = seen->ipv6 };

	collecting_add(rows, seen->hostname, &row);
}

const struct state_table state_table_network_nodes = {
	.name = "network_nodes",
	.doc = "Nodes that belong to the network, present or not",
	.id = 16,
	.shape = &shape,
	.key_check = key_is_name,
	.lifetime_s = ROW_LIFETIME_MAX,
	.max_rows = 256,
	.max_value = 300,
	.survives_restart = true,
	.collect = collect,
};
