/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"

#define PORT_DNS 53

static const struct kind {
	const char *name;
	bool takes_port;
	uint16_t port; /* if none is said; 0: it has to be said */
} kinds[PROBE_N_KINDS] = {
	[PROBE_ICMP] = { "icmp", false, 0 },
	[PROBE_TCP] = { "tcp", true, 0 },
	[PROBE_DNS] = { "dns", true, PORT_DNS },
	[PROBE_TRAP] = { "trap", true, 0 },
};

/* Nobody can be asked who is nobody, everybody, or this machine. */
static bool is_host(const struct ip *ip)
{
	static const struct ip none6 = { .family = IP_V6 };
	static const struct ip self6 = { IP_V6, { [15] = 1 } };

	if (ip->family == IP_V4)
		return ip->byte[0] != 0 && ip->byte[0] != 127 && ip->byte[0] < 224;
	return ip->byte[0] != 0xff && !ip_equal(ip, &none6) && !ip_equal(ip, &self6);
}

static bool parse_port(const char *text, uint16_t *port)
{
	uint32_t value = 0;

	if (!*text || strlen(text) > 5 || strspn(text, "0123456789") != strlen(text))
		return false;
	for (; *text; text++)
		value = value * 10 + (uint32_t)(*text - '0');
	*port = (uint16_t)value;
	return value > 0 && value <= 65535;
}

/* Parts "ADDRESS", "ADDRESS:PORT" of IPv4, "[ADDRESS]:PORT"; `port` is NULL without one. */
static bool split(char *text, char **address, char **port)
{
	char *colon = strchr(text, ':');

	*address = text;
	*port = NULL;
	if (text[0] == '[') {
		char *end = strchr(text, ']');

		if (!end || (end[1] != ':' && end[1]))
			return false;
		*address = text + 1;
		*port = end[1] ? end + 2 : NULL;
		*end = '\0';
	} else if (colon && !strchr(colon + 1, ':')) {
		*port = colon + 1;
		*colon = '\0';
	}
	return true;
}

static bool parse_rest(const struct kind *kind, const char *rest, struct probe_target *target)
{
	char copy[PROBE_TEXT_SIZE], *address, *port;

	if (strlen(rest) >= sizeof(copy))
		return false;
	memcpy(copy, rest, strlen(rest) + 1);
	target->port = kind->port;
	if (!split(copy, &address, &port) || !ip_parse(address, &target->ip) ||
	    !is_host(&target->ip))
		return false;
	if (port)
		return kind->takes_port && parse_port(port, &target->port);
	return !kind->takes_port || kind->port;
}

bool probe_parse(const char *text, struct probe_target *target)
{
	for (unsigned i = 0; i < PROBE_N_KINDS; i++) {
		struct probe_target parsed = { .kind = i };
		size_t length = strlen(kinds[i].name);

		if (strncmp(text, kinds[i].name, length) != 0 || text[length] != ':')
			continue;
		if (!parse_rest(&kinds[i], text + length + 1, &parsed))
			return false;
		*target = parsed;
		return true;
	}
	return false;
}

const char *probe_format(const struct probe_target *target, char text[PROBE_TEXT_SIZE])
{
	const struct kind *kind = &kinds[target->kind];
	bool six = target->ip.family == IP_V6;
	char ip[IP_TEXT_SIZE];

	ip_format(&target->ip, ip);
	if (target->port == kind->port)
		snprintf(text, PROBE_TEXT_SIZE, "%s:%s", kind->name, ip);
	else
		snprintf(text, PROBE_TEXT_SIZE, "%s:%s%s%s:%u", kind->name, six ? "[" : "", ip,
		         six ? "]" : "", target->port);
	return text;
}

bool probe_equal(const struct probe_target *a, const struct probe_target *b)
{
	return a->kind == b->kind && a->port == b->port && ip_equal(&a->ip, &b->ip);
}
