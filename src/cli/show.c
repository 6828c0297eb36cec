/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "cli/read.h"

/* "5 s", "3 min", "2 h", "4 days". */
static void add_age(struct buf *out, int64_t seconds)
{
	if (seconds < 120)
		buf_printf(out, "%" PRId64 " s", seconds);
	else if (seconds < 120 * 60)
		buf_printf(out, "%" PRId64 " min", seconds / 60);
	else if (seconds < 48 * 3600)
		buf_printf(out, "%" PRId64 " h", seconds / 3600);
	else
		buf_printf(out, "%" PRId64 " days", seconds / 86400);
}

static void add_lines(struct json_object *object, const char *name, const char *indent,
                      struct buf *out)
{
	for (size_t i = 0; i < read_count(object, name); i++)
		buf_printf(out, "%s%s\n", indent, read_line(object, name, i));
}

static void show_node(struct json_object *status, struct buf *out)
{
	struct json_object *node = read_member(status, "node");
	const char *name = read_text(node, "name");

	buf_printf(out, "%s: weft %s, running since ", *name ? name : "this node",
	           read_text(node, "version"));
	add_age(out, read_number(node, "uptime_s"));
	buf_add(out, "\n");
	if (*read_text(node, "ipv4"))
		buf_printf(out, "  address      %s\n", read_text(node, "ipv4"));
	if (*read_text(node, "ipv6"))
		buf_printf(out, "               %s\n", read_text(node, "ipv6"));
}

static void show_problems(struct json_object *status, struct buf *out)
{
	for (size_t i = 0; i < read_count(status, "problems"); i++)
		buf_printf(out, "! %s\n", read_line(status, "problems", i));
}

static void show_configuration(struct json_object *status, struct buf *out)
{
	struct json_object *configuration = read_member(status, "configuration");
	const char *state = read_text(configuration, "state");

	buf_printf(out, "  configuration %s\n", state);
	add_lines(configuration, "mistakes", "    ", out);
	add_lines(configuration, "failure", "    ", out);
	if (read_count(configuration, "refused"))
		buf_add(out, "  the last reload was refused\n");
	add_lines(configuration, "refused", "    ", out);
}

void show_status(struct json_object *status, struct buf *out)
{
	show_problems(status, out);
	show_node(status, out);
	show_configuration(status, out);
}

void show_steps(struct json_object *result, struct buf *out)
{
	if (!read_count(result, "steps"))
		buf_add(out, "nothing to do\n");
	add_lines(result, "steps", "", out);
	add_lines(result, "warnings", "", out);
}

void show_event(struct json_object *event, struct buf *out)
{
	const char *mac = read_text(event, "mac"), *port = read_text(event, "port");

	if (!strcmp(read_text(event, "event"), "client"))
		buf_printf(out, "client %s is on %s\n", mac, port);
	else if (!strcmp(read_text(event, "event"), "elsewhere"))
		buf_printf(out, "%s is elsewhere in the cloud\n", mac);
	else
		buf_printf(out, "%s\n", json_object_to_json_string(event));
}
