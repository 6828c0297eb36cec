/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config hwd_watchcat NAME: passed on to OpenWrt's watchcat, whatever it is. */
#include "config/schema/schema.h"

struct watchcat_options {
	const char *id;
};

static bool allows_all(const char *option)
{
	(void)option;
	return true;
}

static const struct field fields[] = {
	FIELD_STRING(struct watchcat_options, id, "default", "Name of watchcat's section"),
};
static const SHAPE(shape, "hwd_watchcat", "A watchdog", struct watchcat_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_hwd_watchcat = {
	.type = "hwd_watchcat",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.allows = allows_all,
	.doc = "A watchdog, on OpenWrt",
};
