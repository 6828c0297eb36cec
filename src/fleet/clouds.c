/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Clouds compared with clouds, and the nodes of one with each other. */
#include <string.h>

#include "base/arena.h"
#include "fleet/parts.h"

/* Numbers that LibreMesh derives from SSIDs; Babel's is not among them. */
#define CLOUD_VLAN_MIN 29
#define CLOUD_VLAN_MAX 284

/* Which of a node's lines decided. */
static struct origin cloud_vlan_option(const struct fleet_node *node)
{
	return node->config->vlan[FLEET_VLAN_CLOUD];
}

static struct origin network_vlan_option(const struct fleet_node *node)
{
	return node->config->vlan[FLEET_VLAN_NETWORK];
}

static struct origin address_v4_option(const struct fleet_node *node)
{
	return node->config->address[FLEET_V4];
}

static struct origin address_v6_option(const struct fleet_node *node)
{
	return node->config->address[FLEET_V6];
}

typedef struct origin (*option_fn)(const struct fleet_node *node);
static const option_fn address_options[] = { address_v4_option, address_v6_option };
static const option_fn vlan_options[] = { cloud_vlan_option, network_vlan_option };

/* A problem between two nodes that stand for their clouds, or for two sorts of one cloud. */
struct pair {
	struct fleet *fleet;
	struct fleet_node *node[2];
};

static struct fleet_problem *report(const struct pair *pair, enum fleet_problem_kind kind,
                                    enum diag_severity severity, option_fn option)
{
	struct fleet_problem *problem = fleet_add_problem(pair->fleet, kind, severity);

	fleet_add_places(pair->fleet, problem, pair->node, 2, option);
	return problem;
}

static bool vlan_is_used(const struct fleet *fleet, unsigned vlan)
{
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next) {
		for (size_t i = 0; i < cloud->n_kinds; i++) {
			for (size_t j = 0; j < FLEET_N_VLANS; j++) {
				if (cloud->kinds[i]->vlan[j] == vlan)
					return true;
			}
		}
	}
	return false;
}

/* Far from where derived ones lie close together: any will do. */
static unsigned free_vlan(const struct fleet *fleet)
{
	for (unsigned vlan = CLOUD_VLAN_MIN; vlan <= CLOUD_VLAN_MAX; vlan++) {
		if (!vlan_is_used(fleet, vlan))
			return vlan;
	}
	return CLOUD_VLAN_MAX + 1;
}

static const char *vlan_change(const struct pair *pair)
{
	const struct fleet_node *node = pair->node[1];

	return arena_printf(
		pair->fleet->arena,
		"in %s, section network, repeat the whole list protocols with 'batadv:%u' "
		"in place of its entry batadv, on all nodes of '%s'; or give that cloud "
		"another ap_ssid",
		node->config->name, free_vlan(pair->fleet), node->cloud->ssid);
}

/* Two clouds hear each other's frames. */
static void compare_cloud_vlans(const struct pair *pair)
{
	unsigned vlan = pair->node[0]->vlan[FLEET_VLAN_CLOUD];
	struct fleet_problem *problem;

	if (!vlan || vlan != pair->node[1]->vlan[FLEET_VLAN_CLOUD])
		return;
	problem = report(pair, FLEET_VLAN, DIAG_ERROR, cloud_vlan_option);
	problem->text = arena_printf(pair->fleet->arena,
	                             "the clouds '%s' and '%s' share VLAN %u: where they hear each "
	                             "other they become one",
	                             pair->node[0]->cloud->ssid, pair->node[1]->cloud->ssid, vlan);
	problem->change = vlan_change(pair);
}

