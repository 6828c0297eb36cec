/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The network as it shall be on one node, as a value.
 *
 * A plan is a list of items.  Every item has a kind, a name that is unique in its
 * kind, the configuration that caused it, and a struct of its kind described by a
 * shape (items.c), from which printing, JSON, comparison and documentation come.  Pure
 * code makes plans; a backend makes them true.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/diag.h"
#include "net/facts.h"
#include "net/ip.h"
#include "net/mac.h"
#include "shape/shape.h"

struct buf;

/* In the order of a finished plan: what others need comes before them. */
enum plan_kind {
	PLAN_HOSTNAME,
	PLAN_LINK,
	PLAN_SYSCTL,
	PLAN_ADDRESS,
	PLAN_ROUTE,
	PLAN_RULE,
	PLAN_RADIO,
	PLAN_WIFI,
	PLAN_CHAIN,
	PLAN_FILTER,
	PLAN_DHCP,
	PLAN_RA,
	PLAN_DNS,
	PLAN_NAME,
	PLAN_BABEL,
	PLAN_BABEL_INTERFACE,
	PLAN_BABEL_FILTER,
	PLAN_UPLINK,
	PLAN_PROBES,  /* runtime */
	PLAN_STATE,   /* runtime */
	PLAN_WEB,     /* runtime */
	PLAN_OFFER,   /* runtime */
	PLAN_ORDER,   /* runtime */
	PLAN_ANYCAST, /* runtime */
	PLAN_NETWORK, /* this one and those below: only where OpenWrt's files are written */
	PLAN_SETTING,
	PLAN_FILE,
	PLAN_N_KINDS,
};

struct plan_hostname {
	const char *hostname;
};

struct plan_sysctl {
	const char *path; /* "net/ipv4/conf/all/arp_ignore", below /proc/sys */
	const char *value;
};

enum plan_link_kind {
	PLAN_LINK_PORT, /* is there by itself; only what is set here is changed, and put back at the
	                   end.  One that is not there (a radio that is off, a stick that was
	                   pulled) is no mistake: what hangs on it waits */
	PLAN_LINK_BRIDGE,
	PLAN_LINK_VLAN,
	PLAN_LINK_MACVLAN, /* mode private */
	PLAN_LINK_BATADV,
};

enum plan_vlan_protocol {
	PLAN_VLAN_8021AD,
	PLAN_VLAN_8021Q
};
enum plan_batadv_algo {
	PLAN_BATADV_IV,
	PLAN_BATADV_V
};
enum plan_batadv_gateway {
	PLAN_BATADV_GATEWAY_OFF,
	PLAN_BATADV_GATEWAY_CLIENT
};

/* Every planned link is up. */
struct plan_link {
	const char *name;
	unsigned kind;      /* enum plan_link_kind */
	const char *parent; /* of a VLAN or macvlan */
	const char *master; /* bridge or batadv it belongs to */
	struct mac mac;     /* zero: leave */
	uint32_t mtu;       /* bytes; 0: leave.  Of a port: at least this, as far as it can */
	uint32_t vlan_id;
	unsigned vlan_protocol;
	unsigned routing_algo;  /* of batadv, like all below */
	uint32_t orig_interval; /* milliseconds */
	bool bridge_loop_avoidance;
	bool distributed_arp_table;
	bool multicast_optimization; /* false: multicast is flooded */
	unsigned gateway_mode;
};

struct plan_address {
	const char *ifname;
	struct prefix address;
	bool no_prefix_route; /* do not add the connected route */
	bool no_dad; /* shared on purpose: nobody is asked whether it is taken (RFC 4862) */
};

struct plan_route {
	struct prefix destination;
	struct prefix from; /* IP_NONE: packets from anywhere; IPv6 only */
	struct ip via;      /* IP_NONE: on link */
	const char *ifname;
	uint32_t table; /* 254 is main */
	uint32_t metric;
	uint32_t protocol; /* 0: weft's own */
	bool learnt;       /* by somebody else's word: not to have it is no failure */
};

struct plan_rule {
	struct prefix from, to; /* one of them gives the family; neither: a rule in both */
	const char *oif;        /* packets of sockets that are bound to this device */
	uint32_t fwmark, fwmark_mask;
	uint32_t table;
	uint32_t priority;
};

/* A setting of a radio, for OpenWrt: its channel, power and the like. */
struct plan_radio {
	const char *radio;  /* "radio0" */
	const char *option; /* as in a wifi-device section: "channel" */
	const char *value;
};

