/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Makes room on a radio's interface for the VLANs of the mesh. */
#include "proto/proto.h"

static void adhoc_plan_port(const struct proto_node *node, const struct proto_use *use,
                            const struct proto_port *port)
{
	(void)use;
	proto_add_radio_network(node, port);
}

const struct proto proto_adhoc = {
	.name = "adhoc",
	.doc = "The ad-hoc (IBSS) interface",
	.suffix = "-adhoc",
	.plan_port = adhoc_plan_port,
};
