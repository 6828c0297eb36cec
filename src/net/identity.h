/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who a node is: all that follows from the SSID, the MAC and the templates of
 * the configuration.  The address algorithm is LibreMesh's, defects excepted
 * (docs/differences.md).
 */
#include <stdbool.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"
#include "net/template.h"

struct arena;

struct identity {
	struct template_ids ids;
	const char *hostname;
	const char *domain;
	const char *ap_ssid; /* raw, as hashed */
	struct prefix ipv4;  /* the node's own address in its cloud's network */
	struct prefix ipv6;
	struct prefix anygw4; /* first host of the network; ip.family IP_NONE without anygw */
	struct prefix anygw6; /* always /64 */
	struct mac anygw_mac;
};

/*
 * The node's address from a template `A/p` or `A/p/q`: %N, %M and %m are decimal for IPv4 and hex
 * for IPv6; if A is a network of q (or p) bits, the last three bytes of the MAC fill what it leaves
 * free.  IPv4 addresses that are the network's, its broadcast address or, with `anygw`, its first
 * host become its last host; IPv6 addresses that are the network's or, with `anygw`, its first host
 * become 0x1000000 more (the last address where the network has no room for that).
 *
 * NULL, or what is wrong with a template that is no address, to follow the quoted template;
 * `address` is untouched then.
 */
const char *identity_address(struct arena *arena, const char *text, const struct template_ids *ids,
                             enum ip_family family, bool anygw, struct prefix *address) MUST_CHECK;

/* The same before reserved addresses are replaced: what the template and the MAC alone give. */
const char *identity_plain_address(struct arena *arena, const char *text,
                                   const struct template_ids *ids, enum ip_family family,
                                   struct prefix *address) MUST_CHECK;

/* First host of the network of `address`; IPv6 gets length 64. */
struct prefix identity_anygw_address(const struct prefix *address);

/* "02:" then two bytes of the MD5 of the interface's name and a newline, then the last three of
 * `mac`. */
struct mac identity_batadv_mac(const char *ifname, const struct mac *mac);

/* Bytes of a port of batadv: 1496 if its name is one of Ethernet, "eth0" or "enp1s0" (old switches
 * pass no more, and both ends of a cable should agree), else 1532. */
uint32_t identity_batadv_mtu(const char *ifname);

/* VLAN argument of batadv: a number up to 4094 as it is, anything else 29 + (x - 13) mod 256, x
 * being the argument with %N in decimal.  -EINVAL if it is neither. */
int identity_vlan_id(const char *argument, const struct template_ids *ids, unsigned *vid);
