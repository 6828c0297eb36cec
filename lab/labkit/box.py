# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A container of the lab, as a test sees it: programs, files, pings, captures."""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from .channel import Answer, Channel
from .forward import Forward
from .frames import Frame, read_pcap


class RunError(AssertionError):
    """A program failed that should not have."""


@dataclass
class Result:
    """How a program ended and what it said."""

    argv: list[str]
    rc: int
    out: str
    err: str
    took: float

    @property
    def ok(self) -> bool:
        return self.rc == 0


@dataclass
class Pings:
    """What became of a series of pings."""

    sent: int
    received: int
    duplicates: int
    times: list[float] = field(default_factory=list)  # of day, of each reply
    text: str = ""

    @property
    def loss(self) -> float:
        return 100 * (1 - self.received / self.sent) if self.sent else 100.0

    @property
    def max_gap(self) -> float:
        """The longest silence between two replies, in seconds."""
        return max((b - a for a, b in zip(self.times, self.times[1:])), default=float("inf"))


def read_pings(text: str) -> Pings:
    """Reads what `ping -D` printed."""
    times = [
        float(t) for t in re.findall(r"^\[([0-9.]+)\] [0-9]+ bytes from (?!.*DUP!)", text, re.M)
    ]
    summary = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    duplicates = re.search(r"\+(\d+) duplicates", text)
    return Pings(
        sent=int(summary[1]) if summary else 0,
        received=int(summary[2]) if summary else len(times),
        duplicates=int(duplicates[1]) if duplicates else 0,
        times=times,
        text=text,
    )


class Process:
    """A program that was left running."""

    def __init__(self, channel: Channel, argv: list[str], job: int) -> None:
        self.channel = channel
        self.argv = argv
        self.job = job
        self.rc: int | None = None
        self.out = b""
        self.err = b""

    def poll(self, signal_number: int = 0) -> int | None:
        """Fetches what it said; gives its status if it has ended."""
        if self.rc is None:
            answer, load = self.channel.call("job", job=self.job, signal=signal_number)
            self.out += load[: answer["out"]]
            self.err += load[answer["out"] :]
            self.rc = answer["rc"]
        return self.rc

    def wait(self, at_most: float = 30) -> int:
        limit = time.monotonic() + at_most
        while self.poll() is None:
            if time.monotonic() > limit:
                raise RunError(f"{' '.join(self.argv)} did not end within {at_most} s")
            time.sleep(0.05)
        assert self.rc is not None
        return self.rc

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        """Ends it; its output stays readable."""
        self.poll(signal_number)
        try:
            self.wait(5)
        except RunError:
            self.poll(signal.SIGKILL)
            self.wait(5)

    @property
    def text(self) -> str:
        return self.out.decode(errors="replace")


class Capture:
    """What tcpdump saw on an interface; complete after the with statement."""

    def __init__(self, box: Box, process: Process) -> None:
        self.box = box
        self.process = process
        self.pcap = b""
        self.frames: list[Frame] = []

    def finish(self) -> None:
        time.sleep(0.1)  # what is on its way to the packet socket
        self.process.stop(signal.SIGINT)
        self.pcap = self.process.out
        self.frames = read_pcap(self.pcap)

    def text(self) -> str:
        """A line a frame, as tcpdump tells it."""
        return self.box.run("tcpdump", "-nn", "-e", "-r", "-", input=self.pcap).out


