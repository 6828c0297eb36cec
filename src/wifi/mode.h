/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A wifi mode: what `list modes 'NAME'` brings into the plan for a radio.
 *
 * To add one: src/wifi/NAME/NAME.c with `const struct wifi_mode wifi_mode_NAME`, and the
 * word NAME in src/wifi/meson.build.
 */
#include <stddef.h>

#include "net/facts.h"
#include "net/identity.h"
#include "plan/plan.h"
#include "shape/shape.h"

struct wifi_radio {
	const struct fact_radio *radio;
	unsigned number; /* digits of the radio's name */
	const struct identity *id;
	/* Options for interfaces of this mode after band and radio sections were applied, the
	 * mode's prefix taken off: "key=...", "encryption=..." */
	const struct string_list *options;
	struct origin origin; /* of the list entry */
	struct plan *plan;
	struct diag *diag;
};

struct wifi_mode {
	const char *name, *doc;
	const struct shape *options; /* in the `wifi` sections with the prefix "NAME_" */
	const char *ifname_suffix;   /* "-mesh": wlan0-mesh */
	void (*plan)(const struct wifi_radio *radio, const void *options);
};

extern const struct wifi_mode *const wifi_modes[]; /* ends with NULL */
const struct wifi_mode *wifi_mode_find(const char *name);
