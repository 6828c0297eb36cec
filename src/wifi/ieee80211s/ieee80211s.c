/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * 802.11s: nodes hear each other; the ways are left to batman-adv and Babel, so the radio's own
 * forwarding is off.
 */
#include "wifi/mode.h"

struct ieee80211s_options {
	const char *mesh_id, *key, *encryption;
	uint32_t mcast_rate;
	bool mesh_fwding, mesh_nolearn;
};

static const struct field fields[] = {
	FIELD_STRING(struct ieee80211s_options, mesh_id, "LiMe",
	             "The name on the air; only nodes with the same hear each other."),
	FIELD_STRING(struct ieee80211s_options, key, NULL, "The password of the mesh."),
	FIELD_STRING(struct ieee80211s_options, encryption, NULL,
	             "sae; without it the mesh is open."),
	FIELD_UINT(struct ieee80211s_options, mcast_rate, 0, 600000, 0,
	           "Kilobits per second of broadcasts; neighbours too weak for it are not used."),
	FIELD_BOOL(struct ieee80211s_options, mesh_fwding, false,
	           "Whether the radio finds ways by itself."),
	FIELD_BOOL(struct ieee80211s_options, mesh_nolearn, true,
	           "Whether the radio leaves learning of ways to others."),
};
static SHAPE(ieee80211s_shape, "ieee80211s", "a mesh point (802.11s)", struct ieee80211s_options,
             fields);

const struct wifi_mode wifi_mode_ieee80211s = {
	.name = "ieee80211s",
	.doc = "a mesh point (802.11s)",
	.options = &ieee80211s_shape,
	.kind = "mesh",
	.suffix = "mesh",
	.name_option = "mesh_id",
};
