/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
