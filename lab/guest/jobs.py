# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Programs that run in boxes: their input, output, end and time limit."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import termios
from collections.abc import Callable
from typing import Any

from boxes import PATH, Box

LIMIT = 64 << 20  # bytes of output that are kept


class Job:
    """A program and what it said so far.  `rc` is None while it runs."""

    def __init__(self, pid: int, ended: Callable[[Job], None]) -> None:
        self.pid = pid
        self.ended = ended
        self.said: Callable[[Job], None] | None = None
        self.rc: int | None = None
        self.exited = False
        self.late = False
        self.deadline: float | None = None
        self.input = b""
        self.input_fd = -1
        self.terminal = -1
        self.outputs: dict[int, bytearray] = {}
        self.out = bytearray()
        self.err = bytearray()
        self.owner: Any = None


class Jobs:
    """All programs that the host started."""

    def __init__(self, other_ended: Callable[[int], None]) -> None:
        self.other_ended = other_ended
        self.jobs: dict[int, Job] = {}
        self.by_fd: dict[int, Job] = {}
        self.kept: dict[int, Job] = {}

    def start(
        self,
        box: Box | None,
        argv: list[str],
        env: dict[str, str],
        load: bytes,
        ended: Callable[[Job], None],
    ) -> Job:
        input_read, input_write = os.pipe2(os.O_CLOEXEC)
        out_read, out_write = os.pipe2(os.O_CLOEXEC)
        err_read, err_write = os.pipe2(os.O_CLOEXEC)
        pid = fork(box, argv, env, (input_read, out_write, err_write))
        for fd in (input_read, out_write, err_write):
            os.close(fd)
        job = Job(pid, ended)
        job.outputs = {out_read: job.out, err_read: job.err}
        for fd in job.outputs:
            os.set_blocking(fd, False)
            self.by_fd[fd] = job
        job.input, job.input_fd = load, input_write
        os.set_blocking(input_write, False)
        self.by_fd[input_write] = job
        self.feed(job)
        self.jobs[pid] = job
        return job

    def start_terminal(
        self,
        box: Box | None,
        argv: list[str],
        size: list[int],
        said: Callable[[Job], None],
        ended: Callable[[Job], None],
    ) -> Job:
        ours, theirs = os.openpty()
        pid = fork(box, argv, {"TERM": "xterm"}, (theirs, theirs, theirs), terminal=True)
        os.close(theirs)
        job = Job(pid, ended)
        job.said = said
        job.terminal = ours
        job.outputs = {ours: job.out}
        os.set_blocking(ours, False)
        self.by_fd[ours] = job
        self.resize(job, size)
        self.jobs[pid] = job
        return job

    def resize(self, job: Job, size: list[int]) -> None:
        if job.terminal >= 0:
            fcntl.ioctl(
                job.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[0], size[1], 0, 0)
            )

    def find(self, pid: int) -> Job:
        return self.jobs.get(pid) or self.kept[pid]

    def keep(self, job: Job) -> None:
        """The end of a program that was left running: its end is asked for later."""
        self.kept[job.pid] = job

    def drop(self, job: Job) -> None:
        self.kept.pop(job.pid, None)

    def abandon(self, owner: Any) -> None:
        """The one who looked has gone: hang up."""
        for job in self.jobs.values():
            if job.owner is owner:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(job.pid, signal.SIGHUP)

    def interests(self) -> dict[int, int]:
        found = {}
        for fd, job in self.by_fd.items():
            found[fd] = select.POLLOUT if fd == job.input_fd else select.POLLIN
        return found

    def readable(self, fd: int) -> None:
        job = self.by_fd.get(fd)
        if job is None:
            return
        if fd == job.input_fd:
            self.feed(job)
            return
        try:
            piece = os.read(fd, 65536)
        except BlockingIOError:
            return
        except OSError:  # EIO: the last process has left the terminal
            piece = b""
        if piece:
            if len(job.outputs[fd]) < LIMIT:
                job.outputs[fd] += piece
        else:
            self.close(job, fd)
            del job.outputs[fd]
        if job.said and job.out:
            job.said(job)
        self.finish(job)

    def feed(self, job: Job) -> None:
        """Gives the program more of its input; closes it after the last byte."""
        try:
            while job.input:
                job.input = job.input[os.write(job.input_fd, job.input) :]
        except BlockingIOError:
            return
        except OSError:
            job.input = b""
        fd, job.input_fd = job.input_fd, -1
        self.close(job, fd)

    def close(self, job: Job, fd: int) -> None:
        self.by_fd.pop(fd, None)
        if fd == job.terminal:
            job.terminal = -1
        os.close(fd)

    def reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            job = self.jobs.get(pid)
            if job is None:
                self.other_ended(pid)
                continue
            job.rc = os.waitstatus_to_exitcode(status)
            job.exited = True
            self.drain(job)
            self.finish(job)

    def drain(self, job: Job) -> None:
        """Reads what is left.  A daemon that it started may hold the pipes open: they are let go."""
        for fd in list(job.outputs):
            with contextlib.suppress(OSError):
                while piece := os.read(fd, 65536):
                    job.outputs[fd] += piece
            self.close(job, fd)
        job.outputs.clear()
        if job.input_fd >= 0:
            fd, job.input_fd = job.input_fd, -1
            self.close(job, fd)

    def finish(self, job: Job) -> None:
        if job.exited and self.jobs.pop(job.pid, None):
            job.ended(job)

    def next_deadline(self) -> float | None:
        return min((j.deadline for j in self.jobs.values() if j.deadline is not None), default=None)

    def expire(self, now: float) -> None:
        for job in self.jobs.values():
            if job.deadline is not None and now >= job.deadline:
                job.late = True
                job.deadline = None
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(job.pid, signal.SIGKILL)


def fork(
    box: Box | None,
    argv: list[str],
    env: dict[str, str],
    stdio: tuple[int, int, int],
    terminal: bool = False,
) -> int:
    """Starts a program in a box, or in the lab itself; gives its process id as the lab sees it."""
    if box:
        box.aim_children()
    pid = os.fork()
    if pid:
        if box:
            box.aim_children_home()
        return pid
    try:
        os.setsid()
        if terminal:
            fcntl.ioctl(stdio[0], termios.TIOCSCTTY, 0)
        for fd, source in enumerate(stdio):
            os.dup2(source, fd)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGIO, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        if box:
            box.enter()
            os.chdir("/")
        os.execvpe(argv[0], argv, {"PATH": PATH, "HOME": "/root", "LC_ALL": "C.UTF-8"} | env)
    except OSError as problem:
        os.write(2, f"{argv[0]}: {problem.strerror or problem}\n".encode())
    finally:
        os._exit(127)
