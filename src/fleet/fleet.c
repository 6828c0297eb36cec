/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fleet/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "config/config.h"
#include "fleet/parts.h"

const struct fleet_family_words fleet_families[FLEET_N_FAMILIES] = {
	[FLEET_V4] = { IP_V4, FLEET_IPV4, "main_ipv4_address", "IPv4", "10.%N1.0.0/16" },
	[FLEET_V6] = { IP_V6, FLEET_IPV6, "main_ipv6_address", "IPv6", "fd%N1:%N2%N3:%N4%N5::/64" },
};

/* Protocols, and the VLANs they have where their entry has no number. */
static const struct {
	const char *protocol, *default_id;
} vlans[FLEET_N_VLANS] = {
	[FLEET_VLAN_CLOUD] = { "batadv", "%N1" },
	[FLEET_VLAN_NETWORK] = { "babeld", "17" },
};

struct fleet *fleet_new(void)
{
	struct arena *arena = arena_new();
	struct fleet *fleet = arena_new_of(arena, struct fleet);

	fleet->arena = arena;
	fleet->clouds_end = &fleet->clouds;
	fleet->problems_end = &fleet->problems;
	return fleet;
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	for (struct fleet_config *config = fleet->configs; config; config = config->next)
		node_model_free(config->model);
	arena_free(fleet->arena);
}

/* Grows by doubling; the arena keeps the old ones, which are half of all at most. */
static struct fleet_node **grow(struct arena *arena, struct fleet_node **list, size_t count,
                                size_t *room)
{
	struct fleet_node **more;

	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 4;
	more = arena_array_of(arena, struct fleet_node *, *room);
	for (size_t i = 0; i < count; i++)
		more[i] = list[i];
	return more;
}

static struct origin origin_of(const struct config *config, const char *section, const char *option,
                               struct arena *arena)
{
	const struct config_section *s = config_section(config, section);
	const struct config_option *o = s ? config_option(s, option) : NULL;

	if (o)
		return o->values[0].origin;
	return (struct origin){ .where = arena_printf(arena, "%s.%s", section, option) };
}

/* Two boxes that differ in every byte get the same? */
static bool is_literal(struct node_model *model, enum ip_family family)
{
	static const struct mac macs[] = { { { 2, 4, 6, 8, 10, 12 } },
		                           { { 20, 21, 22, 23, 24, 25 } } };
	struct prefix address[2];

	for (size_t i = 0; i < 2; i++) {
		struct template_ids ids = template_ids_of("", &macs[i]);

		if (!node_model_plain_address(model, &ids, family, &address[i]))
			return false;
	}
	return prefix_equal(&address[0], &address[1]);
}

struct fleet_config *fleet_add_config(struct fleet *fleet, const char *name,
                                      struct uci_document *const *layers, size_t n_layers,
                                      struct diag *diag)
{
	struct fleet_config *config = arena_new_of(fleet->arena, struct fleet_config);
	const struct config *merged;

	config->name = arena_strdup(fleet->arena, name);
	config->model = node_model_new(layers, n_layers, diag);
	config->next = fleet->configs;
	fleet->configs = config;
	merged = node_model_config(config->model);
	config->ssid = origin_of(merged, "wifi", "ap_ssid", fleet->arena);
	config->hostname = origin_of(merged, "system", "hostname", fleet->arena);
	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		config->address[i] = origin_of(merged, "network", fleet_families[i].option,
		                               fleet->arena);
		config->literal[i] = is_literal(config->model, fleet_families[i].family);
	}
	return config;
}

static struct fleet_cloud *find_cloud(struct fleet *fleet, const char *ssid)
{
	struct fleet_cloud *cloud = fleet->clouds;

	while (cloud && strcmp(cloud->ssid, ssid) != 0)
		cloud = cloud->next;
	if (cloud)
		return cloud;
	cloud = arena_new_of(fleet->arena, struct fleet_cloud);
	cloud->ssid = ssid;
	*fleet->clouds_end = cloud;
	fleet->clouds_end = &cloud->next;
	return cloud;
}

bool fleet_is_same_kind(const struct fleet_node *a, const struct fleet_node *b)
{
	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		struct prefix of_a = prefix_network(&a->address[i]);
		struct prefix of_b = prefix_network(&b->address[i]);

		if (!prefix_equal(&of_a, &of_b))
			return false;
	}
	return memcmp(a->vlan, b->vlan, sizeof(a->vlan)) == 0;
}

/* More sorts than this in one cloud are reported as the mistake that they are, not one by one. */
#define KINDS_LIMIT 16

