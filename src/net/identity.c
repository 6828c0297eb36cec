/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/identity.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/number.h"

#define VLAN_LIMIT 4094 /* IEEE 802.1Q; 4095 is reserved */

/* LibreMesh maps a byte of the network's id to 29..284; the id of "LibreMesh.org", 13, to 29. */
#define VLAN_BASE   29
#define VLAN_ORIGIN 13

/* Added to a host part of IPv6 that is taken: the first bit that no MAC can have set. */
#define RESERVED_OFFSET 0x1000000u
#define OFFSET_BITS     25

/* A template after its letters were replaced. */
struct parts {
	struct ip ip;
	uint32_t length; /* of the network */
	uint32_t fill;   /* bits that the MAC does not fill */
};

static const char *family_name(enum ip_family family)
{
	return family == IP_V4 ? "IPv4" : "IPv6";
}

static const char *family_example(enum ip_family family)
{
	return family == IP_V4 ? "10.%N1.0.0/16" : "fd%N1:%N2%N3:%N4%N5::/64";
}

/* Reads "A/p" or "A/p/q".  NULL, or what is wrong with it. */
static const char *read_parts(struct arena *arena, const char *text, enum ip_family family,
                              struct parts *parts)
{
	size_t n = strcspn(text, "/");
	const char *address = arena_strndup(arena, text, n), *lengths, *p, *q;
	uint32_t bits = family == IP_V4 ? 32 : 128;

	if (!ip_parse(address, &parts->ip) || parts->ip.family != family)
		return arena_printf(arena, "gives '%s', which is no %s address", address,
		                    family_name(family));
	if (!text[n])
		return arena_printf(arena, "has no length: write it like %s",
		                    family_example(family));
	lengths = text + n + 1;
	n = strcspn(lengths, "/");
	p = arena_strndup(arena, lengths, n);
	q = lengths[n] ? lengths + n + 1 : p;
	if (!number_parse(p, 0, bits, &parts->length) || !number_parse(q, 0, bits, &parts->fill))
		return arena_printf(
			arena, "has '%s' behind the address, where numbers from 0 to %u belong",
			lengths, bits);
	return NULL;
}

/* The last three bytes of the MAC, as many bits of them as there is room for. */
static uint32_t number_of(const struct mac *mac, unsigned room)
{
	uint32_t number = (uint32_t)mac->byte[3] << 16 | (uint32_t)mac->byte[4] << 8 | mac->byte[5];

	return room < 24 ? number & ((1u << room) - 1) : number;
}

/* The last address that LibreMesh gives to a host: one before the broadcast address, also where
 * (RFC 3021) there is none. */
static struct ip last_host(const struct prefix *prefix)
{
	struct ip last = prefix_last(prefix);

	/* Adding all ones subtracts one. */
	return prefix->length == 32 ? last : ip_add(&last, UINT32_MAX);
}

static void leave_reserved_v4(struct prefix *address, bool first_too)
{
	struct prefix network = prefix_network(address);
	struct ip last = prefix_last(address), first = prefix_first_host(address);

	if (ip_equal(&address->ip, &network.ip) || ip_equal(&address->ip, &last) ||
	    (first_too && ip_equal(&address->ip, &first)))
		address->ip = last_host(address);
}

static void leave_reserved_v6(struct prefix *address, bool first_too)
{
	struct prefix network = prefix_network(address);
	struct ip first = prefix_first_host(address);
	unsigned room = ip_bits(&address->ip) - address->length;

	if (!ip_equal(&address->ip, &network.ip) && !(first_too && ip_equal(&address->ip, &first)))
		return;
	if (room >= OFFSET_BITS)
		address->ip = ip_add(&address->ip, RESERVED_OFFSET);
	else if (room > 1) /* two addresses or one leave no choice */
		address->ip = prefix_last(address);
}

const char *identity_plain_address(struct arena *arena, const char *text,
                                   const struct template_ids *ids, enum ip_family family,
                                   struct prefix *address)
{
	enum template_base base = family == IP_V4 ? TEMPLATE_DECIMAL : TEMPLATE_HEX;
	const char *expanded = template_expand(arena, text, ids, base, TEMPLATE_N | TEMPLATE_M);
	struct prefix range, network;
	struct parts parts;
	const char *wrong = read_parts(arena, expanded, family, &parts);

	if (wrong)
		return wrong;
	range = (struct prefix){ parts.ip, (uint8_t)parts.fill };
	network = prefix_network(&range);
	if (ip_equal(&parts.ip, &network.ip))
		parts.ip = ip_add(&parts.ip, number_of(&ids->mac, ip_bits(&parts.ip) - parts.fill));
	*address = (struct prefix){ parts.ip, (uint8_t)parts.length };
	return NULL;
}

const char *identity_address(struct arena *arena, const char *text, const struct template_ids *ids,
                             enum ip_family family, bool anygw, struct prefix *address)
{
	const char *wrong = identity_plain_address(arena, text, ids, family, address);

	if (wrong)
		return wrong;
	if (family == IP_V4)
		leave_reserved_v4(address, anygw);
	else
		leave_reserved_v6(address, anygw);
	return NULL;
}

struct prefix identity_anygw_address(const struct prefix *address)
{
	struct ip first = prefix_first_host(address);

	return (struct prefix){ first, address->ip.family == IP_V6 ? 64 : address->length };
}

struct mac identity_batadv_mac(const char *ifname, const struct mac *mac)
{
	BUF_AUTO line = { 0 };
	uint8_t hash[MD5_SIZE];

	buf_printf(&line, "%s\n", ifname);
	md5(line.text, line.length, hash);
	return (struct mac){ { 0x02, hash[1], hash[2], mac->byte[3], mac->byte[4], mac->byte[5] } };
}

uint32_t identity_batadv_mtu(const char *ifname)
{
	return strncmp(ifname, "eth", 3) == 0 || strncmp(ifname, "en", 2) == 0 ? 1496 : 1532;
}

int identity_vlan_id(const char *argument, const struct template_ids *ids, unsigned *vid)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *digits;
	unsigned x = 0;

	if (number_parse(argument, 0, UINT32_MAX, &x)) {
		if (x > VLAN_LIMIT)
			return -EINVAL;
		*vid = x;
		return 0;
	}
	digits = template_expand(arena, argument, ids, TEMPLATE_DECIMAL, TEMPLATE_N);
	if (!*digits || strcmp(digits, argument) == 0 || digits[strspn(digits, "0123456789")])
		return -EINVAL;
	for (x = 0; *digits; digits++)
		x = (x * 10 + (unsigned)(*digits - '0')) % 256;
	*vid = VLAN_BASE + (x + 256 - VLAN_ORIGIN) % 256;
	return 0;
}
