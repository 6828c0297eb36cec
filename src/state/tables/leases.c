/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const char *check_client_id(const char *text)
{
	return key_is_hex(text) ? NULL : "is not a client's id";
}

static const struct field fields[] = {
	FIELD_IP(struct lease_row, ip, NULL, "Address"),
	FIELD_TEXT(struct lease_row, hostname, 63, value_check_name,
	           "What the client calls itself"),
	FIELD_TEXT(struct lease_row, client_id, 120, check_client_id,
	           "What it identifies itself by"),
	FIELD_UINT(struct lease_row, held_s, 0, UINT32_MAX, 0,
	           "Seconds since it was first given the address"),
	FIELD_UINT(struct lease_row, valid_s, 0, UINT32_MAX, 0,
	           "Seconds until the lease ends; 0: never"),
};
static SHAPE(shape, "leases", "Addresses that clients hold, and since when", struct lease_row,
             fields);

const struct state_table state_table_leases = {
	.name = "leases",
	.doc = "Addresses that clients hold, and since when",
	.id = 2,
	.shape = &shape,
	.key_check = key_is_mac,
	.lifetime_s = 4200,
	.max_rows = 256,
	.max_value = 200,
	.urgent = true,
	.survives_restart = true,
};
