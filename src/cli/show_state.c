/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "cli/read.h"
#include "cli/show.h"

/* Who wrote a row: a name where it is known.  A signed name is a node's own word, an unsigned one
 * anybody's. */
static void add_author(struct json_object *row, struct buf *out)
{
	const char *node = read_text(row, "node"), *key_id = read_text(row, "key_id");

	if (*node)
		buf_add_printable(out, node);
	else
		buf_printf(out, "key %s", key_id);
	if (!read_bool(row, "signed"))
		buf_add(out, " (unsigned)");
	else if (read_bool(row, "own"))
		buf_add(out, " (this node)");
}

static void add_value(struct json_object *value, struct buf *out)
{
	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			buf_add(out, i ? " " : "");
			add_value(json_object_array_get_idx(value, i), out);
		}
		return;
	}
	buf_add_printable(out, json_object_get_string(value));
}

/* "    ip 10.1.0.5, hostname ana": nothing if the row says nothing but its key. */
static void add_values(struct json_object *row, const char *indent, struct buf *out)
{
	struct json_object *values = read_member(row, "value");
	bool first = true;

	if (!json_object_is_type(values, json_type_object) || !json_object_object_length(values))
		return;
	buf_add(out, indent);
	json_object_object_foreach(values, name, value)
	{
		buf_printf(out, "%s%s ", first ? "" : ", ", name);
		add_value(value, out);
		first = false;
	}
	buf_add(out, "\n");
}

static void show_row(struct json_object *row, struct buf *out)
{
	buf_add_printable(out, read_text(row, "row"));
	buf_add(out, "\n    by ");
	add_author(row, out);
	buf_add(out, ", ");
	show_age(out, read_number(row, "age_s"));
	buf_add(out, " old, confirmed ");
	show_age(out, read_number(row, "confirmed_s"));
	buf_add(out, " ago, ends in ");
	show_age(out, read_number(row, "left_s"));
	buf_add(out, "\n");
	if (!read_bool(row, "believed"))
		buf_add(out, "    not believed: another node's word about it counts\n");
	add_values(row, "    ", out);
}

void show_state_rows(struct json_object *result, struct buf *out)
{
	int64_t left_out = read_number(result, "n_left_out");

	buf_printf(out, "%s: %s\n", read_text(result, "table"), read_text(result, "doc"));
	if (!read_count(result, "rows"))
		buf_add(out, "no rows\n");
	for (size_t i = 0; i < read_count(result, "rows"); i++)
		show_row(read_element(result, "rows", i), out);
	if (left_out)
		buf_printf(out, "%" PRId64 " more rows are left out\n", left_out);
}

static void show_table(struct json_object *table, struct buf *out)
{
	int64_t n_unsigned = read_number(table, "n_unsigned");

	buf_printf(out, "%-16s %5" PRId64 " rows, %" PRId64 " of this node",
	           read_text(table, "table"), read_number(table, "n_rows"),
	           read_number(table, "n_own"));
	if (n_unsigned)
		buf_printf(out, ", %" PRId64 " unsigned", n_unsigned);
	if (read_number(table, "n_rows")) {
		buf_add(out, ", the last ");
		show_age(out, read_number(table, "age_s"));
		buf_add(out, " old");
	}
	buf_printf(out, "\n                 %s\n", read_text(table, "doc"));
}

void show_state_tables(struct json_object *result, struct buf *out)
{
	for (size_t i = 0; i < read_count(result, "tables"); i++)
		show_table(read_element(result, "tables", i), out);
	buf_printf(out,
	           "%" PRId64 " authors, %" PRId64 " kB; %" PRId64 " rows refused, %" PRId64
	           " of them forged\n",
	           read_number(result, "n_authors"), read_number(result, "bytes") / 1024,
	           read_number(result, "n_refused"), read_number(result, "n_forged"));
}

static const char *words_of(struct json_object *neighbour)
{
	bool async = read_bool(neighbour, "async"), http = read_bool(neighbour, "http");

	if (read_bool(neighbour, "weft"))
		return "speaks weft's words";
	if (async && http)
		return "speaks LibreMesh's words, both kinds";
	if (async || http)
		return async ? "speaks LibreMesh's words" : "speaks LibreMesh's words of HTTP";
	return "has not answered in any words yet";
}

void show_state_neighbours(struct json_object *result, struct buf *out)
{
	if (!read_count(result, "neighbours"))
		buf_add(out, "no neighbours\n");
	for (size_t i = 0; i < read_count(result, "neighbours"); i++) {
		struct json_object *neighbour = read_element(result, "neighbours", i);

		buf_printf(out, "%s on %s %s, heard ", read_text(neighbour, "address"),
		           read_text(neighbour, "link"), words_of(neighbour));
		show_age(out, read_number(neighbour, "heard_s"));
		buf_add(out, " ago\n");
	}
}

void show_state_event(struct json_object *event, struct buf *out)
{
	const char *what = read_text(event, "event");

	if (!strcmp(what, "restarted")) {
		buf_add(out, "the process that holds the state began anew\n");
		return;
	}
	buf_printf(out, "%s %s ", what, read_text(event, "table"));
	buf_add_printable(out, read_text(event, "row"));
	buf_add(out, " by ");
	add_author(event, out);
	buf_add(out, "\n");
	add_values(event, "    ", out);
}