/* Babel's frames in the other one's cloud. */
static void compare_cross_vlans(const struct pair *pair)
{
	unsigned vlan = pair->node[0]->vlan[FLEET_VLAN_NETWORK];
	struct fleet_problem *problem;

	if (!vlan || vlan != pair->node[1]->vlan[FLEET_VLAN_CLOUD])
		return;
	problem = report(pair, FLEET_VLAN, DIAG_ERROR, cloud_vlan_option);
	problem->text = arena_printf(
		pair->fleet->arena, "the cloud '%s' is on VLAN %u, which is Babel's%s%s%s",
		pair->node[1]->cloud->ssid, vlan,
		pair->node[0] == pair->node[1] ? "" : " in the cloud '",
		pair->node[0] == pair->node[1] ? "" : pair->node[0]->cloud->ssid,
		pair->node[0] == pair->node[1] ? "" : "'");
	problem->change = vlan_change(pair);
	if (pair->node[0] == pair->node[1])
		problem->n_nodes = 1;
}

/* Clouds that never meet. */
static void compare_network_vlans(const struct pair *pair)
{
	unsigned a = pair->node[0]->vlan[FLEET_VLAN_NETWORK];
	unsigned b = pair->node[1]->vlan[FLEET_VLAN_NETWORK];
	struct fleet_problem *problem;

	if (!a || !b || a == b)
		return;
	problem = report(pair, FLEET_VLAN, DIAG_ERROR, network_vlan_option);
	problem->text =
		arena_printf(pair->fleet->arena,
	                     "Babel is on VLAN %u in the cloud '%s' and on VLAN %u in '%s': "
	                     "there is no way from one to the other",
	                     a, pair->node[0]->cloud->ssid, b, pair->node[1]->cloud->ssid);
	problem->change = "write the same number everywhere; LibreMesh has 'babeld:17'";
}

/* Nodes of one cloud that do not hear each other. */
static void compare_own_vlans(const struct pair *pair)
{
	static const char *const names[] = { "batadv", "babeld" };

	for (size_t i = 0; i < FLEET_N_VLANS; i++) {
		unsigned a = pair->node[0]->vlan[i], b = pair->node[1]->vlan[i];
		struct fleet_problem *problem;

		if (a == b)
			continue;
		problem = report(pair, FLEET_VLAN, DIAG_ERROR, vlan_options[i]);
		problem->text =
			arena_printf(pair->fleet->arena,
		                     "nodes of the cloud '%s' have %s on VLAN %u and on VLAN "
		                     "%u (0 is none) and do not hear each other",
		                     pair->node[0]->cloud->ssid, names[i], a, b);
		problem->change = "write the same entry for all nodes of the cloud";
	}
}

static bool overlap(const struct prefix *a, const struct prefix *b)
{
	struct prefix network_a = prefix_network(a), network_b = prefix_network(b);

	return prefix_contains(&network_a, &b->ip) || prefix_contains(&network_b, &a->ip);
}

static bool range_is_used(const struct fleet *fleet, const struct prefix *range)
{
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next) {
		for (size_t i = 0; i < cloud->n_kinds; i++) {
			if (overlap(&cloud->kinds[i]->address[FLEET_V4], range))
				return true;
		}
	}
	return false;
}

/* Of the form that LibreMesh's networks have. */
static const char *free_range(const struct fleet *fleet, enum fleet_family family)
{
	char text[PREFIX_TEXT_SIZE];

	if (family == FLEET_V6)
		return fleet_families[FLEET_V6].example;
	for (unsigned second = 0; second < 256; second++) {
		struct prefix range = { { IP_V4, { 10, (uint8_t)second } }, 16 };

		if (!range_is_used(fleet, &range))
			return arena_strdup(fleet->arena, prefix_format(&range, text));
	}
	return "172.16.0.0/16";
}

static void compare_ranges(const struct pair *pair)
{
	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		const struct prefix *a = &pair->node[0]->address[i];
		const struct prefix *b = &pair->node[1]->address[i];
		struct prefix network_a = prefix_network(a), network_b = prefix_network(b);
		char text[2][PREFIX_TEXT_SIZE];
		struct fleet_problem *problem;

		if (!overlap(a, b))
			continue;
		problem = report(pair, FLEET_RANGE, DIAG_ERROR, address_options[i]);
		problem->text = arena_printf(
			pair->fleet->arena,
			"the clouds '%s' (%s) and '%s' (%s) share %s addresses: what is meant for "
			"one goes to the other",
			pair->node[0]->cloud->ssid, prefix_format(&network_a, text[0]),
			pair->node[1]->cloud->ssid, prefix_format(&network_b, text[1]),
			fleet_families[i].name);
		problem->change =
			arena_printf(pair->fleet->arena, "in %s, section network: option %s '%s'",
		                     pair->node[1]->config->name, fleet_families[i].option,
		                     free_range(pair->fleet, i));
	}
}

