# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The demonstration: a live view of a neighbourhood, as its nodes' kernels see it.

Nothing shown is taken from the topology file but names: who hears whom is
batman-adv's table, the way out is followed route by route, and the phones'
addresses and pings are their own.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from . import internet, machine, product
from .box import Process
from .lab import Client, Lab, Node
from .system import REPOSITORY

SCENARIO = REPOSITORY / "lab" / "scenarios" / "two-clouds"
WALKER = "ana"
WALK = ["n1", "n2", "n3", "n4", "n3", "n2"]
WALK_EVERY_S = 8
LOOK_EVERY_S = 2
LOST_S = 5  # a silence of this length is a session that a person notices as broken
BARS = "▁▂▃▄▅▆▇█"
ASK_NODE = f"""
ip -o -4 address show dev br-lan
echo ==
batctl meshif bat0 neighbors -nH
echo ==
ip route get {internet.HOST4}
"""


@dataclass
class NodeView:
    """What a node's kernel says."""

    address: str = ""
    hears: list[str] = field(default_factory=list)  # names, the best first
    way: str = ""  # "babel 10.1.2.3", "uplink wan0", ""


@dataclass
class PhoneView:
    """A phone, and the ping to the Internet that it runs all the time."""

    client: Client
    process: Process
    times: list[float] = field(default_factory=list)  # when replies came
    trips: list[float] = field(default_factory=list)  # milliseconds
    walked: str = ""
    walked_at: float = 0
    gaps: list[float] = field(default_factory=list)  # seconds of silence at each walk

    def read(self) -> None:
        """Takes in what the ping has said since."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the ping of {self.client.name} ended")
        found = re.findall(r"^\[([0-9.]+)\] .* time=([0-9.]+) ms", self.process.text, re.M)
        self.times = [float(when) for when, _ in found]
        self.trips = [float(trip) for _, trip in found]

    def longest_silence(self) -> float:
        return max((b - a for a, b in zip(self.times, self.times[1:])), default=0)


class Progress:
    """Says what is being waited for, and how long it took."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"[{time.monotonic() - self.start:5.1f} s] {text}", flush=True)


def node_of_mac(lab: Lab, mac: str) -> str:
    """Every hard interface ends in the last three bytes of its node's MAC."""
    for node in lab.nodes:
        if node.mac[9:] == mac[9:]:
            return node.name
    return mac


