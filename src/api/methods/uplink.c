/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/host.h"
#include "api/request.h"
#include "shape/shape.h"

struct event_params {
	struct string_list variables;
};

static const struct field event_fields[] = {
	FIELD_LIST(struct event_params, variables, NULL,
	           "What the DHCP client put into the environment, each NAME=VALUE"),
};
static SHAPE(event_params, "event", "What a DHCP client tells", struct event_params, event_fields);

static int uplink_event(struct host *host, struct request *request)
{
	const struct event_params *params = request->params;

	return host->ops->uplink_event(host, &params->variables, request->diag);
}

extern const struct method uplink_methods[];
const struct method uplink_methods[] = {
	{
		.name = "uplink.event",
		.doc = "Takes what the DHCP client of an uplink tells",
		.access = METHOD_LOCAL,
		.params = &event_params,
		.call = uplink_event,
	},
	{ 0 },
};
