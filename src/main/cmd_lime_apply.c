/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "main/command.h"
#include "net/names.h"
#include "platform/openwrt/disk.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/programs.h"
#include "uci/uci.h"

extern const struct command command_lime_apply;

#define HOSTNAME "/proc/sys/kernel/hostname"

/* What makes OpenWrt's services look at their files again; of the others, that do not watch theirs,
 * those that are installed are started anew. */
static const char *const calls[][3] = {
	{ "/sbin/reload_config" },
	{ "/etc/init.d/alfred", "restart" },
	{ "/etc/init.d/bmx7", "restart" },
};

/* What the file says; the kernel's is only a copy. */
static const char *hostname_of(struct files *files)
{
	const struct uci_document *system = files_uci(files, "system");

	return system ? edit_value(edit_first_of(system, "system"), "hostname") : "";
}

static void set_hostname(const char *root, const char *hostname, struct diag *diag)
{
	struct origin origin = { .file = HOSTNAME };
	BUF_AUTO path = { 0 };
	ssize_t size = (ssize_t)strlen(hostname);
	int file;

	if (!name_is_hostname(hostname))
		return;
	buf_printf(&path, "%s" HOSTNAME, root);
	file = open(path.text, O_WRONLY | O_CLOEXEC);
	if (file < 0 || write(file, hostname, (size_t)size) != size)
		diag_add(diag, DIAG_WARNING, &origin, "cannot be set: %s", strerror(errno));
	if (file >= 0)
		close(file);
}

static void apply(const char *root, struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char *folder = arena_strdup(arena, strcmp(root, "/") ? root : "");
	AUTO(files_free) struct files *files = files_new(disk_read, folder, diag);

	set_hostname(folder, hostname_of(files), diag);
	/* These are programs of this machine, and would make its own files work. */
	for (size_t i = 0; !folder[0] && i < ARRAY_LENGTH(calls); i++)
		programs_call(calls[i], diag);
}

static int run_lime_apply(const struct command_context *context, int argc, char **argv)
{
	const char *unknown = command_unknown_option(argc, argv);
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };

	if (unknown)
		return command_usage(&command_lime_apply, "there is no option '%s'", unknown);
	if (argc > 1)
		return command_usage(&command_lime_apply, "too many words");
	apply(context->root, diag);
	diag_print(diag, &text);
	fputs(buf_text(&text), stderr);
	return text.length ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}

const struct command command_lime_apply = {
	.name = "lime-apply",
	.args = "",
	.doc = "Makes OpenWrt work by the files that lime-config wrote",
	.help = "Sets the name of the host, then lets OpenWrt's services read their files again\n"
		"(reload_config) and starts those anew that would not notice.  With --root only the\n"
		"name is set.\n",
	.run = run_lime_apply,
};
