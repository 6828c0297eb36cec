/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Makes room on a radio's interface for the VLANs of the mesh. */
#include "proto/proto.h"

static void apbb_plan_port(const struct proto_node *node, const struct proto_use *use,
                           const struct proto_port *port)
{
	(void)use;
	proto_add_radio_network(node, port);
}

const struct proto proto_apbb = {
	.name = "apbb",
	.doc = "The access point for other nodes (backbone)",
	.suffix = "-apbb",
	.plan_port = apbb_plan_port,
};
