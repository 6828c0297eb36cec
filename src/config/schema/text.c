/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "config/schema/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/utf8.h"
#include "net/hours.h"
#include "net/ip.h"
#include "net/names.h"
#include "net/probe.h"

#define DOMAIN_LENGTH 253
#define LABEL_LENGTH  63
#define DNS_PORT      53

const char *text_check_utf8(const char *text)
{
	while (*text) {
		size_t length = utf8_length(text);

		if (!length)
			return "is not UTF-8 text";
		text += length;
	}
	return NULL;
}

/* RFC 1035, section 2.3.1; those that begin with "xn--" stand for other letters (RFC 5890). */
static bool is_label(const char *text, size_t length)
{
	if (length == 0 || length > LABEL_LENGTH || text[0] == '-' || text[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '-')
			return false;
	}
	return true;
}

const char *text_check_domain(const char *text)
{
	static const char wrong[] = "is not a domain like thisnode.info";
	const char *label = text;

	if (strlen(text) > DOMAIN_LENGTH)
		return wrong;
	for (;;) {
		size_t length = strcspn(label, ".");

		if (!is_label(label, length))
			return wrong;
		if (!label[length])
			return NULL;
		label += length + 1;
	}
}

const char *text_check_ifname(const char *text)
{
	return name_device_fault(text);
}

static bool leads_upwards(const char *path)
{
	for (;;) {
		size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		if (!path[length])
			return false;
		path += length + 1;
	}
}

const char *text_check_asset(const char *text)
{
	if ((strncmp(text, "community/", 10) != 0 && strncmp(text, "node/", 5) != 0) ||
	    leads_upwards(text))
		return "is not a file in community/ or node/";
	return NULL;
}

const char *text_check_path(const char *text)
{
	return text[0] == '/' && !leads_upwards(text) ? NULL : "is not a path that starts with /";
}

const char *text_check_ip(const char *text)
{
	struct ip ip;

	return ip_parse(text, &ip) ? NULL : "is not an IP address";
}

/* "/DOMAIN/.../" before a server that is asked for those alone; NULL: there is no end to it. */
static const char *after_domains(const char *text)
{
	const char *end = strrchr(text, '/');

	if (!end)
		return text;
	for (const char *c = text; c < end; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("./-_", *c))
			return NULL;
	}
	return text[0] == '/' ? end + 1 : NULL;
}

const char *text_check_server(const char *text)
{
	const char *address = after_domains(text), *port = address ? strrchr(address, '#') : NULL;
	size_t length = !address ? 0 : port ? (size_t)(port - address) : strlen(address);
	char buffer[IP_TEXT_SIZE] = "";
	uint32_t number = DNS_PORT;
	struct ip ip;

	if (length && length < sizeof(buffer))
		snprintf(buffer, sizeof(buffer), "%.*s", (int)length, address);
	if (!ip_parse(buffer, &ip) || (port && !number_parse(port + 1, 1, 65535, &number)))
		return "is not an IP address";
	/* A program of the node itself is at another port. */
	if (number != DNS_PORT && (!strncmp(buffer, "127.", 4) || !strcmp(buffer, "::1")))
		return NULL;
	return ip_reserved(&ip) || ip_is_link_local(&ip) ? "is not an address that a server has"
	                                                 : NULL;
}

const char *text_check_line(const char *text)
{
	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return "is more than one line of text";
	}
	return text_check_utf8(text);
}

const char *text_check_network6(const char *text)
{
	struct prefix prefix;

	if (!prefix_parse(text, &prefix) || prefix.ip.family != IP_V6)
		return "is neither an IPv6 address nor a network like fd12::/64";
	return NULL;
}

const char *text_check_hours(const char *text)
{
	struct hours hours;

	return hours_parse(text, &hours) ? NULL : "is not a time of day like 08:00-22:00";
}

/* A port of this node that others may reach. */
const char *text_check_service(const char *text)
{
	const char *digit;
	unsigned port = 0;

	if (strncmp(text, "tcp:", 4) != 0 && strncmp(text, "udp:", 4) != 0)
		return "is neither tcp:PORT nor udp:PORT";
	digit = text + 4;
	while (*digit >= '0' && *digit <= '9' && port <= UINT16_MAX)
		port = port * 10 + (unsigned)(*digit++ - '0');
	if (*digit || !port || port > UINT16_MAX || text[4] == '0')
		return "has no port from 1 to 65535";
	return NULL;
}

const char *text_check_probe(const char *text)
{
	struct probe_target target;

	if (strcmp(text, "none") == 0 || probe_parse(text, &target))
		return NULL;
	return "is none of icmp:ADDRESS, tcp:ADDRESS:PORT, tcp:[ADDRESS]:PORT, dns:ADDRESS";
}
