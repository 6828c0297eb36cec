/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/lock.h"
#include "main/command.h"
#include "node/node.h"
#include "platform/linux/kernel/apply.h"
#include "platform/machine.h"

extern const struct command command_apply;

static void print_diag(const struct diag *diag)
{
	BUF_AUTO text = { 0 };

	diag_print(diag, &text);
	fputs(buf_text(&text), stderr);
}

static int apply(struct backend *backend, const char *root, bool dry_run, struct diag *diag,
                 struct buf *report)
{
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };
	AUTO(node_free) struct node *node = node_new(&input, diag);
	size_t n_steps = 0;
	int rc;

	if (!node->plan)
		return -1;
	rc = dry_run ? kernel_backend_preview(backend, node->plan, diag, report, &n_steps)
	             : backend->ops->apply(backend, node->plan, diag, report, &n_steps);
	if (rc == 0)
		buf_printf(report, "%zu steps%s\n", n_steps, dry_run ? " to do" : "");
	return rc;
}

/* Two that change the kernel at once would undo each other's work. */
static bool is_free(const char *folder)
{
	BUF_AUTO path = { 0 };
	pid_t other = 0;
	int rc;

	buf_printf(&path, "%s/lock", folder);
	rc = file_make_folder(folder, 0755);
	if (rc == 0)
		rc = lock_take(path.text, &other);
	if (rc == -EBUSY)
		fprintf(stderr, "weft apply: weft runs, as process %d; it applies by itself\n",
		        (int)other);
	else if (rc < 0)
		fprintf(stderr, "weft apply: %s: %s\n", path.text, strerror(-rc));
	return rc >= 0;
}

static int run_apply(const struct command_context *context, int argc, char **argv)
{
	bool dry_run = command_take_flag(&argc, argv, "--dry-run");
	bool down = command_take_flag(&argc, argv, "--down");
	const char *unknown = command_unknown_option(argc, argv);
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO folder = { 0 }, report = { 0 };
	struct backend *backend;
	int rc;

	if (unknown)
		return command_usage(&command_apply, "there is no option '%s'", unknown);
	if (argc > 1 || (dry_run && down))
		return command_usage(&command_apply, "too many words");
	buf_printf(&folder, "%s/weft", context->run);
	if (!is_free(folder.text))
		return EXIT_STATUS_FAILED;
	backend = kernel_backend_new(folder.text);
	rc = down ? backend->ops->down(backend, diag, &report)
	          : apply(backend, context->root, dry_run, diag, &report);
	backend->ops->free(backend);
	fputs(buf_text(&report), stdout);
	print_diag(diag);
	return rc < 0 ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}

const struct command command_apply = {
	.name = "apply",
	.args = "[--dry-run | --down]",
	.doc = "Makes the kernel's part of the plan true without a daemon, for finding mistakes",
	.help = "Prints each step that it does: links, addresses, routes, rules, filters, settings.\n"
		"A second time there is nothing to do.  Programs (babeld, dnsmasq) are not started.\n"
		"\n"
		"  --dry-run  prints the steps and does none\n"
		"  --down     undoes all of it\n",
	.run = run_apply,
};
