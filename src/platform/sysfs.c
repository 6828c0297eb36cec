/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* What the kernel shows of its network devices and radios. */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "net/facts.h"
#include "plan/numbers.h"
#include "platform/read.h"
#include "uci/uci.h"

#define ATTRIBUTE_LIMIT 4096 /* a page, as the kernel has it */

static int is_visible(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length < IFNAME_SIZE;
}

/* The names in a folder, eth2 before eth10; none if there is no such folder. */
static size_t names_in(const char *folder, struct arena *arena, const char ***names)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_visible, versionsort);
	size_t count = n > 0 ? (size_t)n : 0;

	*names = arena_array_of(arena, const char *, count);
	for (size_t i = 0; i < count; i++) {
		(*names)[i] = arena_strdup(arena, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return count;
}

/* The text of an attribute without its end of line; "" if there is none. */
static const char *attribute(struct arena *arena, const char *folder, const char *name)
{
	const char *path = arena_printf(arena, "%s/%s", folder, name);
	BUF_AUTO content = { 0 };

	if (file_read(path, ATTRIBUTE_LIMIT, &content) < 0)
		return "";
	while (content.length && isspace((unsigned char)content.text[content.length - 1]))
		content.text[--content.length] = '\0';
	return arena_strdup(arena, buf_text(&content));
}

static bool has(struct arena *arena, const char *folder, const char *name, mode_t type)
{
	struct stat status;

	return stat(arena_printf(arena, "%s/%s", folder, name), &status) == 0 &&
	       (!type || (status.st_mode & S_IFMT) == type);
}

static bool has_line(const char *text, const char *line)
{
	size_t length = strlen(line);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, line, length) == 0 &&
		    (text[length] == '\n' || text[length] == '\0'))
			return true;
	}
	return false;
}

static void read_link(struct arena *arena, const char *folder, struct fact_link *link)
{
	(void)mac_parse(attribute(arena, folder, "address"), &link->mac);
	link->dsa_port = has_line(attribute(arena, folder, "uevent"), "DEVTYPE=dsa");
	link->dsa_conduit = has(arena, folder, "dsa/tagging", S_IFREG);
	link->wireless = has(arena, folder, "phy80211", 0) ||
	                 has_line(attribute(arena, folder, "uevent"), "DEVTYPE=wlan");
	link->physical = has(arena, folder, "device", 0);
	link->made_by_weft = strcmp(attribute(arena, folder, "ifalias"), LINK_ALIAS) == 0;
}

void read_links(const char *root, struct arena *arena, struct facts *facts)
{
	const char *folder = arena_printf(arena, "%s/sys/class/net", root);
	const char **names;
	size_t n = names_in(folder, arena, &names);
	struct fact_link *links = arena_array_of(arena, struct fact_link, n);

	for (size_t i = 0; i < n; i++) {
		struct fact_link *link = &links[facts->n_links];

		if (strcmp(names[i], "lo") == 0)
			continue;
		snprintf(link->name, sizeof(link->name), "%s", names[i]);
		read_link(arena, arena_printf(arena, "%s/%s", folder, names[i]), link);
		facts->n_links++;
	}
	facts->links = links;
}

struct phy {
	const char *name;
	const char *device; /* where it is, below /sys/devices; NULL: not known */
	bool measures_distance;
	struct mac mac;
};

struct phys {
	struct phy *list;
	size_t count;
};

/* A phy's folder is .../DEVICE/ieee80211/phyN; DEVICE is what OpenWrt calls its path. */
static const char *phy_device(struct arena *arena, const char *folder)
{
	char real[PATH_MAX];
	char *start, *end;

	if (!realpath(folder, real))
		return NULL;
	start = strstr(real, "/devices/");
	end = strstr(real, "/ieee80211/");
	if (!start || !end || end < start)
		return NULL;
	start += strlen("/devices/");
	return arena_strndup(arena, start, (size_t)(end - start));
}

/* Only ath9k's radios can, and where they can they show what they found. */
static bool has_dynack(const char *root, struct arena *arena, const char *phy)
{
	const char *folder = arena_printf(arena, "%s/sys/kernel/debug/ieee80211/%s/ath9k", root,
	                                  phy);

	return has(arena, folder, "ack_to", S_IFREG);
}

static struct phys read_phys(const char *root, struct arena *arena)
{
	const char *folder = arena_printf(arena, "%s/sys/class/ieee80211", root);
	const char **names;
	struct phys phys = { .count = names_in(folder, arena, &names) };

