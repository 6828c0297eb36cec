/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The way of a packet: router by router as it is measured, and as a story.
 */
#include "api/host.h"
#include "api/request.h"
#include "net/mac.h"
#include "shape/shape.h"

struct path_params {
	uint32_t family;
};

static const struct field path_fields[] = {
	FIELD_UINT(struct path_params, family, 4, 6, 4, "Of IPv4 or of IPv6: 4 or 6"),
};
static SHAPE(path_shape, "path", "Which way", struct path_params, path_fields);

struct story_params {
	struct mac client;
};

static const struct field story_fields[] = {
	FIELD_MAC(struct story_params, client, NULL, "Whose; missing: the device that asks"),
};
static SHAPE(story_shape, "packet_story", "Whose packet", struct story_params, story_fields);

static int path(struct host *host, struct request *request)
{
	const struct path_params *params = request->params;

	return host->ops->way->path(host, request, params->family);
}

static int story(struct host *host, struct request *request)
{
	const struct story_params *params = request->params;
	const struct mac *client = mac_is_zero(&params->client) ? &request->asker : &params->client;

	return host->ops->way->story(host, request, client);
}

extern const struct method way_methods[];
const struct method way_methods[] = {
	{
		.name = "path",
		.doc = "The way to the Internet, router by router; asking is what makes it measured",
		.access = METHOD_READ,
		.params = &path_shape,
		.result = "{ family: number; by: string; measured: boolean; "
			  "measured_s_ago?: number; hops: Hop[]; complete: boolean }",
		.call = path,
	},
	{
		.name = "packet_story",
		.doc = "What becomes of a packet of a device, with this network's own names",
		.access = METHOD_READ,
		.params = &story_shape,
		.result =
			"{ client?: StoryClient; anycast?: { mac: string; ipv4?: string; "
			"ipv6?: string; interface: string }; filter: string[]; cloud?: StoryCloud; "
			"babel?: StoryBabel; exit?: { family: number; by: string; name?: string; "
			"port?: string; why: string[] }; commands: string[] }",
		.call = story,
	},
	{ 0 },
};
