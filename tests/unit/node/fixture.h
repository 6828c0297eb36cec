/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A node from texts of configuration and facts made by hand. */
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "config/config.h"
#include "node/node.h"
#include "plan/plan.h"
#include "uci/uci.h"

#define FIXTURE_LINKS  8
#define FIXTURE_RADIOS 3

struct fixture {
	struct fact_link links[FIXTURE_LINKS];
	struct fact_radio radios[FIXTURE_RADIOS];
	const char *devices[2][4];
	struct fact_role roles[2];
	const char *cpu_ports[1];
	struct facts facts;
	struct diag *diag;
	struct node *node;
};

static inline struct fact_link *fixture_link(struct fixture *f, const char *name, const char *mac)
{
	struct fact_link *link = &f->links[f->facts.n_links++];

	f->facts.links = f->links;
	snprintf(link->name, sizeof(link->name), "%s", name);
	assert_true(mac_parse(mac, &link->mac));
	return link;
}

static inline void fixture_role(struct fixture *f, const char *name, const char *protocol,
                                const char *device, const char *second)
{
	size_t i = f->facts.n_roles++;

	f->facts.roles = f->roles;
	f->devices[i][0] = device;
	f->devices[i][1] = second;
	f->roles[i] = (struct fact_role){ name, protocol, f->devices[i], second ? 2 : 1, second };
}

static inline void fixture_radio(struct fixture *f, const char *name, unsigned bands)
{
	struct fact_radio *radio = &f->radios[f->facts.n_radios++];

	f->facts.radios = f->radios;
	snprintf(radio->name, sizeof(radio->name), "%s", name);
	radio->bands = bands;
}

/* A PC: eth0 is for clients, eth1 leads to the Internet. */
static inline void fixture_pc(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	fixture_link(f, "eth0", "52:54:00:10:20:30");
	fixture_link(f, "eth1", "52:54:00:10:20:31");
	fixture_role(f, "lan", "static", "eth0", NULL);
	fixture_role(f, "wan", "dhcp", "eth1", NULL);
}

static inline void fixture_make(struct fixture *f, const char *community, const char *node)
{
	AUTO(uci_free) struct uci_document *low = NULL;
	AUTO(uci_free) struct uci_document *high = NULL;
	struct node_input input = { .n_layers = 2, .facts = &f->facts };
	struct uci_document *layers[2];

	f->diag = diag_new();
	low = uci_parse("lime-community", community, strlen(community), f->diag);
	high = uci_parse("lime-node", node, strlen(node), f->diag);
	layers[0] = low;
	layers[1] = high;
	input.layers = layers;
	f->node = node_new(&input, f->diag);
}

static inline void fixture_done(struct fixture *f)
{
	node_free(f->node);
	diag_free(f->diag);
}

#define FIXTURE_AUTO __attribute__((cleanup(fixture_done))) struct fixture

static inline void assert_said(const struct fixture *f, const char *text)
{
	BUF_AUTO said = { 0 };

	diag_print(f->diag, &said);
	assert_string_equal(buf_text(&said), text);
}

/* Whether the plan has an item of that name; without a plan the mistakes are shown. */
static inline bool fixture_has(const struct fixture *f, enum plan_kind kind, const char *name)
{
	if (!f->node->plan)
		assert_said(f, "");
	assert_non_null(f->node->plan);
	return plan_find(f->node->plan, kind, name);
}

static inline const char *fixture_master(const struct fixture *f, const char *ifname)
{
	const struct plan_link *link;

	assert_true(fixture_has(f, PLAN_LINK, ifname));
	link = plan_link(f->node->plan, ifname);
	return link->master ? link->master : "";
}
