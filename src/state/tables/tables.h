/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What the rows of each table say: the structs that store_put() takes and row_read() fills in. */
#include <stdbool.h>
#include <stdint.h>

#include "net/ip.h"
#include "net/mac.h"
#include "shape/shape.h"
#include "state/table.h"

/* See state/presence.h: written by the store alone, no shape. */
extern const struct state_table state_table_presence;

/* Key: the client's MAC. */
struct lease_row {
	struct ip ip;
	const char *hostname;  /* as the client calls itself; NULL if it does not */
	const char *client_id; /* hex and colons, as dnsmasq prints it; NULL if it has none */
	uint32_t held_s;  /* since the client was first given this address, when this was written */
	uint32_t valid_s; /* until the lease ends, when this was written; 0 is "for ever" */
};
extern const struct state_table state_table_leases;

/* Key: a name of the cloud's domain, without the domain: a node or a thing that a person named. */
struct name_row {
	struct string_list addresses;
};
extern const struct state_table state_table_names;

/* Key: the host name. */
struct node_info_row {
	const char *hostname;
	const char *firmware_version;
	const char *board;
	struct ip ipv4, ipv6;
	const char *latitude, *longitude;
	struct string_list macs;
	uint32_t uptime_s; /* when this was written */
	const char *device;
	const char *cloud;  /* hex of the first three bytes of the network's id */
	const char *domain; /* of its cloud */
};
extern const struct shape node_info_shape;
extern const struct state_table state_table_node_info;
extern const struct state_table state_table_node_info_ref;

/* Key of babel_hosts: the router's id, 8 bytes of hex with colons; of bat_hosts: a device's MAC. */
struct host_row {
	const char *name;
};
extern const struct shape host_shape;
extern const struct state_table state_table_babel_hosts;
extern const struct state_table state_table_bat_hosts;

/* Key of each link: both ends' addresses without colons, the smaller first. */
struct wifi_link_row {
	const char *host; /* who sees it */
	struct mac src_mac, dst_mac;
	const char *iface;
	uint32_t signal;           /* dBm below zero: 35 is -35 dBm */
	struct string_list chains; /* "-37", "-39": dBm of each antenna */
	uint32_t rx_rate, tx_rate; /* kbit/s */
	uint32_t freq;             /* MHz */
	uint32_t channel;
};
extern const struct shape wifi_link_shape;
extern const struct state_table state_table_wifi_links;
extern const struct state_table state_table_wifi_links_ref;

struct bat_link_row {
	const char *host;
	struct mac src_mac, dst_mac;
	const char *iface;
	uint32_t tq; /* 0 to 255 */
	uint32_t last_seen_msecs;
	uint32_t kbps; /* of a mesh that measures rates, which knows no tq */
};
extern const struct shape bat_link_shape;
extern const struct state_table state_table_bat_links;
extern const struct state_table state_table_bat_links_ref;

struct babel_link_row {
	const char *host;
	struct ip src_ip, dst_ip;
	const char *iface;
	uint32_t cost, rxcost, txcost;
};
extern const struct shape babel_link_shape;
extern const struct state_table state_table_babel_links;
extern const struct state_table state_table_babel_links_ref;

/* Key: the host name. */
struct coordinates_row {
	const char *latitude, *longitude; /* degrees; NULL if nobody said */
	struct string_list macs;          /* of the node's radios */
	struct string_list links;         /* MACs that its radios mesh with */
};
extern const struct state_table state_table_coordinates;

enum gateway_health {
	GATEWAY_UNKNOWN,
	GATEWAY_GOOD,
	GATEWAY_FAIR,
	GATEWAY_POOR,
	GATEWAY_SICK
};

/* Key: the gateway's host name. */
struct gateway_row {
	const char *hostname;
	struct ip ipv4, ipv6; /* in the mesh */
	unsigned health;      /* enum gateway_health */
	uint32_t delay_ms;
	uint32_t down_kbps, up_kbps;
	bool works_ipv4, works_ipv6;
	bool open; /* takes clients that chose it */
};
extern const struct state_table state_table_gateways;

/* Key: the host name. */
struct network_node_row {
	const char *hostname;
	bool member; /* false: people said that it is gone for good */
	const char *fw_version;
	const char *board;
	struct ip ipv4, ipv6;
};
extern const struct state_table state_table_network_nodes;

/* Key: a domain that another cloud answers for. */
struct dns_server_row {
	struct ip ip;
};
extern const struct state_table state_table_dns_servers;

/* Key: the MAC of a client, or "node" for the whole of the author's node. */
struct choice_row {
	const char *gateway; /* its author's key in hex, or its host name */
	const char *by;      /* who chose */
};
extern const struct state_table state_table_choices;
