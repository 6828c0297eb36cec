/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * One configuration for many boxes that are not there: read once, then asked who a box
 * would be, by the MAC of its primary interface alone.  No plan is made.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/diag.h"
#include "net/identity.h"

struct config;
struct node_model;
struct uci_document;

/* Layers as in struct node_input.  Always gives a model; the mistakes of the files are in `diag`.
 */
struct node_model *node_model_new(struct uci_document *const *layers, size_t n_layers,
                                  struct diag *diag) MUST_CHECK;
void node_model_free(struct node_model *model);
AUTO_DEFINE(node_model_free, struct node_model);

/* Texts in `identity` belong to the model.  False, and why in `diag`, if such a box cannot be. */
bool node_model_identify(struct node_model *model, const struct mac *mac, struct identity *identity,
                         struct diag *diag) MUST_CHECK;

/* What a box's address would be if no address were reserved. */
bool node_model_plain_address(struct node_model *model, const struct template_ids *ids,
                              enum ip_family family, struct prefix *address) MUST_CHECK;

/*
 * The VLAN (0: none) that the general list of protocols gives to one of them, and where it says
 * so; `default_id` is for an entry without a number.  False if the list does not have the protocol.
 */
bool node_model_vlan(const struct node_model *model, const char *protocol, const char *default_id,
                     const struct template_ids *ids, unsigned *vlan, struct origin *origin);

const struct config *node_model_config(const struct node_model *model);
