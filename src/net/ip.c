/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/ip.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/number.h"

#define N_GROUPS 8 /* of an IPv6 address, 16 bits each */

/* Reads one number of a dotted quad; NULL if there is none. */
static const char *read_octet(const char *text, uint8_t *octet)
{
	unsigned value = 0, n = 0;

	for (; text[n] >= '0' && text[n] <= '9'; n++) {
		value = value * 10 + (unsigned)(text[n] - '0');
		if (value > 255)
			return NULL;
	}
	/* A leading zero would mean octal to some and decimal to others. */
	if (n == 0 || (n > 1 && text[0] == '0'))
		return NULL;
	*octet = (uint8_t)value;
	return text + n;
}

static bool parse_v4(const char *text, uint8_t byte[4])
{
	for (unsigned i = 0; i < 4; i++) {
		text = read_octet(text, &byte[i]);
		if (!text || *text != (i == 3 ? '\0' : '.'))
			return false;
		text++;
	}
	return true;
}

/* Reads up to four hexadecimal digits; NULL if there is none. */
static const char *read_group(const char *text, uint8_t byte[2])
{
	static const char digits[] = "0123456789abcdefABCDEF";
	unsigned value = 0, n = 0;

	for (; n < 5 && text[n]; n++) {
		const char *digit = strchr(digits, text[n]);

		if (!digit)
			break;
		value = value << 4 |
		        (unsigned)(digit - digits < 16 ? digit - digits : digit - digits - 6);
	}
	if (n == 0 || n > 4)
		return NULL;
	byte[0] = (uint8_t)(value >> 8);
	byte[1] = (uint8_t)value;
	return text + n;
}

/* The groups that were read, and where "::" stood among them. */
struct groups {
	uint8_t byte[16];
	unsigned count;
	int gap; /* groups before "::"; -1 while there was none */
};

/* One group, or a dotted quad at the end, and the colons behind it; NULL if it is neither. */
static const char *read_part(const char *text, struct groups *groups)
{
	uint8_t *here = groups->byte + (size_t)groups->count * 2;
	const char *end;

	if (groups->count <= N_GROUPS - 2 && parse_v4(text, here)) {
		groups->count += 2;
		return text + strlen(text);
	}
	end = read_group(text, here);
	if (!end)
		return NULL;
	groups->count++;
	if (*end == '\0')
		return end;
	if (end[0] != ':' || end[1] == '\0')
		return NULL;
	if (end[1] != ':')
		return end + 1;
	if (groups->gap >= 0)
		return NULL;
	groups->gap = (int)groups->count;
	return end + 2;
}

static bool parse_v6(const char *text, uint8_t byte[16])
{
	struct groups groups = { .gap = -1 };
	size_t head, tail;

	if (text[0] == ':' && text[1] == ':') {
		groups.gap = 0;
		text += 2;
	} else if (*text == '\0') {
		return false;
	}
	while (*text) {
		text = groups.count < N_GROUPS ? read_part(text, &groups) : NULL;
		if (!text)
			return false;
	}
	if (groups.gap < 0 ? groups.count != N_GROUPS : groups.count == N_GROUPS)
		return false;
	head = groups.gap < 0 ? 16 : (size_t)groups.gap * 2;
	tail = (size_t)groups.count * 2 - head;
	memset(byte, 0, 16);
	memcpy(byte, groups.byte, head);
	if (groups.gap >= 0)
		memcpy(byte + 16 - tail, groups.byte + head, tail);
	return true;
}

bool ip_parse(const char *text, struct ip *ip)
{
	struct ip parsed = { 0 };

	if (strchr(text, ':') ? !parse_v6(text, parsed.byte) : !parse_v4(text, parsed.byte))
		return false;
	parsed.family = strchr(text, ':') ? IP_V6 : IP_V4;
	*ip = parsed;
	return true;
}

static unsigned group_at(const struct ip *ip, unsigned i)
{
	return (unsigned)ip->byte[2 * i] << 8 | ip->byte[2 * i + 1];
}

/* The first of the longest runs of two or more zero groups, which "::" stands for (RFC 5952,
 * section 4.2); its length is 0 if there is none. */
static void find_gap(const struct ip *ip, unsigned *start, unsigned *length)
{
	unsigned run = 0;

	*start = N_GROUPS;
	*length = 0;
	for (unsigned i = 0; i < N_GROUPS; i++) {
		run = group_at(ip, i) ? 0 : run + 1;
		if (run > 1 && run > *length) {
			*length = run;
			*start = i + 1 - run;
		}
	}
}

static const char *format_v6(const struct ip *ip, char text[IP_TEXT_SIZE])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *b = ip->byte;
	unsigned start, length;
	size_t n = 0;

	if (memcmp(b, mapped, sizeof(mapped)) == 0) { /* RFC 5952, section 5 */
		snprintf(text, IP_TEXT_SIZE, "::ffff:%u.%u.%u.%u", b[12], b[13], b[14], b[15]);
		return text;
	}
	find_gap(ip, &start, &length);
	for (unsigned i = 0; i < N_GROUPS; i++) {
		const char *colon = i == 0 || i == start + length ? "" : ":";

		if (i < start || i >= start + length)
			n += (size_t)snprintf(text + n, IP_TEXT_SIZE - n, "%s%x", colon,
			                      group_at(ip, i));
		else if (i == start)
			n += (size_t)snprintf(text + n, IP_TEXT_SIZE - n, "::");
	}
	return text;
}

