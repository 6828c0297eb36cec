/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config run_asset NAME: a program of the community, run. */
#include "config/schema/schema.h"
#include "config/schema/text.h"

struct asset_options {
	const char *asset;
	unsigned when;
};

static const char *const moments[] = { "ATFIRSTBOOT", "ATCONFIG", NULL };

static const struct field fields[] = {
	{
		.name = "asset",
		.doc = "The program, below /etc/lime-assets",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct asset_options, asset, const char *),
		.check = text_check_asset,
	},
	FIELD_ENUM(struct asset_options, when, moments, 0,
	           "Once, or whenever the configuration is applied"),
};
static const SHAPE(shape, "run_asset", "A program of the community", struct asset_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_run_asset = {
	.type = "run_asset",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.doc = "A program of the community, run",
};
