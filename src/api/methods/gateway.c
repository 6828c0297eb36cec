/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Gateways, and who uses which.
 */
#include <errno.h>
#include <stdio.h>

#include "api/host.h"
#include "api/request.h"
#include "base/diag.h"
#include "shape/shape.h"

struct use_params {
	const char *gateway;
	struct mac client;
	bool node;
};

#define CLIENT_FIELDS                                                                        \
	FIELD_MAC(struct use_params, client, NULL, "Whose; not said: the device that asks"), \
		FIELD_BOOL(struct use_params, node, 0,                                       \
	                   "All who are at this node and have not chosen for themselves")

static const struct field use_fields[] = {
	FIELD_STRING(struct use_params, gateway, NULL, "The gateway's name"),
	CLIENT_FIELDS,
};
static SHAPE(use_params, "use", "Which gateway, and for whom", struct use_params, use_fields);

static const struct field automatic_fields[] = { CLIENT_FIELDS };
static SHAPE(automatic_params, "automatic", "For whom", struct use_params, automatic_fields);

static int gateway_list(struct host *host, struct request *request)
{
	host->ops->gateways(host, &request->asker, &request->result);
	return 0;
}

/* All zero is the whole node. */
static int find_client(const struct request *request, const struct use_params *params,
                       struct mac *client)
{
	static const struct mac nobody;

	if (params->node && !mac_is_zero(&params->client)) {
		diag_add(request->diag, DIAG_ERROR, NULL,
		         "a client or the whole node, not both at once");
		return -EINVAL;
	}
	*client = params->node                   ? nobody
	          : mac_is_zero(&params->client) ? request->asker
	                                         : params->client;
	if (!params->node && mac_is_zero(client)) {
		diag_add(request->diag, DIAG_ERROR, NULL,
		         "for whom? say which client, or that the whole node is meant");
		return -EINVAL;
	}
	return request_may(request, client) ? 0 : -EACCES;
}

static int choose(struct host *host, struct request *request, const char *gateway)
{
	char by[MAC_TEXT_SIZE] = "administrator";
	struct mac client;
	int r = find_client(request, request->params, &client);

	if (r < 0)
		return r;
	if (!mac_is_zero(&request->asker))
		mac_format(&request->asker, by);
	return host->ops->choose(host, &client, gateway, by, request->diag, &request->result);
}

static int gateway_use(struct host *host, struct request *request)
{
	const struct use_params *params = request->params;

	if (params->gateway && *params->gateway)
		return choose(host, request, params->gateway);
	diag_add(request->diag, DIAG_ERROR, NULL, "which gateway?");
	return -EINVAL;
}

static int gateway_automatic(struct host *host, struct request *request)
{
	return choose(host, request, NULL);
}

#define SIDE                                                                                     \
	"{ health: \"unknown\" | \"sick\" | \"poor\" | \"fair\" | \"good\"; delay_ms?: number; " \
	"loss_percent?: number }"
#define GATEWAY                                                                                   \
	"{ name: string; self: boolean; words?: string; address: string; "                        \
	"offer: \"open\" | \"members\" | \"closed\"; hours?: string; limit_kbps?: number; "       \
	"choosable: boolean; not_choosable?: string; fault?: string; ipv4: " SIDE "; ipv6: " SIDE \
	"; down_kbps?: number; up_kbps?: number; load_kbps: number; since_s: number; "            \
	"path: { state: \"unknown\" | \"works\" | \"lost\"; delay_ms?: number; "                  \
	"loss_percent?: number; hops?: number; measured_s?: number }; cost?: number; "            \
	"used: (\"ipv4\" | \"ipv6\")[]; clients: string[] }"
#define VERDICT "gateway: string; in_use: boolean; why?: string; by?: string"
#define GATEWAYS                                                                       \
	"{ gateways: " GATEWAY "[]; reason: string; order: string[]; "                 \
	"node: { gateway?: string; by: \"automatic\" | \"order\" | \"person\"; "       \
	"chosen?: { " VERDICT " } }; "                                                 \
	"choices: { client: string; here: boolean; " VERDICT " }[]; "                  \
	"asker?: { client: string; gateway?: string; in_use?: boolean; why?: string; " \
	"by?: string }; problem?: string }"
#define CHOICE "{ client?: string; gateway?: string; in_use?: boolean; why?: string }"

extern const struct method gateway_methods[];
const struct method gateway_methods[] = {
	{
		.name = "gateways",
		.doc = "The gateways that are known, how they are, and who uses which",
		.access = METHOD_READ,
		.result = GATEWAYS,
		.call = gateway_list,
	},
	{
		.name = "gateway_use",
		.doc = "Sends a client's packets, or all of this node's, by this gateway",
		.access = METHOD_OWN,
		.params = &use_params,
		.result = CHOICE,
		.call = gateway_use,
	},
	{
		.name = "gateway_automatic",
		.doc = "Lets them go by the nearest gateway again, or as the configuration says",
		.access = METHOD_OWN,
		.params = &automatic_params,
		.result = CHOICE,
		.call = gateway_automatic,
	},
	{ 0 },
};
