/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "wifi/mode.h"

#include <string.h>

#include "base/arena.h"

const struct wifi_mode *wifi_mode_find(const char *name)
{
	for (size_t i = 0; wifi_modes[i]; i++) {
		if (strcmp(wifi_modes[i]->name, name) == 0)
			return wifi_modes[i];
	}
	return NULL;
}

const struct wifi_mode *wifi_option_mode(const char *option)
{
	for (size_t i = 0; wifi_modes[i]; i++) {
		size_t length = strlen(wifi_modes[i]->name);

		if (strncmp(option, wifi_modes[i]->name, length) == 0 && option[length] == '_')
			return wifi_modes[i];
	}
	return NULL;
}

/* The value if `item` is "NAME=value", else NULL. */
static const char *value_of(const char *item, const char *name)
{
	size_t length = strlen(name);

	return strncmp(item, name, length) == 0 && item[length] == '=' ? item + length + 1 : NULL;
}

/* Splits the options into the name on the air and the rest. */
static const char *take_name(const struct wifi_mode *mode, const struct wifi_radio *radio,
                             struct string_list *rest)
{
	const char *name = NULL;

	rest->items = arena_array_of(radio->plan->arena, const char *, radio->options.count);
	for (size_t i = 0; i < radio->options.count; i++) {
		const char *item = radio->options.items[i];
		const char *value = value_of(item, mode->name_option);

		if (mode->on_lan && value_of(item, "network"))
			diag_add(radio->diag, DIAG_WARNING, &radio->origin,
			         "%s is always on lan: the option network is for other modes",
			         mode->name);
		else if (value_of(item, "ifname"))
			diag_add(radio->diag, DIAG_WARNING, &radio->origin,
			         "interfaces of radios are called by what they are (wlan0-%s): the "
			         "option ifname is not used",
			         mode->suffix);
		else if (value)
			name = value;
		else
			rest->items[rest->count++] = item;
	}
	return name;
}

void wifi_mode_plan(const struct wifi_mode *mode, const struct wifi_radio *radio)
{
	char ifname[IFNAME_SIZE];
	struct plan_wifi wifi = {
		.ifname = ifname,
		.radio = radio->radio->name,
		.mode = mode->kind,
		.network = mode->on_lan ? "lan" : "",
	};
	const char *name = take_name(mode, radio, &wifi.options);

	if (!name_radio_ifname(radio->radio->name, mode->suffix, "", ifname)) {
		diag_add(radio->diag, DIAG_ERROR, &radio->origin,
		         "there is no interface name for %s on '%s'", mode->name,
		         radio->radio->name);
		return;
	}
	if (!name || !*name) {
		diag_add(radio->diag, DIAG_ERROR, &radio->origin, "%s needs the option %s_%s",
		         mode->name, mode->name, mode->name_option);
		return;
	}
	wifi.ssid = template_ssid(radio->plan->arena, name, &radio->id->ids);
	if (mode->add_options)
		mode->add_options(radio, &wifi.options);
	plan_add_wifi(radio->plan, &wifi);
}
