/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* A backbone: other nodes join it as clients and mesh over it; it is no network of people's. */
#include "wifi/mode.h"

struct apbb_options {
	const char *ssid, *key, *encryption;
};

static const struct field fields[] = {
	FIELD_STRING(struct apbb_options, ssid, NULL,
	             "The name on the air; %H is the node's name."),
	FIELD_STRING(struct apbb_options, key, NULL, "The password of the radio network."),
	FIELD_STRING(struct apbb_options, encryption, NULL,
	             "sae, psk2 and the like; without it the network is open."),
};
static SHAPE(apbb_shape, "apbb", "an access point for other nodes", struct apbb_options, fields);

const struct wifi_mode wifi_mode_apbb = {
	.name = "apbb",
	.doc = "an access point for other nodes",
	.options = &apbb_shape,
	.kind = "ap",
	.suffix = "apbb",
	.name_option = "ssid",
	.on_lan = false,
};
