/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config bgp_peer NAME: a neighbour of the bgp protocol, for exchanging routes with another network
 * (OpenWrt). */
#include "config/schema/schema.h"

struct peer_options {
	struct ip remote_ip;
	uint32_t remote_as;
};

static const struct field fields[] = {
	{
		.name = "remoteIP",
		.doc = "Address of the peer",
		.type = FIELD_TYPE_IP,
		.at = FIELD_AT(struct peer_options, remote_ip, struct ip),
	},
	{
		.name = "remoteAS",
		.doc = "Its autonomous system",
		.type = FIELD_TYPE_UINT,
		.at = FIELD_AT(struct peer_options, remote_as, uint32_t),
		.min = 1,
		.max = UINT32_MAX,
	},
};
static const SHAPE(shape, "bgp_peer", "A neighbour of bgp", struct peer_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_bgp_peer = {
	.type = "bgp_peer",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.doc = "A neighbour of the bgp protocol, on OpenWrt",
};
