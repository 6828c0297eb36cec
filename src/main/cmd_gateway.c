/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "base/buf.h"
#include "cli/show.h"
#include "main/ask.h"
#include "main/command.h"
#include "net/mac.h"

static int run_gateway(const struct command_context *context, int argc, char **argv);

extern const struct command command_gateway;
const struct command command_gateway = {
	.name = "gateway",
	.args = "[--json] | use NAME (--client MAC | --node) | automatic (--client MAC | --node)",
	.doc = "The ways to the Internet: which there are, and who uses which",
	.help = "Without a word it lists the gateways, the best first, and tells why this node\n"
		"uses the one that it does.\n"
		"\n"
		"`use` sends the packets of one client by the gateway of that name, at whichever\n"
		"node the client is, or with --node those of all clients of this node that have\n"
		"not chosen for themselves.  While that gateway does not work they go by the\n"
		"nearest one.  `automatic` ends that.  docs/gateways.md tells more.\n",
	.run = run_gateway,
};

static int check_whom(const char *client, bool node)
{
	struct mac mac;

	if (client && node)
		return command_usage(&command_gateway, "--client or --node, not both");
	if (!client && !node)
		return command_usage(&command_gateway, "for whom? --client MAC, or --node");
	if (client && !mac_parse(client, &mac))
		return command_usage(&command_gateway, "'%s' is not a MAC", client);
	return EXIT_STATUS_OK;
}

static int choose(const struct command_context *context, struct ask *ask, const char *gateway,
                  const char *client)
{
	BUF_AUTO params = { 0 };

	buf_add(&params, "{");
	if (gateway) {
		buf_add(&params, "\"gateway\":");
		buf_add_json(&params, gateway);
		buf_add_char(&params, ',');
	}
	if (client)
		buf_printf(&params, "\"client\":\"%s\"}", client);
	else
		buf_add(&params, "\"node\":true}");
	ask->method = gateway ? "gateway_use" : "gateway_automatic";
	ask->params = params.text;
	ask->show = show_choice;
	return ask_daemon(context, ask);
}

static int run_gateway(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = {
		.method = "gateways",
		.json = command_take_flag(&argc, argv, "--json"),
		.show = show_gateways,
	};
	bool node = command_take_flag(&argc, argv, "--node");
	const char *client = NULL, *word, *unknown;
	int status;

	if (command_take_option(&argc, argv, "--client", &client) < 0)
		return command_usage(&command_gateway, "--client needs a MAC");
	unknown = command_unknown_option(argc, argv);
	if (unknown)
		return command_usage(&command_gateway, "there is no option '%s'", unknown);
	if (argc == 1 && !client && !node)
		return ask_daemon(context, &ask);
	word = argc > 1 ? argv[1] : "";
	if ((!strcmp(word, "use") && argc == 3) || (!strcmp(word, "automatic") && argc == 2)) {
		status = check_whom(client, node);
		return status ? status : choose(context, &ask, argc == 3 ? argv[2] : NULL, client);
	}
	if (!strcmp(word, "use"))
		return command_usage(&command_gateway, "use which gateway?");
	return command_usage(&command_gateway, "'%s' is not understood", word);
}
