/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/setting.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/nearest.h"
#include "shape/shape.h"
#include "uci/uci.h"

#define PORT_PREFIX "port."

static const char *const roles[] = { "default", "lan", "wan", "mesh", NULL };
static const char *const modes[] = { "ap", "apname", "ieee80211s", "apup", "adhoc", NULL };
static const char *const channels_2ghz[] = { "auto", "1", "6", "11", "13", NULL };
static const char *const channels_5ghz[] = { "auto", "36",  "40",  "44",  "48",  "52",
	                                     "100",  "149", "153", "157", "161", NULL };
static const char *const widths_2ghz[] = { "HT20", "HT40", NULL };
static const char *const widths_5ghz[] = { "HT20", "HT40", "VHT20", "VHT40", "VHT80", NULL };

#define NODE  "lime-node"
#define BAND  "lime-wifi-band"
#define PLACE "location"

/* "-31.81317": not so many digits that nobody could need them. */
static bool are_degrees(const char *text, long most)
{
	size_t sign = *text == '-', whole = strspn(text + sign, "0123456789");
	const char *rest = text + sign + whole;
	size_t digits = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;

	if (!whole || whole > 3 || digits > 12 || (*rest == '.' && !digits) ||
	    rest[digits ? digits + 1 : 0])
		return false;
	return strtol(text + sign, NULL, 10) <= most;
}

static const char *check_latitude(const char *text)
{
	return are_degrees(text, 90) ? NULL : "is no latitude in degrees, as -31.81317 is";
}

static const char *check_longitude(const char *text)
{
	return are_degrees(text, 180) ? NULL : "is no longitude in degrees, as -64.42818 is";
}

static const struct row {
	const char *name, *group, *file, *type, *section, *option;
	enum setting_kind kind;
	const char *const *choices;
	const char *with_option, *with_value, *doc;
	const char *(*check)(const char *text);
} rows[] = {
	{ "name", "node", NODE, "lime", "system", "hostname", .kind = SETTING_TEXT },
	{ "language", "node", NODE, "lime", "system", "language", .kind = SETTING_CHOICE },
	{ "latitude", "place", PLACE, PLACE, "settings", "node_latitude", .kind = SETTING_TEXT,
	  .doc = "Where the node is: degrees, south is negative", .check = check_latitude },
	{ "longitude", "place", PLACE, PLACE, "settings", "node_longitude", .kind = SETTING_TEXT,
	  .doc = "Where the node is: degrees, west is negative", .check = check_longitude },
	{ "network_name", "wifi", NODE, "lime", "wifi", "ap_ssid", .kind = SETTING_TEXT },
	{ "network_password", "wifi", NODE, "lime", "wifi", "ap_key", .kind = SETTING_SECRET,
	  .with_option = "ap_encryption", .with_value = "psk2" },
	{ "wifi_name", "wifi", NODE, "lime", "wifi", "apname_ssid", .kind = SETTING_TEXT },
	{ "wifi_password", "wifi", NODE, "lime", "wifi", "apname_key", .kind = SETTING_SECRET,
	  .with_option = "apname_encryption", .with_value = "psk2" },
	{ "modes", "radio", NODE, "lime", "wifi", "modes", SETTING_LIST, modes },
	{ "country", "radio", NODE, "lime", "wifi", "country", .kind = SETTING_TEXT },
	{ "txpower", "radio", NODE, "lime", "wifi", "txpower", .kind = SETTING_TEXT },
	{ "channel_2ghz", "radio", NODE, BAND, "2ghz", "channel", SETTING_LIST, channels_2ghz },
	{ "channel_5ghz", "radio", NODE, BAND, "5ghz", "channel", SETTING_LIST, channels_5ghz },
	{ "width_2ghz", "radio", NODE, BAND, "2ghz", "htmode", SETTING_CHOICE, widths_2ghz },
	{ "width_5ghz", "radio", NODE, BAND, "5ghz", "htmode", SETTING_CHOICE, widths_5ghz },
	{ "gateway_offer", "gateway", NODE, "lime", "network", "gateway_offer",
	  .kind = SETTING_CHOICE },
	{ "gateway_words", "gateway", NODE, "lime", "network", "gateway_words",
	  .kind = SETTING_TEXT },
	{ "gateway_hours", "gateway", NODE, "lime", "network", "gateway_hours",
	  .kind = SETTING_TEXT },
	{ "gateway_limit_kbps", "gateway", NODE, "lime", "network", "gateway_limit_kbps",
	  .kind = SETTING_NUMBER },
	{ "gateway_members", "gateway", NODE, "lime", "network", "gateway_members",
	  .kind = SETTING_LIST },
	{ "gateway_order", "gateway", NODE, "lime", "network", "gateway_order",
	  .kind = SETTING_LIST },
	{ "password_policy", "access", NODE, "lime", "system", "root_password_policy",
	  .kind = SETTING_CHOICE },
};