static void compare_own_ranges(const struct pair *pair)
{
	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		struct prefix a = prefix_network(&pair->node[0]->address[i]);
		struct prefix b = prefix_network(&pair->node[1]->address[i]);
		char text[2][PREFIX_TEXT_SIZE];
		struct fleet_problem *problem;

		if (prefix_equal(&a, &b))
			continue;
		problem = report(pair, FLEET_RANGE, DIAG_WARNING, address_options[i]);
		problem->text =
			arena_printf(pair->fleet->arena,
		                     "nodes of the cloud '%s' have different networks, %s and "
		                     "%s: clients that walk lose their address",
		                     pair->node[0]->cloud->ssid, prefix_format(&a, text[0]),
		                     prefix_format(&b, text[1]));
		problem->change =
			arena_printf(pair->fleet->arena,
		                     "write the same network for all nodes of the cloud "
		                     "(option %s); a length of its own for the node's part "
		                     "stands behind it: 10.1.128.0/16/17",
		                     fleet_families[i].option);
	}
}

static void compare_pair(const struct pair *pair)
{
	struct pair swapped = { pair->fleet, { pair->node[1], pair->node[0] } };

	if (pair->node[0]->cloud == pair->node[1]->cloud) {
		compare_own_vlans(pair);
		compare_own_ranges(pair);
		return;
	}
	compare_cloud_vlans(pair);
	compare_cross_vlans(pair);
	compare_cross_vlans(&swapped);
	compare_network_vlans(pair);
	compare_ranges(pair);
}

/* Addresses that nodes of an IPv4 network may have: not its own, not the last, not the shared. */
static void check_room(struct fleet *fleet, const struct fleet_cloud *cloud)
{
	struct fleet_node *node = cloud->kinds[0];
	unsigned bits = 32u - node->address[FLEET_V4].length;
	size_t room = bits >= 2 ? ((size_t)1 << bits) - 3 : 1;
	struct fleet_problem *problem;

	if (cloud->n_kinds > 1 || cloud->n_nodes <= room || node->config->literal[FLEET_V4])
		return;
	problem = fleet_add_problem(fleet, FLEET_ROOM, DIAG_ERROR);
	fleet_add_places(fleet, problem, &node, 1, address_v4_option);
	problem->n_nodes = 0;
	problem->text = arena_printf(fleet->arena,
	                             "the cloud '%s' has %zu nodes and addresses for %zu",
	                             cloud->ssid, cloud->n_nodes, room);
	problem->change = arena_printf(fleet->arena, "make the network larger, like '%s'",
	                               fleet_families[FLEET_V4].example);
}

/* Those that stand for a cloud, each with all that come after it. */
static void compare_kinds(struct fleet *fleet, const struct fleet_cloud *cloud, size_t i)
{
	struct fleet_node *node = cloud->kinds[i];

	compare_cross_vlans(&(struct pair){ fleet, { node, node } });
	/* Within a cloud the first is the measure; more would say the same again. */
	if (i)
		compare_pair(&(struct pair){ fleet, { cloud->kinds[0], node } });
	for (const struct fleet_cloud *other = cloud->next; other; other = other->next) {
		for (size_t j = 0; j < other->n_kinds; j++)
			compare_pair(&(struct pair){ fleet, { node, other->kinds[j] } });
	}
}

void fleet_compare_clouds(struct fleet *fleet)
{
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next)
		check_room(fleet, cloud);
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next) {
		for (size_t i = 0; i < cloud->n_kinds; i++)
			compare_kinds(fleet, cloud, i);
	}
}
