/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What the radios do.  Options come from `wifi` (all radios), from the radio's band, and from
 * the radio's own section; the last that says something wins.
 */
#include "node/radios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/nearest.h"
#include "config/schema/schema.h"
#include "wifi/mode.h"

const struct config_option *radio_option(const struct radio_work *work, const char *name)
{
	const struct config_option *option = NULL;

	for (size_t i = RADIO_N_SOURCES; i-- > 0 && !option;)
		option = work->sources[i] ? config_option(work->sources[i], name) : NULL;
	return option;
}

/* "name=value" of each of its values. */
struct items {
	const char **list;
	size_t count, room;
	struct arena *arena;
};

static void add_item(struct items *items, const char *name, const char *value)
{
	if (items->count == items->room) {
		const char **old = items->list;

		items->room = items->room ? 2 * items->room : 16;
		items->list = arena_array_of(items->arena, const char *, items->room);
		if (items->count)
			memcpy(items->list, old, items->count * sizeof(*old));
	}
	items->list[items->count++] = arena_printf(items->arena, "%s=%s", name, value);
}

static bool has_item(const struct items *items, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < items->count; i++) {
		if (strncmp(items->list[i], name, length) == 0 && items->list[i][length] == '=')
			return true;
	}
	return false;
}

static void add_option(struct items *items, const char *name, const struct config_option *option)
{
	for (size_t i = 0; i < option->n_values; i++)
		add_item(items, name, option->values[i].text);
}

/* LibreMesh takes each option with such a word in it for one of the radio. */
static const char *const radio_words[] = { "channel",          "country",         "legacy_rates",
	                                   "txpower",          "htmode",          "distance",
	                                   "unstuck_interval", "unstuck_timeout", "dynack",
	                                   "phy_macaddr" };

/* Of the radio itself, or what LibreMesh notes about it in lime-autogen. */
static bool is_of_radio(const char *option)
{
	for (size_t i = 0; i < ARRAY_LENGTH(radio_words); i++) {
		if (strstr(option, radio_words[i]))
			return true;
	}
	return shape_field(&wifi_shape, option) != NULL;
}

/* The name that an option of a section has on the mode's interface; NULL: none.  `prefixed`: one
 * of this mode alone, which wins over one for all. */
static const char *iface_name(const struct wifi_mode *mode, const char *option, bool prefixed)
{
	const struct wifi_mode *owner = wifi_option_mode(option);

	if (is_of_radio(option))
		return NULL;
	if (!prefixed)
		return owner ? NULL : option;
	/* "ap_" alone, a slip of the hand, names nothing. */
	option += owner == mode ? strlen(mode->name) + 1 : 0;
	return owner == mode && *option ? option : NULL;
}

static void add_configured(const struct radio_work *work, const struct wifi_mode *mode,
                           bool prefixed, struct items *items)
{
	for (size_t i = RADIO_N_SOURCES; i-- > 0;) {
		const struct config_section *s = work->sources[i];

		for (const struct config_option *o = s ? s->options : NULL; o; o = o->next) {
			const char *name = iface_name(mode, o->name, prefixed);

			if (name && !has_item(items, name))
				add_option(items, name, radio_option(work, o->name));
		}
	}
}

static void add_defaults(const struct wifi_mode *mode, struct items *items)
{
	const struct shape *shape = mode->options;
	void *object;

	if (!shape)
		return;
	object = arena_alloc(items->arena, shape->size);
	shape_default(shape, items->arena, object);
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];
		BUF_AUTO text = { 0 };

		if (has_item(items, field->name) ||
		    (field->type != FIELD_TYPE_BOOL && !field_is_set(field, object)))
			continue;
		if (field->type == FIELD_TYPE_BOOL)
			buf_add(&text, field->def ? "1" : "0");
		else
			field_print(field, object, &text);
		add_item(items, field->name, buf_text(&text));
	}
}

