/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/daemon.h"
#include "main/command.h"

static int run_daemon(const struct command_context *context, int argc, char **argv);

extern const struct command command_daemon;
const struct command command_daemon = {
	.name = "daemon",
	.args = "[--guest]",
	.doc = "Makes the plan of this node true and keeps it so",
	.help = "Stays in the foreground and logs to stderr; whatever init there is watches over it.\n"
		"When it ends, the network runs on, and the next daemon takes over what is there;\n"
		"`weft down` takes everything away; it then waits for `weft reload`.  With a\n"
		"configuration that cannot be used it comes up with the last good one\n"
		"(lime-autogen), or waits for `weft reload`.\n"
		"\n"
		"As a guest it leaves the network to those who made it (on OpenWrt netifd, babeld and\n"
		"dnsmasq, told by lime-config): it announces clients, is silent on shared cables,\n"
		"judges the uplinks and announces those that work, and speaks with other nodes.  It\n"
		"makes no device, gives no address and starts none of those programs.  It is one by\n"
		"itself where /etc/openwrt_release is.\n"
		"\n"
		"SIGHUP is `weft reload`.\n",
	.run = run_daemon,
};

static int run_daemon(const struct command_context *context, int argc, char **argv)
{
	struct daemon_options options = {
		.root = context->root,
		.run = context->run,
		.guest = command_take_flag(&argc, argv, "--guest"),
	};

	if (argc > 1)
		return command_usage(&command_daemon, "'%s' is not understood", argv[1]);
	return daemon_run(&options) ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}
