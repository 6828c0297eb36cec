/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a person may change of a node without an editor: options of lime-node, by their place
 * ("wifi.ap_ssid") or, the frequent ones, by a short name ("network_name").
 *
 * To add one: a row of the table in setting.c.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "config/config.h"
#include "net/facts.h"

struct arena;
struct buf;
struct diag;
struct json;

enum setting_kind {
	SETTING_TEXT,
	SETTING_SECRET, /* never shown */
	SETTING_CHOICE,
	SETTING_NUMBER,
	SETTING_BOOL,
	SETTING_LIST,
	SETTING_PORT, /* what a wired port is for: several options of one section */
};

struct setting {
	const char *name; /* as it was asked for */
	const char *group;
	enum setting_kind kind;
	const char *file; /* below /etc/config */
	const char *section, *type, *option;
	const char *port;                       /* of SETTING_PORT */
	const char *doc;                        /* NULL: nobody says */
	const char *(*check)(const char *text); /* what is wrong with a value; NULL: nothing is */
	const char *const *choices;             /* ends with NULL; NULL: any value */
	/* An option that has to be there when this one is, and the value it gets. */
	const char *with_option, *with_value;
};

/* What a node is made of, for all functions here. */
struct settings_node {
	const struct config *config;    /* merged */
	const struct config *inherited; /* without lime-node */
	const struct config *place;     /* the file `location`, which LibreMesh has for it */
	const struct facts *facts;
	const struct config_schema *schemas;
	size_t n_schemas;
};

/* NULL, with what is wrong in `diag`, if nothing is called `name`. */
const struct setting *setting_find(const struct settings_node *node, const char *name,
                                   struct arena *arena, struct diag *diag);

/* The short name of a place, or NULL. */
const char *setting_short_name(const char *section, const char *option);

/* Whether an option's value must not be told: a password, a key. */
bool setting_is_secret(const char *option);

/* "default", "lan", "wan", "mesh" or, what only an editor makes, "other". */
const char *setting_port_role(const struct config *config, const char *port);
/* The section of a port, NULL if it has none of its own. */
const struct config_section *setting_port_section(const struct config *config, const char *port);
/* What runs on a port of that role; ends with NULL.  NULL: no such role, or "default". */
const char *const *setting_role_protocols(const char *role);

/* The value as one text, items of a list joined by a space; NULL if nobody says it.  Secrets too:
 * not to be shown. */
const char *setting_value(const struct config *config, const struct setting *setting,
                          struct arena *arena);

/* Which configuration has the setting's file. */
const struct config *settings_config(const struct settings_node *node,
                                     const struct setting *setting);

/* Elements of an array: all that have a short name. */
void settings_print(const struct settings_node *node, struct json *json);

/* Takes all secret values of the configuration out of `text`: "(secret)" stands in their place. */
void settings_hide(const struct config *config, const char *text, struct buf *out);