class Box:
    """A container: `lab` is the machine itself."""

    def __init__(self, channel: Channel, name: str) -> None:
        self.channel = channel
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def begin(self, *argv: str, input: bytes | str = b"", timeout: float = 60) -> Future[Answer]:
        """Starts a program that `run` would; for many at once."""
        load = input.encode() if isinstance(input, str) else input
        return self.channel.send("run", load, box=self.name, argv=list(argv), timeout=timeout)

    def run(
        self, *argv: str, input: bytes | str = b"", timeout: float = 60, check: bool = True
    ) -> Result:
        """Runs a program and waits for its end.  A status that is not 0 is an error if `check`."""
        answer, load = self.begin(*argv, input=input, timeout=timeout).result(timeout + 30)
        out, err = load[: answer["out"]], load[answer["out"] :]
        result = Result(
            list(argv),
            answer["rc"],
            out.decode(errors="replace"),
            err.decode(errors="replace"),
            answer["took"],
        )
        if answer["late"]:
            raise RunError(
                f"{self.name}: {' '.join(argv)} took longer than {timeout} s\n{result.out}"
            )
        if check and result.rc != 0:
            raise RunError(
                f"{self.name}: {' '.join(argv)} ended with {result.rc}\n{result.out}{result.err}"
            )
        return result

    def sh(self, script: str, timeout: float = 60, check: bool = True) -> str:
        """Runs a shell script in one go and gives its output."""
        return self.run("/bin/dash", "-eu", "-c", script, timeout=timeout, check=check).out

    def spawn(self, *argv: str, input: bytes | str = b"") -> Process:
        load = input.encode() if isinstance(input, str) else input
        answer, _ = self.channel.call("spawn", load, box=self.name, argv=list(argv))
        return Process(self.channel, list(argv), answer["job"])

    def read_bytes(self, path: str) -> bytes:
        return self.channel.call("read", box=self.name, path=path)[1]

    def read(self, path: str) -> str:
        return self.read_bytes(path).decode(errors="replace")

    def write(self, path: str, text: str | bytes, mode: int = 0o644) -> None:
        load = text.encode() if isinstance(text, str) else text
        self.channel.call("write", load, box=self.name, path=path, mode=mode)

    def ping(
        self,
        target: str,
        count: int = 1,
        interval: float = 0.2,
        size: int = 56,
        wait: float = 1,
        dont_fragment: bool = False,
    ) -> Pings:
        """Pings and waits until done; look at .loss and .duplicates."""
        argv = ["ping", "-n", "-D", "-c", str(count), "-i", str(interval), "-W", str(wait)]
        argv += ["-s", str(size)] + (["-M", "do"] if dont_fragment else [])
        return read_pings(self.run(*argv, target, check=False, timeout=count * interval + 60).out)

    def reaches(self, target: str) -> bool:
        """Whether one ping comes back; made for wait_until."""
        return self.ping(target).received > 0

    @contextlib.contextmanager
    def pinging(self, target: str, interval: float = 0.02) -> Iterator[Pings]:
        """Pings while the body of the with statement runs; complete after it."""
        process = self.spawn("ping", "-n", "-D", "-i", str(interval), target)
        pings = Pings(0, 0, 0)
        try:
            yield pings
        finally:
            process.stop(signal.SIGINT)
            vars(pings).update(vars(read_pings(process.text)))

    @contextlib.contextmanager
    def capture(self, interface: str, filter: str = "") -> Iterator[Capture]:
        """Captures frames while the body of the with statement runs."""
        argv = ["tcpdump", "--immediate-mode", "-n", "-U", "-s", "0", "-i", interface, "-w", "-"]
        process = self.spawn(*argv, *filter.split())
        limit = time.monotonic() + 15
        while b"listening on" not in process.err:
            if process.poll() is not None or time.monotonic() > limit:
                raise RunError(f"{self.name}: tcpdump: {process.err.decode(errors='replace')}")
            time.sleep(0.02)
        capture = Capture(self, process)
        try:
            yield capture
        finally:
            capture.finish()

    def forward(self, address: str, port: int = 80, here: int = 0) -> Forward:
        """A port of this host (`.port`) that leads to an address, by way of this box."""
        return Forward(self, (address, port), here)

    def proxy(self) -> Forward:
        """A SOCKS 5 proxy on this host (`.port`): a browser that uses it is in this box."""
        return Forward(self)

    def interfaces(self) -> list[str]:
        return re.findall(r"^\d+: ([^:@]+)", self.run("ip", "-o", "link").out, re.M)