struct plan_wifi {
	const char *ifname;         /* "wlan0-mesh" */
	const char *radio;          /* "radio0" */
	const char *mode;           /* hostapd's and nl80211's word: "ap", "mesh", "adhoc", "sta" */
	const char *network;        /* "lan" or "" : the bridge it joins, if any */
	const char *ssid;           /* or mesh id */
	struct string_list options; /* "encryption=psk2", "mcast_rate=24000", ... sorted */
};

/* A base chain in weft's table of its family ("bridge" or "inet"), and its rules in order. */
struct plan_chain {
	const char *family;
	const char *chain;
	const char *type;     /* "filter" or "nat" */
	const char *hook;     /* "forward", "postrouting", ... */
	const char *priority; /* nft's word or number */
	const char *policy;   /* "accept" or "drop" */
};

struct plan_filter {
	const char *family, *chain;
	const char *rule; /* nft's language, one rule; never contains foreign text unchecked */
};

/* A DHCPv4 server on an interface. */
struct plan_dhcp {
	const char *ifname;
	struct ip first, last, netmask;
	uint32_t lease; /* seconds */
	struct ip router, dns;
	uint32_t mtu; /* option 26; 0: none */
	const char *domain;
};

/* Router advertisements (RFC 4861) with SLAAC and stateless and stateful DHCPv6 on an interface. */
struct plan_ra {
	const char *ifname;
	struct prefix prefix;
	uint32_t mtu;
	uint32_t interval; /* seconds */
	uint32_t lease;    /* seconds */
	struct ip dns;
	const char *domain;
	bool delegated; /* also networks that uplinks bring, as their addresses come and go */
};

struct plan_dns {
	const char *domain; /* served here, never asked for elsewhere */
	struct string_list servers;
};

/* Names that this node answers for. */
struct plan_name {
	struct string_list names;
	struct ip ipv4, ipv6;
};

struct plan_babel {
	uint32_t local_port; /* on ::1, read only */
};

struct plan_babel_interface {
	const char *ifname;
	const char *type;        /* "wireless", "wired", "tunnel" */
	uint32_t hello_interval; /* seconds; 0: babeld's own */
};

/* Filters apply in the order of the plan. */
struct plan_babel_filter {
	const char *filter;        /* "redistribute", "in", "out", "install" */
	struct prefix prefix;      /* IP_NONE: any */
	uint32_t prefix_le_plus_1; /* longest length that matches, plus one; 0: not said */
	uint32_t protocol;         /* kernel protocol; 0: any */
	const char *ifname;
	bool local; /* local addresses */
	bool deny;
	uint32_t metric; /* 0: plain allow */
};

#define PLAN_UPLINKS_MAX         8 /* each has a routing table and a program of its own */
#define PLAN_UPLINK_PRIORITY_MAX 9

/* A way to the Internet on an interface. */
struct plan_uplink {
	const char *ifname;
	const char *method;           /* "dhcp", "static" */
	uint32_t table;               /* of its default routes */
	uint32_t priority;            /* of several on one node the lowest that works is used */
	struct ip gateway4, gateway6; /* of a static one */
	bool delegate;                /* asks for a network to give to the cloud (RFC 8415) */
};

/* Whom each uplink is tried with; texts of net/probe.h. */
struct plan_probes {
	struct string_list targets;
};

/* How this node and its neighbours tell each other what they know. */
struct plan_state {
	struct string_list conversations; /* "weft", "async", "http" */
};

/* How the page is served besides HTTP. */
struct plan_web {
	bool https;
};

/* What this node's uplink is to others, in the words of its owner. */
struct plan_offer {
	const char *offer;          /* "open", "members" or "closed" */
	const char *words;          /* NULL: none */
	const char *hours;          /* "08:00-22:00"; NULL: always */
	struct string_list members; /* IPv6 addresses and networks */
	uint32_t limit_kbps;        /* for all others together; 0: none */
};

/* Which gateways clients that chose none use. */
struct plan_order {
	struct string_list gateways; /* names, the best first */
};

/* A shared address that is answered by each node for itself (runtime: announcing clients into
 * the cloud, and silence where another node answers on the same cable). */
struct plan_anycast {
	const char *ifname; /* "anygw" */
	const char *bridge; /* "br-lan" */
	const char *cloud;  /* "bat0", or "" without one */
	struct mac mac;
	struct ip ipv4, ipv6;
};

/*
 * A network as OpenWrt calls it: what a device is for, under a name that other files and people's
 * scripts know.  Everywhere else the links, addresses and uplinks above say the same.
 */
