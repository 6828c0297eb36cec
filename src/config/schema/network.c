/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * config lime network: addresses and protocols of all nodes.  The options of the protocols
 * that weft runs are theirs; those of the others stand here.
 */
#include <string.h>

#include "config/schema/schema.h"
#include "config/schema/text.h"

static const char *check_conversation(const char *text)
{
	static const char *const names[] = { "weft", "async", "http", "none" };

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		if (!strcmp(text, names[i]))
			return NULL;
	}
	return "is none of weft, async, http and none";
}

static const char *const offers[] = { "open", "members", "closed", NULL };

static const struct field fields[] = {
	{
		.name = "primary_interface",
		.doc = "The device whose MAC makes the node's addresses, or auto",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct network_options, primary_interface, const char *),
		.def_text = "eth0",
		.check = text_check_ifname,
	},
	FIELD_STRING(struct network_options, main_ipv4_address, "10.%N1.0.0/16",
	             "The cloud's IPv4 network, or the node's address in it"),
	FIELD_STRING(struct network_options, main_ipv6_address, "fd%N1:%N2%N3:%N4%N5::/64",
	             "The cloud's IPv6 network, or the node's address in it"),
	FIELD_LIST(struct network_options, protocols, "ieee80211s lan anygw batadv:%N1 babeld:17",
	           "What runs on the devices: NAME, or NAME:VLAN:..."),
	{
		.name = "resolvers",
		.doc = "Where names are asked for that are not of the mesh: ADDRESS, ADDRESS#PORT, /DOMAIN/ADDRESS",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct network_options, resolvers, struct string_list),
		.def_text = "4.2.2.2 141.1.1.1 2001:470:20::2",
		.check = text_check_server,
	},
	{
		.name = "gateway_probes",
		.doc = "Who is asked whether an uplink leads to the Internet, or none",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct network_options, gateway_probes, struct string_list),
		.def_text =
			"icmp:9.9.9.9 icmp:1.1.1.1 tcp:8.8.8.8:443 dns:9.9.9.9 dns:8.8.8.8 "
			"trap:192.0.2.1:80 trap:[100::1]:80 icmp:2620:fe::fe icmp:2606:4700:4700::1111 "
			"tcp:[2001:4860:4860::8888]:443 dns:2620:fe::fe "
			"dns:2001:4860:4860::8888",
		.check = text_check_probe,
	},
	{
		.name = "state_conversations",
		.doc = "How nodes tell each other of leases and names: weft, async, http, or none",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct network_options, state_conversations, struct string_list),
		.def_text = "weft async http",
		.check = check_conversation,
	},
	{
		.name = "gateway_order",
		.doc = "Which gateways the clients of this node use, by name, the best first; none: the "
		       "nearest",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct network_options, gateway_order, struct string_list),
		.check = text_check_domain,
	},
	{
		.name = "gateway_words",
		.doc = "What people read about this node's uplink before they choose it",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct network_options, gateway_words, const char *),
		.max = 160,
		.check = text_check_line,
	},
	FIELD_ENUM(struct network_options, gateway_offer, offers, 0,
	           "Whom this node's uplink is for"),
	{
		.name = "gateway_members",
		.doc = "Whom it is for if it is for members: nodes' IPv6 addresses, or clouds' networks",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct network_options, gateway_members, struct string_list),
		.check = text_check_network6,
	},
	{
		.name = "gateway_hours",
		.doc = "At which hours others may use it, 08:00-22:00 for instance; not set: always",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct network_options, gateway_hours, const char *),
		.check = text_check_hours,
	},
	FIELD_UINT(struct network_options, gateway_limit_kbps, 0, 10000000, 0,
	           "kbit/s for all others together, each way; 0: no limit"),
	FIELD_BOOL(struct network_options, gateway_classes, false,
	           "On OpenWrt: ways to the Internet of less quality are announced too"),
	FIELD_BOOL(struct network_options, gateway_pd, false,
	           "Networks that providers delegate are advertised to the cloud's clients"),
	FIELD_BOOL(struct network_options, use_odhcpd, false,
	           "OpenWrt's own DHCP server beside dnsmasq"),
};
const SHAPE(network_shape, "network", "Addresses and protocols", struct network_options, fields);

/* Nothing reads these; the types are those of the programs that did. */
struct foreign_options {
	uint32_t bmx6_mtu;
	bool bmx6_publish_ownip;
	bool bmx6_over_batman;
	const char *bmx6_pref_gw;
	const char *bmx6_wifi_rate_max;
	const char *bmx6_over_librenet6;
	const char *autoap_enabled;
	const char *autoap_hosts;
};

#define BMX "Of bmx6, which nobody has any more"

static const struct field foreign_fields[] = {
	FIELD_UINT(struct foreign_options, bmx6_mtu, 1280, 9000, 1500, BMX),
	FIELD_BOOL(struct foreign_options, bmx6_publish_ownip, false, BMX),
	FIELD_BOOL(struct foreign_options, bmx6_over_batman, false, BMX),
	FIELD_STRING(struct foreign_options, bmx6_pref_gw, "none", BMX),
	FIELD_STRING(struct foreign_options, bmx6_wifi_rate_max, "auto", BMX),
	FIELD_STRING(struct foreign_options, bmx6_over_librenet6, NULL, BMX),
	FIELD_STRING(struct foreign_options, autoap_enabled, NULL, "Nobody reads it any more"),
	FIELD_STRING(struct foreign_options, autoap_hosts, NULL, "Nobody reads it any more"),
};
static const SHAPE(foreign_shape, "foreign", "Of protocols that weft does not run",
                   struct foreign_options, foreign_fields);

static const struct config_schema_part parts[] = { { "", &network_shape }, { "", &foreign_shape } };

const struct config_schema schema_network = {
	.type = "lime",
	.name = "network",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.doc = "Addresses and protocols",
};
