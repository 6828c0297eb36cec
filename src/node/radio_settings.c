/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* What a radio itself is set to, apart from its interfaces. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "config/schema/schema.h"
#include "node/radios.h"

static void set(const struct radio_work *work, const char *option, const struct config_value *value)
{
	struct plan *plan = work->node->node->plan;
	const struct plan_radio setting = { work->radio->name, option, value->text };

	plan_because(plan, &value->origin, NULL);
	plan_add_radio(plan, &setting);
}

/* What every radio is set to that weft uses. */
static void set_always(const struct radio_work *work, const char *option, const char *text)
{
	struct plan *plan = work->node->node->plan;
	const struct plan_radio setting = { work->radio->name, option, text };

	plan_because(plan, NULL, arena_printf(plan->arena, "%s is used", work->radio->name));
	plan_add_radio(plan, &setting);
}

static void set_as_written(const struct radio_work *work, const char *option)
{
	const struct config_option *written = radio_option(work, option);

	if (written)
		set(work, option, &written->values[0]);
}

static unsigned long number_of(const struct fact_radio *radio)
{
	return strtoul(radio->name + strcspn(radio->name, "0123456789"), NULL, 10);
}

/* The how-manieth radio of its band it is, from 0. */
static size_t place_in_band(const struct radio_work *work)
{
	const struct facts *facts = work->node->facts;
	size_t place = 0;

	for (size_t i = 0; i < facts->n_radios; i++) {
		const struct fact_radio *other = &facts->radios[i];

		if (other->bands == work->radio->bands &&
		    (number_of(other) < number_of(work->radio) ||
		     (number_of(other) == number_of(work->radio) && other < work->radio)))
			place++;
	}
	return place;
}

/* Radios of one band take the channels of a list in turn, so that they do not disturb each other.
 * A client goes where its access point is. */
static void set_channel(const struct radio_work *work, bool is_client)
{
	const struct config_option *channel = radio_option(work, "channel");
	struct config_value value;

	if (!channel)
		return;
	value = channel->values[place_in_band(work) % channel->n_values];
	if (is_client && channel->n_values > 1)
		value.text = "auto";
	set(work, "channel", &value);
}

/* The number that the lowest file gives to the whole band. */
static const struct config_value *distance_of_band(const struct radio_work *work)
{
	const struct config_section *band = work->sources[RADIO_SOURCE_BAND];
	const struct config_option *option = band ? config_option(band, "distance") : NULL;
	const struct config_value *value = NULL;

	for (; option; option = option->lost) {
		if (strcmp(option->values[0].text, "auto") != 0)
			value = &option->values[0];
	}
	return value;
}

/* Some radios measure how far their neighbours are; all others have to be told. */
static void set_distance(const struct radio_work *work)
{
	const struct config_option *distance = radio_option(work, "distance");
	bool is_auto = distance && !strcmp(distance->values[0].text, "auto");
	bool measures = wifi_wants_measuring(distance,
	                                     radio_option(work, "distance_use_auto_if_available"));
	struct config_value measured = { .text = "auto", .origin.where = "wifi.distance" };
	const struct config_value *fallback;

	if (distance)
		measured.origin = distance->values[0].origin;
	if (work->radio->measures_distance && measures) {
		set(work, "distance", &measured);
		return;
	}
	if (!is_auto) {
		set_as_written(work, "distance");
		return;
	}
	fallback = distance_of_band(work);
	diag_add(work->node->diag, DIAG_WARNING, &distance->values[0].origin,
	         "%s cannot measure distances; %s%s", work->radio->name,
	         fallback ? fallback->text : "it keeps what it has",
	         fallback ? " metres are used" : "");
	if (fallback)
		set(work, "distance", fallback);
}

void radio_plan_settings(const struct radio_work *work, bool is_client)
{
	set_always(work, "disabled", "0");
	set_always(work, "noscan", "1");
	set_channel(work, is_client);
	set_distance(work);
	set_as_written(work, "htmode");
	set_as_written(work, "country");
	set_as_written(work, "txpower");
	if (work->radio->bands != BAND_5GHZ && work->radio->bands != BAND_6GHZ)
		set_as_written(work, "legacy_rates");
}
