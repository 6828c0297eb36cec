# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The demonstration: a live view of a neighbourhood, as its nodes tell it.

All that is shown of nodes is what `weft status --json` says on each (docs/status.md):
who hears whom, who is connected where, and the way out, followed from node to node
by the names they give.  The phones' pings are their own.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

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


@dataclass
class ClientView:
    """A client, as the node says that it is connected to."""

    name: str  # its MAC where it has told none
    address: str
    since: int  # seconds that it has been there


@dataclass
class NodeView:
    """A node, as it sees itself."""

    name: str
    cloud: str = ""
    address: str = ""
    hears: list[str] = field(default_factory=list)  # "n2 96 %", in its cloud
    routes_to: list[str] = field(default_factory=list)  # names, outside of its cloud
    way: str = ""  # the name of the next node on the way to the Internet
    uplink: str = ""  # or its own port that leads there
    why: str = ""  # it is that one, or none
    problems: list[str] = field(default_factory=list)
    clients: dict[str, ClientView] = field(default_factory=dict)  # by MAC


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


def called(thing: dict[str, Any], *instead: str) -> str:
    """A name, or what is known instead."""
    return next((thing[key] for key in ("name", *instead) if thing.get(key)), "somebody")


def quality(node: dict[str, Any]) -> str:
    if "kbps" in node:
        return f"{node['kbps'] / 1000:.0f} Mbit/s"
    return f"{node['quality_percent']} %"


def read_way(view: NodeView, internet: list[dict[str, Any]]) -> None:
    way = next((each for each in internet if each["family"] == 4), {})
    if way.get("by") == "another node":
        view.way = called(way, "via")
    elif way.get("by") == "own uplink":
        view.uplink = way["port"]
    view.why = "; ".join(way.get("why", []))


def read_status(name: str, status: dict[str, Any]) -> NodeView:
    """What a status says, in the words of this view."""
    own = status["node"]
    view = NodeView(own.get("name", name), address=own.get("ipv4", "").split("/")[0])
    inside = set()
    for cloud in status.get("clouds", []):
        view.cloud = cloud["ssid"]
        inside |= {called(node, "ipv4", "mac") for node in cloud["nodes"]}
        near = [node for node in cloud["nodes"] if node["neighbour"]]
        view.hears += [f"{called(node, 'ipv4', 'mac')} {quality(node)}" for node in near]
    neighbours = status.get("babel", {}).get("neighbours", [])
    reachable = {called(each, "address") for each in neighbours if each["reachable"]}
    view.routes_to = sorted(reachable - inside)
    read_way(view, status.get("internet", []))
    view.problems = status["problems"]
    for client in status.get("clients", []):
        view.clients[client["mac"]] = ClientView(
            called(client, "mac"), client.get("ipv4", ""), client.get("here_s", 0)
        )
    return view


def look_at(node: Node) -> NodeView:
    said = node.weft("status", "--json", check=False)
    try:
        return read_status(node.name, json.loads(said))
    except json.JSONDecodeError:
        return NodeView(node.name, problems=["its daemon does not answer"])


def way_out(views: list[NodeView], first: NodeView) -> str:
    """The nodes on the way to the Internet, each asked for the next one."""
    names = {view.name: view for view in views}
    path = [first.name]
    here = first
    while not here.uplink:
        if here.way in path:
            return "in a circle: " + " → ".join([*path, here.way])
        if here.way not in names:
            return f"no way to the Internet: {here.why or 'nothing is known yet'}"
        here = names[here.way]
        path.append(here.name)
    return " → ".join([*path, here.uplink, "Internet"])


def bar(phone: PhoneView, width: int = 24) -> str:
    trips = phone.trips[-width:]
    top = max([*trips, 20.0])
    return "".join(BARS[min(7, int(8 * trip / (top + 1)))] for trip in trips)


def whereabouts(views: list[NodeView], phone: PhoneView) -> str:
    """Which node says that the phone is connected to it, with which address."""
    mac = phone.client.mac
    met = [(view.clients[mac].since, view) for view in views if mac in view.clients]
    if not met:
        return "seen by no node yet"
    node = min(met, key=lambda pair: pair[0])[1]
    seen = node.clients[mac]
    return f"at {node.name} for {seen.since} s, with {seen.address or 'an address it has not told'}"


def phone_lines(views: list[NodeView], phone: PhoneView) -> list[str]:
    trip = f"{phone.trips[-1]:.0f} ms" if phone.trips else "no answer"
    lines = [
        f"  {phone.client.name:5} {whereabouts(views, phone)}",
        f"        ping to the Internet {trip:10} {bar(phone)}",
    ]
    if phone.walked:
        ago = time.monotonic() - phone.walked_at
        gaps = ", ".join(f"{1000 * gap:.0f}" for gap in phone.gaps[-5:])
        lines.append(f"        walked {phone.walked} {ago:.0f} s ago; silences: {gaps or '–'} ms")
    return lines


def node_lines(views: list[NodeView], view: NodeView) -> list[str]:
    hears = ", ".join(view.hears) or "nobody of its cloud"
    beyond = f"; routes to {', '.join(view.routes_to)}" if view.routes_to else ""
    return [
        f"  {view.name:5} {view.address or 'no address yet':14} hears {hears}{beyond}",
        f"        {way_out(views, view)}",
        *(f"        ! {problem}" for problem in view.problems),
    ]


def screen(views: list[NodeView], phones: list[PhoneView]) -> str:
    """Phones first: they are what moves."""
    clouds = sorted({view.cloud for view in views})
    lines = [f"weft: {len(views)} nodes, {len(clouds)} clouds, one network", "", "phones"]
    for phone in phones:
        lines += phone_lines(views, phone)
    for cloud in clouds:
        lines += ["", f"cloud {cloud or '(not known yet)'}"]
        for view in views:
            if view.cloud == cloud:
                lines += node_lines(views, view)
    return "\n".join(lines)


class Demo:
    """The neighbourhood, the view, and the walk."""

    def __init__(self, lab: Lab, say: Progress) -> None:
        self.lab = lab
        self.say = say
        self.pool = ThreadPoolExecutor(8)
        self.phones: list[PhoneView] = []
        self.step = 0
        self.page = ""  # where to see what the walking phone sees

    def wait_for_phones(self) -> None:
        for client in self.lab.clients:
            address = client.dhcp(90)
            self.say(f"{client.name} has {address}, from its node {client.at}")
        for client in self.lab.clients:
            self.lab.wait_until(lambda: client.reaches(internet.HOST4), 120, what="the Internet")
            self.say(f"{client.name} reaches the Internet")
            process = client.spawn("ping", "-n", "-D", "-O", "-i", "0.1", internet.HOST4)
            self.phones.append(PhoneView(client, process))

    def open_page(self) -> None:
        """The page of whichever node the walking phone is at: they all have its gateway's address."""
        walker = self.lab.client(WALKER)
        door = walker.forward(walker.lease()["router"].split()[0])
        self.page = f"http://{door.address}/"
        self.say(f"the page that {WALKER} sees of its node: {self.page}")

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
        views = list(self.pool.map(look_at, self.lab.nodes))
        for phone in self.phones:
            phone.read()
        return f"{screen(views, self.phones)}\n\nits page, as {WALKER} sees it: {self.page}"

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
            answers = f"{len(phone.times)} answers"
            print(f"{phone.client.name}: {answers}, longest silence {1000 * silence:.0f} ms")
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
        demo.open_page()
        demo.live(arguments.seconds)
        return 0 if demo.verdict() else 1
    except KeyboardInterrupt:
        print("\nending")
        return 0
    finally:
        if lab:
            lab.stop()
