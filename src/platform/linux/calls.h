/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * System calls for which glibc has functions and musl, the C library of routers, has none.
 * As there: -1 and errno where they fail.
 */
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Becomes readable when the process ends. */
static inline int call_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int call_pidfd_send_signal(int pidfd, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

/* Closes the descriptor and all with higher numbers. */
static inline int call_close_from(int descriptor)
{
	return (int)syscall(SYS_close_range, descriptor, ~0U, 0);
}
