/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "node/node.h"

#include "base/arena.h"
#include "base/diag.h"
#include "node/parts.h"

void node_check(struct node *node, bool lenient, struct diag *diag)
{
	size_t n_schemas;
	const struct config_schema *schemas = node_schemas(node->arena, &n_schemas);

	config_check(node->config, schemas, n_schemas, lenient, diag);
}

static void check_password(struct node_work *work)
{
	const struct config_section *system = config_section(work->node->config, "system");

	if (work->system.root_password_policy == ROOT_PASSWORD_SET_SECRET &&
	    !config_option(system, "root_password_secret"))
		diag_add(work->diag, DIAG_ERROR,
		         &config_option(system, "root_password_policy")->values[0].origin,
		         "SET_SECRET needs the option root_password_secret");
}

/* config_check() has said already what is wrong with these. */
void node_read_options(struct node_work *work)
{
	const struct config *config = work->node->config;
	struct arena *arena = work->node->arena;
	const struct config_section *network = config_section(config, "network");

	config_read(config_section(config, "system"), "", &system_shape, arena, &work->system,
	            NULL);
	check_password(work);
	config_read(network, "", &network_shape, arena, &work->network, NULL);
	work->uses = node_uses(work, network ? config_option(network, "protocols") : NULL,
	                       &work->network.protocols, &work->n_uses);
}

static void plan(struct node_work *work)
{
	struct node *node = work->node;

	node->plan = plan_new();
	node_plan_base(work);
	node_plan_protocols(work);
	node_plan_radios(work);
	node_plan_ground(work);
	node_plan_watchcat(work);
	node_plan_ports(work);
	if (plan_finish(node->plan, work->facts, work->diag) == 0 && !diag_has_errors(work->diag))
		return;
	plan_free(node->plan);
	node->plan = NULL;
}

struct node *node_new(const struct node_input *input, struct diag *diag)
{
	struct arena *arena = arena_new();
	struct node *node = arena_new_of(arena, struct node);
	struct node_work work = {
		.node = node,
		.facts = input->facts,
		.lasting_only = input->lasting_only,
		.diag = diag,
	};

	node->arena = arena;
	node->config = config_merge(input->layers, input->n_layers);
	node_check(node, input->lasting_only, diag);
	node_add_board(node->config, input->facts);
	node_read_options(&work);
	if (node_identify(&work))
		plan(&work);
	return node;
}

void node_free(struct node *node)
{
	if (!node)
		return;
	config_free(node->config);
	plan_free(node->plan);
	arena_free(node->arena);
}