static void join_cloud(struct fleet *fleet, struct fleet_node *node, const char *ssid)
{
	struct fleet_cloud *cloud = find_cloud(fleet, ssid);

	node->cloud = cloud;
	cloud->n_nodes += !mac_is_zero(&node->mac);
	for (size_t i = 0; i < cloud->n_kinds; i++) {
		if (fleet_is_same_kind(cloud->kinds[i], node))
			return;
	}
	if (cloud->n_kinds == KINDS_LIMIT)
		return;
	cloud->kinds = grow(fleet->arena, cloud->kinds, cloud->n_kinds, &cloud->room);
	cloud->kinds[cloud->n_kinds++] = node;
}

static void set_addresses(struct fleet_node *node, const struct identity *identity)
{
	node->address[FLEET_V4] = identity->ipv4;
	node->address[FLEET_V6] = identity->ipv6;
	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		struct prefix plain;

		node->moved[i] = node_model_plain_address(node->config->model, &identity->ids,
		                                          fleet_families[i].family, &plain) &&
		                 !ip_equal(&plain.ip, &node->address[i].ip);
	}
}

/* Of the cloud, as far as no box is known. */
static const struct mac any_mac = { { 0x02, 0, 0, 0, 0, 0x02 } };

void fleet_add_node(struct fleet *fleet, struct fleet_config *config, const struct mac *mac,
                    const struct origin *listed, struct diag *diag)
{
	struct fleet_node *node = arena_new_of(fleet->arena, struct fleet_node);
	struct identity identity;

	if (!node_model_identify(config->model, mac_is_zero(mac) ? &any_mac : mac, &identity, diag))
		return;
	*node = (struct fleet_node){
		.config = config,
		.mac = *mac,
		.listed = *listed,
		.index = fleet->n_nodes,
		.hostname = identity.hostname,
	};
	node->listed.file = arena_strdup(fleet->arena, listed->file);
	set_addresses(node, &identity);
	for (size_t i = 0; i < FLEET_N_VLANS; i++)
		node_model_vlan(config->model, vlans[i].protocol, vlans[i].default_id,
		                &identity.ids, &node->vlan[i], &config->vlan[i]);
	fleet->nodes = grow(fleet->arena, fleet->nodes, fleet->n_nodes, &fleet->room);
	fleet->nodes[fleet->n_nodes++] = node;
	join_cloud(fleet, node, identity.ap_ssid);
}

struct fleet_problem *fleet_add_problem(struct fleet *fleet, enum fleet_problem_kind kind,
                                        enum diag_severity severity)
{
	struct fleet_problem *problem = arena_new_of(fleet->arena, struct fleet_problem);

	problem->kind = kind;
	problem->severity = severity;
	*fleet->problems_end = problem;
	fleet->problems_end = &problem->next;
	return problem;
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_same_place(const struct origin *a, const struct origin *b)
{
	return a->line == b->line && a->column == b->column && is_same_text(a->where, b->where) &&
	       is_same_text(a->value, b->value) && is_same_text(a->file, b->file);
}

static bool has_option(const struct fleet_place *options, size_t count, const struct origin *origin)
{
	for (size_t i = 0; i < count; i++) {
		if (is_same_place(&options[i].origin, origin))
			return true;
	}
	return false;
}

void fleet_add_places(struct fleet *fleet, struct fleet_problem *problem,
                      struct fleet_node *const *nodes, size_t n_nodes,
                      struct origin (*option)(const struct fleet_node *node))
{
	struct fleet_place *places = arena_array_of(fleet->arena, struct fleet_place, n_nodes);
	struct fleet_place *options = arena_array_of(fleet->arena, struct fleet_place, n_nodes);
	const struct fleet_config *last = NULL;

	for (size_t i = 0; i < n_nodes; i++) {
		struct origin origin = option ? option(nodes[i]) : (struct origin){ 0 };

		places[i] = (struct fleet_place){ nodes[i]->mac, nodes[i]->listed };
		if (option && nodes[i]->config != last &&
		    !has_option(options, problem->n_options, &origin))
			options[problem->n_options++].origin = origin;
		last = nodes[i]->config;
	}
	problem->nodes = places;
	problem->n_nodes = n_nodes;
	problem->options = options;
}

void fleet_compare(struct fleet *fleet)
{
	fleet_compare_nodes(fleet);
	fleet_compare_clouds(fleet);
}

const struct fleet_problem *fleet_problems(const struct fleet *fleet)
{
	return fleet->problems;
}

size_t fleet_count(const struct fleet *fleet, enum diag_severity severity)
{
	size_t count = 0;

	for (const struct fleet_problem *p = fleet->problems; p; p = p->next)
		count += p->severity == severity;
	return count;
}