	phys.list = arena_array_of(arena, struct phy, phys.count);
	for (size_t i = 0; i < phys.count; i++) {
		const char *here = arena_printf(arena, "%s/%s", folder, names[i]);

		phys.list[i].name = names[i];
		phys.list[i].device = phy_device(arena, here);
		(void)mac_parse(attribute(arena, here, "macaddress"), &phys.list[i].mac);
		phys.list[i].measures_distance = has_dynack(root, arena, names[i]);
	}
	return phys;
}

/* The digits at the end of a name, "" if there are none. */
static const char *digits_of(const char *name)
{
	const char *end = name + strlen(name);

	while (end > name && isdigit((unsigned char)end[-1]))
		end--;
	return end;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), more = strlen(end);

	return length >= more && strcmp(text + length - more, end) == 0;
}

/* OpenWrt leaves out what stands before "platform/" on some boards, so the ends must agree. */
static bool is_phy_of(const struct phy *phy, const struct uci_document *wireless,
                      const char *section)
{
	const char *name = uci_get(wireless, section, "phy");
	const char *path = uci_get(wireless, section, "path");

	if (name)
		return strcmp(name, phy->name) == 0;
	return path && phy->device && ends_with(phy->device, path);
}

static const struct phy *phy_of(const struct phys *phys, const struct uci_document *wireless,
                                const char *section)
{
	for (size_t i = 0; i < phys->count; i++) {
		if (is_phy_of(&phys->list[i], wireless, section))
			return &phys->list[i];
	}
	for (size_t i = 0; i < phys->count; i++) {
		if (strcmp(digits_of(phys->list[i].name), digits_of(section)) == 0)
			return &phys->list[i];
	}
	return NULL;
}

/* 32 to 177 are channels of 5 GHz; a radio that says neither band nor channel is an old one. */
static unsigned bands_of(const struct uci_document *wireless, const char *section)
{
	const char *band = uci_get(wireless, section, "band");
	const char *channel = uci_get(wireless, section, "channel");
	const char *hwmode = uci_get(wireless, section, "hwmode");
	long number = channel ? strtol(channel, NULL, 10) : 0;

	if (band)
		return strcmp(band, "5g") == 0   ? BAND_5GHZ
		       : strcmp(band, "6g") == 0 ? BAND_6GHZ
		                                 : BAND_2GHZ;
	if (number >= 32 && number <= 177)
		return BAND_5GHZ;
	if (number >= 1 && number <= 14)
		return BAND_2GHZ;
	return hwmode && strcmp(hwmode, "11a") == 0 ? BAND_5GHZ : BAND_2GHZ;
}

static void set_radio(struct fact_radio *radio, const char *name, const struct phy *phy)
{
	snprintf(radio->name, sizeof(radio->name), "%s", name);
	if (!phy)
		return;
	snprintf(radio->phy, sizeof(radio->phy), "%s", phy->name);
	radio->path = phy->device;
	radio->measures_distance = phy->measures_distance;
	radio->mac = phy->mac;
}

static size_t count_devices(const struct uci_document *wireless)
{
	size_t n = 0;

	for (const struct uci_section *s = wireless ? wireless->sections : NULL; s; s = s->next)
		n += strcmp(s->type, "wifi-device") == 0;
	return n;
}

static bool is_claimed(const struct facts *facts, const char *phy)
{
	for (size_t i = 0; i < facts->n_radios; i++) {
		if (strcmp(facts->radios[i].phy, phy) == 0)
			return true;
	}
	return false;
}

static void add_found(struct facts *facts, struct fact_radio *radio, const char *name,
                      const struct phy *phy)
{
	set_radio(radio, name, phy);
	radio->found = true;
	facts->n_radios++;
}

void read_radios(const char *root, const struct uci_document *wireless, struct arena *arena,
                 struct facts *facts)
{
	struct phys phys = read_phys(root, arena);
	struct fact_radio *radios = arena_array_of(arena, struct fact_radio,
	                                           count_devices(wireless) + phys.count);

	facts->radios = radios;
	for (const struct uci_section *s = wireless ? wireless->sections : NULL; s; s = s->next) {
		struct fact_radio *radio = &radios[facts->n_radios];

		if (strcmp(s->type, "wifi-device") != 0 || strlen(s->name) >= IFNAME_SIZE)
			continue;
		set_radio(radio, s->name, phy_of(&phys, wireless, s->name));
		radio->bands = bands_of(wireless, s->name);
		facts->n_radios++;
	}
	for (size_t i = 0; i < phys.count; i++) {
		const char *name = arena_printf(arena, "radio%s", digits_of(phys.list[i].name));

		if (!is_claimed(facts, phys.list[i].name) &&
		    !(wireless && uci_section(wireless, name)))
			add_found(facts, &radios[facts->n_radios], name, &phys.list[i]);
	}
}
