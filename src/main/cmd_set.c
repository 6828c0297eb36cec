/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "cli/client.h"
#include "cli/read.h"
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"

extern const struct command command_set;

struct set {
	const struct command_context *context;
	bool json, preview, now;
	const char *confirm_s;
};

static void add_changes(struct buf *params, int argc, char **argv)
{
	buf_add(params, "{\"changes\":[");
	for (int i = 1; i < argc; i++) {
		buf_add(params, i > 1 ? "," : "");
		buf_add_json(params, argv[i]);
	}
	buf_add_char(params, ']');
}

/* The daemon answers also where it refuses: the result is the caller's. */
static struct json_object *ask(const struct set *set, const char *method, const char *params)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };

	if (client_ask(set->context->run, method, params, 0, &result, &error) < 0) {
		fputs(buf_text(&error), stderr);
		return NULL;
	}
	return result;
}

static unsigned pending_id(const struct set *set)
{
	struct json_object *result = ask(set, "settings_get", NULL);
	unsigned id = (unsigned)read_number(read_member(result, "pending"), "id");

	json_object_put(result);
	return id;
}

static int confirm(const struct set *set, unsigned id)
{
	BUF_AUTO params = { 0 };
	struct json_object *result;

	buf_printf(&params, "{\"id\":%u}", id);
	result = ask(set, "settings_confirm", params.text);
	if (!result)
		return EXIT_STATUS_FAILED;
	json_object_put(result);
	printf("change %u is kept\n", id);
	return EXIT_STATUS_OK;
}

static int confirm_pending(const struct set *set)
{
	unsigned id = pending_id(set);

	if (id)
		return confirm(set, id);
	fprintf(stderr, "weft set: no change waits to be confirmed\n");
	return EXIT_STATUS_FAILED;
}

static int print_result(const struct set *set, struct json_object *result)
{
	bool accepted = read_bool(result, "accepted");
	BUF_AUTO out = { 0 };

	if (set->json)
		buf_printf(&out, "%s\n",
		           json_object_to_json_string_ext(result,
		                                          JSON_C_TO_STRING_PRETTY |
		                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		show_settings_change(result, &out);
	fputs(buf_text(&out), accepted || set->json ? stdout : stderr);
	return accepted ? EXIT_STATUS_OK : EXIT_STATUS_FAILED;
}

/* Prints what came of a change, and keeps it if nobody is to confirm it. */
static int finish(const struct set *set, const char *method, const struct buf *params)
{
	struct json_object *result = ask(set, method, buf_text(params));
	unsigned id = (unsigned)read_number(result, "id");
	bool waits = id && !read_bool(result, "undone");
	int status;

	if (!result)
		return EXIT_STATUS_FAILED;
	status = print_result(set, result);
	if (status == EXIT_STATUS_OK && waits && set->now)
		status = confirm(set, id);
	else if (status == EXIT_STATUS_OK && waits && !set->json)
		printf("say `weft set --confirm` within %d s, or it is undone\n",
		       (int)read_number(result, "confirm_s"));
	json_object_put(result);
	return status;
}

static int change(const struct set *set, int argc, char **argv)
{
	BUF_AUTO params = { 0 };

	add_changes(&params, argc, argv);
	if (set->confirm_s && !set->preview)
		buf_printf(&params, ",\"confirm_s\":%s", set->confirm_s);
	buf_add_char(&params, '}');
	return finish(set, set->preview ? "settings_preview" : "settings_apply", &params);
}

static int undo(const struct set *set, const char *text)
{
	uint32_t id;
	BUF_AUTO params = { 0 };

	if (!number_parse(text, 1, UINT32_MAX, &id))
		return command_usage(&command_set, "--undo wants the number of a change");
	buf_printf(&params, "{\"id\":%u", id);
	if (set->confirm_s)
		buf_printf(&params, ",\"confirm_s\":%s", set->confirm_s);
	buf_add_char(&params, '}');
	return finish(set, "settings_undo", &params);
}

static int run_set(const struct command_context *context, int argc, char **argv)
{
	struct set set = {
		.context = context,
		.json = command_take_flag(&argc, argv, "--json"),
		.preview = command_take_flag(&argc, argv, "--preview"),
		.now = command_take_flag(&argc, argv, "--now"),
	};
	bool wants_confirm = command_take_flag(&argc, argv, "--confirm");
	bool history = command_take_flag(&argc, argv, "--history");
	const char *undone = NULL, *unknown;
	uint32_t seconds;

	if (command_take_option(&argc, argv, "--undo", &undone) < 0)
		return command_usage(&command_set, "--undo wants the number of a change");
	if (command_take_option(&argc, argv, "--within", &set.confirm_s) < 0 ||
	    (set.confirm_s && !number_parse(set.confirm_s, 10, 600, &seconds)))
		return command_usage(&command_set, "--within wants seconds, 10 to 600");
	unknown = command_unknown_option(argc, argv);
	if (unknown)
		return command_usage(&command_set, "there is no option '%s'", unknown);
	if (wants_confirm + history + !!undone + (argc > 1) > 1)
		return command_usage(&command_set, "one thing at a time");
	if (wants_confirm)
		return confirm_pending(&set);
	if (undone)
		return undo(&set, undone);
	if (history)
		return ask_daemon(context, &(struct ask){ .method = "settings_history",
		                                          .json = set.json,
		                                          .show = show_settings_history });
	if (argc > 1)
		return change(&set, argc, argv);
	return ask_daemon(
		context,
		&(struct ask){ .method = "settings_get", .json = set.json, .show = show_settings });
}

const struct command command_set = {
	.name = "set",
	.args = "[--json] [[--preview | --now] [--within S] NAME=VALUE... | --confirm | --undo ID | "
		"--history]",
	.doc = "Changes this node's settings, with a way back",
	.help = "weft set                    what can be set, what it is, and who says so\n"
		"weft set name=library       sets it (in lime-node), tells what follows from it, and\n"
		"                            takes it back after 90 s (--within S) unless\n"
		"weft set --confirm          follows. So a change that cuts you off undoes itself\n"
		"weft set --preview N=V      tells what would follow, and does nothing\n"
		"weft set --now N=V          waits for nobody: for scripts\n"
		"weft set --history          what was changed, the last twenty times\n"
		"weft set --undo ID          takes a change back, also after years\n"
		"\n"
		"NAME is one of those that `weft set` lists, or SECTION.OPTION. A list is one\n"
		"NAME=VALUE for each value. NAME= takes away what this node says itself, so that\n"
		"the community's word counts again.\n"
		"\n"
		"--json  for programs\n",
	.run = run_set,
};
