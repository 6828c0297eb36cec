# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The emulated machine: booted once, saved, and restored in a fraction of a second ever after.

Saved is a machine whose modules are loaded and whose agent waits.  Its memory
is a file that a restored machine maps privately, so nothing is read before it
is needed and several machines share one copy.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import system
from .channel import Channel, connect
from .system import build

MEMORY_MB = 1536
CONNECTIONS = 6  # hosts that may speak to the agent at once
BOOT_LIMIT_S = 120
ANSWER_LIMIT_S = 20
RESTORES = 3
PR_SET_PDEATHSIG = 1


class MachineError(Exception):
    """A sentence for the person who started the lab."""


def die_with_parent() -> None:
    """Runs in the child: it does not outlive the thread that started it, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Silence(MachineError):
    """The machine runs, or seems to, and says nothing."""


class Machine:
    """One running QEMU.  `folder` holds its sockets and its console's text."""

    def __init__(self, folder: Path, saved: Path, restore: bool) -> None:
        self.folder = folder
        self.saved = saved
        self.console = folder / "console.log"
        self.process = subprocess.Popen(
            self._command(restore),
            stdin=subprocess.DEVNULL,
            stdout=(folder / "qemu.log").open("wb"),
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
            start_new_session=True,
        )
        self.channel: Channel | None = None

    def _command(self, restore: bool) -> list[str]:
        memory = f"memory-backend-file,id=ram,size={MEMORY_MB}M,mem-path={self.saved}/memory"
        command = [
            "qemu-system-x86_64",
            "-nodefaults",
            "-no-user-config",
            "-nographic",
            "-no-reboot",
        ]
        command += ["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", str(MEMORY_MB)]
        command += ["-object", f"{memory},share={'off' if restore else 'on'}"]
        command += ["-M", "pc,memory-backend=ram"]
        command += ["-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"]
        command += ["-serial", f"file:{self.console}"]
        command += ["-device", f"virtio-serial-pci,max_ports={CONNECTIONS + 1}"]
        for number in range(CONNECTIONS):
            path = self.folder / f"agent{number}"
            command += ["-chardev", f"socket,id=c{number},path={path},server=on,wait=off"]
            command += ["-device", f"virtserialport,chardev=c{number},name=agent{number}"]
        words = "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off random.trust_cpu=on"
        words += " tsc=reliable no_timer_check"
        if restore:
            command += ["-incoming", "defer"]
        else:
            command += ["-kernel", f"{system.kernel()}/vmlinux"]
            command += ["-initrd", f"{self.saved}/initramfs", "-append", words]
        return command

    def open(self, name: str) -> socket.socket:
        """Opens one of QEMU's sockets.  It makes them while it starts, and then begins to listen."""
        limit = time.monotonic() + BOOT_LIMIT_S
        while True:
            try:
                return connect(self.folder / name)
            except OSError as error:
                self.check_alive()
                if time.monotonic() > limit:
                    raise MachineError(f"QEMU's {name}: {error}") from None
            time.sleep(0.005)

    def check_alive(self) -> None:
        if self.process.poll() is not None:
            said = (self.folder / "qemu.log").read_text(errors="replace")[-2000:]
            if self.console.exists():
                said += self.console.read_text(errors="replace")[-2000:]
            raise MachineError(f"QEMU ended with status {self.process.returncode}:\n{said}")

    def connect(self, at_most: float) -> Channel:
        """Opens the first connection to the agent and waits until it answers."""
        self.channel = Channel(self.open("agent0"))
        limit = time.monotonic() + at_most
        answer = self.channel.send("ping")
        while True:
            try:
                answer.result(0.5)
                return self.channel
            except TimeoutError:
                self.check_alive()
                if time.monotonic() > limit:
                    raise Silence(f"the machine does not answer within {at_most} s") from None

    def stop(self) -> None:
        if self.channel:
            self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Monitor:
    """QEMU's control socket (QMP)."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.socket = machine.open("qmp")
        self.file = self.socket.makefile("r")
        self.file.readline()
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        for line in self.file:
            message = json.loads(line)
            if "error" in message:
                raise MachineError(f"QEMU: {command}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]
        self.machine.check_alive()
        raise MachineError(f"QEMU: {command}: no answer")

    def share_memory(self) -> None:
        """Leaves the memory out of what is saved: it is a file already."""
        capability = {"capability": "x-ignore-shared", "state": True}
        self.ask("migrate-set-capabilities", capabilities=[capability])

    def wait_status(self, query: str, wanted: Callable[[str], bool]) -> None:
        limit = time.monotonic() + BOOT_LIMIT_S
        while True:
            status = self.ask(query).get("status", "")
            if status == "failed" or time.monotonic() > limit:
                raise MachineError(f"QEMU: {query}: {status}")
            if wanted(status):
                return
            time.sleep(0.002)

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def save(folder: Path) -> None:
    """Boots a machine and leaves it saved in `folder`."""
    system.make_initramfs(folder / "initramfs")
    (folder / "memory").touch()
    with tempfile.TemporaryDirectory(prefix="weft-lab-") as run:
        machine = Machine(Path(run), folder, restore=False)
        try:
            machine.connect(BOOT_LIMIT_S).close()
            machine.channel = None
            console = machine.console.read_text(errors="replace")
            failed = [line for line in console.splitlines() if line.startswith("lab:")]
            if failed:
                raise MachineError("\n".join(failed))
            monitor = Monitor(machine)
            monitor.share_memory()
            time.sleep(1)  # the agent sees that the host has gone, and rests
            monitor.ask("stop")
            monitor.ask("migrate", uri=f"exec:cat > '{folder}/devices'")
            monitor.wait_status("query-migrate", lambda status: status == "completed")
            monitor.close()
        finally:
            machine.stop()
    (folder / "initramfs").unlink()


def saved_machine() -> Path:
    """The saved machine of this checkout, made when it is missing."""
    cache = build.cache_folder()
    folder = cache / "machine" / system.key()
    if not folder.exists():
        with ThreadPoolExecutor() as pool:
            parts = [pool.submit(f) for f in (system.kernel, system.host_tree, build.image_tree)]
            for part in parts:
                part.result()
        folder.parent.mkdir(parents=True, exist_ok=True)
        build.once(folder, "booting the lab's machine and saving it", save)
        for kind in ("machine", "image", "host", "kernel"):
            build.prune(cache / kind, keep=5)
    os.utime(folder)
    return folder


def restore(folder: Path) -> Machine:
    """Gives a running machine with a connected agent, its clock set.

    Once in some thousand times a machine stays silent after it was restored.  Then it is given up for
    another one; what its processors did is left beside the failures of scenarios.
    """
    for _ in range(RESTORES - 1):
        try:
            return restore_once(folder)
        except Silence as silence:
            print(f"lab: {silence}; once more", file=sys.stderr)
    return restore_once(folder)


def restore_once(folder: Path) -> Machine:
    saved = saved_machine()
    machine = Machine(folder, saved, restore=True)
    try:
        monitor = Monitor(machine)
        monitor.share_memory()
        monitor.ask("migrate-incoming", uri=f"exec:cat '{saved}/devices'")
        monitor.wait_status("query-status", lambda status: status != "inmigrate")
        monitor.ask("cont")
        try:
            machine.connect(ANSWER_LIMIT_S).call("wake", load=os.urandom(64), time=time.time())
        except Silence:
            leave_state(monitor, saved)
            raise
        monitor.close()
    except BaseException:
        machine.stop()
        raise
    return machine


def leave_state(monitor: Monitor, saved: Path) -> None:
    """Writes down what a silent machine does, for who wants to find out why."""
    path = build.cache_folder() / "failures" / f"silent-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        print(saved, sorted(os.stat(saved / name) for name in os.listdir(saved)), file=file)
        for _ in range(3):
            for command in ("info status", "info chardev", "info registers -a", "info lapic"):
                line = {"command-line": command}
                print(monitor.ask("human-monitor-command", **line), file=file)
            time.sleep(0.3)
