/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A node as its settings see it: two radios, three ports, a community and words of its own. */
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "net/facts.h"
#include "node/node.h"
#include "settings/change.h"
#include "uci/uci.h"

#define COMMUNITY                                                                        \
	"config lime 'system'\n\toption domain 'norte.example'\n"                        \
	"config lime 'network'\n\tlist protocols 'lan'\n\tlist protocols 'anygw'\n"      \
	"\tlist protocols 'batadv:%N1'\n\tlist protocols 'babeld:17'\n"                  \
	"config lime 'wifi'\n\toption ap_ssid 'norte.example'\n"                         \
	"\toption apname_ssid 'norte.example/%H'\n\toption apname_key 'community-key'\n" \
	"\toption apname_encryption 'psk2'\n\tlist modes 'ap'\n\tlist modes 'apname'\n"  \
	"config lime-wifi-band '5ghz'\n\tlist channel '48'\n\tlist channel '157'\n"

#define OWN "# mine\nconfig lime 'system'\n\toption hostname 'casa'\n"

static const struct fact_link box_links[] = {
	{ .name = "eth0", .mac = { { 2, 0, 0, 1, 2, 3 } }, .physical = true },
	{ .name = "eth1", .mac = { { 2, 0, 0, 1, 2, 4 } }, .physical = true },
	{ .name = "wlan0", .mac = { { 2, 0, 0, 1, 2, 5 } }, .physical = true, .wireless = true },
};

static const struct fact_radio box_radios[] = {
	{ .name = "radio0", .phy = "phy0", .bands = BAND_5GHZ, .mac = { { 2, 0, 0, 1, 2, 5 } } },
};

static const char *box_lan[] = { "eth0" };
static const struct fact_role box_roles[] = {
	{ .name = "lan", .protocol = "static", .devices = box_lan, .n_devices = 1 },
};

static const struct facts box_facts = {
	.links = box_links,
	.n_links = ARRAY_LENGTH(box_links),
	.radios = box_radios,
	.n_radios = ARRAY_LENGTH(box_radios),
	.roles = box_roles,
	.n_roles = ARRAY_LENGTH(box_roles),
};

struct box {
	struct arena *arena;
	struct diag *diag;
	struct uci_document *community, *own;
	struct node *node;
	struct config *inherited, *place;
	struct settings_node view;
};

static inline struct node *box_node(struct uci_document *community, struct uci_document *own,
                                    struct diag *diag)
{
	struct uci_document *layers[] = { community, own };
	struct node_input input = { layers, 2, &box_facts, false };

	return node_new(&input, diag);
}

static inline void box_init(struct box *box, const char *own)
{
	struct diag *nowhere = diag_new();

	*box = (struct box){ .arena = arena_new(), .diag = diag_new() };
	box->community = uci_parse("/etc/config/lime-community", COMMUNITY, strlen(COMMUNITY),
	                           nowhere);
	box->own = uci_parse("/etc/config/lime-node", own, strlen(own), nowhere);
	box->node = box_node(box->community, box->own, nowhere);
	if (!box->node->plan) {
		BUF_AUTO text = { 0 };

		diag_print(nowhere, &text);
		fail_msg("%s", buf_text(&text));
	}
	box->inherited = config_merge(&box->community, 1);
	box->place = config_merge(NULL, 0);
	box->view = (struct settings_node){
		.config = box->node->config,
		.inherited = box->inherited,
		.place = box->place,
		.facts = &box_facts,
	};
	box->view.schemas = node_schemas(box->node->arena, &box->view.n_schemas);
	diag_free(nowhere);
}

static inline void box_done(struct box *box)
{
	config_free(box->inherited);
	config_free(box->place);
	node_free(box->node);
	uci_free(box->community);
	uci_free(box->own);
	diag_free(box->diag);
	arena_free(box->arena);
}

#define BOX_AUTO __attribute__((cleanup(box_done))) struct box

/* Reads up to two changes; with mistakes, these are in box->diag. */
static inline int box_read(struct box *box, struct changes *changes, const char *a, const char *b)
{
	const char *items[] = { a, b };
	struct string_list texts = { items, b ? 2 : 1 };

	return changes_read(&box->view, box->own, &texts, box->arena, changes, box->diag);
}

static inline void box_assert_mistake(const struct box *box, const char *text)
{
	BUF_AUTO said = { 0 };

	diag_print(box->diag, &said);
	if (!strstr(buf_text(&said), text))
		fail_msg("'%s' is not in: %s", text, buf_text(&said));
}