struct plan_network {
	const char *name;   /* of its section: "lm_net_eth0_babeld_if" */
	const char *ifname; /* the device; NULL: that of the radio's interface which is in it */
	const char *device; /* the device's own section, "lm_net_eth0_babeld_dev"; NULL: none */
	const char *proto;  /* netifd's word: "none", "static", "dhcp", "batadv_hardif" */
	const char *master; /* the batman-adv device of a "batadv_hardif" */
	const char *babel;  /* the device, if it is there for Babel */
	struct prefix ipv4, ipv6;
	struct ip gateway4, gateway6;
	uint32_t mtu; /* bytes; 0: not said */
};

/* A section of a program that weft configures and does not drive. */
struct plan_setting {
	const char *package, *section, *type;
	struct string_list options; /* "name=value"; "name+=value" of lists */
};

/* A file of such a program, as it is. */
struct plan_file {
	const char *path; /* "etc/bird4.conf" */
	const char *text;
};

struct plan_item {
	struct plan_item *next;
	enum plan_kind kind;
	const char *name;      /* "bat0", "10.13.0.1/16 anygw" */
	struct origin because; /* the configuration that asked for it */
	const char *reason;    /* in words, or NULL: "LAN port of this board" */
	void *value;           /* the struct of the kind */
};

/* A member that makes an item the one it is; its name is built from these, in order. */
struct plan_key {
	const char *field;
	const char *word; /* before the value, "dev", or NULL; of a bool: all there is to say */
	uint32_t plus;    /* a number is kept with so much added, so that 0 can say something */
};

/* A member that names a network device which the item needs. */
struct plan_need {
	const char *field;
	const char *says; /* what the item is to the device: "is an address of it" */
};

struct plan_kind_info {
	const char *name;              /* "link" */
	const char *plural;            /* "links", in JSON */
	const struct shape *shape;     /* its doc is what the kind is, in a sentence */
	const struct plan_key *keys;   /* ends with NULL; empty: there is one, named as its kind */
	const struct plan_need *needs; /* ends with NULL */
	bool runtime;
	bool openwrt; /* of use in OpenWrt's files alone: neither printed nor compared */
	/* Items that have the first so many keys in common are a list whose order counts, because
	 * the first that matches wins.  0: order does not count. */
	unsigned order_keys;
};

extern const struct plan_kind_info plan_kinds[PLAN_N_KINDS];

/* The name that an item of this kind with this value has. */
void plan_item_name(enum plan_kind kind, const void *value, struct buf *out);
/* Whether a field says anything here: set, or a choice that matters to this kind of link. */
bool plan_field_matters(enum plan_kind kind, const void *value, const struct field *field);
/* What the field means, or what this value of it means, in a sentence. */
const char *plan_field_doc(enum plan_kind kind, const void *value, const struct field *field);

struct plan {
	struct arena *arena;
	struct plan_item *items; /* in the order they were added */
	struct plan_item **end;
	struct origin because; /* given to items that are added now */
	const char *reason;
};

struct plan *plan_new(void);
void plan_free(struct plan *plan);
AUTO_DEFINE(plan_free, struct plan);

/* What causes the items that follow.  Copied.  NULL: nothing in particular. */
void plan_because(struct plan *plan, const struct origin *origin, const char *reason);

/*
 * Adds a copy of `value` (texts are copied into the plan) and returns it for changes, or
 * NULL if an item of that kind and name is there already with another value; one that is equal is
 * returned as it is.  `name` NULL: made from the value, as plan_item_name() does.  Changes must
 * leave alone what the name is made of, and put texts into the plan's arena.
 *
 * The typed functions below are what protocols call.
 */
void *plan_add(struct plan *plan, enum plan_kind kind, const char *name, const void *value);

struct plan_link *plan_add_link(struct plan *plan, const struct plan_link *link);
struct plan_address *plan_add_address(struct plan *plan, const struct plan_address *address);
struct plan_route *plan_add_route(struct plan *plan, const struct plan_route *route);
struct plan_rule *plan_add_rule(struct plan *plan, const struct plan_rule *rule);
struct plan_wifi *plan_add_wifi(struct plan *plan, const struct plan_wifi *wifi);
struct plan_dhcp *plan_add_dhcp(struct plan *plan, const struct plan_dhcp *dhcp);
struct plan_ra *plan_add_ra(struct plan *plan, const struct plan_ra *ra);
struct plan_probes *plan_add_probes(struct plan *plan, const struct plan_probes *probes);
struct plan_state *plan_add_state(struct plan *plan, const struct plan_state *state);
struct plan_web *plan_add_web(struct plan *plan, const struct plan_web *web);
struct plan_offer *plan_add_offer(struct plan *plan, const struct plan_offer *offer);
struct plan_order *plan_add_order(struct plan *plan, const struct plan_order *order);
struct plan_dns *plan_add_dns(struct plan *plan, const struct plan_dns *dns);
struct plan_name *plan_add_name(struct plan *plan, const struct plan_name *name);
struct plan_babel *plan_add_babel(struct plan *plan, const struct plan_babel *babel);
struct plan_babel_interface *plan_add_babel_interface(
	struct plan *plan, const struct plan_babel_interface *babel_interface);