const char *ip_format(const struct ip *ip, char text[IP_TEXT_SIZE])
{
	const uint8_t *b = ip->byte;

	text[0] = '\0';
	if (ip->family == IP_V6)
		return format_v6(ip, text);
	if (ip->family == IP_V4)
		snprintf(text, IP_TEXT_SIZE, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	return text;
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
	return a->family == b->family && memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

unsigned ip_bits(const struct ip *ip)
{
	assert(ip->family != IP_NONE);
	return ip->family == IP_V4 ? 32 : 128;
}

struct ip ip_add(const struct ip *ip, uint32_t number)
{
	struct ip sum = *ip;
	uint64_t carry = number;

	for (unsigned i = ip_bits(ip) / 8; i-- > 0;) {
		carry += sum.byte[i];
		sum.byte[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return sum;
}

bool ip_is_link_local(const struct ip *ip)
{
	return ip->family == IP_V6 && ip->byte[0] == 0xfe && (ip->byte[1] & 0xc0) == 0x80;
}

bool ip_is_global6(const struct ip *ip)
{
	return ip->family == IP_V6 && (ip->byte[0] & 0xe0) == 0x20;
}

struct ip ip_link_local(const struct mac *mac)
{
	const uint8_t *m = mac->byte;

	return (struct ip){
		IP_V6, { 0xfe, 0x80, [8] = m[0] ^ 0x02, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5] }
	};
}

bool prefix_parse(const char *text, struct prefix *prefix)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	char address[IP_TEXT_SIZE];
	struct prefix parsed;
	uint32_t length;

	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (!ip_parse(address, &parsed.ip))
		return false;
	length = ip_bits(&parsed.ip);
	if (slash && !number_parse(slash + 1, 0, length, &length))
		return false;
	parsed.length = (uint8_t)length;
	*prefix = parsed;
	return true;
}

const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_SIZE])
{
	char address[IP_TEXT_SIZE];

	text[0] = '\0';
	if (prefix->ip.family != IP_NONE)
		snprintf(text, PREFIX_TEXT_SIZE, "%s/%u", ip_format(&prefix->ip, address),
		         prefix->length);
	return text;
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && ip_equal(&a->ip, &b->ip);
}

/* The address with every bit behind the length set to `bit`. */
static struct ip fill(const struct prefix *prefix, bool bit)
{
	struct ip ip = prefix->ip;

	for (unsigned i = prefix->length; i < ip_bits(&ip); i++) {
		uint8_t mask = (uint8_t)(0x80 >> (i % 8));

		ip.byte[i / 8] = (uint8_t)(bit ? ip.byte[i / 8] | mask : ip.byte[i / 8] & ~mask);
	}
	return ip;
}

struct prefix prefix_network(const struct prefix *prefix)
{
	return (struct prefix){ fill(prefix, false), prefix->length };
}

struct ip prefix_last(const struct prefix *prefix)
{
	return fill(prefix, true);
}

struct ip prefix_first_host(const struct prefix *prefix)
{
	struct ip network = fill(prefix, false);

	return prefix->length == ip_bits(&network) ? network : ip_add(&network, 1);
}

struct ip prefix_netmask(const struct prefix *prefix)
{
	struct prefix none = { { prefix->ip.family, { 0 } }, prefix->length };
	struct ip mask = fill(&none, true);

	for (unsigned i = 0; i < ip_bits(&mask) / 8; i++)
		mask.byte[i] = (uint8_t)~mask.byte[i];
	return mask;
}

bool prefix_contains(const struct prefix *prefix, const struct ip *ip)
{
	struct prefix other = { *ip, prefix->length };
	struct ip a, b;

	if (ip->family == IP_NONE || ip->family != prefix->ip.family)
		return false;
	a = fill(prefix, false);
	b = fill(&other, false);
	return ip_equal(&a, &b);
}

uint32_t prefix_pool_size(const struct prefix *prefix, uint32_t start)
{
	uint64_t last;

	if (prefix->ip.family != IP_V4)
		return 0;
	last = (1ULL << (32 - prefix->length)) - 1; /* the broadcast address is not given out */
	return start < last ? (uint32_t)(last - start) : 0;
}

static const struct {
	struct prefix range;
	const char *what;
} reserved[] = {
	{ { { IP_V4, { 0 } }, 8 }, "of no network" },
	{ { { IP_V4, { 127 } }, 8 }, "of the machine itself" },
	{ { { IP_V4, { 224 } }, 4 }, "of groups" },
	{ { { IP_V4, { 240 } }, 4 }, "of no network" },
	{ { { IP_V6, { 0 } }, 8 }, "of no network" },
	{ { { IP_V6, { 0xff } }, 8 }, "of groups" },
};

const char *ip_reserved(const struct ip *ip)
{
	for (size_t i = 0; i < ARRAY_LENGTH(reserved); i++) {
		if (prefix_contains(&reserved[i].range, ip))
			return reserved[i].what;
	}
	return NULL;
}
