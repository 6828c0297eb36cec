# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What a hundred connections and the nodes' own default routes went through, told afterwards."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from labkit import internet
from labkit.box import Process
from labkit.lab import Lab

FLOWS = Path(__file__).with_name("flows.py").read_text()
PORT = 7
EVERY = 1.0  # seconds, between two messages of a connection
LONG = 1.5 * EVERY  # a silence that is more than waiting for the next message


def now(lab: Lab) -> float:
    """Seconds since the machine was booted."""
    return float(lab.lab.read("/proc/uptime").split()[0])


def serve(lab: Lab) -> None:
    server = lab["internet"]
    server.write("/run/flows.py", FLOWS)
    server.spawn("python3", "/run/flows.py", "serve", str(PORT))


@dataclass
class Flow:
    """One connection of a client to the Internet host, made anew as often as it breaks."""

    client: str
    family: str
    replies: list[float]
    breaks: list[float]
    ways: list[tuple[float, str]]  # since when, the gateway

    def way(self, at: float) -> str:
        """The node by whose uplink it went then."""
        return next((way for when, way in reversed(self.ways) if when <= at), "")

    def silences(self, begin: float, end: float) -> list[tuple[float, float]]:
        """Those that ended then, or go on: how long, and until when."""
        times = [t for t in self.replies if begin - LONG <= t <= end]
        if not times:
            return [(end - begin, end)]
        gaps = [(b - a, b) for a, b in zip(times, times[1:]) if b - a > LONG and b > begin]
        if end - times[-1] > LONG:
            gaps.append((end - times[-1], end))
        return gaps

    def again(self, begin: float, end: float) -> float:
        """How long after `begin` it ran again without a break; 0: it never stopped."""
        return max((until - begin for _, until in self.silences(begin, end)), default=0.0)

    def changes(self, begin: float, end: float) -> int:
        return sum(begin < when <= end for when, _ in self.ways[1:])


def owner(lab: Lab, address: str) -> str:
    number = re.match(r"100\.64\.(\d+)\.|2001:db8:(\d+):", address)
    assert number, f"{address} is no provider's"
    n = int(number[1] or number[2])
    return next(node for node, uplink in lab.topology.uplinks.items() if uplink.number == n)


LINE = re.compile(r"^\[([^\]]*)\] ?(Deleted )?default (.*)")


class Routes:
    """The default routes of a node: each change of the best one, and when."""

    def __init__(self, lab: Lab, node: str, offset: float) -> None:
        self.box = lab[node]
        self.offset = offset
        self.changes: list[tuple[float, str, str]] = []  # when, the family, by which device
        self.begin()

    def begin(self) -> None:
        """Also again, when the node was without power."""
        self.process = self.box.spawn("ip", "-ts", "monitor", "route")
        self.text = "".join(
            f"[]default {line.partition(' ')[2]}\n"
            for family in "46"
            for line in self.box.run("ip", f"-{family}", "route", "show", "default").out.splitlines()
        )

    def finish(self) -> None:
        """No process of a box may be left when its power is cut."""
        self.process.stop()
        routes: dict[tuple[str, int], str] = {}
        best: dict[str, str] = {}
        for line in (self.text + self.process.text).splitlines():
            match = LINE.match(line)
            if not match or re.search(r" table (?!main)", line):
                continue
            family = "ipv6" if re.search(r" proto ra | via [0-9a-f]*:", line) else "ipv4"
            metric = re.search(r" metric (\d+)", line)
            key = (family, int(metric[1]) if metric else 0)
            if match[2]:
                routes.pop(key, None)
            else:
                device = re.search(r"\bdev (\S+)", line)
                routes[key] = device[1] if device else ""
            mine = [key for key in routes if key[0] == family]
            it = routes[min(mine)] if mine else "none"
            if it != best.get(family):
                best[family] = it
                self.changes.append((self.time(match[1]), family, it))

    def time(self, text: str) -> float:
        if not text:
            return 0.0
        wall = datetime.fromisoformat(text).timestamp() if "+" in text else parse_utc(text)
        return wall - self.offset

    def between(self, begin: float, end: float, family: str = "") -> list[tuple[float, str]]:
        """Changes then: how long after `begin`, and to which device."""
        return [
            (when - begin, f"{kind} by {device}")
            for when, kind, device in self.changes
            if begin < when <= end and family in ("", kind)
        ]


def parse_utc(text: str) -> float:
    return datetime.fromisoformat(text + "+00:00").timestamp()


@dataclass
class Sight:
    """All of it; complete after the with statement."""

    flows: list[Flow] = field(default_factory=list)
    routes: dict[str, Routes] = field(default_factory=dict)

    def of(self, client: str, gateway: str, family: str, at: float, hit: bool) -> list[Flow]:
        """A client's connections that went by this gateway (in this family) then, or did not."""
        return [
            flow
            for flow in self.flows
            if flow.client == client
            and (flow.way(at) == gateway and family in ("", flow.family)) == hit
        ]

    def clients(self) -> list[str]:
        return sorted({flow.client for flow in self.flows})


@contextlib.contextmanager
def looking(lab: Lab, clients: tuple[str, ...], nodes: tuple[str, ...], total: int = 100) -> Iterator[Sight]:
    """A hundred connections, of these clients together, half of them over IPv6; and these nodes' routes."""
    offset = float(
        lab.lab.run("python3", "-c", "import time; print(time.time() - time.clock_gettime(7))").out
    )
    sight = Sight(routes={node: Routes(lab, node, offset) for node in nodes})
    processes: dict[str, Process] = {}
    half = total // len(clients) // 2
    for name in clients:
        lab[name].write("/run/flows.py", FLOWS)
        counts = [internet.HOST4, str(half), internet.HOST6, str(half)]
        processes[name] = lab[name].spawn("python3", "/run/flows.py", "talk", str(PORT), str(EVERY), *counts)
    for name in clients:
        connected = f"ss -Htn state established dport = :{PORT} | wc -l"
        enough = lambda name=name: int(lab[name].sh(connected)) == 2 * half  # noqa: E731
        lab.wait_until(enough, 120, every=0.5, what=f"the connections of {name}")
    try:
        yield sight
    finally:
        for name, process in processes.items():
            process.stop(signal.SIGINT)
            sight.flows += [read_flow(lab, name, flow) for flow in json.loads(process.text)]
        for routes in sight.routes.values():
            routes.finish()


def read_flow(lab: Lab, client: str, flow: dict[str, Any]) -> Flow:
    family = "ipv6" if ":" in flow["host"] else "ipv4"
    ways = [(when, owner(lab, address)) for when, address in flow["ways"]]
    return Flow(client, family, flow["replies"], flow["breaks"], ways)


def spread(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} s (median), {max(times):.1f} s (last)"
