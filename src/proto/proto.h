/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A protocol of the network: what `list protocols 'NAME:ARG:...'` brings into the plan.
 *
 * To add one: src/proto/NAME/NAME.c with `const struct proto proto_NAME`, and the word
 * NAME in src/proto/meson.build.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "net/facts.h"
#include "net/identity.h"
#include "plan/plan.h"
#include "shape/shape.h"

#define PROTO_MAX_ARGS 4

/* One entry of a list of protocols, split at its colons. */
struct proto_use {
	const struct proto *proto;
	const char *args[PROTO_MAX_ARGS];
	size_t n_args;
	struct origin origin; /* of the entry */
};

/* What every protocol may look at. */
struct proto_node {
	const struct identity *id;
	const struct facts *facts;
	const struct proto_use *uses; /* the general list, unknown names left out */
	size_t n_uses;
	const void *const *options; /* one a protocol of the registry, see proto_options() */
	struct plan *plan;
	struct diag *diag;
};

/* A network device that protocols run on. */
struct proto_port {
	const char *ifname;
	const struct fact_link *link; /* NULL: planned, not there yet (a wifi interface) */
	bool specific;                /* a `net` section names it */
	struct origin origin;         /* of that section; of the role or device otherwise */
	const void *options;          /* of proto->port_options; NULL without a section */
};

struct proto {
	const char *name, *doc;
	/* Options in section `network` whose names start with `prefix`; may be NULL. */
	const struct shape *options;
	const char *prefix;
	/* Options in a `net` section; may be NULL. */
	const struct shape *port_options;
	const char *port_prefix;
	/* Once, if the general list has it.  May be NULL. */
	void (*plan_node)(const struct proto_node *node, const struct proto_use *use);
	/* For each port that has it.  May be NULL. */
	void (*plan_port)(const struct proto_node *node, const struct proto_use *use,
	                  const struct proto_port *port);
};

/* Generated from the list in meson.build; ends with NULL. */
extern const struct proto *const protos[];

const struct proto *proto_find(const char *name);
/* The parsed options of a protocol (never NULL if it has any). */
const void *proto_options(const struct proto_node *node, const struct proto *proto);
/* Whether the general list has it. */
bool proto_is_used(const struct proto_node *node, const char *name);

/* The VLAN that the arguments `[:id[:type[:suffix]]]` ask for on a port. */
struct proto_vlan {
	unsigned id; /* 0: none, the port itself */
	enum plan_vlan_protocol protocol;
	char ifname[IFNAME_SIZE]; /* of the VLAN, or of the port if id is 0 */
};

/* -EINVAL with a message in the node's diag. */
int proto_vlan_of(const struct proto_node *node, const struct proto_use *use,
                  const struct proto_port *port, const char *default_id,
                  enum plan_vlan_protocol default_protocol, struct proto_vlan *vlan);
/* Adds the VLAN's link (if id is not 0) and gives it, or the port's link, for more settings. */
struct plan_link *proto_add_vlan(const struct proto_node *node, const struct proto_port *port,
                                 const struct proto_vlan *vlan);
