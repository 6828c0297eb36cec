/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Ad-hoc (IBSS): what meshes had before 802.11s. */
#include "wifi/mode.h"

struct adhoc_options {
	const char *ssid;
	struct mac bssid;
	uint32_t mcast_rate;
};

static const struct field fields[] = {
	FIELD_STRING(struct adhoc_options, ssid, "LiMe", "The name on the air."),
	FIELD_MAC(struct adhoc_options, bssid, "ca:fe:00:c0:ff:ee",
	          "The cell's address; fixed, so that cells cannot fall apart."),
	FIELD_UINT(struct adhoc_options, mcast_rate, 0, 600000, 0,
	           "Kilobits per second of broadcasts; neighbours too weak for it are not used."),
};
static SHAPE(adhoc_shape, "adhoc", "an ad-hoc cell (IBSS)", struct adhoc_options, fields);

const struct wifi_mode wifi_mode_adhoc = {
	.name = "adhoc",
	.doc = "an ad-hoc cell (IBSS)",
	.options = &adhoc_shape,
	.kind = "adhoc",
	.suffix = "adhoc",
	.name_option = "ssid",
};
