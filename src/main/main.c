/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdio.h>
#include <string.h>

#include "main/command.h"
#include "main/hook.h"

int main(int argc, char **argv)
{
	return hook_is_called_as(argv[0]) ? hook_main(argv[0]) : command_main(argc, argv);
}
