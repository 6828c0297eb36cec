# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The system calls that Python 3.11 does not offer."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator

libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_MOVE = 8192
MS_REC = 16384
MS_PRIVATE = 1 << 18

SYS_OPENAT2 = 437
RESOLVE_IN_ROOT = 0x10


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    _check(libc.unshare(flags), "unshare")


def setns(fd: int, kind: int) -> None:
    _check(libc.setns(fd, kind), "setns")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    done = libc.mount(
        source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    _check(done, f"mount {target}")


def sethostname(name: str) -> None:
    _check(libc.sethostname(name.encode(), len(name)), "sethostname")


def open_in_root(root: int, path: str, flags: int, mode: int = 0) -> int:
    """Opens a path as a process would whose root folder is `root`."""
    mode = mode if flags & os.O_CREAT else 0
    how = (ctypes.c_uint64 * 3)(flags | os.O_CLOEXEC, mode, RESOLVE_IN_ROOT)
    fd = libc.syscall(SYS_OPENAT2, root, path.encode(), ctypes.byref(how), 24)
    return _check(fd, path)


OWN_NET = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
OWN_PID = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def new_net() -> int:
    """Makes a network namespace; the descriptor keeps it alive."""
    unshare(CLONE_NEWNET)
    try:
        return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        setns(OWN_NET, CLONE_NEWNET)


@contextlib.contextmanager
def inside_net(fd: int) -> Iterator[None]:
    """Runs the body of the with statement in a network namespace."""
    setns(fd, CLONE_NEWNET)
    try:
        yield
    finally:
        setns(OWN_NET, CLONE_NEWNET)
