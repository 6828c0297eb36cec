/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define USER      "weft"
#define NOBODY    65534U
#define CAP_COUNT 64

static int set_limit(int what, rlim_t most)
{
	struct rlimit limit = { most, most };

	return setrlimit(what, &limit) < 0 ? -errno : 0;
}

/* The sanitizers need memory without end, and a process of their own to tell what they found. */
static int set_limits(void)
{
	int r = set_limit(RLIMIT_NOFILE, CONFINE_FILES_MAX);

	if (r == 0)
		r = set_limit(RLIMIT_CORE, 0);
	if (r == 0 && !SANITIZED)
		r = set_limit(RLIMIT_DATA, CONFINE_MEMORY_MAX);
	if (r == 0 && !SANITIZED)
		r = set_limit(RLIMIT_NPROC, 0);
	/* What it writes to is sockets and the log, and the log's owner keeps that one short. */
	return r;
}

static int enter(const char *folder)
{
	return chroot(folder) < 0 || chdir("/") < 0 ? -errno : 0;
}

static void drop_bounding_set(void)
{
	/* Ends with EINVAL at the first one that this kernel does not know. */
	for (unsigned long i = 0; i < CAP_COUNT; i++) {
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return;
	}
}

static int become(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) < 0 && errno != EPERM)
		return -errno;
	/* EINVAL: the namespace has no such user. */
	if (setresgid(gid, gid, gid) < 0 && errno != EINVAL)
		return -errno;
	if (setresuid(uid, uid, uid) < 0 && errno != EINVAL)
		return -errno;
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

static int forbid_new_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	/* Also forgotten by the kernel whenever the user changes: so it comes last. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

int confine(const char *folder, const char **what)
{
	const struct passwd *user = getpwnam(USER);
	uid_t uid = user && user->pw_uid ? user->pw_uid : NOBODY;
	gid_t gid = user && user->pw_gid ? user->pw_gid : NOBODY;
	int r;

	*what = "enter its folder";
	r = enter(folder);
	if (r < 0)
		return r;
	drop_bounding_set();
	*what = "change its user";
	r = become(uid, gid);
	if (r < 0)
		return r;
	*what = "drop its capabilities";
	r = drop_capabilities();
	if (r == 0)
		r = forbid_new_privileges();
	if (r < 0)
		return r;
	*what = "set its limits";
	return set_limits();
}
