# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Containers: a network, a root with a writable layer, processes, a host name.

A box has a life of its own as a machine has: it can lose power and start
again.  Its ports (ends of cables) and what it wrote into its root stay.
"""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import kernel
from kernel import MS_MOVE, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_PRIVATE, MS_REC, mount
from netlink import Net

STATE = Path("/run/lab")
ROOTS = {"image": "/image", "host": "/", "router": "/router"}
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}
CONSOLE = "/var/log/console.log"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# systemd wants to know that it is in a container.
ENVIRONMENT = {"PATH": PATH, "HOME": "/root", "TERM": "linux", "container": "lab"}


class Box:
    """A container.  `root` names what is below its writable layer, see ROOTS."""

    def __init__(self, name: str, number: int, root: str, init: list[str]) -> None:
        self.name = name
        self.number = number
        self.root = root
        self.init = init
        self.ports: list[str] = []
        self.net: Net | None = None
        self.pid = 0
        self.root_fd = self.mount_fd = self.uts_fd = self.pid_fd = -1
        self.folder = STATE / name
        for layer in ("upper", "work", "root"):
            (self.folder / layer).mkdir(parents=True, exist_ok=True)

    def prepare(self) -> Net:
        """Makes the network, so that cables can be plugged before the box starts."""
        if self.net is None:
            self.net = Net(kernel.new_net())
            self.net.change("lo", up=True)
        return self.net

    def start(self) -> int:
        """Starts the box's first program and gives its process id."""
        self.prepare()
        told, tell = os.pipe2(os.O_CLOEXEC)
        kernel.unshare(kernel.CLONE_NEWPID)
        pid = os.fork()
        if pid == 0:
            self._become(tell)
        kernel.setns(kernel.OWN_PID, kernel.CLONE_NEWPID)
        os.close(tell)
        with os.fdopen(told) as pipe:
            problem = pipe.read()  # ends when the first program runs
        if problem:
            os.waitpid(pid, 0)
            raise OSError(f"{self.name}: {problem}")
        self.pid = pid
        self.root_fd = os.open(f"/proc/{pid}/root", os.O_PATH | os.O_CLOEXEC)
        self.mount_fd = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        self.uts_fd = os.open(f"/proc/{pid}/ns/uts", os.O_RDONLY | os.O_CLOEXEC)
        self.pid_fd = os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        return pid

    def _become(self, tell: int) -> None:
        """In the child: takes on the namespaces and becomes the first program."""
        try:
            os.setsid()
            assert self.net
            kernel.setns(self.net.fd, kernel.CLONE_NEWNET)
            kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC)
            kernel.sethostname(self.name)
            self._mount_root()
            # What the first program and its children say is as on a serial console.
            os.dup2(os.open("/dev/null", os.O_RDWR), 0)
            log = os.open(CONSOLE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            signal.set_wakeup_fd(-1)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.execve(self.init[0], self.init, ENVIRONMENT)
        except BaseException as problem:
            os.write(tell, str(problem).encode())
        finally:
            os._exit(127)

    def _mount_root(self) -> None:
        mount("none", "/", flags=MS_REC | MS_PRIVATE)
        root = str(self.folder / "root")
        layers = (
            f"lowerdir={ROOTS[self.root]},upperdir={self.folder}/upper,workdir={self.folder}/work"
        )
        mount("overlay", root, "overlay", options=layers)
        mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        mount("sys", f"{root}/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        mount("run", f"{root}/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
        os.mkdir(f"{root}/run/lock")
        mount("tmp", f"{root}/tmp", "tmpfs", MS_NOSUID | MS_NODEV)
        mount("dev", f"{root}/dev", "tmpfs", MS_NOSUID, "mode=755")
        for name, minor in DEVICES.items():
            os.mknod(f"{root}/dev/{name}", 0o666 | stat.S_IFCHR, os.makedev(1, minor))
            os.chmod(f"{root}/dev/{name}", 0o666)
        os.mknod(f"{root}/dev/tty", 0o666 | stat.S_IFCHR, os.makedev(5, 0))
        os.mkdir(f"{root}/dev/net")
        os.mknod(f"{root}/dev/net/tun", 0o666 | stat.S_IFCHR, os.makedev(10, 200))
        os.mkdir(f"{root}/dev/shm")
        os.mkdir(f"{root}/dev/pts")
        mount("pts", f"{root}/dev/pts", "devpts", 0, "newinstance,ptmxmode=666,mode=620,gid=5")
        os.symlink("pts/ptmx", f"{root}/dev/ptmx")
        os.symlink("/proc/self/fd", f"{root}/dev/fd")
        os.chdir(root)
        mount(".", "/", flags=MS_MOVE)
        os.chroot(".")
        os.chdir("/")

    def enter(self) -> None:
        """In a child forked after `aim_children`: becomes a process of this box."""
        assert self.net
        kernel.setns(self.net.fd, kernel.CLONE_NEWNET)
        if self.pid:
            kernel.setns(self.uts_fd, kernel.CLONE_NEWUTS)
            kernel.setns(self.mount_fd, kernel.CLONE_NEWNS)

    def aim_children(self) -> None:
        """Makes the next forked child one of this box's processes."""
        if self.pid:
            kernel.setns(self.pid_fd, kernel.CLONE_NEWPID)

    @staticmethod
    def aim_children_home() -> None:
        kernel.setns(kernel.OWN_PID, kernel.CLONE_NEWPID)

    def open(self, path: str, flags: int, mode: int = 0o644) -> int:
        if self.pid:
            return kernel.open_in_root(self.root_fd, path, flags, mode)
        raise OSError(f"{self.name} is not running")

    def stop(self, parking: Net) -> None:
        """Takes the power away: processes die, cables stay plugged and go dark."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.ended()
        if self.net:
            for name in self.ports:
                self.net.move(name, parking, self.parked_name(name))
            self.net.close()
            self.net = None

    def ended(self) -> None:
        """No process is left."""
        for fd in (self.root_fd, self.mount_fd, self.uts_fd, self.pid_fd):
            os.close(fd)
        self.pid = 0

    def plug_parked(self, parking: Net) -> None:
        """Puts the cables that a loss of power left dark into the new network."""
        net = self.prepare()
        for name in self.ports:
            parking.move(self.parked_name(name), net, name)

    def parked_name(self, port: str) -> str:
        return f"p{self.number}-{port}"
