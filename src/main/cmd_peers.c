/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Links of mode apup on OpenWrt.  hostapd makes a device when it hears another node's access point,
 * and netifd knows nothing of it; so the part of the plan that is about these devices is made true
 * here, in the kernel, and babeld is told.  OpenWrt calls this whenever a device appears.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/lock.h"
#include "main/command.h"
#include "node/node.h"
#include "platform/linux/kernel/apply.h"
#include "platform/machine.h"
#include "platform/openwrt/peers.h"
#include "platform/openwrt/programs.h"

#define UBUS "/bin/ubus"

extern const struct command command_peers;

static void print_diag(const struct diag *diag)
{
	BUF_AUTO text = { 0 };

	diag_print(diag, &text);
	fputs(buf_text(&text), stderr);
}

/* `ubus call babeld add_interface {"ifname":NAME}` */
static void tell_babeld(const char *ifname, struct diag *diag)
{
	BUF_AUTO message = { 0 };
	const char *words[] = { UBUS, "call", "babeld", "add_interface", NULL, NULL };

	buf_add(&message, "{\"ifname\":");
	buf_add_json(&message, ifname);
	buf_add_char(&message, '}');
	words[4] = buf_text(&message);
	programs_call(words, diag);
}

/* Babel's interfaces that are not there yet. */
static size_t find_new(const struct plan *plan, const char **names)
{
	const struct plan_item *item = NULL;
	size_t n = 0;

	while ((item = plan_next(plan, PLAN_BABEL_INTERFACE, item))) {
		const struct plan_babel_interface *babel = item->value;

		if (!if_nametoindex(babel->ifname))
			names[n++] = babel->ifname;
	}
	return n;
}

static size_t count_items(const struct plan *plan)
{
	size_t n = 0;

	for (const struct plan_item *item = plan->items; item; item = item->next)
		n++;
	return n;
}

static int apply(const char *root, const char *folder, bool dry_run, struct diag *diag)
{
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
	struct node_input input = {
		.layers = machine->layers,
		.n_layers = MACHINE_N_LAYERS,
		.facts = &machine->facts,
	};
	AUTO(node_free) struct node *node = node_new(&input, diag);
	AUTO(plan_free) struct plan *plan = node->plan ? peers_plan(node->plan) : NULL;
	struct backend *backend;
	const char **names;
	BUF_AUTO report = { 0 };
	size_t n_new, n_steps = 0;
	int rc;

	if (!plan)
		return -EINVAL;
	names = arena_array_of(plan->arena, const char *, count_items(plan));
	n_new = find_new(plan, names);
	backend = kernel_backend_new(folder);
	rc = dry_run ? kernel_backend_preview(backend, plan, diag, &report, &n_steps)
	             : backend->ops->apply(backend, plan, diag, &report, &n_steps);
	backend->ops->free(backend);
	fputs(buf_text(&report), stdout);
	for (size_t i = 0; rc == 0 && !dry_run && i < n_new; i++)
		tell_babeld(names[i], diag);
	return rc;
}

static int run_peers(const struct command_context *context, int argc, char **argv)
{
	bool dry_run = command_take_flag(&argc, argv, "--dry-run");
	const char *unknown = command_unknown_option(argc, argv);
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO folder = { 0 }, lock = { 0 };
	pid_t other = 0;
	int rc;

	if (unknown)
		return command_usage(&command_peers, "there is no option '%s'", unknown);
	if (argc > 1)
		return command_usage(&command_peers, "too many words");
	buf_printf(&folder, "%s/weft", context->run);
	buf_printf(&lock, "%s/lock", folder.text);
	rc = file_make_folder(folder.text, 0755);
	if (rc == 0)
		rc = lock_take(lock.text, &other);
	/* The daemon sees new devices by itself. */
	if (rc == -EBUSY)
		return EXIT_STATUS_OK;
	if (rc >= 0)
		rc = apply(context->root, folder.text, dry_run, diag);
	print_diag(diag);
	return rc < 0 ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}

const struct command command_peers = {
	.name = "peers",
	.args = "[--dry-run]",
	.doc = "Meshes over the links of mode apup that are there now (OpenWrt)",
	.help = "Prints each step that it does; a second time there is nothing to do.  OpenWrt calls\n"
		"it when a device appears.  Where the daemon runs, the daemon does it.\n"
		"\n"
		"  --dry-run  prints the steps and does none\n",
	.run = run_peers,
};
