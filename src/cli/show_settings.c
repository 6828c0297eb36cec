/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "cli/read.h"
#include "cli/show.h"

/* A text, or the items of a list. */
static void add_value(struct json_object *object, const char *name, struct buf *out)
{
	if (!read_count(object, name))
		buf_add_printable(out, read_text(object, name));
	for (size_t i = 0; i < read_count(object, name); i++) {
		buf_add(out, i ? " " : "");
		buf_add_printable(out, read_line(object, name, i));
	}
}

static void show_setting(struct json_object *setting, struct buf *out)
{
	bool secret = !strcmp(read_text(setting, "type"), "secret");

	buf_printf(out, "%-20s ", read_text(setting, "name"));
	if (secret)
		buf_add(out, read_bool(setting, "has_value") ? "(secret)" : "");
	else
		add_value(setting, "value", out);
	buf_printf(out, "%s(%s)\n", secret && !read_bool(setting, "has_value") ? "" : "  ",
	           read_text(setting, "from"));
}

static void show_change(struct json_object *change, struct buf *out)
{
	buf_printf(out, "  %s: ", read_text(change, "name"));
	if (read_bool(change, "secret")) {
		buf_add(out, "another secret\n");
		return;
	}
	buf_add_printable(out, *read_text(change, "from") ? read_text(change, "from") : "nothing");
	buf_add(out, " -> ");
	buf_add_printable(out, *read_text(change, "to") ? read_text(change, "to") : "nothing");
	buf_add_char(out, '\n');
}

static void show_texts(struct json_object *result, const char *name, const char *before,
                       struct buf *out)
{
	for (size_t i = 0; i < read_count(result, name); i++) {
		buf_add(out, before);
		buf_add_printable(out, read_text(read_element(result, name, i), "text"));
		buf_add_char(out, '\n');
	}
}

void show_settings(struct json_object *result, struct buf *out)
{
	struct json_object *pending = read_member(result, "pending");

	for (size_t i = 0; i < read_count(result, "settings"); i++)
		show_setting(read_element(result, "settings", i), out);
	if (!pending)
		return;
	buf_printf(out, "change %d waits %d s more to be confirmed:\n",
	           (int)read_number(pending, "id"), (int)read_number(pending, "seconds_left"));
	for (size_t i = 0; i < read_count(pending, "changes"); i++)
		show_change(read_element(pending, "changes", i), out);
}

static void show_errors(struct json_object *result, struct buf *out)
{
	for (size_t i = 0; i < read_count(result, "errors"); i++) {
		struct json_object *error = read_element(result, "errors", i);
		const char *name = read_text(error, "name");

		buf_add_printable(out, name);
		buf_add(out, *name ? ": " : "");
		buf_add_printable(out, read_text(error, "text"));
		buf_add_char(out, '\n');
	}
}

void show_settings_change(struct json_object *result, struct buf *out)
{
	int id = (int)read_number(result, "id");

	if (!read_bool(result, "accepted")) {
		show_errors(result, out);
		return;
	}
	if (read_bool(result, "undone")) {
		buf_printf(out, "change %d is taken back\n", id);
		return;
	}
	if (!read_count(result, "changes"))
		buf_add(out, "all of that is so already\n");
	for (size_t i = 0; i < read_count(result, "changes"); i++)
		show_change(read_element(result, "changes", i), out);
	show_texts(result, "effects", "", out);
	show_texts(result, "interruptions", "! ", out);
	if (read_bool(result, "cuts_off"))
		buf_add(out, "! Who is connected now may have to connect anew by hand.\n");
	show_lines(result, "warnings", "", out);
	if (id)
		buf_printf(out, "change %d is made\n", id);
}

void show_settings_history(struct json_object *result, struct buf *out)
{
	for (size_t i = 0; i < read_count(result, "history"); i++) {
		struct json_object *entry = read_element(result, "history", i);

		buf_printf(out, "%d %s, by %s: %s\n", (int)read_number(entry, "id"),
		           read_text(entry, "kind"), read_text(entry, "by"),
		           read_text(entry, "state"));
		for (size_t j = 0; j < read_count(entry, "changes"); j++)
			show_change(read_element(entry, "changes", j), out);
	}
}
