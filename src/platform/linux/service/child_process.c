/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "platform/linux/calls.h"
#include "platform/linux/service/child_record.h"

#define SBIN_FOLDERS "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"

int64_t process_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t process_ticks_to_ms(uint64_t ticks)
{
	return (int64_t)(ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* The second field is the name in brackets and may hold anything, also spaces and brackets. */
static bool parse_start_time(const char *stat, uint64_t *ticks)
{
	const char *at = strrchr(stat, ')');

	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, " %" SCNu64, ticks) == 1;
}

int process_start_time(pid_t pid, uint64_t *ticks)
{
	char path[64];
	BUF_AUTO stat = { 0 };

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if (file_read(path, 4096, &stat) < 0 || !parse_start_time(buf_text(&stat), ticks))
		return -ESRCH;
	return 0;
}

static bool is_program(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

static bool find_in_folders(const char *folders, const char *name, char path[PATH_MAX])
{
	while (*folders) {
		int length = (int)strcspn(folders, ":");
		int n = snprintf(path, PATH_MAX, "%.*s/%s", length, folders, name);

		if (length > 0 && folders[0] == '/' && n < PATH_MAX && is_program(path))
			return true;
		folders += length;
		folders += *folders == ':';
	}
	return false;
}

int process_find_program(const char *name, char path[PATH_MAX])
{
	const char *folders = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(path, PATH_MAX, "%s", name);
		return is_program(path) ? 0 : -ENOENT;
	}
	if (folders && find_in_folders(folders, name, path))
		return 0;
	return find_in_folders(SBIN_FOLDERS, name, path) ? 0 : -ENOENT;
}

static int write_record(const char *pid_file, struct child_record *record)
{
	BUF_AUTO text = { 0 };

	record->pid = getpid();
	if (process_start_time(record->pid, &record->start) < 0)
		return -ESRCH;
	child_record_print(record, &text);
	return file_write(pid_file, text.text, text.length, 0644);
}

static void set_streams(const char *log)
{
	/* NOLINTBEGIN(android-cloexec-open): one may come back as a stream that was closed */
	int null = open("/dev/null", O_RDWR);
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0640);
	/* NOLINTEND(android-cloexec-open) */

	dup2(null, STDIN_FILENO);
	dup2(out < 0 ? null : out, STDOUT_FILENO);
	dup2(out < 0 ? null : out, STDERR_FILENO);
	(void)call_close_from(STDERR_FILENO + 1);
}

static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Runs in the new process. */
static _Noreturn void become(const struct process_start *start)
{
	char path[] = "PATH=" SBIN_FOLDERS;
	char *environment[] = { path, NULL };
	union {
		const char *const *in;
		char *const *out;
	} argv = { .in = start->argv };

	(void)setsid();
	reset_signals();
	set_streams(start->log);
	umask(022);
	if (chdir("/") < 0 || write_record(start->pid_file, start->record) < 0) {
		dprintf(STDERR_FILENO, "%s: %m\n", start->pid_file);
		_exit(126);
	}
	execve(start->path, argv.out, environment);
	dprintf(STDERR_FILENO, "%s: %m\n", start->path);
	_exit(127);
}

int process_start(const struct process_start *start)
{
	pid_t pid = fork();
	int pidfd;

	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(start);
	start->record->pid = pid;
	pidfd = call_pidfd_open(pid);
	if (pidfd < 0 || process_start_time(pid, &start->record->start) < 0) {
		int rc = pidfd < 0 ? -errno : -ESRCH;

		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		if (pidfd >= 0)
			close(pidfd);
		return rc;
	}
	return pidfd;
}

int process_open(const struct child_record *record)
{
	uint64_t ticks;
	int pidfd = call_pidfd_open(record->pid);

	/* Asked after the pidfd is open: the number cannot be given to another process any more. */
	if (pidfd >= 0 && process_start_time(record->pid, &ticks) == 0 && ticks == record->start)
		return pidfd;
	if (pidfd >= 0)
		close(pidfd);
	return -ESRCH;
}

void process_signal(int pidfd, int number)
{
	(void)call_pidfd_send_signal(pidfd, number);
}

void process_end_group(const struct child_record *record)
{
	uint64_t ticks;

	/* Once it is buried its number can be given to another process, but not to a group as long
	 * as this one has members. */
	if (record->pid <= 1 ||
	    (process_start_time(record->pid, &ticks) == 0 && ticks != record->start))
		return;
	(void)kill(-record->pid, SIGKILL);
}

void process_reap(int pidfd, char *words, size_t size)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0)
		snprintf(words, size, "ended (started by an earlier weft: nobody knows how)");
	else if (info.si_code == CLD_EXITED)
		snprintf(words, size, "ended with status %d", info.si_status);
	else
		snprintf(words, size, "killed by signal %d (%s)", info.si_status,
		         strsignal(info.si_status));
}

void process_bound_log(const char *path, size_t limit)
{
	char old[PATH_MAX];
	struct stat info;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	if (fstat(fd, &info) == 0 && (size_t)info.st_size > limit &&
	    (size_t)snprintf(old, sizeof(old), "%s.old", path) < sizeof(old)) {
		char *tail = malloc(limit);
		ssize_t n = tail ? pread(fd, tail, limit, info.st_size - (off_t)limit) : -1;

		if (n > 0 && file_write(old, tail, (size_t)n, 0640) < 0)
			(void)unlink(old);
		free(tail);
		(void)ftruncate(fd, 0);
	}
	close(fd);
}
