/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* An access point by which this one node can be told from others. */
#include "wifi/mode.h"

struct apname_options {
	const char *ssid, *key, *encryption;
};

static const struct field fields[] = {
	FIELD_STRING(struct apname_options, ssid, "LibreMesh.org/%H",
	             "The name on the air; %H is the node's name."),
	FIELD_STRING(struct apname_options, key, NULL, "The password of the radio network."),
	FIELD_STRING(struct apname_options, encryption, NULL,
	             "sae, psk2 and the like; without it the network is open."),
};
static SHAPE(apname_shape, "apname", "an access point with this node's name", struct apname_options,
             fields);

const struct wifi_mode wifi_mode_apname = {
	.name = "apname",
	.doc = "an access point with this node's name",
	.options = &apname_shape,
	.kind = "ap",
	.suffix = "apname",
	.name_option = "ssid",
	.on_lan = true,
};
