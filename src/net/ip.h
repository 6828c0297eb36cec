/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* IPv4 and IPv6 addresses, with and without a prefix length (RFC 4291, RFC 5952). */
#include <stdbool.h>
#include <stdint.h>

#include "net/mac.h"

#define IP_TEXT_SIZE     46
#define PREFIX_TEXT_SIZE 50

enum ip_family {
	IP_NONE = 0,
	IP_V4 = 4,
	IP_V6 = 6
};

struct ip {
	enum ip_family family; /* IP_NONE is "not set" */
	uint8_t byte[16];      /* network order; IPv4 uses the first four, the rest is zero */
};

/* An address and a length: a network if the host bits are zero, else a host in one. */
struct prefix {
	struct ip ip;
	uint8_t length; /* bits, up to 32 or 128 */
};

/* Nothing before or after the address; `ip` untouched if it is none. */
bool ip_parse(const char *text, struct ip *ip);
/* As RFC 5952 wants it, "" if it is not set.  Returns `text`. */
const char *ip_format(const struct ip *ip, char text[IP_TEXT_SIZE]);
bool ip_equal(const struct ip *a, const struct ip *b);
/* 32 or 128. */
unsigned ip_bits(const struct ip *ip);
/* Adds to the address as to one big number; wraps. */
struct ip ip_add(const struct ip *ip, uint32_t number);
/* fe80::/10: means something on one cable only. */
bool ip_is_link_local(const struct ip *ip);
/* An IPv6 address of the global Internet (2000::/3). */
bool ip_is_global6(const struct ip *ip);
/* fe80::/64 and the EUI-64 of the MAC (RFC 4291, appendix A). */
struct ip ip_link_local(const struct mac *mac);

/* NULL, or what the address is for, because of which no network can be made of it (RFC 6890):
 * "of groups" and the like.  Those of one link are not among them. */
const char *ip_reserved(const struct ip *ip);

/* "ADDRESS/LENGTH"; a bare address is a host (/32, /128). */
bool prefix_parse(const char *text, struct prefix *prefix);
const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_SIZE]);
bool prefix_equal(const struct prefix *a, const struct prefix *b);
/* Host bits zeroed; broadcast has them all set (also for IPv6, as the last address). */
struct prefix prefix_network(const struct prefix *prefix);
struct ip prefix_last(const struct prefix *prefix);
bool prefix_contains(const struct prefix *prefix, const struct ip *ip);
/* The address behind the network's own; of a /32 or /128 the only one. */
struct ip prefix_first_host(const struct prefix *prefix);
/* "255.255.0.0" of a /16. */
struct ip prefix_netmask(const struct prefix *prefix);
/* How many addresses a DHCP pool has that begins `start` addresses behind the network's own and
 * goes up to the one before the broadcast address; 0 if there is no room, or if it is IPv6. */
uint32_t prefix_pool_size(const struct prefix *prefix, uint32_t start);