/* Sections that need not be there yet, and their types. */
static const struct {
	const char *name, *type;
} known_sections[] = {
	{ "system", "lime" },         { "network", "lime" },        { "wifi", "lime" },
	{ "2ghz", "lime-wifi-band" }, { "5ghz", "lime-wifi-band" }, { "6ghz", "lime-wifi-band" },
};

static const struct {
	const char *role;
	const char *protocols[4];
} role_protocols[] = {
	{ "lan", { "lan" } },
	{ "wan", { "wan" } },
	{ "mesh", { "batadv:%N1", "babeld:17" } },
};

bool setting_is_secret(const char *option)
{
	static const char *const words[] = { "key", "secret", "pass", "pwd", "psk", "token" };
	static const char *const open[] = { "root_password_policy" };

	for (size_t i = 0; i < ARRAY_LENGTH(open); i++) {
		if (!strcmp(option, open[i]))
			return false;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		if (strstr(option, words[i]))
			return true;
	}
	return false;
}

/* ---- ports ---- */

const struct config_section *setting_port_section(const struct config *config, const char *port)
{
	assert(port);
	for (const struct config_section *s = config->sections; s; s = s->next) {
		const struct config_option *o = config_option(s, "linux_name");

		if (!strcmp(s->type, "net") && o && !strcmp(o->values[0].text, port))
			return s;
	}
	return NULL;
}

const char *const *setting_role_protocols(const char *role)
{
	for (size_t i = 0; i < ARRAY_LENGTH(role_protocols); i++) {
		if (!strcmp(role_protocols[i].role, role))
			return role_protocols[i].protocols;
	}
	return NULL;
}

static bool are_protocols(const struct config_option *option, const char *const *protocols)
{
	size_t i = 0;

	for (; i < option->n_values && protocols[i]; i++) {
		if (strcmp(option->values[i].text, protocols[i]) != 0)
			return false;
	}
	return i == option->n_values && !protocols[i];
}

static bool has_protocol(const struct config_option *option, const char *name)
{
	for (size_t i = 0; i < option->n_values; i++) {
		if (!strcmp(option->values[i].text, name))
			return true;
	}
	return false;
}

const char *setting_port_role(const struct config *config, const char *port)
{
	const struct config_section *section = setting_port_section(config, port);
	const struct config_option *protocols = section ? config_option(section, "protocols")
	                                                : NULL;

	if (!section)
		return "default";
	if (!protocols)
		return "other";
	for (size_t i = 0; i < ARRAY_LENGTH(role_protocols); i++) {
		if (are_protocols(protocols, role_protocols[i].protocols))
			return role_protocols[i].role;
	}
	/* The board's own port to the Internet meshes as well. */
	return has_protocol(protocols, "wan") ? "wan" : "other";
}

static bool is_port(const struct fact_link *link)
{
	return link->physical && !link->wireless && !link->dsa_conduit && !link->made_by_weft;
}

/* In a virtual machine or container no port has hardware below it. */
static bool is_wired(const struct facts *facts, const struct fact_link *link)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		if (is_port(&facts->links[i]))
			return is_port(link);
	}
	return !link->wireless && !link->made_by_weft && strcmp(link->name, "lo") != 0;
}

