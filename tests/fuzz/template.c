/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What a community file can say of names and addresses: the first line of the input is an SSID, the
 * second a MAC or anything, the third a host name, the rest a template, an address, an interface.
 */
#include "net/template.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "net/identity.h"
#include "net/names.h"

static bool is_utf8(const char *text)
{
	while (*text) {
		size_t length = utf8_length(text);

		if (!length)
			return false;
		text += length;
	}
	return true;
}

/* What is printed is read again as the same. */
static void try_addresses(const char *text)
{
	char out[PREFIX_TEXT_SIZE];
	struct prefix prefix, prefix_again;
	struct ip ip, ip_again;
	struct mac mac, mac_again;

	if (ip_parse(text, &ip))
		assert(ip_parse(ip_format(&ip, out), &ip_again) && ip_equal(&ip, &ip_again));
	if (prefix_parse(text, &prefix))
		assert(prefix_parse(prefix_format(&prefix, out), &prefix_again) &&
		       prefix_equal(&prefix, &prefix_again));
	if (mac_parse(text, &mac))
		assert(mac_parse(mac_format(&mac, out), &mac_again) && mac_equal(&mac, &mac_again));
}

static void try_names(struct arena *arena, const char *text)
{
	char name[IFNAME_SIZE];

	if (name_vlan(text, 4094, name))
		assert(strlen(name) < sizeof(name) && !strchr(name, '/'));
	if (name_radio_ifname("radio0", text, "", name))
		assert(strlen(name) < sizeof(name));
	(void)name_device_parent(arena, text);
	(void)name_is_hostname(text);
}

static void try_identity(struct arena *arena, const char *text, const struct template_ids *ids,
                         enum ip_family family)
{
	struct prefix address, network, anygw;
	const char *wrong;
	unsigned vid;

	if (identity_vlan_id(text, ids, &vid) == 0)
		assert(vid <= 4094);
	wrong = identity_address(arena, text, ids, family, true, &address);
	if (wrong) {
		assert(*wrong);
		return;
	}
	assert(address.ip.family == family && address.length <= ip_bits(&address.ip));
	network = prefix_network(&address);
	anygw = identity_anygw_address(&address);
	/* In networks with room nobody gets the address of the network or of anygw. */
	if (ip_bits(&address.ip) - address.length > 1)
		assert(!ip_equal(&address.ip, &network.ip) && !ip_equal(&address.ip, &anygw.ip));
	assert(prefix_contains(&network, &address.ip));
}

static void try_template(struct arena *arena, const char *text, const struct template_ids *ids)
{
	const char *hostname = template_hostname(arena, text, ids);
	const char *ssid = template_ssid(arena, text, ids);

	assert(*hostname && strlen(hostname) <= HOSTNAME_LIMIT && *hostname != '-');
	assert(strspn(hostname,
	              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
	       strlen(hostname));
	assert(strlen(ssid) <= SSID_LIMIT);
	if (is_utf8(text))
		assert(is_utf8(ssid));
	for (unsigned letters = 0; letters < 8; letters++)
		(void)template_expand(arena, text, ids, TEMPLATE_DECIMAL, letters);
}

/* Takes a line off the text. */
static const char *next_line(struct arena *arena, const char **text)
{
	size_t length = strcspn(*text, "\n");
	const char *line = arena_strndup(arena, *text, length);

	*text += length + ((*text)[length] == '\n');
	return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *rest = arena_strndup(arena, (const char *)bytes, size);
	const char *ssid = next_line(arena, &rest);
	struct template_ids ids;
	struct mac mac = { 0 };

	(void)mac_parse(next_line(arena, &rest), &mac);
	(void)template_ssid_warning(ssid);
	ids = template_ids_of(ssid, &mac);
	ids.hostname = template_hostname(arena, next_line(arena, &rest), &ids);
	try_template(arena, rest, &ids);
	try_identity(arena, rest, &ids, IP_V4);
	try_identity(arena, rest, &ids, IP_V6);
	try_addresses(rest);
	try_names(arena, rest);
	return 0;
}
