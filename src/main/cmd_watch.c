/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli/client.h"
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"

static int run_watch(const struct command_context *context, int argc, char **argv);

extern const struct command command_watch;
const struct command command_watch = {
	.name = "watch",
	.args = "[--json]",
	.doc = "Prints a line for everything that happens, until Ctrl-C",
	.run = run_watch,
};

static int print_event(struct json_object *event, void *data)
{
	const bool *json = data;
	BUF_AUTO line = { 0 };

	if (*json)
		buf_printf(&line, "%s\n",
		           json_object_to_json_string_ext(event, JSON_C_TO_STRING_PLAIN));
	else
		show_event(event, &line);
	/* Who reads may be gone. */
	return fputs(buf_text(&line), stdout) < 0 || fflush(stdout) ? -1 : 0;
}

static int run_watch(const struct command_context *context, int argc, char **argv)
{
	bool json = command_take_flag(&argc, argv, "--json");
	BUF_AUTO error = { 0 };
	int status = ask_check_arguments(&command_watch, argc, argv);

	if (status)
		return status;
	if (client_watch(context->run, "watch", NULL, print_event, &json, &error) == 0)
		return EXIT_STATUS_OK;
	fputs(buf_text(&error), stderr);
	return EXIT_STATUS_FAILED;
}
