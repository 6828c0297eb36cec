/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/client.h"
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"

static int run_state(const struct command_context *context, int argc, char **argv);

extern const struct command command_state;
const struct command command_state = {
	.name = "state",
	.args = "[--json] [TABLE [ROW] | watch [TABLE] | neighbours | set-reference [TABLE] | "
		"forget NODE]",
	.doc = "What the nodes of the cloud tell each other, and who said it",
	.help = "weft state                all tables: how full, how fresh\n"
		"weft state TABLE          its rows: who wrote them, when, what they say\n"
		"weft state TABLE ROW      that row, of every node that wrote one of this name\n"
		"weft state watch [TABLE]  a line for every row that is written, withdrawn or\n"
		"                          ends, until Ctrl-C\n"
		"weft state neighbours     with whom it is exchanged, and in which words\n"
		"weft state set-reference [TABLE]\n"
		"                          what this node sees now (node_info, wifi_links,\n"
		"                          bat_links, babel_links, or all four) becomes what\n"
		"                          is compared with later\n"
		"weft state forget NODE    says that a node is gone for good\n"
		"\n"
		"Unsigned rows were heard from LibreMesh's nodes: anybody could have said them.\n"
		"docs/state.md explains the rest, and the JSON.\n",
	.run = run_state,
};

struct watching {
	bool json;
};

static int print_event(struct json_object *event, void *data)
{
	const struct watching *watching = data;
	BUF_AUTO line = { 0 };

	if (watching->json)
		buf_printf(&line, "%s\n",
		           json_object_to_json_string_ext(
				   event, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		show_state_event(event, &line);
	/* Who reads may be gone. */
	return fputs(buf_text(&line), stdout) < 0 || fflush(stdout) ? -1 : 0;
}

/* '{"table":...,"key":...}' of what there is. */
static void print_params(const char *table, const char *key, struct buf *out)
{
	buf_add(out, "{");
	if (table) {
		buf_add(out, "\"table\":");
		buf_add_json(out, table);
	}
	if (key) {
		buf_add(out, ",\"key\":");
		buf_add_json(out, key);
	}
	buf_add(out, "}");
}

static int watch(const struct command_context *context, const char *table, bool json)
{
	struct watching watching = { json };
	BUF_AUTO params = { 0 };
	BUF_AUTO error = { 0 };

	print_params(table, NULL, &params);
	if (client_watch(context->run, "state.watch", params.text, print_event, &watching,
	                 &error) == 0)
		return EXIT_STATUS_OK;
	fputs(buf_text(&error), stderr);
	return EXIT_STATUS_FAILED;
}

/* One word, as the only parameter; NULL: none. */
static int tell(const struct command_context *context, const char *method, const char *name,
                const char *word)
{
	struct ask ask = { .method = method, .json = true };
	BUF_AUTO params = { 0 };

	if (word) {
		buf_printf(&params, "{\"%s\":", name);
		buf_add_json(&params, word);
		buf_add_char(&params, '}');
		ask.params = params.text;
	}
	return ask_daemon(context, &ask);
}

static int run_state(const struct command_context *context, int argc, char **argv)
{
	bool json = command_take_flag(&argc, argv, "--json");
	const char *unknown = command_unknown_option(argc, argv);
	struct ask ask = { .method = "state", .json = json, .show = show_state_tables };
	BUF_AUTO params = { 0 };

	if (unknown)
		return command_usage(&command_state, "'%s' is not understood", unknown);
	if (argc > 3)
		return command_usage(&command_state, "'%s' is too much", argv[3]);
	if (argc > 1 && !strcmp(argv[1], "watch"))
		return watch(context, argc > 2 ? argv[2] : NULL, json);
	if (argc > 1 && !strcmp(argv[1], "set-reference"))
		return tell(context, "set_reference", "table", argc > 2 ? argv[2] : NULL);
	if (argc == 3 && !strcmp(argv[1], "forget"))
		return tell(context, "forget_node", "hostname", argv[2]);
	if (argc == 2 && !strcmp(argv[1], "neighbours")) {
		ask.method = "state.neighbours";
		ask.show = show_state_neighbours;
	} else if (argc > 1) {
		print_params(argv[1], argc > 2 ? argv[2] : NULL, &params);
		ask.method = "state.rows";
		ask.params = params.text;
		ask.show = show_state_rows;
	}
	return ask_daemon(context, &ask);
}