static const struct setting *find_port(const struct settings_node *node, const char *name,
                                       struct arena *arena, struct diag *diag)
{
	const char *port = name + strlen(PORT_PREFIX);
	const struct fact_link *link = facts_link(node->facts, port);
	const struct config_section *section = setting_port_section(node->config, port);
	struct setting *setting;
	BUF_AUTO own = { 0 };

	if (!section && (!link || !is_wired(node->facts, link))) {
		diag_add(diag, DIAG_ERROR, &(struct origin){ .where = name },
		         "there is no wired port '%.20s'", port);
		return NULL;
	}
	buf_add(&own, "port_");
	for (const char *p = port; *p; p++)
		buf_add_char(&own, uci_is_name((char[]){ *p, '\0' }) ? *p : '_');
	setting = arena_new_of(arena, struct setting);
	*setting = (struct setting){
		.name = arena_strdup(arena, name),
		.group = "port",
		.kind = SETTING_PORT,
		.file = NODE,
		.section = arena_strdup(arena, section ? section->name : buf_text(&own)),
		.type = "net",
		.option = "protocols",
		.port = arena_strdup(arena, port),
		.doc = "What the port is for: by itself (default), devices, the Internet, other "
		       "nodes",
		.choices = roles,
	};
	return setting;
}

/* ---- finding ---- */

static const char *type_of(const struct settings_node *node, const char *section)
{
	const struct config_section *s = config_section(node->config, section);

	if (s)
		return s->type;
	for (size_t i = 0; i < ARRAY_LENGTH(known_sections); i++) {
		if (!strcmp(known_sections[i].name, section))
			return known_sections[i].type;
	}
	for (size_t i = 0; i < node->facts->n_radios; i++) {
		if (!strcmp(node->facts->radios[i].name, section))
			return "wifi";
	}
	return NULL;
}

static const struct field *field_of(const struct settings_node *node, const struct setting *setting)
{
	const struct config_schema *schema = config_schema_of(node->schemas, node->n_schemas,
	                                                      setting->type, setting->section);

	return schema ? config_schema_field(schema, setting->option) : NULL;
}

static enum setting_kind kind_of(const struct setting *setting, const struct field *field)
{
	if (setting_is_secret(setting->option))
		return SETTING_SECRET;
	if (!field)
		return SETTING_TEXT;
	switch (field->type) {
	case FIELD_TYPE_BOOL:
		return SETTING_BOOL;
	case FIELD_TYPE_UINT:
		return SETTING_NUMBER;
	case FIELD_TYPE_ENUM:
		return SETTING_CHOICE;
	case FIELD_TYPE_LIST:
		return SETTING_LIST;
	case FIELD_TYPE_STRING:
	case FIELD_TYPE_MAC:
	case FIELD_TYPE_IP:
	case FIELD_TYPE_PREFIX:
		break;
	}
	return SETTING_TEXT;
}

/* What the option's own table says. */
static void take_field(const struct settings_node *node, struct setting *setting)
{
	const struct field *field = field_of(node, setting);

	if (!field)
		return;
	setting->doc = field->doc;
	if (!setting->choices && field->type == FIELD_TYPE_ENUM)
		setting->choices = field->names;
}

static const struct setting *of_row(const struct settings_node *node, const struct row *row,
                                    struct arena *arena)
{
	struct setting *setting = arena_new_of(arena, struct setting);

	*setting = (struct setting){
		.name = row->name,
		.group = row->group,
		.kind = row->kind,
		.file = row->file,
		.section = row->section,
		.type = row->type,
		.option = row->option,
		.choices = row->choices,
		.check = row->check,
		.with_option = row->with_option,
		.with_value = row->with_value,
		.doc = row->doc,
	};
	take_field(node, setting);
	return setting;
}

