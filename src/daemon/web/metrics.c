/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The status as Prometheus reads it (text format 0.0.4).  What a status does not have is not there
 * either; docs/status.md tells what the members are.
 */
#include <inttypes.h>
#include <json-c/json.h>

#include "base/buf.h"
#include "daemon/web/parts.h"

/* One number of each object of a list; `within` is a list of each object of `list`. */
struct series {
	const char *name, *kind, *doc;
	const char *list, *within;
	const char *value;
	const char *labels[3];
};

static const struct series all_series[] = {
	{ "weft_cloud_clients",
	  "gauge",
	  "Clients of the cloud",
	  "clouds",
	  NULL,
	  "clients",
	  { "ssid" } },
	{ "weft_cloud_link_quality_percent",
	  "gauge",
	  "How well a node of the cloud is heard, or the best way to it is",
	  "clouds",
	  "nodes",
	  "quality_percent",
	  { "name", "mac", "port" } },
	{ "weft_babel_neighbour_cost",
	  "gauge",
	  "Cost of a neighbour in Babel; 256 is a good link",
	  "babel",
	  "neighbours",
	  "cost",
	  { "name", "address", "port" } },
	{ "weft_program_restarts_total",
	  "counter",
	  "How often a program was started again",
	  "programs",
	  NULL,
	  "restarts",
	  { "name" } },
	{ "weft_internet_cost",
	  "gauge",
	  "Cost of the way to the Internet by another node",
	  "internet",
	  NULL,
	  "cost",
	  { "family", "name", "port" } },
};

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *found = NULL;

	(void)json_object_object_get_ex(object, name, &found);
	return found;
}

/* A value of a label: names may come from neighbours. */
static void add_label(const char *name, const char *value, const char *comma, struct buf *out)
{
	buf_printf(out, "%s%s=\"", comma, name);
	for (const char *c = value; *c; c++) {
		if (*c == '\n')
			buf_add(out, "\\n");
		else if (*c == '"' || *c == '\\')
			buf_printf(out, "\\%c", *c);
		else
			buf_add_bytes(out, c, 1);
	}
	buf_add(out, "\"");
}

static void head(const char *name, const char *kind, const char *doc, struct buf *out)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, doc, name, kind);
}

static void add_one(const struct series *series, struct json_object *object, struct buf *out)
{
	struct json_object *value = member(object, series->value);
	const char *comma = "";

	if (!value)
		return;
	buf_printf(out, "%s{", series->name);
	for (size_t i = 0; i < ARRAY_LENGTH(series->labels) && series->labels[i]; i++) {
		struct json_object *label = member(object, series->labels[i]);

		if (!label)
			continue;
		add_label(series->labels[i], json_object_get_string(label), comma, out);
		comma = ",";
	}
	buf_printf(out, "} %" PRId64 "\n", json_object_get_int64(value));
}

static void add_list(const struct series *series, struct json_object *list, struct buf *out)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++)
		add_one(series, json_object_array_get_idx(list, i), out);
}

static void add_series(const struct series *series, struct json_object *status, struct buf *out)
{
	struct json_object *list = member(status, series->list);

	head(series->name, series->kind, series->doc, out);
	if (!series->within)
		add_list(series, list, out);
	else if (json_object_is_type(list, json_type_object))
		add_list(series, member(list, series->within), out);
	else
		for (size_t i = 0; list && i < json_object_array_length(list); i++)
			add_list(series, member(json_object_array_get_idx(list, i), series->within),
			         out);
}

static void add_number(const char *name, const char *doc, int64_t number, struct buf *out)
{
	head(name, "gauge", doc, out);
	buf_printf(out, "%s %" PRId64 "\n", name, number);
}

static size_t count(struct json_object *status, const char *name)
{
	struct json_object *list = member(status, name);

	return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

void metrics_print(struct json_object *status, struct buf *out)
{
	struct json_object *node = member(status, "node");

	add_number("weft_uptime_seconds", "How long the daemon has been running",
	           json_object_get_int64(member(node, "uptime_s")), out);
	add_number("weft_problems", "How many things are wrong", (int64_t)count(status, "problems"),
	           out);
	add_number("weft_clients", "Clients of this node", (int64_t)count(status, "clients"), out);
	for (size_t i = 0; i < ARRAY_LENGTH(all_series); i++)
		add_series(&all_series[i], status, out);
}
