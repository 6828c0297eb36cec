/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/net/net.h"
#include "main/command.h"
#include "main/hook.h"
#include "main/shared_state.h"

/* Where one of the three is closed, the next file that is opened would be taken for it.  Opened
 * the wrong way round, so that writing to a closed one fails as it should. */
static void fill_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && fd <= STDERR_FILENO)
			(void)fcntl(fd, F_SETFD, 0);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* What could not be written was not done: a full disk behind a redirection, for instance. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE)
		fprintf(stderr, "weft: the output cannot be written: %s\n", strerror(errno));
	return status == EXIT_STATUS_OK ? EXIT_STATUS_FAILED : status;
}

int main(int argc, char **argv)
{
	fill_streams();
	if (argc < 1)
		return EXIT_STATUS_USAGE;
	if (argc == 3 && !strcmp(argv[1], NET_COMMAND))
		return net_run(argv[2]);
	if (shared_state_is_called_as(argv[0]))
		return finish(shared_state_main(argc, argv));
	return finish(hook_is_called_as(argv[0]) ? hook_main(argv[0]) : command_main(argc, argv));
}
