/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/lock.h"
#include "main/command.h"
#include "node/node.h"
#include "platform/machine.h"
#include "platform/openwrt/disk.h"
#include "platform/openwrt/programs.h"
#include "platform/openwrt/render.h"
#include "platform/openwrt/secret.h"
#include "platform/openwrt/write.h"

extern const struct command command_lime_config;

#define SECONDS_A_DAY 86400

/* One run: what is there, and what comes out. */
struct run {
	struct arena *arena;
	struct diag *diag;
	char *root; /* without a slash at its end */
	struct disk disk;
	struct files *files;
	bool no_commit;
};

static void print_diag(const struct diag *diag)
{
	BUF_AUTO text = { 0 };

	diag_print(diag, &text);
	fputs(buf_text(&text), stderr);
}

/* Two at once would undo each other's work.  The lock goes with the process, however it ends; gives
 * a descriptor, or a negative number. */
static int take_lock(const struct command_context *context)
{
	BUF_AUTO path = { 0 };
	pid_t other = 0;
	int rc;

	buf_printf(&path, "%s/weft", context->run);
	rc = file_make_folder(path.text, 0755);
	buf_add(&path, "/lime-config.lock");
	if (rc == 0)
		rc = lock_take(path.text, &other);
	if (rc == -EBUSY)
		fprintf(stderr, "lime-config: it runs already, as process %d\n", (int)other);
	else if (rc < 0)
		fprintf(stderr, "lime-config: %s: %s\n", path.text, strerror(-rc));
	return rc;
}

static void show_changes(const struct file_change *changes, size_t n_changes)
{
	static const char *const verbs[] = {
		[FILE_CHANGE_WRITE] = "changed",
		[FILE_CHANGE_LINK] = "linked",
		[FILE_CHANGE_REMOVE] = "removed",
	};

	for (size_t i = 0; i < n_changes; i++)
		printf("%s /%s\n",
		       !changes[i].before && changes[i].kind == FILE_CHANGE_WRITE
		               ? "made"
		               : verbs[changes[i].kind],
		       changes[i].path);
	if (!n_changes)
		puts("Nothing changes.");
}

static int render(struct run *run, const struct machine *machine, const struct node *node)
{
	struct render render = {
		.plan = node->plan,
		.config = node->config,
		.facts = &machine->facts,
		.id = &node->identity,
		.files = run->files,
		.arena = run->arena,
		.diag = run->diag,
		.today = (unsigned)(time(NULL) / SECONDS_A_DAY),
		.make_secret = secret_random,
	};
	const struct file_change *changes;
	size_t n_changes;

	render_all(&render);
	if (diag_has_errors(run->diag))
		return -EINVAL;
	changes = files_changes(run->files, &n_changes);
	show_changes(changes, n_changes);
	if (run->no_commit)
		return 0;
	return write_changes(&run->disk, changes, n_changes, run->diag, NULL);
}

/* What people's own programs do they do to this machine, so they are not for another root. */
static bool runs_programs(const struct run *run)
{
	return !run->no_commit && !run->root[0];
}

static void run_first_hooks(const struct run *run)
{
	if (!runs_programs(run))
		return;
	if (access("/etc/config/lime-autogen", F_OK) < 0)
		programs_run_hooks(run->root, "init", run->diag);
	programs_run_hooks(run->root, "pre", run->diag);
}

static void run_last_programs(const struct run *run, const struct node *node)
{
	if (!runs_programs(run))
		return;
	programs_run_hooks(run->root, "merged", run->diag);
	programs_run_assets(run->root, node->config, run->diag);
	programs_run_hooks(run->root, "configured", run->diag);
	programs_run_hooks(run->root, "post", run->diag);
}

static int configure(struct run *run)
{
	AUTO(machine_free) struct machine *machine = NULL;
	AUTO(node_free) struct node *node = NULL;
	struct node_input input;
	int rc;

	run_first_hooks(run);
	machine = machine_read(run->root, run->diag);
	input = (struct node_input){
		.layers = machine->layers,
		.n_layers = MACHINE_N_LAYERS,
		.facts = &machine->facts,
		.lasting_only = true,
	};
	node = node_new(&input, run->diag);
	rc = node->plan ? render(run, machine, node) : -EINVAL;
	if (rc == 0)
		run_last_programs(run, node);
	return rc;
}

static char *root_of(struct arena *arena, const char *root)
{
	size_t length = strlen(root);

	while (length && root[length - 1] == '/')
		length--;
	return arena_strndup(arena, root, length);
}

/* What an earlier run decided is finished, and nothing new is. */
static int recover(struct run *run)
{
	size_t n_finished = 0;
	int rc = write_recover(&run->disk, run->diag, &n_finished);

	if (rc == 0 && n_finished)
		printf("Finished what was interrupted: %zu files.\n", n_finished);
	print_diag(run->diag);
	return rc < 0 ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}

static int run_whole(struct run *run)
{
	int rc;

	run->files = files_new(disk_read, run->root, run->diag);
	rc = run->no_commit ? 0 : write_recover(&run->disk, run->diag, NULL);
	if (rc == 0)
		rc = configure(run);
	files_free(run->files);
	print_diag(run->diag);
	if (rc < 0 && rc != -EINPROGRESS)
		fputs("lime-config: nothing was changed\n", stderr);
	return rc < 0 ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}

static int run_lime_config(const struct command_context *context, int argc, char **argv)
{
	bool no_commit = command_take_flag(&argc, argv, "--no-commit");
	bool only_recover = command_take_flag(&argc, argv, "--recover");
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	struct run run = { .arena = arena, .diag = diag, .root = root_of(arena, context->root) };
	const char *unknown;
	int lock, status;

	run.no_commit = command_take_flag(&argc, argv, "-n") || no_commit;
	unknown = command_unknown_option(argc, argv);
	if (unknown)
		return command_usage(&command_lime_config, "there is no option '%s'", unknown);
	if (argc > 1)
		return command_usage(&command_lime_config, "too many words");
	lock = take_lock(context);
	if (lock < 0)
		return EXIT_STATUS_FAILED;
	run.disk = disk_of(run.root);
	status = only_recover ? recover(&run) : run_whole(&run);
	close(lock);
	return status;
}

const struct command command_lime_config = {
	.name = "lime-config",
	.args = "[-n | --no-commit | --recover]",
	.doc = "Writes OpenWrt's files (/etc/config/network and others) from the configuration",
	.help = "All of them or, if anything is wrong, none; files that stay the same are not\n"
		"touched, and what people wrote into them themselves stays.  Nothing starts to\n"
		"work differently before `lime-apply`, or a reboot.\n"
		"\n"
		"  -n, --no-commit  tells which files would change, and changes none\n"
		"  --recover        finishes what an earlier run could not, because the power failed;\n"
		"                   done first by every run, and at boot before anybody reads\n",
	.run = run_lime_config,
};
