/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* One radio while it is planned; used by radios.c and radio_settings.c alone. */
#include <stdbool.h>
#include <stddef.h>

#include "node/parts.h"

/* Sections that speak about a radio, from low to high. */
enum radio_source {
	RADIO_SOURCE_ALL,
	RADIO_SOURCE_BAND,
	RADIO_SOURCE_RADIO,
	RADIO_N_SOURCES,
};

struct radio_work {
	struct node_work *node;
	const struct fact_radio *radio;
	const struct config_section *sources[RADIO_N_SOURCES]; /* NULL: no such section */
};

/* What counts of an option: what the highest section says.  NULL: none says anything. */
const struct config_option *radio_option(const struct radio_work *work, const char *name);

/* Channel, power and the like.  `is_client`: the radio joins another's network, which decides the
 * channel. */
void radio_plan_settings(const struct radio_work *work, bool is_client);
