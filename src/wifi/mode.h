/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A wifi mode: what `list modes 'NAME'` brings into the plan for a radio.
 *
 * To add one: src/wifi/NAME/NAME.c with `const struct wifi_mode wifi_mode_NAME`, and the
 * word NAME in src/wifi/meson.build.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "net/facts.h"
#include "net/identity.h"
#include "plan/plan.h"
#include "shape/shape.h"

/* One mode on one radio. */
struct wifi_radio {
	const struct fact_radio *radio;
	const struct identity *id;
	/* Options of the interface after those of the band and the radio were applied, defaults
	 * included and the mode's prefix taken off: "key=...", "ssid=...".  Sorted. */
	struct string_list options;
	struct origin origin; /* of the list entry */
	struct plan *plan;
	struct diag *diag;
};

struct wifi_mode {
	const char *name, *doc;
	const struct shape
		*options;        /* in the `wifi` sections with the prefix "NAME_"; may be NULL */
	const char *kind;        /* "ap", "mesh", "adhoc" or "sta", as hostapd and OpenWrt say */
	const char *suffix;      /* "mesh": wlan0-mesh */
	const char *name_option; /* which option is the name on the air: "ssid", "mesh_id" */
	bool on_lan;             /* a member of the clients' bridge */
	bool joins_another;      /* the channel is that of the network it joins */
	bool ends_list;          /* the entries behind it are not used; makes no interface */
	/* More options, for a mode that has some; may be NULL.  Texts go into the plan's arena. */
	void (*add_options)(const struct wifi_radio *radio, struct string_list *options);
};

extern const struct wifi_mode *const wifi_modes[]; /* ends with NULL */
const struct wifi_mode *wifi_mode_find(const char *name);

/* Adds the mode's interface to the plan. */
void wifi_mode_plan(const struct wifi_mode *mode, const struct wifi_radio *radio);

/* The mode that an option belongs to by its prefix ("ap_key"); NULL: to all. */
const struct wifi_mode *wifi_option_mode(const char *option);
