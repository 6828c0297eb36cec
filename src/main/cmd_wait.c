/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdint.h>

#include "base/number.h"
#include "main/ask.h"
#include "main/command.h"

#define TIMEOUT_MAX_S 86400

static int run_wait(const struct command_context *context, int argc, char **argv);

extern const struct command command_wait;
const struct command command_wait = {
	.name = "wait",
	.args = "[--timeout SECONDS]",
	.doc = "Returns when a configuration is applied and all children run",
	.help = "Fails if that is not so after SECONDS, 60 by itself.\n",
	.run = run_wait,
};

static int run_wait(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = { .method = "wait" };
	const char *text = "60";
	uint32_t seconds;
	int status;

	if (command_take_option(&argc, argv, "--timeout", &text) < 0)
		return command_usage(&command_wait, "--timeout wants a number");
	if (!number_parse(text, 1, TIMEOUT_MAX_S, &seconds))
		return command_usage(&command_wait, "'%s' is not a number of seconds (1 to %d)",
		                     text, TIMEOUT_MAX_S);
	ask.timeout_s = seconds;
	status = ask_check_arguments(&command_wait, argc, argv);
	return status ? status : ask_daemon(context, &ask);
}
