/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The first start of a node (docs/first-start.md).
 */
#include "api/host.h"
#include "api/request.h"
#include "shape/shape.h"

static const struct field join_fields[] = {
	FIELD_STRING(struct host_join, network, NULL, "Its id or its name, as `networks` has them"),
	FIELD_STRING(struct host_join, invite, NULL, "Instead, what was scanned at a node of it"),
	FIELD_STRING(struct host_join, secret, NULL, "The password of its Wi-Fi, if it has one"),
	FIELD_STRING(struct host_join, name, NULL, "The name that this node shall have"),
};
static SHAPE(join_params, "join", "Which network", struct host_join, join_fields);

static const struct field start_fields[] = {
	FIELD_STRING(struct host_start, network_name, NULL, "How the network is called on the air"),
	FIELD_STRING(struct host_start, wifi_password, NULL, "Of its Wi-Fi; none: it is open"),
	FIELD_STRING(struct host_start, name, NULL, "The name that this node shall have"),
	FIELD_STRING(struct host_start, country, NULL, "Two letters: which channels are allowed"),
};
static SHAPE(start_params, "start", "A network that begins", struct host_start, start_fields);

static int state(struct host *host, struct request *request)
{
	return host->ops->first->state(host, request);
}

static int networks(struct host *host, struct request *request)
{
	return host->ops->first->networks(host, request);
}

static int progress(struct host *host, struct request *request)
{
	return host->ops->first->progress(host, request);
}

static int invite(struct host *host, struct request *request)
{
	return host->ops->first->invite(host, request);
}

static int join(struct host *host, struct request *request)
{
	return host->ops->first->join(host, request, request->params);
}

static int start(struct host *host, struct request *request)
{
	return host->ops->first->start(host, request, request->params);
}

extern const struct method first_methods[];
const struct method first_methods[] = {
	{
		.name = "first_start",
		.doc = "Whether this node waits for a network",
		.access = METHOD_READ,
		.result = "{ new: boolean; reason?: string; name?: string; wifi?: string; "
			  "address?: string }",
		.call = state,
	},
	{
		.name = "networks",
		.doc = "The networks that this node hears; asking is what begins the search",
		.access = METHOD_READ,
		.result = "{ searching: boolean; networks: HeardNetwork[] }",
		.call = networks,
	},
	{
		.name = "join",
		.doc = "Makes this node a part of a network that it hears",
		.access = METHOD_FIRST,
		.params = &join_params,
		.result = "{ task: string }",
		.call = join,
	},
	{
		.name = "start",
		.doc = "Begins a network with this node",
		.access = METHOD_FIRST,
		.params = &start_params,
		.result = "{ task: string }",
		.call = start,
	},
	{
		.name = "progress",
		.doc = "How far join or start is",
		.access = METHOD_READ,
		.result = "Progress",
		.call = progress,
	},
	{
		.name = "invite",
		.doc = "What to show to somebody who wants to join: the text of a QR code",
		.access = METHOD_READ,
		.result = "{ text: string; network_name: string; needs_secret: boolean }",
		.call = invite,
	},
	{ 0 },
};
