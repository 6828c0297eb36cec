/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/names.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define LABEL_LIMIT 63 /* a label of the DNS: RFC 1035, section 2.3.4 */

bool name_is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The settings that are about all devices have the last two names. */
static bool is_kernels_own(const char *text)
{
	return strcmp(text, ".") == 0 || strcmp(text, "..") == 0 || strcmp(text, "all") == 0 ||
	       strcmp(text, "default") == 0;
}

const char *name_device_fault(const char *text)
{
	if (!*text)
		return "is empty";
	if (strlen(text) >= IFNAME_SIZE)
		return "has more than the 15 characters that the kernel takes";
	if (is_kernels_own(text))
		return "is one that the kernel keeps for itself";
	if (*text == '.' || *text == '-')
		return "begins with a dot or a dash";
	for (; *text; text++) {
		if (!name_is_alnum(*text) && *text != '.' && *text != '_' && *text != '-')
			return "has something other than letters, digits, dots, dashes and _";
	}
	return NULL;
}

static void replace_others(char *text, char kept, char by)
{
	for (; *text; text++) {
		if (!name_is_alnum(*text) && *text != kept)
			*text = by;
	}
}

bool name_vlan(const char *ifname, unsigned vid, char name[IFNAME_SIZE])
{
	char base[IFNAME_SIZE], whole[IFNAME_SIZE];

	if ((size_t)snprintf(base, sizeof(base), "%s", ifname) >= sizeof(base))
		return false;
	if (vid == 0) {
		memcpy(name, base, sizeof(base));
		return true;
	}
	replace_others(base, '-', '-');
	if ((size_t)snprintf(whole, sizeof(whole), "%s_%u", base, vid) >= sizeof(whole))
		return false;
	memcpy(name, whole, sizeof(whole));
	return true;
}

bool name_radio_ifname(const char *radio, const char *mode, const char *suffix,
                       char name[IFNAME_SIZE])
{
	const char *digits = radio + strcspn(radio, "0123456789");
	int n = (int)strspn(digits, "0123456789");
	char whole[IFNAME_SIZE];

	if (n == 0)
		return false;
	if ((size_t)snprintf(whole, sizeof(whole), "wlan%.*s-%s%s", n, digits, mode, suffix) >=
	    sizeof(whole))
		return false;
	memcpy(name, whole, sizeof(whole));
	return true;
}

bool name_is_radio_ifname(const char *ifname)
{
	return strncmp(ifname, "wlan", 4) == 0;
}

char *name_section(struct arena *arena, const char *ifname, const char *suffix)
{
	char *name = arena_printf(arena, "lm_net_%s%s", ifname, suffix);

	replace_others(name, '_', '_');
	return name;
}

const char *name_device_parent(struct arena *arena, const char *ifname)
{
	if (!name_is_radio_ifname(ifname))
		return arena_strdup(arena, ifname);
	return arena_printf(arena, "@%s", name_section(arena, ifname, ""));
}

bool name_is_hostname(const char *text)
{
	size_t length = strlen(text);

	if (length < 2 || length > LABEL_LIMIT)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!name_is_alnum(text[i]) && text[i] != '-')
			return false;
	}
	return text[0] != '-' && text[length - 1] != '-';
}
