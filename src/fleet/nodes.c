/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Nodes compared with nodes: sorted by what must differ, those that do not are beside each other.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "fleet/parts.h"

#define ADVICE_LIMIT 4 /* so many nodes are told what to write; the others follow from them */

/* A run of nodes that are the same in something. */
struct run {
	struct fleet *fleet;
	struct fleet_node *const *nodes;
	size_t count;
};

typedef int (*compare_fn)(const struct fleet_node *a, const struct fleet_node *b);

int fleet_compare_ip(const struct ip *a, const struct ip *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->byte, b->byte, sizeof(a->byte));
}

static int by_mac(const struct fleet_node *a, const struct fleet_node *b)
{
	return memcmp(a->mac.byte, b->mac.byte, MAC_SIZE);
}

static int by_ipv4(const struct fleet_node *a, const struct fleet_node *b)
{
	return fleet_compare_ip(&a->address[FLEET_V4].ip, &b->address[FLEET_V4].ip);
}

static int by_ipv6(const struct fleet_node *a, const struct fleet_node *b)
{
	return fleet_compare_ip(&a->address[FLEET_V6].ip, &b->address[FLEET_V6].ip);
}

static int by_name(const struct fleet_node *a, const struct fleet_node *b)
{
	return strcasecmp(a->hostname, b->hostname);
}

/* Ports of the cloud have a MAC that begins with 02, has two bytes of the port's name, and ends as
 * the node's own. */
static int by_ports(const struct fleet_node *a, const struct fleet_node *b)
{
	int order = strcmp(a->cloud->ssid, b->cloud->ssid);

	return order ? order : memcmp(a->mac.byte + 3, b->mac.byte + 3, 3);
}

static struct origin address_v4_option(const struct fleet_node *node)
{
	return node->config->address[FLEET_V4];
}

static struct origin address_v6_option(const struct fleet_node *node)
{
	return node->config->address[FLEET_V6];
}

static struct origin hostname_option(const struct fleet_node *node)
{
	return node->config->hostname;
}

/* "lime-52540012ab": the file that is about one box. */
static const char *own_file(struct arena *arena, const struct fleet_node *node)
{
	const uint8_t *b = node->mac.byte;

	return arena_printf(arena, "lime-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4],
	                    b[5]);
}

/* Begins a line for one node: which file, which option. */
static void advise(struct buf *out, struct arena *arena, const struct fleet_node *node,
                   const char *section, const char *option)
{
	buf_printf(out, "%sin %s, section %s: option %s", out->length ? "\n" : "",
	           own_file(arena, node), section, option);
}

/* "and so on for the others". */
static const char *advice(const struct run *run, struct buf *out)
{
	if (run->count - 1 > ADVICE_LIMIT)
		buf_add(out, "\nand the like for the others");
	return arena_strdup(run->fleet->arena, buf_text(out));
}

static const char *address_change(const struct run *run, enum fleet_family family)
{
	const struct fleet_family_words *words = &fleet_families[family];
	struct arena *arena = run->fleet->arena;
	BUF_AUTO out = { 0 };

	if (run->nodes[1]->config->literal[family] &&
	    run->nodes[0]->config == run->nodes[1]->config)
		return arena_printf(arena,
		                    "write a network there, like '%s': the rest of each address "
		                    "then comes from the node's MAC",
		                    words->example);
	for (size_t i = 1; i < run->count && i <= ADVICE_LIMIT; i++) {
		const char *text = fleet_free_address(run->fleet, run->nodes[i], family);

		if (!text)
			return arena_printf(arena,
			                    "no address of that network is free: make it "
			                    "larger, like '%s'",
			                    words->example);
		advise(&out, arena, run->nodes[i], "network", words->option);
		buf_printf(&out, " '%s'", text);
	}
	return advice(run, &out);
}

static void report_address(const struct run *run, enum fleet_family family)
{
	const struct fleet_family_words *words = &fleet_families[family];
	struct fleet_problem *problem = fleet_add_problem(run->fleet, words->kind, DIAG_ERROR);
	char text[IP_TEXT_SIZE];

	problem->text = arena_printf(run->fleet->arena, "%zu nodes have the address %s", run->count,
	                             ip_format(&run->nodes[0]->address[family].ip, text));
	problem->change = address_change(run, family);
	fleet_add_places(run->fleet, problem, run->nodes, run->count,
	                 family == FLEET_V4 ? address_v4_option : address_v6_option);
}

static void report_ipv4(const struct run *run)
{
	report_address(run, FLEET_V4);
}

static void report_ipv6(const struct run *run)
{
	report_address(run, FLEET_V6);
}

static bool is_one_cloud(const struct run *run)
{
	for (size_t i = 1; i < run->count; i++) {
		if (run->nodes[i]->cloud != run->nodes[0]->cloud)
			return false;
	}
	return true;
}

