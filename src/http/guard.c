/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "http/guard.h"

#include <string.h>
#include <strings.h>

#include "net/ip.h"

/* Bytes before the port; 0 if what follows is no port. */
static size_t name_length(const char *host)
{
	const char *end = *host == '[' ? strchr(host, ']') : NULL;
	size_t length = end ? (size_t)(end + 1 - host) : strcspn(host, ":");
	const char *port = host + length;

	if (!*port)
		return length;
	return *port == ':' && port[1 + strspn(port + 1, "0123456789")] == '\0' ? length : 0;
}

bool guard_is_address(const char *host)
{
	size_t length = name_length(host);
	char text[64];
	struct ip ip;

	if (*host == '[' && length > 2) {
		host++;
		length -= 2;
	}
	if (!length || length >= sizeof(text))
		return false;
	memcpy(text, host, length);
	text[length] = '\0';
	/* The device of a link-local address is nothing that matters here. */
	text[strcspn(text, "%")] = '\0';
	return ip_parse(text, &ip);
}

bool guard_is_name(const char *host, const char *name)
{
	size_t length = name_length(host);

	if (length && host[length - 1] == '.')
		length--;
	return length && length == strlen(name) && !strncasecmp(host, name, length);
}

bool guard_is_same_site(const char *origin, const char *scheme, const char *host)
{
	size_t length = strlen(scheme);

	return !strncasecmp(origin, scheme, length) && !strcasecmp(origin + length, host);
}
