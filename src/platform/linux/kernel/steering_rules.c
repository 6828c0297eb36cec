/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/steering_rules.h"

#include <inttypes.h>

#include "base/buf.h"
#include "plan/numbers.h"

#define MARK_STEP 0x01000000U
/* Bytes of TCP in a packet of the tunnel's size (steering.h), IPv6's header and its own taken off.
 */
#define SEGMENT 1340U
/* How long a burst above the limit may be. */
#define BURST_PART 4 /* of a second */

/* What the mesh's addresses are, as Babel's filters have it (proto/babeld). */
#define MESH4 "10.0.0.0/8, 172.16.0.0/12"
#define MESH6 "fc00::/7"

uint32_t steer_mark(uint8_t slot)
{
	return MARK_FIRST + (uint32_t)slot * MARK_STEP;
}

static bool is_gateway(const struct steer_rules *rules)
{
	return rules->uplinks.n && rules->own6.ip.family == IP_V6;
}

static bool is_steering(const struct steer_rules *rules)
{
	return rules->clients.n && (rules->n_steered || rules->everybody != STEER_NOBODY);
}

bool steer_rules_any(const struct steer_rules *rules)
{
	return is_steering(rules) || is_gateway(rules);
}

/* { "a", "b" } */
static void add_names(const struct steer_devices *devices, struct buf *out)
{
	buf_add(out, "{ ");
	for (size_t i = 0; i < devices->n; i++)
		buf_printf(out, "%s\"%s\"", i ? ", " : "", devices->names[i]);
	buf_add(out, " }");
}

/* --- whom this node steers --- */

static void add_slots(const struct steer_rules *rules, struct buf *out)
{
	bool used[STEER_SLOTS_MAX] = { false };

	for (size_t i = 0; i < rules->n_steered; i++)
		used[rules->steered[i].slot] = true;
	if (rules->everybody != STEER_NOBODY)
		used[rules->everybody] = true;
	for (uint8_t slot = 0; slot < STEER_SLOTS_MAX; slot++) {
		if (used[slot])
			buf_printf(out,
			           "\tchain to_%u {\n"
			           "\t\tmeta mark set meta mark & 0x%08x | 0x%08x\n"
			           "\t}\n",
			           (unsigned)slot, ~MARK_MASK, steer_mark(slot));
	}
}

static void add_map(const struct steer_rules *rules, struct buf *out)
{
	char mac[MAC_TEXT_SIZE];

	buf_add(out, "\tmap steered {\n\t\ttype ether_addr : verdict\n\t\telements = {");
	for (size_t i = 0; i < rules->n_steered; i++)
		buf_printf(out, "%s\n\t\t\t%s : goto to_%u", i ? "," : "",
		           mac_format(&rules->steered[i].mac, mac),
		           (unsigned)rules->steered[i].slot);
	buf_add(out, "\n\t\t}\n\t}\n");
}

/* Packets that carry somebody else's mark are somebody else's business (captive portals). */
static void add_choosing(const struct steer_rules *rules, struct buf *out)
{
	if (rules->n_steered)
		add_map(rules, out);
	buf_add(out, "\tchain choose {\n"
	             "\t\ttype filter hook prerouting priority mangle; policy accept;\n"
	             "\t\tiifname != ");
	add_names(&rules->clients, out);
	buf_printf(out, " return\n\t\tmeta mark & 0x%08x != 0 return\n", MARK_MASK);
	if (rules->n_steered)
		buf_add(out, "\t\tether saddr vmap @steered\n");
	if (rules->everybody != STEER_NOBODY)
		buf_printf(out, "\t\tgoto to_%u\n", (unsigned)rules->everybody);
	buf_add(out, "\t}\n");
}

/*
 * What comes back does so by the ordinary way, so the other end is told of the tunnel's size when
 * the connection begins.
 */
static void add_leaving(struct buf *out)
{
	buf_printf(out,
	           "\tchain leave {\n"
	           "\t\ttype filter hook forward priority mangle; policy accept;\n"
	           "\t\toifname \"" LINK_STEER "\" ct mark set ct mark | 0x%08x\n"
	           "\t\tct mark & 0x%08x != 0 tcp flags syn / syn,rst tcp option maxseg size set "
	           "%u\n"
	           "\t}\n",
	           CONNECTION_MARK_STEERED, CONNECTION_MARK_STEERED, SEGMENT);
}

/* --- whom this node's uplink takes --- */

static void add_members(const struct steer_offer *offer, struct buf *out)
{
	char text[PREFIX_TEXT_SIZE];

	buf_add(out, "\tset members {\n\t\ttype ipv6_addr\n\t\tflags interval\n"
	             "\t\tauto-merge\n");
	for (size_t i = 0; i < offer->n_members; i++) {
		struct prefix network = prefix_network(&offer->member[i]);

		buf_printf(out, "%s%s", i ? ", " : "\t\telements = { ",
		           prefix_format(&network, text));
	}
	buf_printf(out, "%s\t}\n", offer->n_members ? " }\n" : "");
}

/*
 * From outside: IPv4 and IPv6 in IPv6 to this node's address in the mesh.  Tunnels that somebody
 * else has to other addresses are not touched.
 */