/* Values of one option keep their order. */
struct sortable {
	const char *item;
	size_t place;
};

static int by_name(const void *one, const void *other)
{
	const struct sortable *a = one, *b = other;
	size_t length_a = strcspn(a->item, "="), length_b = strcspn(b->item, "=");
	int order = strncmp(a->item, b->item, length_a < length_b ? length_a : length_b);

	if (order == 0 && length_a != length_b)
		order = length_a < length_b ? -1 : 1;
	if (order == 0)
		order = a->place < b->place ? -1 : 1;
	return order;
}

static void sort_items(struct items *items)
{
	struct sortable *list = arena_array_of(items->arena, struct sortable, items->count);

	for (size_t i = 0; i < items->count; i++)
		list[i] = (struct sortable){ items->list[i], i };
	if (items->count)
		qsort(list, items->count, sizeof(*list), by_name);
	for (size_t i = 0; i < items->count; i++)
		items->list[i] = list[i].item;
}

static struct string_list options_of(const struct radio_work *work, const struct wifi_mode *mode)
{
	struct items items = { .arena = work->node->node->plan->arena };

	add_configured(work, mode, true, &items);
	add_configured(work, mode, false, &items);
	add_defaults(mode, &items);
	sort_items(&items);
	return (struct string_list){ items.list, items.count };
}

static void report_unknown(struct diag *diag, const struct config_value *value)
{
	struct nearest nearest = { .word = value->text };
	const char *meant;

	for (size_t i = 0; wifi_modes[i]; i++)
		nearest_offer(&nearest, wifi_modes[i]->name);
	meant = nearest_result(&nearest);
	if (meant)
		diag_add(diag, DIAG_UNKNOWN, &value->origin,
		         "there is no wifi mode '%s'; did you mean '%s'?", value->text, meant);
	else
		diag_add(diag, DIAG_UNKNOWN, &value->origin, "there is no wifi mode '%s'",
		         value->text);
}

/* The mode's own option, or the one for all modes. */
static const struct config_option *option_of(const struct radio_work *work,
                                             const struct wifi_mode *mode, const char *name)
{
	const struct config_option *own = radio_option(
		work, arena_printf(work->node->node->arena, "%s_%s", mode->name, name));

	return own ? own : radio_option(work, name);
}

static void check_mode(const struct radio_work *work, const struct wifi_mode *mode)
{
	struct node_wifi_options options = {
		.mode = mode,
		.name = option_of(work, mode, mode->name_option),
		.encryption = option_of(work, mode, "encryption"),
		.key = option_of(work, mode, "key"),
	};

	node_check_wifi(work->node, &options);
}

static void plan_mode(const struct radio_work *work, const struct wifi_mode *mode,
                      const struct origin *origin)
{
	struct node *node = work->node->node;
	struct wifi_radio radio = {
		.radio = work->radio,
		.id = &node->identity,
		.options = options_of(work, mode),
		.origin = *origin,
		.plan = node->plan,
		.diag = work->node->diag,
	};

	plan_because(node->plan, origin,
	             arena_printf(node->plan->arena, "%s on %s", mode->name, work->radio->name));
	check_mode(work, mode);
	wifi_mode_plan(mode, &radio);
}

/* What the list says, or what it says without being written. */
static const struct config_value *modes_of(const struct radio_work *work, size_t *n_modes)
{
	const struct config_option *option = radio_option(work, "modes");
	struct arena *arena = work->node->node->arena;
	struct wifi_options defaults;
	struct config_value *values;

	if (option) {
		*n_modes = option->n_values;
		return option->values;
	}
	shape_default(&wifi_shape, arena, &defaults);
	values = arena_array_of(arena, struct config_value, defaults.modes.count);
	for (size_t i = 0; i < defaults.modes.count; i++)
		values[i] = (struct config_value){ .text = defaults.modes.items[i],
			                           .origin.where = "wifi.modes" };
	*n_modes = defaults.modes.count;
	return values;
}

