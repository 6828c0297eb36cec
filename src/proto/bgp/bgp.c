/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Exchange of routes with networks that speak BGP, on OpenWrt: two files for bird, whose own script
 * starts it.
 *
 * A cloud has many ways out; to neighbours each looks longer than one that they have themselves,
 * so that the mesh does not carry traffic between other networks.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/number.h"
#include "proto/proto.h"

#define DEFAULT_AS      64496U /* for documentation (RFC 5398); as LibreMesh */
#define DEFAULT_PENALTY 8U
#define PENALTY_MAX     64U

/* bird has one daemon for each family. */
static const struct bird {
	const char *path, *networks;
	enum ip_family family;
} birds[] = {
	{ "etc/bird4.conf", "10.0.0.0/8", IP_V4 },
	{ "etc/bird6.conf", "2000::0/3", IP_V6 },
};

/* The protocols that can be named in the second argument, and what bird is told of them. */
static const struct {
	const char *name, *text;
} sources[] = {
	{ "lan", "protocol direct {\n\tinterface \"" PROTO_BRIDGE "\";\n}\n" },
	{ "anygw", "protocol direct {\n\tinterface \"anygw\";\n}\n" },
	{ "bmx7", "protocol direct {\n\tinterface \"X7*\";\n}\n" },
};

struct bgp {
	uint32_t as, penalty;
	const char *protocols;
};

static bool read_number(const struct proto_node *node, const struct proto_use *use, size_t index,
                        uint32_t max, uint32_t *number)
{
	const char *text = index < use->n_args ? use->args[index] : "";

	if (!*text || number_parse(text, 1, max, number))
		return true;
	diag_add(node->diag, DIAG_ERROR, &use->origin, "'%s' is no number from 1 to %u", text, max);
	return false;
}

static bool read_arguments(const struct proto_node *node, const struct proto_use *use,
                           struct bgp *bgp)
{
	*bgp = (struct bgp){ .as = DEFAULT_AS, .penalty = DEFAULT_PENALTY, .protocols = "" };
	if (use->n_args > 1 && use->args[1])
		bgp->protocols = use->args[1];
	return read_number(node, use, 0, UINT32_MAX, &bgp->as) &&
	       read_number(node, use, 2, PENALTY_MAX, &bgp->penalty);
}

static void add_filters(const struct bgp *bgp, const struct bird *bird, struct buf *out)
{
	buf_printf(out, "filter toBgp {\n\tif net ~ %s then {\n\t\tif proto ~ \"kernel*\" then {\n",
	           bird->networks);
	for (uint32_t i = 0; i <= bgp->penalty; i++)
		buf_printf(out, "\t\t\tbgp_path.prepend(%u);\n", bgp->as);
	buf_add(out, "\t\t}\n\t\taccept;\n\t}\n\treject;\n}\n\n");
	buf_printf(out, "filter fromBgp {\n\tif net ~ %s then accept;\n\treject;\n}\n\n",
	           bird->networks);
}

static void add_peers(const struct proto_node *node, const struct bgp *bgp, const struct bird *bird,
                      struct buf *out)
{
	char text[IP_TEXT_SIZE];

	for (size_t i = 0; i < node->n_peers; i++) {
		const struct proto_peer *peer = &node->peers[i];

		if (peer->ip.family == bird->family)
			buf_printf(out,
			           "\nprotocol bgp {\n\timport filter fromBgp;\n"
			           "\texport filter toBgp;\n\tlocal as %u;\n"
			           "\tneighbor %s as %u;\n}\n",
			           bgp->as, ip_format(&peer->ip, text), peer->as);
	}
}

/* A router's id is 32 bits long in both families (RFC 6286). */
static void add_file(const struct proto_node *node, const struct bgp *bgp, const struct bird *bird)
{
	char text[IP_TEXT_SIZE];
	BUF_AUTO out = { 0 };

	buf_printf(&out, "router id %s;\n\nprotocol device {\n\tscan time 10;\n}\n\n",
	           ip_format(&node->id->ipv4.ip, text));
	add_filters(bgp, bird, &out);
	buf_add(&out, "protocol kernel {\n\tlearn;\n\tscan time 20;\n\texport all;\n}\n");
	for (size_t i = 0; i < ARRAY_LENGTH(sources); i++) {
		if (proto_list_has(bgp->protocols, sources[i].name))
			buf_printf(&out, "\n%s", sources[i].text);
	}
	add_peers(node, bgp, bird, &out);
	plan_add_file(node->plan, bird->path, out.text);
}

static void bgp_plan_node(const struct proto_node *node, const struct proto_use *use)
{
	struct bgp bgp;

	if (!read_arguments(node, use, &bgp))
		return;
	for (size_t i = 0; i < ARRAY_LENGTH(birds); i++)
		add_file(node, &bgp, &birds[i]);
}

const struct proto proto_bgp = {
	.name = "bgp",
	.package = "lime-proto-bgp",
	.extra = true,
	.doc = "Exchange of routes with other networks, by bird (OpenWrt)",
	.own_arguments = true,
	.plan_node = bgp_plan_node,
};