struct plan_babel_filter *plan_add_babel_filter(struct plan *plan,
                                                const struct plan_babel_filter *babel_filter);
struct plan_uplink *plan_add_uplink(struct plan *plan, const struct plan_uplink *uplink);
struct plan_anycast *plan_add_anycast(struct plan *plan, const struct plan_anycast *anycast);
struct plan_network *plan_add_network(struct plan *plan, const struct plan_network *network);
/* These are never changed once they are there: false if the plan already says otherwise. */
bool plan_add_hostname(struct plan *plan, const char *hostname);
bool plan_add_radio(struct plan *plan, const struct plan_radio *radio);
bool plan_add_sysctl(struct plan *plan, const char *path, const char *value);
bool plan_add_chain(struct plan *plan, const struct plan_chain *chain);
/* `options` ends with NULL. */
bool plan_add_setting(struct plan *plan, const char *package, const char *type, const char *section,
                      const char *const *options);
bool plan_add_file(struct plan *plan, const char *path, const char *text);
/* The same rule in the same chain twice is one. */
void plan_add_filter(struct plan *plan, const char *family, const char *chain, const char *format,
                     ...) PRINTF(4, 5);

/* NULL if there is none. */
const struct plan_item *plan_find(const struct plan *plan, enum plan_kind kind, const char *name);
struct plan_link *plan_link(const struct plan *plan, const char *name);
/* The next of a kind after `item`, the first for NULL: for (i = plan_next(p, K, NULL); i; i =
 * plan_next(p, K, i)) */
const struct plan_item *plan_next(const struct plan *plan, enum plan_kind kind,
                                  const struct plan_item *item);

/*
 * Ends with all that no single protocol can see.  Puts items into their final order (kinds as in
 * enum plan_kind, links after what they sit on and belong to), raises the MTU of ports to what
 * their VLANs need and lowers that of VLANs to what their port can do (with a warning), and reports
 * what cannot be: a device that is needed and not planned, a name over 15 characters, an address in
 * two networks, and the like, each with the origin that caused it.  `facts` may be NULL: nothing is
 * known of the ports then.  -EINVAL if errors were added.
 */
int plan_finish(struct plan *plan, const struct facts *facts, struct diag *diag) MUST_CHECK;

/* A line an item, grouped by kind, each with its cause. */
void plan_print(const struct plan *plan, struct buf *out);
/* An object with an array for every kind, under its plural; each item has its "id" (its name), the
 * fields that matter, and "because": {file, line, option, value, reason} as far as known. */
void plan_print_json(const struct plan *plan, struct buf *out);
/* "FILE:LINE OPTION 'VALUE' (REASON)" as far as known; nothing if nothing is. */
void plan_print_because(const struct plan_item *item, struct buf *out);

/*
 * Every item whose name (or else a part of it: its device, its address) is `name`: what it is, why,
 * and what depends on it.  -ENOENT.  JSON: an array of items as above, with "item" (the kind's
 * name), "is" (what the kind is), "means" (what each field is), "dependents": [{item, id, by}].
 */
int plan_explain(const struct plan *plan, const char *name, bool json, struct buf *out);

enum plan_change {
	PLAN_REMOVED, /* `to` is NULL */
	PLAN_ADDED,   /* `from` is NULL */
	PLAN_CHANGED, /* some fields differ */
	PLAN_MOVED,   /* the same, but at another place of a list whose order counts */
};

struct plan_difference {
	enum plan_change change;
	const struct plan_item *from, *to;
	uint32_t fields; /* of PLAN_CHANGED: bit i is field i of the kind's shape */
};

struct plan_diff {
	const struct plan_difference *items;
	size_t count;
};

/*
 * First what is to go, in the reverse order of `from`, then the rest in the order of `to`; so a
 * reader that goes through it takes things away from the end and builds from the ground.  Causes do
 * not count.  Items are those of the plans, the list belongs to the arena.
 */
struct plan_diff plan_diff(const struct plan *from, const struct plan *to, struct arena *arena);
/*
 * Lines of "+", "-", "~" for a person, by kind.  JSON: an object with "removed", "added",
 * "changed", "moved", arrays of items as above in the order of plan_diff(), each with "item" (the
 * kind's name), changed ones as they shall be and with "fields": {NAME: {from, to}}.  Returns how
 * many differ.
 */
size_t plan_diff_print(const struct plan *from, const struct plan *to, bool json, struct buf *out);
