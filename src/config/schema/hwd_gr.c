/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config hwd_gr NAME: a cable to an outdoor bridge, behind a switch chip. */
#include "config/schema/schema.h"
#include "config/schema/text.h"

struct gr_options {
	const char *net_dev;
	uint32_t vlan;
	const char *switch_dev;
	const char *switch_cpu_port;
	struct string_list switch_ports;
};

static const struct field fields[] = {
	{
		.name = "net_dev",
		.doc = "The device behind the switch",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct gr_options, net_dev, const char *),
		.check = text_check_ifname,
	},
	FIELD_UINT(struct gr_options, vlan, 1, 4094, 0, "VLAN id on the cable"),
	FIELD_STRING(struct gr_options, switch_dev, NULL, "The switch"),
	FIELD_STRING(struct gr_options, switch_cpu_port, NULL, "Its port to the processor"),
	FIELD_LIST(struct gr_options, switch_ports, NULL, "Its ports to the outside; 4t is tagged"),
};
static const SHAPE(shape, "hwd_gr", "A cable to an outdoor bridge", struct gr_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_hwd_gr = {
	.type = "hwd_gr",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.doc = "A cable to an outdoor bridge, behind a switch chip",
};