static void add_arriving(const struct steer_rules *rules, struct buf *out)
{
	const struct steer_offer *offer = &rules->offer;
	char own[IP_TEXT_SIZE], network[PREFIX_TEXT_SIZE];
	struct prefix cloud = prefix_network(&rules->own6);

	ip_format(&rules->own6.ip, own);
	prefix_format(&cloud, network);
	if (offer->tunnel && offer->members)
		add_members(offer, out);
	buf_add(out, "\tchain enter {\n");
	if (rules->uplinks.n) {
		buf_add(out, "\t\tiifname ");
		add_names(&rules->uplinks, out);
		buf_add(out, " drop\n");
	}
	if (!offer->tunnel || !rules->uplinks.n) {
		buf_add(out, "\t\tdrop\n\t}\n");
	} else {
		buf_printf(out, "\t\tip6 saddr != { " MESH6 ", %s } drop\n", network);
		if (offer->members)
			buf_add(out, "\t\tip6 saddr != @members drop\n");
		buf_add(out, "\t}\n");
	}
	/* What is in it is for the Internet, never for this node, but for the question whether this
	 * works. */
	buf_printf(out,
	           "\tchain arrive {\n"
	           "\t\ttype filter hook input priority filter - 10; policy accept;\n"
	           "\t\tip6 daddr %s meta l4proto { 4, 41 } jump enter\n"
	           "\t\tiifname != \"" LINK_STEER "\" return\n"
	           "\t\tip6 daddr %s icmpv6 type echo-request limit rate 200/second accept\n"
	           "\t\tdrop\n"
	           "\t}\n",
	           own, own);
}

/* Bytes a second. */
static void add_limit(const struct steer_offer *offer, const char *direction,
                      const struct steer_devices *uplinks, struct buf *out)
{
	uint64_t bytes = (uint64_t)offer->limit_kbps * 125, burst = bytes / BURST_PART;

	buf_printf(out, "\t\tct mark & 0x%08x != 0 %s ", CONNECTION_MARK_GUEST, direction);
	add_names(uplinks, out);
	buf_printf(out, " limit rate over %" PRIu64 " bytes/second burst %" PRIu64 " bytes drop\n",
	           bytes, burst < 16000 ? 16000 : burst);
}

static void add_guest(const struct steer_devices *from, const struct steer_devices *uplinks,
                      struct buf *out)
{
	buf_add(out, "\t\tiifname ");
	add_names(from, out);
	buf_add(out, " oifname ");
	add_names(uplinks, out);
	buf_printf(out, " ct mark set ct mark | 0x%08x\n", CONNECTION_MARK_GUEST);
}

static void add_passing(const struct steer_rules *rules, struct buf *out)
{
	static const struct steer_devices tunnel = { { LINK_STEER }, 1 };
	const struct steer_offer *offer = &rules->offer;
	char network4[PREFIX_TEXT_SIZE], network6[PREFIX_TEXT_SIZE];
	struct prefix cloud4 = prefix_network(&rules->own4), cloud6 = prefix_network(&rules->own6);

	prefix_format(&cloud6, network6);
	buf_add(out, "\tchain pass {\n"
	             "\t\ttype filter hook forward priority filter - 10; policy accept;\n"
	             "\t\tiifname \"" LINK_STEER "\" oifname != ");
	add_names(&rules->uplinks, out);
	buf_add(out, " drop\n");
	if (rules->own4.ip.family == IP_V4)
		buf_printf(out,
		           "\t\tiifname \"" LINK_STEER "\" ip saddr != { " MESH4 ", %s } drop\n",
		           prefix_format(&cloud4, network4));
	buf_printf(out, "\t\tiifname \"" LINK_STEER "\" ip6 saddr != { " MESH6 ", %s } drop\n",
	           network6);
	if (!offer->routed && rules->mesh.n) {
		buf_add(out, "\t\tiifname ");
		add_names(&rules->mesh, out);
		buf_add(out, " oifname ");
		add_names(&rules->uplinks, out);
		buf_add(out, " drop\n");
	}
	if (offer->limit_kbps) {
		add_guest(&tunnel, &rules->uplinks, out);
		if (rules->mesh.n)
			add_guest(&rules->mesh, &rules->uplinks, out);
		add_limit(offer, "oifname", &rules->uplinks, out);
		add_limit(offer, "iifname", &rules->uplinks, out);
	}
	buf_add(out, "\t}\n");
}

void steer_rules_print(const struct steer_rules *rules, struct buf *out)
{
	steer_rules_print_end(out);
	if (!steer_rules_any(rules))
		return;
	buf_add(out, "table inet " NFT_TABLE_STEER " {\n");
	if (is_steering(rules)) {
		add_slots(rules, out);
		add_choosing(rules, out);
		add_leaving(out);
	}
	/* A tunnel that only leads out lets nothing in. */
	if (rules->own6.ip.family == IP_V6)
		add_arriving(rules, out);
	if (is_gateway(rules))
		add_passing(rules, out);
	buf_add(out, "}\n");
}

void steer_rules_print_end(struct buf *out)
{
	/* Adding what is there does nothing, and deleting what is not there fails. */
	buf_add(out, "add table inet " NFT_TABLE_STEER "\n"
	             "delete table inet " NFT_TABLE_STEER "\n");
}