static void plan_radio(struct node_work *node, const struct fact_radio *radio, const char *band)
{
	const struct config *config = node->node->config;
	const struct radio_work work = {
		.node = node,
		.radio = radio,
		.sources = { config_section(config, "wifi"), config_section(config, band),
		             config_section(config, radio->name) },
	};
	size_t n_modes;
	const struct config_value *modes = modes_of(&work, &n_modes);
	const struct wifi_mode *first = n_modes ? wifi_mode_find(modes[0].text) : NULL;

	if (first && first->ends_list)
		return;
	radio_plan_settings(&work, first && first->joins_another);
	for (size_t i = 0; i < n_modes; i++) {
		const struct wifi_mode *mode = wifi_mode_find(modes[i].text);

		if (!mode)
			report_unknown(node->diag, &modes[i]);
		else if (mode->ends_list)
			return;
		else
			plan_mode(&work, mode, &modes[i].origin);
	}
}

static const char *const bands[] = { "2ghz", "5ghz", "6ghz" };

/* What would be wrong with a radio that is not here.  Files are shared by nodes of all kinds. */
static struct diag *check_elsewhere(const struct node_work *node, const char *name,
                                    const char *band)
{
	struct fact_radio radio = { 0 };
	struct node copy = *node->node;
	struct node_work elsewhere = *node;

	snprintf(radio.name, sizeof(radio.name), "%s", name);
	elsewhere.diag = diag_new();
	elsewhere.node = &copy;
	copy.plan = plan_new();
	plan_radio(&elsewhere, &radio, band);
	plan_free(copy.plan);
	return elsewhere.diag;
}

static bool has_band(const struct facts *facts, const char *band)
{
	for (size_t i = 0; i < facts->n_radios; i++) {
		if (strcmp(facts_band(&facts->radios[i]), band) == 0)
			return true;
	}
	return false;
}

/* Nearly all radios are of the first two bands. */
static void check_bands(struct node_work *node)
{
	for (size_t i = 0; i < ARRAY_LENGTH(bands); i++) {
		AUTO(diag_free) struct diag *found = NULL;

		if (has_band(node->facts, bands[i]) ||
		    (i == 2 && !config_section(node->node->config, bands[i])))
			continue;
		found = check_elsewhere(node, "radio0", bands[i]);
		diag_add_unneeded(node->diag, found);
	}
}

static bool is_here(const struct facts *facts, const char *radio)
{
	for (size_t i = 0; i < facts->n_radios; i++) {
		if (strcmp(facts->radios[i].name, radio) == 0)
			return true;
	}
	return false;
}

/* Nobody knows the band of a radio that is not here: a mistake is one in both. */
static void check_sections(struct node_work *node)
{
	for (const struct config_section *s = node->node->config->sections; s; s = s->next) {
		AUTO(diag_free) struct diag *found = NULL;
		AUTO(diag_free) struct diag *other = NULL;

		if (strcmp(s->type, "wifi") != 0 || is_here(node->facts, s->name) ||
		    strlen(s->name) >= IFNAME_SIZE)
			continue;
		found = check_elsewhere(node, s->name, bands[0]);
		other = check_elsewhere(node, s->name, bands[1]);
		for (const struct diag_item *i = diag_first(found); i; i = i->next) {
			AUTO(diag_free) struct diag *one = diag_new();

			if (!diag_says(other, i))
				continue;
			diag_add(one, i->severity, &i->origin, "%s", i->text);
			diag_add_unneeded(node->diag, one);
		}
	}
}

void node_plan_radios(struct node_work *node)
{
	for (size_t i = 0; i < node->facts->n_radios; i++) {
		const struct fact_radio *radio = &node->facts->radios[i];

		plan_radio(node, radio, facts_band(radio));
	}
	check_bands(node);
	check_sections(node);
}
