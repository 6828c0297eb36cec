/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The steps of node_new(), in their order; node_model uses some of them too, nobody else any. */
#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/schema/schema.h"
#include "node/node.h"
#include "proto/proto.h"
#include "wifi/mode.h"

/* What the steps hand on. */
struct node_work {
	struct node *node;
	const struct facts *facts;
	bool lasting_only;
	struct diag *diag;
	struct system_options system;
	struct network_options network;
	struct proto_use *uses; /* the general list */
	size_t n_uses;
	struct proto_node proto; /* what protocols see */
};

/* What is wrong with the merged configuration as it stands. */
void node_check(struct node *node, bool lenient, struct diag *diag);

/* Adds sections for the WAN ports that the board names, unless a section is about them already. */
void node_add_board(struct config *config, const struct facts *facts);

/* Fills in `system`, `network` and `uses`. */
void node_read_options(struct node_work *work);

/* Who the node is; false if that cannot be said. */
bool node_identify(struct node_work *work);

/*
 * A list of protocols, split.  `option` NULL: those of `fallback`.  Names that only LibreMesh
 * knows are left out, names that nobody knows are in the diag and left out.
 */
struct proto_use *node_uses(struct node_work *work, const struct config_option *option,
                            const struct string_list *fallback, size_t *n_uses);

/* Where the options of a section (NULL: none) were written. */
/* Whether weft made the section, of what the board says. */
bool node_is_made(const struct config_section *section);
struct proto_origins node_origins(struct arena *arena, const struct config_section *section);

/* What a radio's interface in some mode is configured with; NULL: not written. */
struct node_wifi_options {
	const struct wifi_mode *mode;
	const struct config_option *name, *encryption, *key;
};

/* Names that do not fit on the air, passwords and encryptions that make no network. */
void node_check_wifi(const struct node_work *work, const struct node_wifi_options *options);

/* A VLAN on a cable to an outdoor bridge. */
struct node_ground {
	const char *ifname, *parent;
	unsigned vlan;
};

/* Whether the section is about one; mistakes are in the diag. */
bool node_ground_of(struct node_work *work, const struct config_section *section,
                    struct node_ground *ground);
void node_plan_ground(struct node_work *work);

/* Watchdogs of OpenWrt, as the sections hwd_watchcat want them. */
void node_plan_watchcat(struct node_work *work);

/* What every node has: its name, resolvers, settings of a router. */
void node_plan_base(struct node_work *work);
/* What the protocols add once, what the radios do, what the protocols add for each port. */
void node_plan_protocols(struct node_work *work);
void node_plan_radios(struct node_work *node);
void node_plan_ports(struct node_work *work);
