/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <json-c/json.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "api/host.h"
#include "api/request.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "cli/show.h"
#include "daemon/down.h"
#include "daemon/lock.h"
#include "daemon/owner.h"
#include "main/ask.h"
#include "main/command.h"

#define QUESTION "{\"method\":\"down\"}"

static int run_down(const struct command_context *context, int argc, char **argv);

extern const struct command command_down;
const struct command command_down = {
	.name = "down",
	.args = "[--json]",
	.doc = "Leaves the machine as it was before weft",
	.help = "Takes away all that weft made and puts back what it changed.  The daemon stays and does\n"
		"nothing until `weft reload`.  Where none runs, as after a kill, the command does the\n"
		"work itself, and ends the programs that the last daemon left running.\n"
		"\n"
		"What cannot be taken away is told, and the rest is done all the same; then the exit\n"
		"status is 1, and the command can be given once more.\n",
	.run = run_down,
};

/* In place of a daemon that does not run. */
struct alone {
	struct host host;
	const char *folder;
	bool guest;
};

static int alone_down(struct host *host, struct diag *diag, struct buf *report)
{
	const struct alone *alone = container_of(host, struct alone, host);

	return down_alone(alone->folder, alone->guest, diag, report);
}

static int do_alone(const char *folder, bool guest, const struct ask *ask)
{
	static const struct host_ops ops = { .down = alone_down };
	struct alone alone = { { &ops }, folder, guest };
	AUTO(request_free) struct request *request = request_parse(QUESTION, strlen(QUESTION));
	BUF_AUTO error = { 0 };
	int r;

	request_set_rights(request, RIGHTS_LOCAL);
	r = request_call(request, &alone.host);
	diag_print(request->diag, &error);
	return ask_print(ask, r, r < 0 ? NULL : json_tokener_parse(buf_text(&request->result)),
	                 &error);
}

/* A daemon that was killed while it started a program: the program has its lock until it runs. */
#define TRIES  50
#define TRY_US 100000

/* Whoever has the lock is the only one who changes the machine.  Without the right to take it one
 * can only ask. */
static int take_lock(const char *folder)
{
	BUF_AUTO path = { 0 };
	pid_t other = 0;
	int r = file_make_folder(folder, 0755);

	buf_printf(&path, "%s/lock", folder);
	for (int i = 0; r >= 0 && i < TRIES; i++) {
		r = lock_take(path.text, &other);
		if (r != -EBUSY || other <= 0 || kill(other, 0) == 0 || errno != ESRCH)
			return r;
		usleep(TRY_US);
		r = 0;
	}
	return r < 0 ? r : -EBUSY;
}

static int run_down(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = {
		.method = "down",
		.json = command_take_flag(&argc, argv, "--json"),
		.show = show_steps,
	};
	int status = ask_check_arguments(&command_down, argc, argv), lock;
	BUF_AUTO folder = { 0 };

	if (status)
		return status;
	buf_printf(&folder, "%s/weft", context->run);
	lock = take_lock(folder.text);
	if (lock < 0)
		return ask_daemon(context, &ask);
	status = do_alone(folder.text, owner_is_guest(context->root), &ask);
	close(lock);
	return status;
}
