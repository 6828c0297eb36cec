/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Access points that make a link to each other when one hears the other (APuP). */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "wifi/mode.h"

struct apup_options {
	const char *ssid, *key, *encryption;
};

static const struct field fields[] = {
	FIELD_STRING(struct apup_options, ssid, "LibreMesh.org",
	             "The name on the air; %H is the node's name."),
	FIELD_STRING(struct apup_options, key, NULL, "The password of the radio network."),
	FIELD_STRING(struct apup_options, encryption, NULL,
	             "sae, psk2 and the like; without it the network is open."),
};
static SHAPE(apup_shape, "apup", "an access point that meshes with its like", struct apup_options,
             fields);

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* hostapd names the links to its peers: wlan0-peer1 and so on. */
static void apup_add_options(const struct wifi_radio *radio, struct string_list *options)
{
	struct arena *arena = radio->plan->arena;
	const char **items = arena_array_of(arena, const char *, options->count + 2);
	char peer[IFNAME_SIZE];

	for (size_t i = 0; i < options->count; i++)
		items[i] = options->items[i];
	items[options->count++] = "apup=1";
	if (name_radio_ifname(radio->radio->name, "peer", "", peer))
		items[options->count++] = arena_printf(arena, "apup_peer_ifname_prefix=%s", peer);
	qsort(items, options->count, sizeof(*items), by_text);
	options->items = items;
}

const struct wifi_mode wifi_mode_apup = {
	.name = "apup",
	.doc = "an access point that meshes with its like",
	.options = &apup_shape,
	.kind = "ap",
	.suffix = "apup",
	.name_option = "ssid",
	.on_lan = true,
	.add_options = apup_add_options,
};