static void report_name(const struct run *run)
{
	struct arena *arena = run->fleet->arena;
	bool one = is_one_cloud(run);
	struct fleet_problem *problem = fleet_add_problem(run->fleet, FLEET_NAME,
	                                                  one ? DIAG_ERROR : DIAG_WARNING);
	BUF_AUTO out = { 0 };

	problem->text = arena_printf(arena, "%zu nodes %shave the name %s", run->count,
	                             one ? "" : "of different clouds ", run->nodes[0]->hostname);
	for (size_t i = 1; i < run->count && i <= ADVICE_LIMIT; i++) {
		const uint8_t *b = run->nodes[i]->mac.byte;

		advise(&out, arena, run->nodes[i], "system", "hostname");
		/* The whole MAC: nobody else has it. */
		buf_printf(&out, " 'LiMe-%02x%02x%02x%02x%02x%02x', or a name that you like", b[0],
		           b[1], b[2], b[3], b[4], b[5]);
	}
	problem->change = advice(run, &out);
	fleet_add_places(run->fleet, problem, run->nodes, run->count, hostname_option);
}

static void report_ports(const struct run *run)
{
	struct arena *arena = run->fleet->arena;
	const uint8_t *b = run->nodes[0]->mac.byte;
	struct fleet_problem *problem;

	/* A cloud without batman-adv has no such ports. */
	if (!run->nodes[0]->vlan[FLEET_VLAN_CLOUD])
		return;
	problem = fleet_add_problem(run->fleet, FLEET_PORTS, DIAG_ERROR);
	problem->text = arena_printf(arena,
	                             "%zu nodes of the cloud '%s' have the same MACs on their "
	                             "ports (02:xx:xx:%02x:%02x:%02x), because only the end of a "
	                             "node's MAC is in them",
	                             run->count, run->nodes[0]->cloud->ssid, b[3], b[4], b[5]);
	problem->change =
		arena_printf(arena,
	                     "let one of them take its addresses from another of its "
	                     "devices (%s, section network: option primary_interface) and "
	                     "list that device's MAC, or put it into another cloud",
	                     own_file(arena, run->nodes[1]));
	fleet_add_places(run->fleet, problem, run->nodes, run->count, NULL);
}

/* From here on the first of them counts. */
static void report_mac(const struct run *run)
{
	struct fleet_problem *problem = fleet_add_problem(run->fleet, FLEET_MAC, DIAG_ERROR);
	char text[MAC_TEXT_SIZE];

	problem->text = arena_printf(run->fleet->arena, "%s stands in the lists %zu times",
	                             mac_format(&run->nodes[0]->mac, text), run->count);
	problem->change = "leave one of these lines";
	fleet_add_places(run->fleet, problem, run->nodes, run->count, NULL);
	for (size_t i = 1; i < run->count; i++)
		run->nodes[i]->repeated = true;
}

static int in_order(compare_fn compare, const void *a, const void *b)
{
	const struct fleet_node *x = *(struct fleet_node *const *)a;
	const struct fleet_node *y = *(struct fleet_node *const *)b;
	int order = compare(x, y);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

#define SORTER(compare_)                                         \
	static int sort_##compare_(const void *a, const void *b) \
	{                                                        \
		return in_order(compare_, a, b);                 \
	}
SORTER(by_mac)
SORTER(by_ipv4)
SORTER(by_ipv6)
SORTER(by_name)
SORTER(by_ports)

/* What must differ. */
static const struct {
	compare_fn compare;
	int (*sort)(const void *a, const void *b);
	void (*report)(const struct run *run);
} traits[] = {
	{ by_mac, sort_by_mac, report_mac },       { by_ipv4, sort_by_ipv4, report_ipv4 },
	{ by_ipv6, sort_by_ipv6, report_ipv6 },    { by_name, sort_by_name, report_name },
	{ by_ports, sort_by_ports, report_ports },
};

/* The nodes that are there and not said before. */
static struct fleet_node **collect(struct fleet *fleet, size_t *count)
{
	struct fleet_node **list = arena_array_of(fleet->arena, struct fleet_node *,
	                                          fleet->n_nodes);

	*count = 0;
	for (size_t i = 0; i < fleet->n_nodes; i++) {
		if (!fleet->nodes[i]->repeated && !mac_is_zero(&fleet->nodes[i]->mac))
			list[(*count)++] = fleet->nodes[i];
	}
	return list;
}

static void compare_by(struct fleet *fleet, size_t trait)
{
	size_t count, end;
	struct fleet_node **list = collect(fleet, &count);

	if (count)
		qsort(list, count, sizeof(void *), traits[trait].sort);
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count; end++) {
			if (traits[trait].compare(list[i], list[end]) != 0)
				break;
		}
		if (end - i > 1)
			traits[trait].report(&(struct run){ fleet, list + i, end - i });
	}
}

