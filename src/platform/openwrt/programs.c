/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/programs.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "config/config.h"
#include "config/schema/text.h"

#define ASSETS     "etc/lime-assets"
#define TIMEOUT_MS (10 * 60 * 1000)
#define ENV_MAX    256

#define PROGRAMS_ARGS_MAX 8

/* The environment, with ACTION in it if there is one. */
static char **environment(struct arena *arena, const char *action)
{
	char **list = arena_array_of(arena, char *, ENV_MAX + 2);
	size_t n = 0;

	for (char **variable = environ; *variable && n < ENV_MAX; variable++) {
		if (strncmp(*variable, "ACTION=", 7) != 0)
			list[n++] = *variable;
	}
	if (action)
		list[n] = arena_printf(arena, "ACTION=%s", action);
	return list;
}

static int spawn(char *const args[], char **env, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	error = posix_spawn(pid, args[0], &actions, &attributes, args, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

/* -ETIMEDOUT, with its whole group ended, if it takes too long. */
static int wait_for(pid_t pid, int *status)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int rc = 1;

	while (fd >= 0 && (rc = poll(&poll_fd, 1, TIMEOUT_MS)) < 0 && errno == EINTR)
		;
	if (fd >= 0)
		close(fd);
	if (rc == 0)
		kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return rc == 0 ? -ETIMEDOUT : 0;
}

static void tell(struct diag *diag, const struct origin *origin, int rc, int status)
{
	if (rc == -ENOEXEC)
		diag_add(diag, DIAG_WARNING, origin,
		         "this is no program; the first line of a script says of what, as "
		         "#!/bin/sh does");
	else if (rc == -ETIMEDOUT)
		diag_add(diag, DIAG_WARNING, origin, "ended, because it took over %d minutes",
		         TIMEOUT_MS / 60000);
	else if (rc < 0)
		diag_add(diag, DIAG_WARNING, origin, "cannot be run: %s", strerror(-rc));
	else if (WIFSIGNALED(status))
		diag_add(diag, DIAG_WARNING, origin, "ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		diag_add(diag, DIAG_WARNING, origin, "ended with status %d", WEXITSTATUS(status));
}

static void run_with(char *const args[], char **env, const struct origin *origin, struct diag *diag)
{
	int status = 0;
	pid_t pid;
	int rc;

	fflush(stdout);
	rc = spawn(args, env, &pid);
	if (rc == 0)
		rc = wait_for(pid, &status);
	tell(diag, origin, rc, status);
}

static void run(const char *path, const char *action, const struct origin *origin,
                struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char *args[] = { arena_strdup(arena, path), NULL };

	run_with(args, environment(arena, action), origin, diag);
}

void programs_call(const char *const args[], struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct origin origin = { .file = args[0] };
	char *copies[PROGRAMS_ARGS_MAX + 1] = { NULL };

	assert(args[0]);
	for (size_t i = 0; args[i] && i < PROGRAMS_ARGS_MAX; i++)
		copies[i] = arena_strdup(arena, args[i]);
	if (access(args[0], X_OK) == 0)
		run_with(copies, environment(arena, NULL), &origin, diag);
}

/* ---- hooks ---- */

static int is_hook(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void programs_run_hooks(const char *root, const char *action, struct diag *diag)
{
	struct dirent **entries = NULL;
	BUF_AUTO folder = { 0 };
	int n;

	buf_printf(&folder, "%s/" PROGRAMS_HOOKS, root);
	n = scandir(folder.text, &entries, is_hook, alphasort);
	for (int i = 0; i < n; i++) {
		struct origin origin = { .where = action };
		BUF_AUTO path = { 0 };

		buf_printf(&path, "%s/%s", folder.text, entries[i]->d_name);
		origin.file = path.text;
		run(path.text, action, &origin, diag);
		free(entries[i]);
	}
	free(entries);
}

/* ---- assets ---- */

/* Assets come without the permission to be run: they travel in archives and by HTTP. */
static void run_asset(const char *root, const struct config_value *asset, struct diag *diag)
{
	BUF_AUTO path = { 0 };
	struct stat status;

	buf_printf(&path, "%s/" ASSETS "/%s", root, asset->text);
	if (stat(path.text, &status) == 0 && !(status.st_mode & S_IXUSR))
		(void)!chmod(path.text, (status.st_mode & 07777) | 0111);
	run(path.text, NULL, &asset->origin, diag);
}

static void run_assets_when(const char *root, const struct config *config, const char *when,
                            struct diag *diag)
{
	for (const struct config_section *s = config->sections; s; s = s->next) {
		const struct config_option *asset;

		if (strcmp(s->type, "run_asset") != 0 ||
		    strcmp(config_get(config, s->name, "when", "ATFIRSTBOOT"), when) != 0)
			continue;
		asset = config_option(s, "asset");
		if (!asset)
			diag_add(diag, DIAG_UNKNOWN, &s->origin, "asset is missing");
		else if (!text_check_asset(asset->values[0].text))
			run_asset(root, &asset->values[0], diag);
	}
}

void programs_run_assets(const char *root, const struct config *config, struct diag *diag)
{
	struct origin origin;
	BUF_AUTO guard = { 0 };
	int rc = 0;

	buf_printf(&guard, "%s/" PROGRAMS_FIRST_BOOT, root);
	if (access(guard.text, F_OK) < 0) {
		run_assets_when(root, config, "ATFIRSTBOOT", diag);
		rc = file_write(guard.text, "", 0, 0644);
	}
	origin = (struct origin){ .file = guard.text };
	if (rc < 0)
		diag_add(diag, DIAG_WARNING, &origin, "cannot be written: %s", strerror(-rc));
	run_assets_when(root, config, "ATCONFIG", diag);
}
