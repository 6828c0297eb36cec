/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/leases.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define LINE_MAX_SIZE 512
#define NAME_LETTERS  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

static bool parse_ends(const char *text, uint64_t *ends)
{
	size_t length = strlen(text);

	*ends = 0;
	if (length == 0 || length > 18 || strspn(text, "0123456789") != length)
		return false;
	for (; *text; text++)
		*ends = *ends * 10 + (uint64_t)(*text - '0');
	return true;
}

/* dnsmasq lets only such names through; "*" is none. */
static bool parse_name(const char *text, char name[LEASE_NAME_SIZE])
{
	size_t length = strlen(text);

	name[0] = '\0';
	if (strcmp(text, "*") == 0)
		return true;
	if (length >= LEASE_NAME_SIZE || strspn(text, NAME_LETTERS) != length)
		return false;
	memcpy(name, text, length + 1);
	return true;
}

/* "06-aa:bb..." is an address of hardware that is not Ethernet. */
static bool parse_line(const char *line, struct lease *lease)
{
	char ends[24], hardware[64], ip[IP_TEXT_SIZE], name[256];

	memset(lease, 0, sizeof(*lease));
	if (sscanf(line, "%23s %63s %45s %255s", ends, hardware, ip, name) != 4 ||
	    !parse_ends(ends, &lease->ends) || !ip_parse(ip, &lease->ip))
		return false;
	if (lease->ip.family == IP_V4 && !mac_parse(hardware, &lease->mac))
		return false;
	return parse_name(name, lease->name);
}

/* "MAC,ADDRESS" or "MAC,ADDRESS,NAME". */
static bool parse_reservation(const char *line, struct lease *lease)
{
	char hardware[64], ip[IP_TEXT_SIZE], name[256] = "*";

	memset(lease, 0, sizeof(*lease));
	return sscanf(line, "%63[^,],%45[^,],%255s", hardware, ip, name) >= 2 &&
	       mac_parse(hardware, &lease->mac) && ip_parse(ip, &lease->ip) &&
	       parse_name(name, lease->name);
}

static size_t count_lines(const char *text, size_t length)
{
	size_t n = 1;

	for (size_t i = 0; i < length; i++)
		n += text[i] == '\n';
	return n < LEASES_MAX ? n : LEASES_MAX;
}

static struct leases parse(const char *text, size_t length, struct arena *arena,
                           bool (*parse_one)(const char *line, struct lease *lease))
{
	size_t room = count_lines(text, length);
	struct leases leases = { .items = arena_array_of(arena, struct lease, room) };

	while (length) {
		const char *end = memchr(text, '\n', length);
		size_t n = end ? (size_t)(end - text) : length;
		char line[LINE_MAX_SIZE];
		bool fits = n < sizeof(line) && leases.count < room;

		snprintf(line, sizeof(line), "%.*s", fits ? (int)n : 0, text);
		if (fits && parse_one(line, &leases.items[leases.count]))
			leases.count++;
		else if (n && strncmp(line, "duid ", 5) != 0)
			leases.n_refused++;
		text += n + (end ? 1 : 0);
		length -= n + (end ? 1 : 0);
	}
	return leases;
}

struct leases leases_parse(const char *text, size_t length, struct arena *arena)
{
	return parse(text, length, arena, parse_line);
}

struct leases leases_parse_reservations(const char *text, size_t length, struct arena *arena)
{
	return parse(text, length, arena, parse_reservation);
}