static void index_addresses(struct fleet *fleet)
{
	static int (*const sorts[])(const void *a, const void *b) = { sort_by_ipv4, sort_by_ipv6 };

	for (size_t i = 0; i < FLEET_N_FAMILIES; i++) {
		fleet->by_address[i] = collect(fleet, &fleet->n_compared);
		if (fleet->n_compared)
			qsort(fleet->by_address[i], fleet->n_compared, sizeof(struct fleet_node *),
			      sorts[i]);
	}
}

static bool is_taken(const struct fleet *fleet, enum fleet_family family, const struct ip *ip)
{
	size_t low = 0, high = fleet->n_compared;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = fleet_compare_ip(&fleet->by_address[family][middle]->address[family].ip,
		                             ip);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Behind what no MAC gives, where the network has room for that. */
#define BEHIND_MACS 0x2000000u
#define BEHIND_BITS 26

/* Each is offered once.  The network's first host belongs to all nodes. */
const char *fleet_free_address(struct fleet *fleet, const struct fleet_node *node,
                               enum fleet_family family)
{
	const struct prefix *own = &node->address[family];
	struct prefix network = prefix_network(own);
	struct ip last = prefix_last(own), *offered = &node->cloud->free[family];
	unsigned room = ip_bits(&own->ip) - own->length;
	char text[PREFIX_TEXT_SIZE];

	if (room < 2)
		return NULL;
	if (!prefix_contains(&network, offered))
		*offered = ip_add(&network.ip,
		                  room >= BEHIND_BITS && family == FLEET_V6 ? BEHIND_MACS : 1);
	for (;;) {
		struct prefix found;

		if (ip_equal(offered, &last))
			return NULL;
		*offered = ip_add(offered, 1);
		found = (struct prefix){ *offered, own->length };
		if (!ip_equal(offered, &last) && !is_taken(fleet, family, offered))
			return arena_strdup(fleet->arena, prefix_format(&found, text));
	}
}

/* Those of a cloud whose own address was reserved. */
static void report_special(struct fleet *fleet, struct fleet_node **moved, size_t n_moved,
                           enum fleet_family family)
{
	const struct fleet_family_words *words = &fleet_families[family];
	struct run run = { fleet, moved, n_moved };
	struct fleet_problem *problem = fleet_add_problem(fleet, FLEET_SPECIAL, DIAG_WARNING);
	char text[IP_TEXT_SIZE];
	BUF_AUTO out = { 0 };

	problem->text = arena_printf(
		fleet->arena,
		"%zu node%s of the cloud '%s' would have a reserved %s address (the network's own, "
		"the last, or the one that all nodes share) and get%s %s instead, as would others",
		n_moved, n_moved == 1 ? "" : "s", moved[0]->cloud->ssid, words->name,
		n_moved == 1 ? "s" : "", ip_format(&moved[0]->address[family].ip, text));
	for (size_t i = 0; i < n_moved && i < ADVICE_LIMIT; i++) {
		const char *address = fleet_free_address(fleet, moved[i], family);

		if (!address)
			break;
		advise(&out, fleet->arena, moved[i], "network", words->option);
		buf_printf(&out, " '%s'", address);
	}
	if (!out.length)
		buf_printf(&out, "make the network larger, like '%s'", words->example);
	problem->change = moved[0]->config->literal[family]
	                          ? arena_printf(fleet->arena,
	                                         "write a network there, like '%s', or an address "
	                                         "that is not reserved",
	                                         words->example)
	                          : advice(&run, &out);
	fleet_add_places(fleet, problem, moved, n_moved,
	                 family == FLEET_V4 ? address_v4_option : address_v6_option);
}

static void find_special(struct fleet *fleet, const struct fleet_cloud *cloud,
                         enum fleet_family family)
{
	struct fleet_node **moved = arena_array_of(fleet->arena, struct fleet_node *,
	                                           cloud->n_nodes);
	size_t count = 0;

	for (size_t i = 0; i < fleet->n_nodes; i++) {
		struct fleet_node *node = fleet->nodes[i];

		if (node->cloud == cloud && node->moved[family] && !node->repeated &&
		    !mac_is_zero(&node->mac))
			moved[count++] = node;
	}
	if (count)
		report_special(fleet, moved, count, family);
}

void fleet_compare_nodes(struct fleet *fleet)
{
	compare_by(fleet, 0); /* marks those that the others leave out */
	index_addresses(fleet);
	for (size_t i = 1; i < ARRAY_LENGTH(traits); i++)
		compare_by(fleet, i);
	for (const struct fleet_cloud *cloud = fleet->clouds; cloud; cloud = cloud->next) {
		for (size_t i = 0; i < FLEET_N_FAMILIES; i++)
			find_special(fleet, cloud, i);
	}
}
