/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* What the two protocols of olsrd say alike. */
#include "base/arena.h"
#include "proto/proto.h"

void proto_add_olsrd(const struct proto_node *node, const char *package, const char *version,
                     const char *listener)
{
	const char *const general[] = {
		"LinkQualityAlgorithm=etx_ff",
		arena_printf(node->plan->arena, "IpVersion=%s", version),
		NULL,
	};
	const char *const plugin[] = {
		"library=olsrd_jsoninfo.so.0.0",
		arena_printf(node->plan->arena, "accept=%s", listener),
		NULL,
	};

	plan_add_setting(node->plan, package, "olsrd", "lime", general);
	plan_add_setting(node->plan, package, "LoadPlugin", "limejson", plugin);
}

void proto_add_olsrd_interface(const struct proto_node *node, const char *package,
                               const char *network)
{
	const char *const options[] = {
		arena_printf(node->plan->arena, "interface=%s", network),
		NULL,
	};

	plan_add_setting(node->plan, package, "Interface", network, options);
}
