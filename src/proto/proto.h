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

/* The bridge of a node's clients, and the mesh's door to it. */
#define PROTO_BRIDGE "br-lan"
#define PROTO_CLOUD  "bat0"

/* Networks that have a name of their own on OpenWrt. */
#define PROTO_LAN   "lan"
#define PROTO_WAN   "wan"
#define PROTO_ANYGW "lm_net_br_lan_anygw_if"

/* Bytes: room for an Ethernet frame, batman-adv and an 802.1ad tag. */
#define PROTO_RADIO_MTU 1536

/* One entry of a list of protocols, split at its colons. */
struct proto_use {
	const struct proto *proto;
	const char *args[PROTO_MAX_ARGS]; /* NULL or "": not given */
	size_t n_args;
	struct origin origin; /* of the entry */
};

/* Where the options of a section were written: `where` is "SECTION.OPTION". */
struct proto_origins {
	const struct origin *list;
	size_t count;
};

/* A router of another network, from a section bgp_peer. */
struct proto_peer {
	struct ip ip;
	uint32_t as;
};

/* What every protocol may look at. */
struct proto_node {
	const struct identity *id;
	const struct facts *facts;
	const struct proto_use *uses; /* the general list, unknown names left out */
	size_t n_uses;
	const void *const *options;   /* one a protocol of the registry, see proto_options() */
	struct proto_origins origins; /* of section `network` */
	const struct proto_peer *peers;
	size_t n_peers;
	struct string_list uplink_open; /* "tcp:PORT", "udp:PORT": what uplinks let in */
	bool gateway_pd;                /* clients get networks that providers delegate */
	struct plan *plan;
	struct diag *diag;
};

/* A network device that protocols run on. */
struct proto_port {
	const char *ifname;
	const struct fact_link *link; /* NULL: planned, or not there yet */
	bool wireless;
	bool specific;                /* a `net` section names it */
	bool written;                 /* and a person wrote that section */
	bool between_nodes;           /* a link to another node: clients are not on it */
	bool passing;                 /* made and taken away by hostapd, as nodes come and go */
	struct origin origin;         /* of that section; of the role or device otherwise */
	struct proto_origins origins; /* of its options */
	const void *options;          /* of proto->port_options; NULL without a section */
};

struct proto {
	const char *name, *doc;
	/* LibreMesh's package of it: where that is known not to be installed, lists that name the
	 * protocol do so in vain.  NULL: it is always there. */
	const char *package;
	bool extra; /* there only where the package is known to be installed */
	/* Options in section `network` whose names start with `prefix`; may be NULL. */
	const struct shape *options;
	const char *prefix;
	/* Options in a `net` section; may be NULL. */
	const struct shape *port_options;
	const char *port_prefix;
	bool ends_list;    /* on a port, the entries behind it are not used */
	bool on_dsa_ports; /* also on ports of a switch that no `net` section names */
	bool not_on_ap;    /* radios' access points only where a `net` section names them */
	/* The VLAN where the arguments `[:ID[:TYPE...]]` name none; `id` NULL: no arguments. */
	struct {
		const char *id;
		enum plan_vlan_protocol protocol;
	} vlan;
	bool own_arguments; /* the arguments are no VLAN; plan_node reads them */
	const char *suffix; /* only on radio interfaces "wlan<digits><suffix>"; NULL: any port */
	/* Once, if the general list has it.  May be NULL. */
	void (*plan_node)(const struct proto_node *node, const struct proto_use *use);
	/* For each port that has it.  May be NULL. */
	void (*plan_port)(const struct proto_node *node, const struct proto_use *use,
	                  const struct proto_port *port);
};

/* Generated from the list in meson.build; ends with NULL. */
extern const struct proto *const protos[];
#define PROTOS_MAX 32 /* more than there are */

const struct proto *proto_find(const char *name);
/* The parsed options of a protocol (never NULL if it has any). */
const void *proto_options(const struct proto_node *node, const struct proto *proto);
/* Whether the general list has it. */
bool proto_is_used(const struct proto_node *node, const char *name);
/* Whether WORD is in an argument "WORD,WORD". */
bool proto_list_has(const char *list, const char *word);
/* Whether a port of the general list is one of the clients' bridge, so that it can be nothing else
 * without a VLAN. */
bool proto_is_for_clients(const struct proto_node *node, const struct proto_port *port);
/* Whether the protocol has anything to do on that port (the flags above). */
bool proto_fits_port(const struct proto *proto, const struct proto_port *port);

/* Where OPTION of `network`, or of the port's section, was written.  Without file and line if it
 * has its default. */
struct origin proto_origin(const struct proto_origins *origins, const char *option);

/* What is wrong with the arguments of an entry, wherever it is used; into the node's diag. */
void proto_check_arguments(const struct proto_node *node, const struct proto_use *use);

/* The VLAN that the arguments `[:id[:type[:suffix]]]` ask for on a port. */
struct proto_vlan {
	unsigned id; /* 0: none, the port itself */
	enum plan_vlan_protocol protocol;
	char ifname[IFNAME_SIZE]; /* of the VLAN, or of the port if id is 0 */
};

/* -EINVAL with a message in the node's diag. */
int proto_vlan_of(const struct proto_node *node, const struct proto_use *use,
                  const struct proto_port *port, struct proto_vlan *vlan) MUST_CHECK;

/* The port's own link in the plan. */
struct plan_link *proto_port_link(const struct proto_node *node, const struct proto_port *port);

/* Adds the VLAN's link (if id is not 0) and gives it, or the port's link, for more settings.
 * NULL, with a message in the node's diag, if another protocol has that VLAN. */
struct plan_link *proto_add_vlan(const struct proto_node *node, const struct proto_use *use,
                                 const struct proto_port *port, const struct proto_vlan *vlan);

/*
 * OpenWrt's network on the VLAN (or the port itself): its name ends with the last argument of
 * `use`, or `suffix` without one.  Of `network` only what else it has to say is used.
 */
void proto_add_network(const struct proto_node *node, const struct proto_use *use,
                       const struct proto_port *port, const struct proto_vlan *vlan,
                       const char *suffix, struct plan_network *network);
/* The network that a radio's interface is. */
void proto_add_radio_network(const struct proto_node *node, const struct proto_port *port);

/* The MAC of a port, or of the radio whose interface it will be; the node's where neither is known
 * yet. */
struct mac proto_port_mac(const struct proto_node *node, const struct proto_port *port);

/* What olsrd is told in either family: its file, the IP version, who may ask it. */
void proto_add_olsrd(const struct proto_node *node, const char *package, const char *version,
                     const char *listener);
void proto_add_olsrd_interface(const struct proto_node *node, const char *package,
                               const char *network);

/*
 * How bad it is that a port cannot have what its list asks for: an error where a person wrote that
 * list for this port.  The general list is for all, and a port that cannot is left out.
 */
enum diag_severity proto_fault(const struct proto_port *port);

/* Makes the link a member; false and a message in the node's diag if it is one of another already.
 */
bool proto_set_master(const struct proto_node *node, const struct proto_use *use,
                      const struct proto_port *port, struct plan_link *link,
                      const char *master) MUST_CHECK;

/* Whether what arrives there goes to the bridge, and not to this node. */
bool proto_is_bridged(const struct plan_link *link);

/*
 * The interface is a way to the Internet: its routing table, the rule for programs that insist on
 * it, address translation, and a closed door.  `uplink->table` is filled in.
 */
void proto_add_uplink(const struct proto_node *node, struct plan_uplink *uplink);
