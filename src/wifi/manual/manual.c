/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Hands off this radio: somebody configures it by hand. */
#include "wifi/mode.h"

const struct wifi_mode wifi_mode_manual = {
	.name = "manual",
	.doc = "leaves the radio alone",
	.ends_list = true,
};
