/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* This node joins somebody's access point, often as a way to the Internet. */
#include "wifi/mode.h"

struct client_options {
	const char *ssid, *key, *encryption;
};

static const struct field fields[] = {
	FIELD_STRING(struct client_options, ssid, NULL,
	             "The name on the air; %H is the node's name."),
	FIELD_STRING(struct client_options, key, NULL, "The password of the radio network."),
	FIELD_STRING(struct client_options, encryption, NULL,
	             "sae, psk2 and the like; without it the network is open."),
};
static SHAPE(client_shape, "client", "a client of another access point", struct client_options,
             fields);

const struct wifi_mode wifi_mode_client = {
	.name = "client",
	.doc = "a client of another access point",
	.options = &client_shape,
	.kind = "sta",
	.suffix = "sta",
	.name_option = "ssid",
	.on_lan = false,
	.joins_another = true,
};
