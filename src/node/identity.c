/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Who a node is, from its configuration and its MAC. */
#include <string.h>
#include <strings.h>

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

/* What machines without a DHCP server give themselves (RFC 3927). */
static const struct prefix self_made = { { IP_V4, { 169, 254 } }, 16 };

/* NULL, or why a node cannot have it. */
static const char *address_fault(struct arena *arena, const struct prefix *address)
{
	const char *what = ip_reserved(&address->ip);
	char text[PREFIX_TEXT_SIZE];

	if (ip_is_link_local(&address->ip) || prefix_contains(&self_made, &address->ip))
		what = "valid on one link only";
	prefix_format(address, text);
	if (address->length < LENGTH_MIN)
		return arena_printf(arena, "gives %s; a network larger than /%d cannot be", text,
		                    LENGTH_MIN);
	if (what)
		return arena_printf(arena, "gives %s, and such addresses are %s", text, what);
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

#define FQDN_LENGTH 253 /* RFC 1035, section 2.3.4 */

/* Names that mean another machine, on every node or on this one. */
static const char *const taken_names[] = { "anygw", "localhost" };

static void check_hostname(struct node_work *work)
{
	const struct identity *id = &work->node->identity;
	struct origin origin = origin_of(work, "system", "hostname");

	for (size_t i = 0; i < ARRAY_LENGTH(taken_names); i++) {
		if (strcasecmp(id->hostname, taken_names[i]) == 0)
			diag_add(work->diag, DIAG_ERROR, &origin,
			         "'%s' is no name for a node: every node knows another machine by "
			         "it",
			         id->hostname);
	}
}

static void check_domain(struct node_work *work)
{
	const struct identity *id = &work->node->identity;
	struct origin origin = origin_of(work, "system", "domain");
	size_t length = strlen(id->hostname) + 1 + strlen(id->domain);

	if (length > FQDN_LENGTH)
		diag_add(
			work->diag, DIAG_ERROR, &origin,
			"with the node's name before it, the domain has %zu letters; there is room "
			"for %d",
			length, FQDN_LENGTH);
}

/* dnsmasq does not ask itself, and who is asked for all names should know more than it. */
static void check_resolvers(struct node_work *work)
{
	const struct identity *id = &work->node->identity;
	const struct ip *own[] = { &id->ipv4.ip, &id->ipv6.ip, &id->anygw4.ip, &id->anygw6.ip };
	const struct config_section *network = config_section(work->node->config, "network");
	const struct config_option *list = network ? config_option(network, "resolvers") : NULL;

	for (size_t i = 0; list && i < list->n_values; i++) {
		struct ip ip;

		if (!ip_parse(list->values[i].text, &ip))
			continue;
		for (size_t j = 0; j < ARRAY_LENGTH(own); j++) {
			if (ip_equal(&ip, own[j]))
				diag_add(work->diag, DIAG_ERROR, &list->values[i].origin,
				         "'%s' is an address of this node: it cannot ask itself",
				         list->values[i].text);
		}
	}
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
	check_hostname(work);
	check_domain(work);
	if (!set_addresses(work))
		return false;
	check_resolvers(work);
	return true;
}
