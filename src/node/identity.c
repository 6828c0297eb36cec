/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Who a node is, from its configuration and its MAC. */
#include <string.h>

#include "base/arena.h"
#include "node/parts.h"

/* Where an option was written, or its name alone. */
static struct origin origin_of(const struct node_work *work, const char *section,
                               const char *option)
{
	const struct config_section *s = config_section(work->node->config, section);
	const struct config_option *o = s ? config_option(s, option) : NULL;

	if (o)
		return o->values[0].origin;
	return (struct origin){
		.where = arena_printf(work->node->arena, "%s.%s", section, option),
	};
}

static bool uses_anygw(const struct node_work *work)
{
	for (size_t i = 0; i < work->n_uses; i++) {
		if (strcmp(work->uses[i].proto->name, "anygw") == 0)
			return true;
	}
	return false;
}

static bool find_mac(struct node_work *work, struct mac *mac)
{
	const struct fact_link *link = facts_primary(work->facts, work->network.primary_interface);
	struct origin origin = origin_of(work, "network", "primary_interface");

	if (link) {
		*mac = link->mac;
		return true;
	}
	diag_add(work->diag, DIAG_ERROR, &origin,
	         "there is no network device whose MAC the node could take its addresses from");
	return false;
}

/* A cloud whose network is larger would take the way to all others. */
#define LENGTH_MIN 8

/* What addresses are for that no network can be made of (RFC 6890). */
static const struct {
	struct prefix range;
	const char *what;
} special[] = {
	{ { { IP_V4, { 0 } }, 8 }, "of no network" },
	{ { { IP_V4, { 127 } }, 8 }, "of the machine itself" },
	{ { { IP_V4, { 169, 254 } }, 16 }, "valid on one link only" },
	{ { { IP_V4, { 224 } }, 4 }, "of groups" },
	{ { { IP_V4, { 240 } }, 4 }, "of no network" },
	{ { { IP_V6, { 0 } }, 8 }, "of no network" },
	{ { { IP_V6, { 0xfe, 0x80 } }, 10 }, "valid on one link only" },
	{ { { IP_V6, { 0xff } }, 8 }, "of groups" },
};

/* NULL, or why a node cannot have it. */
static const char *address_fault(struct arena *arena, const struct prefix *address)
{
	char text[PREFIX_TEXT_SIZE];

	prefix_format(address, text);
	if (address->length < LENGTH_MIN)
		return arena_printf(arena, "gives %s; a network larger than /%d cannot be", text,
		                    LENGTH_MIN);
	for (size_t i = 0; i < ARRAY_LENGTH(special); i++) {
		if (prefix_contains(&special[i].range, &address->ip))
			return arena_printf(arena, "gives %s, and such addresses are %s", text,
			                    special[i].what);
	}
	return NULL;
}

/* Networks of one address exist in people's files, and LibreMesh does the same with them. */
static void check_shared(struct node_work *work, const struct origin *origin, const char *text,
                         const struct prefix *address)
{
	struct prefix shared = identity_anygw_address(address);

	if (uses_anygw(work) && ip_equal(&shared.ip, &address->ip))
		diag_add(work->diag, DIAG_WARNING, origin,
		         "'%s' has no address for this node beside the one that all nodes share",
		         text);
}

static bool set_address(struct node_work *work, enum ip_family family, struct prefix *address)
{
	struct arena *arena = work->node->arena;
	bool v4 = family == IP_V4;
	const char *text = v4 ? work->network.main_ipv4_address : work->network.main_ipv6_address;
	struct origin origin = origin_of(work, "network",
	                                 v4 ? "main_ipv4_address" : "main_ipv6_address");
	const char *wrong = identity_address(arena, text, &work->node->identity.ids, family,
	                                     uses_anygw(work), address);

	if (!wrong)
		wrong = address_fault(arena, address);
	if (wrong)
		diag_add(work->diag, DIAG_ERROR, &origin, "'%s' %s", text, wrong);
	else
		check_shared(work, &origin, text, address);
	return !wrong;
}

/* A frame to a MAC with the lowest bit of its first byte set goes to many (IEEE 802). */
static bool is_unicast(const struct mac *mac)
{
	return !(mac->byte[0] & 1) && !mac_is_zero(mac);
}

static bool set_anygw_mac(struct node_work *work)
{
	struct identity *id = &work->node->identity;
	const char *template = config_get(work->node->config, "network", "anygw_mac",
	                                  "aa:aa:aa:%N1:%N2:aa");
	const char *text = template_expand(work->node->arena, template, &id->ids, TEMPLATE_HEX,
	                                   TEMPLATE_N);
	struct origin origin = origin_of(work, "network", "anygw_mac");

	if (mac_parse(text, &id->anygw_mac) && is_unicast(&id->anygw_mac))
		return true;
	diag_add(work->diag, DIAG_ERROR, &origin, "'%s' is no MAC that a device can have", text);
	return false;
}

static bool set_addresses(struct node_work *work)
{
	struct identity *id = &work->node->identity;
	bool ok = set_address(work, IP_V4, &id->ipv4);

	ok = set_address(work, IP_V6, &id->ipv6) && ok;
	if (!uses_anygw(work))
		return ok;
	ok = set_anygw_mac(work) && ok;
	if (!ok)
		return false;
	id->anygw4 = identity_anygw_address(&id->ipv4);
	id->anygw6 = identity_anygw_address(&id->ipv6);
	return true;
}

/* The hash of the network's name is its id; LibreMesh let a shell read the name first. */
static void set_network(struct node_work *work, const struct mac *mac)
{
	struct identity *id = &work->node->identity;
	struct arena *arena = work->node->arena;
	struct origin origin = origin_of(work, "wifi", "ap_ssid");
	const char *warning;

	id->ap_ssid = arena_strdup(
		arena, config_get(work->node->config, "wifi", "ap_ssid", "LibreMesh.org"));
	id->ids = template_ids_of(id->ap_ssid, mac);
	warning = template_ssid_warning(id->ap_ssid);
	if (warning)
		diag_add(work->diag, DIAG_WARNING, &origin, "%s", warning);
}

bool node_identify(struct node_work *work)
{
	struct identity *id = &work->node->identity;
	struct arena *arena = work->node->arena;
	struct mac mac;

	if (!find_mac(work, &mac))
		return false;
	set_network(work, &mac);
	id->hostname = template_hostname(arena, work->system.hostname, &id->ids);
	id->domain = work->system.domain;
	id->ids.hostname = id->hostname;
	return set_addresses(work);
}
