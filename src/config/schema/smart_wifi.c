/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config smart_wifi: of a LibreMesh package that nobody ships any more; nothing reads it. */
#include "config/schema/schema.h"

struct smart_options {
	bool ap_2ghz, ap_5ghz, mesh_2ghz, mesh_5ghz, all_to_mesh, all_to_ap;
	struct string_list channels_2ghz, channels_5ghz;
};

#define DOC "Of LibreMesh's smart wifi, which weft does not have"

static const struct field fields[] = {
	FIELD_BOOL(struct smart_options, ap_2ghz, true, DOC),
	FIELD_BOOL(struct smart_options, ap_5ghz, false, DOC),
	FIELD_BOOL(struct smart_options, mesh_2ghz, true, DOC),
	FIELD_BOOL(struct smart_options, mesh_5ghz, true, DOC),
	FIELD_BOOL(struct smart_options, all_to_mesh, false, DOC),
	FIELD_BOOL(struct smart_options, all_to_ap, false, DOC),
	FIELD_LIST(struct smart_options, channels_2ghz, NULL, DOC),
	FIELD_LIST(struct smart_options, channels_5ghz, NULL, DOC),
};
static const SHAPE(shape, "smart_wifi", "LibreMesh's smart wifi", struct smart_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_smart_wifi = {
	.type = "smart_wifi",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.doc = DOC,
};
