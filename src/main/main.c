/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdio.h>
#include <string.h>

#include "daemon/net/net.h"
#include "main/command.h"
#include "main/hook.h"

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], NET_COMMAND))
		return net_run(argv[2]);
	return hook_is_called_as(argv[0]) ? hook_main(argv[0]) : command_main(argc, argv);
}
