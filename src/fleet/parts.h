/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What the files of this folder share; used by nobody else. */
#include "fleet/fleet.h"
#include "node/model.h"

/* The two VLANs that have to fit together. */
enum fleet_vlan {
	FLEET_VLAN_CLOUD,   /* batman-adv: another one for each cloud */
	FLEET_VLAN_NETWORK, /* Babel: the same for all */
	FLEET_N_VLANS,
};

/* Index of what both families have. */
enum fleet_family {
	FLEET_V4,
	FLEET_V6,
	FLEET_N_FAMILIES,
};

struct fleet_config {
	struct fleet_config *next;
	const char *name;
	struct node_model *model;
	/* Where what is compared was written. */
	struct origin ssid, hostname, address[FLEET_N_FAMILIES];
	struct origin vlan[FLEET_N_VLANS];
	/* Its text names one address and no network: every box would get the same. */
	bool literal[FLEET_N_FAMILIES];
};

struct fleet_node {
	const struct fleet_config *config;
	struct fleet_cloud *cloud;
	struct mac mac; /* zero: stands for a cloud alone */
	struct origin listed;
	size_t index; /* place in the lists */
	const char *hostname;
	struct prefix address[FLEET_N_FAMILIES];
	bool moved[FLEET_N_FAMILIES]; /* it was reserved, and replaced */
	unsigned vlan[FLEET_N_VLANS]; /* 0: none */
	bool repeated;                /* stands in the lists before */
};

/* Nodes with one SSID. */
struct fleet_cloud {
	struct fleet_cloud *next;
	const char *ssid;
	size_t n_nodes;
	/* The first node with each network and each VLAN; more than one is a mistake. */
	struct fleet_node **kinds;
	size_t n_kinds, room;
	struct ip free[FLEET_N_FAMILIES]; /* last address that was offered to somebody */
};

struct fleet {
	struct arena *arena;
	struct fleet_config *configs;
	struct fleet_cloud *clouds, **clouds_end;
	struct fleet_node **nodes; /* owned; each is the arena's */
	size_t n_nodes, room;
	struct fleet_problem *problems, **problems_end;
	/* For fleet_compare(): the nodes without repeated ones, by each address. */
	struct fleet_node **by_address[FLEET_N_FAMILIES];
	size_t n_compared;
};

/* The words of each family. */
struct fleet_family_words {
	enum ip_family family;
	enum fleet_problem_kind kind;
	const char *option; /* of section network */
	const char *name, *example;
};
extern const struct fleet_family_words fleet_families[FLEET_N_FAMILIES];

/* Whether nodes of both would get into each other's way, or are of one sort. */
bool fleet_is_same_kind(const struct fleet_node *a, const struct fleet_node *b);

/* Order by address. */
int fleet_compare_ip(const struct ip *a, const struct ip *b);

/* Adds a problem; the caller fills in the rest. */
struct fleet_problem *fleet_add_problem(struct fleet *fleet, enum fleet_problem_kind kind,
                                        enum diag_severity severity);
/* The nodes of a problem, and the options that decided about them, each once. */
void fleet_add_places(struct fleet *fleet, struct fleet_problem *problem,
                      struct fleet_node *const *nodes, size_t n_nodes,
                      struct origin (*option)(const struct fleet_node *node));

/* nodes.c: those between nodes; clouds.c: those between clouds. */
void fleet_compare_nodes(struct fleet *fleet);
void fleet_compare_clouds(struct fleet *fleet);

/* An address of the node's network that nobody has; NULL if there is none. */
const char *fleet_free_address(struct fleet *fleet, const struct fleet_node *node,
                               enum fleet_family family);