static void report_unknown(const char *name, struct diag *diag)
{
	struct nearest nearest = { .word = name };
	const char *meant;

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		nearest_offer(&nearest, rows[i].name);
	meant = nearest_result(&nearest);
	diag_add(diag, DIAG_ERROR, &(struct origin){ .where = name },
	         meant ? "there is no such setting; did you mean '%s'?"
	               : "there is no such setting%s",
	         meant ? meant : "");
}

static const struct setting *find_place(const struct settings_node *node, const char *name,
                                        const char *dot, struct arena *arena, struct diag *diag)
{
	const char *section = arena_strndup(arena, name, (size_t)(dot - name));
	const char *type = type_of(node, section);
	struct setting *setting;

	if (!type || !uci_is_name(section) || !uci_is_name(dot + 1)) {
		report_unknown(name, diag);
		return NULL;
	}
	setting = arena_new_of(arena, struct setting);
	*setting = (struct setting){
		.name = arena_strdup(arena, name),
		.group = "other",
		.file = NODE,
		.section = section,
		.type = arena_strdup(arena, type),
		.option = arena_strdup(arena, dot + 1),
	};
	take_field(node, setting);
	setting->kind = kind_of(setting, field_of(node, setting));
	return setting;
}

const struct setting *setting_find(const struct settings_node *node, const char *name,
                                   struct arena *arena, struct diag *diag)
{
	const char *dot = strchr(name, '.');

	if (!strncmp(name, PORT_PREFIX, strlen(PORT_PREFIX)))
		return find_port(node, name, arena, diag);
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		if (!strcmp(rows[i].name, name) ||
		    (dot && !strcmp(rows[i].file, NODE) && !strcmp(rows[i].option, dot + 1) &&
		     strlen(rows[i].section) == (size_t)(dot - name) &&
		     !strncmp(rows[i].section, name, (size_t)(dot - name))))
			return of_row(node, &rows[i], arena);
	}
	if (dot)
		return find_place(node, name, dot, arena, diag);
	report_unknown(name, diag);
	return NULL;
}

const char *setting_short_name(const char *section, const char *option)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		if (!strcmp(rows[i].section, section) && !strcmp(rows[i].option, option))
			return rows[i].name;
	}
	return NULL;
}

/* ---- values ---- */

const struct config *settings_config(const struct settings_node *node,
                                     const struct setting *setting)
{
	return strcmp(setting->file, NODE) ? node->place : node->config;
}

static const struct config_option *option_of(const struct config *config,
                                             const struct setting *setting)
{
	const struct config_section *section = config_section(config, setting->section);

	return section ? config_option(section, setting->option) : NULL;
}

const char *setting_value(const struct config *config, const struct setting *setting,
                          struct arena *arena)
{
	const struct config_option *option = option_of(config, setting);
	BUF_AUTO text = { 0 };

	if (setting->kind == SETTING_PORT)
		return setting_port_role(config, setting->port);
	if (!option)
		return NULL;
	for (size_t i = 0; i < option->n_values; i++)
		buf_printf(&text, "%s%s", i ? " " : "", option->values[i].text);
	return arena_strdup(arena, buf_text(&text));
}

/* Which file says it; the last part of its name decides. */
static const char *layer_of(const struct config_option *option)
{
	const char *file = option ? option->values[0].origin.file : NULL;
	const char *slash = file ? strrchr(file, '/') : NULL;

	file = slash ? slash + 1 : file;
	if (!file)
		return "nobody";
	if (!strcmp(file, NODE) || !strcmp(file, PLACE))
		return "node";
	if (!strcmp(file, "lime-community"))
		return "community";
	return !strncmp(file, "lime-defaults", strlen("lime-defaults")) ? "defaults" : "mac";
}

static void print_value(const struct config_option *option, const struct setting *setting,
                        const char *value, const char *name, struct json *json)
{
	if (setting->kind == SETTING_SECRET)
		return;
	if (setting->kind != SETTING_LIST) {
		json_text(json, name, value);
		return;
	}
	json_open(json, name, '[');
	for (size_t i = 0; option && i < option->n_values; i++)
		json_text(json, NULL, option->values[i].text);
	json_close(json, ']');
}

