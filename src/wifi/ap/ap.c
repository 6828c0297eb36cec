/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* The network's own name, the same on all nodes: phones walk from one to the next. */
#include "wifi/mode.h"

struct ap_options {
	const char *ssid, *key, *encryption;
};

static const struct field fields[] = {
	FIELD_STRING(struct ap_options, ssid, "LibreMesh.org",
	             "The name on the air; %H is the node's name."),
	FIELD_STRING(struct ap_options, key, NULL, "The password of the radio network."),
	FIELD_STRING(struct ap_options, encryption, NULL,
	             "sae, psk2 and the like; without it the network is open."),
};
static SHAPE(ap_shape, "ap", "an access point with the network's name", struct ap_options, fields);

const struct wifi_mode wifi_mode_ap = {
	.name = "ap",
	.doc = "an access point with the network's name",
	.options = &ap_shape,
	.kind = "ap",
	.suffix = "ap",
	.name_option = "ssid",
	.on_lan = true,
};
