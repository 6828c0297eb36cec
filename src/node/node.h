/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A node as one value: layers of configuration and facts about a machine go in,
 * who the node is and its plan come out.  Pure; the same input gives the same node.
 *
 *	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
 *	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };
 *	AUTO(node_free) struct node *node = node_new(&input, diag);
 *	if (!node->plan) ... diag says why ...
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "config/config.h"
#include "net/facts.h"
#include "net/identity.h"
#include "plan/plan.h"

struct buf;
struct diag;
struct uci_document;

struct node_input {
	struct uci_document *const *layers; /* from low to high; NULL members are skipped */
	size_t n_layers;
	const struct facts *facts;
	/* For files that others make true: without what comes and goes by itself (the links of mode
	 * apup); a number, word or switch that does not fit is a warning, as LibreMesh takes any.
	 */
	bool lasting_only;
};

struct node {
	struct arena *arena;
	/* The merged layers, and what the board itself says: its WAN port's section. */
	struct config *config;
	struct identity identity; /* whole only if there is a plan */
	struct plan *plan;        /* finished; NULL if anything is wrong */
};

/*
 * Always gives a node.  Every mistake is in `diag`, not only the first; with an error among them
 * there is no plan.  Nothing of the input is kept.
 */
struct node *node_new(const struct node_input *input, struct diag *diag) MUST_CHECK;
void node_free(struct node *node);
AUTO_DEFINE(node_free, struct node);

/*
 * Warns of each value in the layers from number `first` on that this node is the same without,
 * although no higher file says something else: an option of a mode that no radio has, a section
 * about another box's port.  The node is one of this input, `diag` what has been said about it.
 * Makes as many nodes as there are values.
 */
void node_check_effects(const struct node_input *input, size_t first, const struct node *node,
                        struct diag *diag);

/*
 * Which line counts for each radio, where `what` is an option of radios in one of their sections
 * ("wifi.channel", "5ghz.htmode", "radio0.country"): a line each; nothing for other options.
 */
void node_explain_radios(const struct node *node, const struct facts *facts, const char *what,
                         struct buf *out);

/* Everything that a configuration may say: the sections, and the options of all protocols and wifi
 * modes.  Made once for the node's arena, lives as long. */
const struct config_schema *node_schemas(struct arena *arena, size_t *n_schemas);
