/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stddef.h>

#include "daemon/daemon.h"
#include "main/command.h"

static int run_daemon(const struct command_context *context, int argc, char **argv);

extern const struct command command_daemon;
const struct command command_daemon = {
	.name = "daemon",
	.args = "[--guest] [--www DIR]",
	.doc = "Makes the plan of this node true and keeps it so",
	.help = "Stays in the foreground and logs to stderr; whatever init there is watches over it.\n"
		"When it ends, the network runs on, and the next daemon takes over what is there;\n"
		"`weft down` takes everything away; it then waits for `weft reload`.  With a\n"
		"configuration that cannot be used it comes up with the last good one\n"
		"(lime-autogen), or waits for `weft reload`.\n"
		"\n"
		"As a guest (--guest; by itself where /etc/openwrt_release is) it leaves the network\n"
		"to those who made it, on OpenWrt netifd, babeld and dnsmasq, told by lime-config: it\n"
		"changes no device, address or route, and starts none of these programs.  It speaks\n"
		"with other nodes, tells them its clients and how well its uplinks work, and shows\n"
		"all that in `weft status` and on the page.\n"
		"\n"
		"SIGHUP is `weft reload`.\n"
		"\n"
		"--www DIR is where the built page is (else $WEFT_WWW, else\n"
		"/usr/share/weft/www).\n",
	.run = run_daemon,
};

static int run_daemon(const struct command_context *context, int argc, char **argv)
{
	struct daemon_options options = {
		.root = context->root,
		.run = context->run,
		.guest = command_take_flag(&argc, argv, "--guest"),
	};

	if (command_take_option(&argc, argv, "--www", &options.www) < 0)
		return command_usage(&command_daemon, "--www needs a folder");
	if (argc > 1)
		return command_usage(&command_daemon, "'%s' is not understood", argv[1]);
	return daemon_run(&options) ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}
