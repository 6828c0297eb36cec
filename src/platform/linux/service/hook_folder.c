/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/hook_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "platform/linux/calls.h"

#define SEARCH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* Nobody but the machine's owner can have written it. */
static bool is_ours(const struct stat *info)
{
	return (info->st_uid == 0 || info->st_uid == geteuid()) && !(info->st_mode & 022);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void look_at(const char *path, struct hook_folder *folder)
{
	struct stat info;

	if (stat(path, &info) < 0 || !S_ISREG(info.st_mode) || !(info.st_mode & 0100))
		return;
	if (!is_ours(&info) || folder->count == HOOK_FOLDER_MAX)
		folder->refused = path;
	else
		folder->programs[folder->count++] = path;
}

void hook_folder_read(const char *path, struct arena *arena, struct hook_folder *folder)
{
	struct stat info;
	struct dirent *entry;
	DIR *dir = opendir(path);

	*folder = (struct hook_folder){ 0 };
	if (!dir)
		return;
	if (fstat(dirfd(dir), &info) < 0 || !is_ours(&info)) {
		folder->refused = path;
		closedir(dir);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			look_at(arena_printf(arena, "%s/%s", path, entry->d_name), folder);
	}
	closedir(dir);
	if (folder->count)
		qsort(folder->programs, folder->count, sizeof(folder->programs[0]), compare);
}

static void be_program(const char *program, int input)
{
	char path[PATH_MAX];
	char *const argv[] = { path, NULL };
	char search[] = SEARCH, home[] = "HOME=/", locale[] = "LC_ALL=C";
	char *const env[] = { search, home, locale, NULL };
	struct sigaction normal = { .sa_handler = SIG_DFL };
	sigset_t none;
	/* NOLINTNEXTLINE(android-cloexec-open): becomes its streams */
	int null = open("/dev/null", O_RDWR);

	snprintf(path, sizeof(path), "%s", program);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &normal, NULL);
	if (null < 0 || setpgid(0, 0) < 0 || chdir("/") < 0 ||
	    dup2(input < 0 ? null : input, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    call_close_from(STDERR_FILENO + 1) < 0)
		_exit(126);
	execve(path, argv, env);
	_exit(127);
}

int hook_run_start(const char *program, int input, struct hook_run *run)
{
	*run = (struct hook_run){ .pidfd = -1 };
	run->pid = fork();
	if (run->pid == 0)
		be_program(program, input);
	if (run->pid < 0)
		return -errno;
	(void)setpgid(run->pid, run->pid);
	run->pidfd = call_pidfd_open(run->pid);
	if (run->pidfd < 0) {
		int r = -errno;

		(void)hook_run_end(run);
		return r;
	}
	return 0;
}

int hook_run_end(struct hook_run *run)
{
	int status = 0;

	if (run->pid <= 0)
		return 0;
	/* Before it is buried: its number is its own, and so is that of its group. */
	(void)kill(-run->pid, SIGKILL);
	(void)kill(run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (run->pidfd >= 0)
		close(run->pidfd);
	*run = (struct hook_run){ .pidfd = -1 };
	return status;
}
