/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config copy_asset NAME: a file of the community, put into place. */
#include "config/schema/schema.h"
#include "config/schema/text.h"

struct asset_options {
	const char *asset, *dst;
};

static const struct field fields[] = {
	{
		.name = "asset",
		.doc = "The file, below /etc/lime-assets",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct asset_options, asset, const char *),
		.check = text_check_asset,
	},
	{
		.name = "dst",
		.doc = "Where it goes",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct asset_options, dst, const char *),
		.check = text_check_path,
	},
};
static const SHAPE(shape, "copy_asset", "A file of the community", struct asset_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_copy_asset = {
	.type = "copy_asset",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.doc = "A file of the community, put into place",
};
