/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_IP(struct dns_server_row, ip, NULL, "Address of a server"),
};
static SHAPE(shape, "dns_servers", "Domains of other clouds, and who answers for them",
             struct dns_server_row, fields);

const struct state_table state_table_dns_servers = {
	.name = "dns_servers",
	.doc = "Domains of other clouds, and who answers for them",
	.id = 17,
	.shape = &shape,
	.key_check = key_is_domain,
	.lifetime_s = 4200,
	.max_rows = 4,
	.max_value = 64,
	.urgent = true,
};
