/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* IPv4 and IPv6 addresses, with and without a prefix length (RFC 4291, RFC 5952). */
#include <stdbool.h>
#include <stdint.h>

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

bool ip_parse(const char *text, struct ip *ip);
const char *ip_format(const struct ip *ip, char text[IP_TEXT_SIZE]);
bool ip_equal(const struct ip *a, const struct ip *b);
/* 32 or 128. */
unsigned ip_bits(const struct ip *ip);
/* Adds to the address as to one big number; wraps. */
struct ip ip_add(const struct ip *ip, uint32_t number);

/* "ADDRESS/LENGTH"; a bare address is a host (/32, /128). */
bool prefix_parse(const char *text, struct prefix *prefix);
const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_SIZE]);
bool prefix_equal(const struct prefix *a, const struct prefix *b);
/* Host bits zeroed; broadcast has them all set (also for IPv6, as the last address). */
struct prefix prefix_network(const struct prefix *prefix);
struct ip prefix_last(const struct prefix *prefix);
bool prefix_contains(const struct prefix *prefix, const struct ip *ip);
