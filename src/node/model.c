/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "node/model.h"

#include <string.h>

#include "base/arena.h"
#include "node/parts.h"

struct node_model {
	struct node node;
	struct node_work work;
};

struct node_model *node_model_new(struct uci_document *const *layers, size_t n_layers,
                                  struct diag *diag)
{
	struct arena *arena = arena_new();
	struct node_model *model = arena_new_of(arena, struct node_model);

	model->node.arena = arena;
	model->node.config = config_merge(layers, n_layers);
	model->work = (struct node_work){ .node = &model->node, .diag = diag };
	node_check(&model->node, false, diag);
	node_read_options(&model->work);
	return model;
}

void node_model_free(struct node_model *model)
{
	if (!model)
		return;
	config_free(model->node.config);
	arena_free(model->node.arena);
}

bool node_model_identify(struct node_model *model, const struct mac *mac, struct identity *identity,
                         struct diag *diag)
{
	struct fact_link link = { .name = "eth0", .mac = *mac };
	struct facts facts = { .links = &link, .n_links = 1 };
	bool known;

	model->node.identity = (struct identity){ 0 };
	model->work.facts = &facts;
	model->work.diag = diag;
	known = node_identify(&model->work);
	model->work.facts = NULL;
	*identity = model->node.identity;
	return known;
}

bool node_model_plain_address(struct node_model *model, const struct template_ids *ids,
                              enum ip_family family, struct prefix *address)
{
	const struct network_options *network = &model->work.network;
	const char *text = family == IP_V4 ? network->main_ipv4_address
	                                   : network->main_ipv6_address;

	return !identity_plain_address(model->node.arena, text, ids, family, address);
}

bool node_model_vlan(const struct node_model *model, const char *protocol, const char *default_id,
                     const struct template_ids *ids, unsigned *vlan, struct origin *origin)
{
	for (size_t i = 0; i < model->work.n_uses; i++) {
		const struct proto_use *use = &model->work.uses[i];
		const char *id = use->n_args && *use->args[0] ? use->args[0] : default_id;

		if (strcmp(use->proto->name, protocol) != 0)
			continue;
		*origin = use->origin;
		return identity_vlan_id(id, ids, vlan) == 0;
	}
	return false;
}

const struct config *node_model_config(const struct node_model *model)
{
	return model->node.config;
}
