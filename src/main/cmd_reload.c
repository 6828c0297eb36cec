/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"

static int run_reload(const struct command_context *context, int argc, char **argv);

extern const struct command command_reload;
const struct command command_reload = {
	.name = "reload",
	.args = "[--json]",
	.doc = "Takes over a changed configuration, touching only what changed",
	.help = "Prints what was done.  With any mistake in the configuration, unknown options included,\n"
		"nothing is done: all mistakes are printed and the node runs on as it was.\n",
	.run = run_reload,
};

static int run_reload(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = {
		.method = "reload",
		.json = command_take_flag(&argc, argv, "--json"),
		.show = show_steps,
	};
	int status = ask_check_arguments(&command_reload, argc, argv);

	return status ? status : ask_daemon(context, &ask);
}
