/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"

static int run_status(const struct command_context *context, int argc, char **argv);

extern const struct command command_status;
const struct command command_status = {
	.name = "status",
	.args = "[--json]",
	.doc = "This node, its neighbours, its clouds, its clients, its way out",
	.help = "What is wrong comes first.  docs/status.md explains the rest, and the JSON.\n",
	.run = run_status,
};

static int run_status(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = {
		.method = "status",
		.json = command_take_flag(&argc, argv, "--json"),
		.show = show_status,
	};
	int status = ask_check_arguments(&command_status, argc, argv);

	return status ? status : ask_daemon(context, &ask);
}
