/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_IP(struct dns_server_row, ip, NULL, "Address of a server"),
};
static SHAPE(shape, "dns_servers", "Domains of other clouds, and who answers for them",
             struct dns_server_row, fields);

/* The anycast address: while one node of the cloud is there, somebody answers. */
static void collect(const struct seen *seen, struct collecting *rows)
{
	struct dns_server_row row = { seen->anycast6 };

	if (seen->domain && seen->anycast6.family != IP_NONE)
		collecting_add(rows, seen->domain, &row);
}

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
	.collect = collect,
};