def look_at(lab: Lab, node: Node) -> NodeView:
    view = NodeView()
    parts = node.sh(ASK_NODE + "true", check=False).split("==\n")
    if len(parts) < 3:
        return view
    address = re.search(r"inet ([0-9.]+)", parts[0])
    view.address = address[1] if address else ""
    macs = re.findall(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", parts[1])
    view.hears = sorted({node_of_mac(lab, mac) for mac in macs})
    if via := re.search(r"via ([0-9.]+) dev (\S+)", parts[2]):
        view.way = f"uplink {via[2]}" if via[2].startswith("wan") else f"babel {via[1]}"
    return view


def way_out(views: dict[str, NodeView], name: str) -> str:
    """The nodes on the way to the Internet, followed from one routing table to the next."""
    owners = {view.address: node for node, view in views.items()}
    path = [name]
    while len(path) <= len(views):
        way = views[path[-1]].way
        if way.startswith("uplink"):
            return " → ".join([*path, "Internet"])
        following = owners.get(way.removeprefix("babel "), "")
        if not following:
            return "no way out yet"
        path.append(following)
    return "a loop: " + " → ".join(path)


def bar(phone: PhoneView, width: int = 24) -> str:
    trips = phone.trips[-width:]
    top = max([*trips, 20.0])
    return "".join(BARS[min(7, int(8 * trip / (top + 1)))] for trip in trips)


def phone_lines(phone: PhoneView) -> list[str]:
    client = phone.client
    six = client.addresses(6)
    trip = f"{phone.trips[-1]:.0f} ms" if phone.trips else "no answer yet"
    lines = [
        f"  {client.name:6} at {client.at:4} {client.leased():16} {six[0] if six else ''}",
        f"         ping to the Internet: {trip:14} {bar(phone)}",
    ]
    if phone.walked:
        ago = time.monotonic() - phone.walked_at
        gaps = ", ".join(f"{1000 * gap:.0f}" for gap in phone.gaps[-6:])
        lines.append(f"         walked {phone.walked} {ago:.0f} s ago; silences so far (ms): {gaps or '–'}")
    return lines


def screen(lab: Lab, views: dict[str, NodeView], phones: list[PhoneView]) -> str:
    lines = [f"weft: {len(lab.nodes)} nodes, {len(lab.topology.clouds)} clouds, one network", ""]
    for cloud in lab.topology.clouds.values():
        lines.append(f"cloud {cloud.name} ({cloud.ssid})")
        for name in cloud.nodes:
            view = views[name]
            hears = ", ".join(view.hears) or "nobody of its cloud yet"
            lines.append(f"  {name:4} {view.address or 'no address yet':16} hears {hears}")
            lines.append(f"       {way_out(views, name)}")
        lines.append("")
    lines.append("phones")
    for phone in phones:
        lines += phone_lines(phone)
    return "\n".join(lines)


class Demo:
    """The neighbourhood, the view, and the walk."""

    def __init__(self, lab: Lab, say: Progress) -> None:
        self.lab = lab
        self.say = say
        self.pool = ThreadPoolExecutor(8)
        self.phones: list[PhoneView] = []
        self.step = 0

    def wait_for_phones(self) -> None:
        for client in self.lab.clients:
            address = client.dhcp(90)
            self.say(f"{client.name} has {address}, from its node {client.at}")
        for client in self.lab.clients:
            self.lab.wait_until(lambda: client.reaches(internet.HOST4), 120, what="the Internet")
            self.say(f"{client.name} reaches the Internet")
            process = client.spawn("ping", "-n", "-D", "-O", "-i", "0.1", internet.HOST4)
            self.phones.append(PhoneView(client, process))

    def walk(self) -> None:
        phone = next(phone for phone in self.phones if phone.client.name == WALKER)
        self.note_gap(phone)
        self.step += 1
        there = WALK[self.step % len(WALK)]
        phone.walked = f"{phone.client.at} → {there}"
        phone.walked_at = time.monotonic()
        phone.client.move_to(there)

    def note_gap(self, phone: PhoneView) -> None:
        """The longest silence since the walk before."""
        if not phone.walked:
            return
        recent = [t for t in phone.times if t > phone.times[-1] - WALK_EVERY_S]
        phone.gaps.append(max((b - a for a, b in zip(recent, recent[1:])), default=LOST_S))

    def look(self) -> str:
        nodes = self.lab.nodes
        found = self.pool.map(lambda node: look_at(self.lab, node), nodes)
        views = dict(zip((node.name for node in nodes), found))
        for phone in self.phones:
            phone.read()
        return screen(self.lab, views, self.phones)

    def live(self, seconds: float) -> None:
        end = time.monotonic() + seconds if seconds else float("inf")
        next_walk = time.monotonic() + WALK_EVERY_S
        while time.monotonic() < end:
            begun = time.monotonic()
            if begun > next_walk:
                self.walk()
                next_walk = begun + WALK_EVERY_S
            show(self.look())
            self.lab.machine.check_alive()
            time.sleep(max(0.0, LOOK_EVERY_S - (time.monotonic() - begun)))

    def verdict(self) -> bool:
        """What the walk cost, in one line a phone; false if a session was lost."""
        good = True
        for phone in self.phones:
            phone.read()
            silence = phone.longest_silence()
            good = good and bool(phone.times) and silence < LOST_S
            print(f"{phone.client.name}: {len(phone.times)} answers, longest silence {1000 * silence:.0f} ms")
        return good


def show(text: str) -> None:
    if sys.stdout.isatty():
        width, height = shutil.get_terminal_size()
        lines = [line[:width] for line in text.split("\n")][: height - 2]
        print("\033[H\033[2J" + "\n".join(lines) + "\n\nCtrl-C ends everything.", flush=True)
    else:
        print(text + "\n", flush=True)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="lab/demo", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=0, help="end by itself after so long")
    arguments = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, interrupt)
    say = Progress()
    lab = None
    try:
        say("building weft")
        product.binary()
        say("making the machine (the first time this takes a minute or two)")
        machine.saved_machine()
        say("starting six nodes, their cables and three phones")
        lab = Lab(SCENARIO)
        say("everything is plugged in; the mesh finds itself")
        demo = Demo(lab, say)
        demo.wait_for_phones()
        demo.live(arguments.seconds)
        return 0 if demo.verdict() else 1
    except KeyboardInterrupt:
        print("\nending")
        return 0
    finally:
        if lab:
            lab.stop()
