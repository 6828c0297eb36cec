/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/ask.h"

#include <json-c/json.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli/client.h"
#include "main/command.h"

int ask_check_arguments(const struct command *command, int argc, char **argv)
{
	if (argc > 1)
		return command_usage(command, "'%s' is not understood", argv[1]);
	return EXIT_STATUS_OK;
}

int ask_daemon(const struct command_context *context, const struct ask *ask)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };
	int r = client_ask(context->run, ask->method, ask->params, ask->timeout_s, &result, &error);

	return ask_print(ask, r, result, &error);
}

int ask_print(const struct ask *ask, int r, struct json_object *result, const struct buf *error)
{
	BUF_AUTO out = { 0 };

	if (r < 0) {
		fputs(buf_text(error), stderr);
		return EXIT_STATUS_FAILED;
	}
	if (ask->json)
		buf_printf(&out, "%s\n",
		           json_object_to_json_string_ext(result,
		                                          JSON_C_TO_STRING_PRETTY |
		                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
	else if (ask->show)
		ask->show(result, &out);
	fputs(buf_text(&out), stdout);
	json_object_put(result);
	return EXIT_STATUS_OK;
}
