/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"

static int run_down(const struct command_context *context, int argc, char **argv);

extern const struct command command_down;
const struct command command_down = {
	.name = "down",
	.args = "[--json]",
	.doc = "Leaves the machine as it was before weft",
	.help = "Takes away all that weft made, puts back what it changed, and ends the daemon.\n",
	.run = run_down,
};

static int run_down(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = {
		.method = "down",
		.json = command_take_flag(&argc, argv, "--json"),
		.show = show_steps,
	};
	int status = ask_check_arguments(&command_down, argc, argv);

	return status ? status : ask_daemon(context, &ask);
}