static void print_choices(const struct setting *setting, struct json *json)
{
	if (!setting->choices)
		return;
	json_open(json, "choices", '[');
	for (const char *const *choice = setting->choices; *choice; choice++)
		json_text(json, NULL, *choice);
	json_close(json, ']');
}

static void print_one(const struct settings_node *node, const struct setting *setting,
                      struct json *json)
{
	static const char *const types[] = {
		[SETTING_TEXT] = "text",     [SETTING_SECRET] = "secret",
		[SETTING_CHOICE] = "choice", [SETTING_NUMBER] = "number",
		[SETTING_BOOL] = "bool",     [SETTING_LIST] = "list",
		[SETTING_PORT] = "choice",
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct config *config = settings_config(node, setting);
	const struct config_option *option = option_of(config, setting);
	const char *layer = layer_of(option);

	json_open(json, NULL, '{');
	json_text(json, "name", setting->name);
	json_text(json, "option", arena_printf(arena, "%s.%s", setting->section, setting->option));
	json_text(json, "group", setting->group);
	json_text(json, "type", types[setting->kind]);
	print_value(option, setting, setting_value(config, setting, arena), "value", json);
	json_bool(json, "set", !strcmp(layer, "node"));
	if (setting->kind == SETTING_SECRET)
		json_bool(json, "has_value", option);
	json_text(json, "from", layer);
	if (option && option->values[0].origin.line) {
		json_text(json, "file", option->values[0].origin.file);
		json_number(json, "line", option->values[0].origin.line);
	}
	print_value(option_of(node->inherited, setting), setting,
	            setting_value(node->inherited, setting, arena), "inherited", json);
	print_choices(setting, json);
	json_text(json, "doc", setting->doc);
	json_close(json, '}');
}

static void print_ports(const struct settings_node *node, struct json *json)
{
	for (size_t i = 0; i < node->facts->n_links; i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		AUTO(diag_free) struct diag *nowhere = diag_new();
		const struct fact_link *link = &node->facts->links[i];
		const struct setting *setting;

		if (!is_wired(node->facts, link))
			continue;
		setting = find_port(node, arena_printf(arena, PORT_PREFIX "%s", link->name), arena,
		                    nowhere);
		if (setting)
			print_one(node, setting, json);
	}
}

/* A row may be about an option that this build does not have. */
static bool is_known(const struct settings_node *node, const struct setting *setting)
{
	const struct config_schema *schema;

	if (strcmp(setting->file, NODE) != 0)
		return true;
	schema = config_schema_of(node->schemas, node->n_schemas, setting->type, setting->section);
	return schema && (config_schema_field(schema, setting->option) ||
	                  (schema->allows && schema->allows(setting->option)));
}

void settings_print(const struct settings_node *node, struct json *json)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		const struct setting *setting = of_row(node, &rows[i], arena);

		if (is_known(node, setting))
			print_one(node, setting, json);
	}
	print_ports(node, json);
}

/* ---- secrets ---- */

/* Shorter ones would tear words apart; who reads a file by its options hides them there. */
#define HIDDEN_MIN 4

static size_t secret_at(const struct config *config, const char *text)
{
	size_t longest = 0;

	for (const struct config_section *s = config->sections; s; s = s->next) {
		for (const struct config_option *o = s->options; o; o = o->next) {
			for (size_t i = 0; setting_is_secret(o->name) && i < o->n_values; i++) {
				size_t length = strlen(o->values[i].text);

				if (length >= HIDDEN_MIN && length > longest &&
				    !strncmp(o->values[i].text, text, length))
					longest = length;
			}
		}
	}
	return longest;
}

void settings_hide(const struct config *config, const char *text, struct buf *out)
{
	while (*text) {
		size_t length = secret_at(config, text);

		if (length)
			buf_add(out, "(secret)");
		else
			buf_add_char(out, *text);
		text += length ? length : 1;
	}
}
