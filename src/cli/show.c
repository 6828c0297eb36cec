/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "cli/read.h"

void show_age(struct buf *out, int64_t seconds)
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

void show_lines(struct json_object *object, const char *name, const char *indent, struct buf *out)
{
	for (size_t i = 0; i < read_count(object, name); i++)
		buf_printf(out, "%s%s\n", indent, read_line(object, name, i));
}

void show_steps(struct json_object *result, struct buf *out)
{
	if (!read_count(result, "steps"))
		buf_add(out, "nothing to do\n");
	show_lines(result, "steps", "", out);
	show_lines(result, "warnings", "", out);
}

void show_event(struct json_object *event, struct buf *out)
{
	const char *client = read_text(event, "client");
	const char *mac = read_text(event, "mac"), *port = read_text(event, "port");

	if (!strcmp(client, "here"))
		buf_printf(out, "client %s is here, on %s\n", mac, port);
	else if (!strcmp(client, "elsewhere"))
		buf_printf(out, "%s is elsewhere in the cloud\n", mac);
	else if (!strcmp(client, "gone"))
		buf_printf(out, "client %s is gone from %s\n", mac, port);
	else
		buf_printf(out, "%s\n", json_object_to_json_string(event));
}
