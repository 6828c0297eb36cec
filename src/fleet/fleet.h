/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A whole network before it exists: configurations and the boxes that will have
 * them go in, what will collide comes out, with what to change.  Pure.
 *
 *	AUTO(fleet_free) struct fleet *fleet = fleet_new();
 *	config = fleet_add_config(fleet, layers, n_layers, diag);
 *	fleet_add_node(fleet, config, &mac, &listed, diag);
 *	fleet_compare(fleet);
 *	fleet_print(fleet, &out);
 *
 * Looked at is what follows from the configuration and the MAC: names, addresses, and the VLANs
 * of the general list of protocols (not those of a single port's section).
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/diag.h"
#include "net/ip.h"
#include "net/mac.h"

struct buf;
struct fleet;
struct fleet_config;
struct uci_document;

enum fleet_problem_kind {
	FLEET_MAC,     /* a box stands in the lists twice */
	FLEET_IPV4,    /* two nodes have an address */
	FLEET_IPV6,    /* the same */
	FLEET_NAME,    /* two nodes have a name */
	FLEET_PORTS,   /* two nodes have the same MACs on their ports in the cloud */
	FLEET_SPECIAL, /* a node's own address was reserved, so it has one that others may get too
	                */
	FLEET_ROOM,    /* a network has fewer addresses than nodes */
	FLEET_VLAN,    /* clouds share a VLAN, or nodes of one do not */
	FLEET_RANGE,   /* clouds share addresses, or nodes of one have several networks */
};

/* Where a word of the problem was written: a box in a list, or an option. */
struct fleet_place {
	struct mac mac; /* zero: an option */
	struct origin origin;
};

struct fleet_problem {
	struct fleet_problem *next;
	enum diag_severity severity; /* DIAG_ERROR or DIAG_WARNING */
	enum fleet_problem_kind kind;
	const char *text;   /* what is wrong, in words */
	const char *change; /* what to do about it */
	const struct fleet_place *nodes, *options;
	size_t n_nodes, n_options;
};

struct fleet *fleet_new(void) MUST_CHECK;
void fleet_free(struct fleet *fleet);
AUTO_DEFINE(fleet_free, struct fleet);

/*
 * Layers as in struct node_input, `name` as a person knows it: the file lime-community.  The
 * configuration belongs to the fleet; its mistakes are in `diag`.
 */
struct fleet_config *fleet_add_config(struct fleet *fleet, const char *name,
                                      struct uci_document *const *layers, size_t n_layers,
                                      struct diag *diag);

/*
 * A box that will have the configuration; `listed` is the line that names it.  A box of MAC zero
 * stands for a cloud whose boxes are not known: it counts for the cloud alone.  What keeps it from
 * being a node is in `diag`.
 */
void fleet_add_node(struct fleet *fleet, struct fleet_config *config, const struct mac *mac,
                    const struct origin *listed, struct diag *diag);

/* Finds the problems; once, when all nodes are there. */
void fleet_compare(struct fleet *fleet);

/* In the order of fleet_problem_kind, and of the lists; NULL if there are none. */
const struct fleet_problem *fleet_problems(const struct fleet *fleet);

/* "ipv4", as programs know it. */
const char *fleet_kind_name(enum fleet_problem_kind kind);

size_t fleet_count(const struct fleet *fleet, enum diag_severity severity);

/* The clouds, a line each. */
void fleet_print_clouds(const struct fleet *fleet, struct buf *out);
/* The problems, as diag_print() has it, with more lines each. */
void fleet_print_problems(const struct fleet *fleet, struct buf *out);
/* All of it, and what `diag` has. */
void fleet_print_json(const struct fleet *fleet, const struct diag *diag, struct buf *out);
