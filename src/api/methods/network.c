/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The whole network, its nodes and its links: docs/network.md.
 */
#include <errno.h>

#include "api/host.h"
#include "api/request.h"
#include "base/buf.h"
#include "base/diag.h"
#include "shape/shape.h"

static int network_nodes(struct host *host, struct request *request)
{
	return host->ops->state(host, request, HOST_STATE_NODES, NULL, NULL);
}

static int network_links(struct host *host, struct request *request)
{
	return host->ops->state(host, request, HOST_STATE_LINKS, NULL, NULL);
}

struct history_params {
	const char *key;
};

static const struct field history_fields[] = {
	FIELD_STRING(struct history_params, key, NULL, "Of this link alone: a key of `links`"),
};
static SHAPE(history_params, "link_history", "Which links", struct history_params, history_fields);

static int link_history(struct host *host, struct request *request)
{
	const struct history_params *params = request->params;

	host->ops->link_history(host, params->key, &request->result);
	return 0;
}

struct reference_params {
	const char *table;
};

static const struct field reference_fields[] = {
	FIELD_STRING(struct reference_params, table, NULL,
	             "node_info, wifi_links, bat_links or babel_links; all if it is not given"),
};
static SHAPE(reference_params, "set_reference", "Of what", struct reference_params,
             reference_fields);

static int set_reference(struct host *host, struct request *request)
{
	const struct reference_params *params = request->params;

	return host->ops->set_reference(host, params->table, request->diag, &request->result);
}

struct forget_params {
	const char *hostname;
};

static const struct field forget_fields[] = {
	FIELD_STRING(struct forget_params, hostname, NULL, "What it was called"),
};
static SHAPE(forget_params, "forget_node", "Which node", struct forget_params, forget_fields);

static int forget_node(struct host *host, struct request *request)
{
	const struct forget_params *params = request->params;
	int r;

	if (!params->hostname) {
		diag_add(request->diag, DIAG_ERROR, NULL, "which node?");
		return -EINVAL;
	}
	r = host->ops->forget_node(host, params->hostname, request->diag);
	if (r == 0)
		buf_add(&request->result, "{}");
	return r;
}

extern const struct method network_methods[];
const struct method network_methods[] = {
	{
		.name = "nodes",
		.doc = "All nodes of the network, present or not, and the clouds they form",
		.access = METHOD_READ,
		.result = "{ self: string; clouds: NetworkCloud[]; nodes: NetworkNode[] }",
		.call = network_nodes,
	},
	{
		.name = "links",
		.doc = "All links of the network, each as both of its ends see it",
		.access = METHOD_READ,
		.result = "{ links: NetworkLink[] }",
		.call = network_links,
	},
	{
		.name = "link_history",
		.doc = "How this node's links were over the last hours",
		.access = METHOD_READ,
		.params = &history_params,
		.result = "{ step_s: number; now_s: number; links: LinkHistory[] }",
		.call = link_history,
	},
	{
		.name = "set_reference",
		.doc = "Makes what this node sees now the state to compare with later",
		.access = METHOD_CHANGE,
		.params = &reference_params,
		.result = "{ rows: Record<string, number> }",
		.call = set_reference,
	},
	{
		.name = "forget_node",
		.doc = "Says that a node is gone for good",
		.access = METHOD_CHANGE,
		.params = &forget_params,
		.call = forget_node,
	},
	{ 0 },
};
