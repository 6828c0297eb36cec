/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>

#include "base/buf.h"
#include "cli/read.h"
#include "main/ask.h"
#include "main/command.h"

static int run_report(const struct command_context *context, int argc, char **argv);

extern const struct command command_report;
const struct command command_report = {
	.name = "report",
	.args = "[--json]",
	.doc = "Prints all that somebody needs who is to help; no passwords are in it",
	.help = "What is wrong, the status, the configuration, the plan, what the kernel counts and\n"
		"the end of the log. Passwords and keys are taken out; names and addresses are not.\n",
	.run = run_report,
};

static void show_report(struct json_object *result, struct buf *out)
{
	buf_add(out, read_text(result, "text"));
}

static int run_report(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = {
		.method = "report",
		.json = command_take_flag(&argc, argv, "--json"),
		.show = show_report,
	};
	int status = ask_check_arguments(&command_report, argc, argv);

	return status ? status : ask_daemon(context, &ask);
}
