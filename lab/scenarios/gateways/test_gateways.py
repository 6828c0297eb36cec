# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A way to the Internet dies in each of its ways; another one takes over, and it comes back.

The two neighbourhoods know nothing of each other, and each has a story of its own; both are told
at once.  A test waits for the end of its story and looks at what was seen.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Client, Node
from labkit.lab import Lab

FLOWS = Path(__file__).with_name("flows.py").read_text()
PORT = 7
EVERY = 1.0  # seconds, between two messages of a connection
NEVER = 30.0  # what must not happen, however busy the machine is
CALM = 3.5  # a pause of this length is nobody's fault on a busy machine

Strike = tuple[Callable[[], object], Callable[[], object]]


# --- what is looked at ---


def health(node: Node, family: str = "ipv4") -> dict[str, Any]:
    uplinks = json.loads(node.weft("status", "--json"))["uplinks"]
    return uplinks[0]["health"][family] if uplinks else {}


def is_class(node: Node, wanted: str, family: str = "ipv4") -> Callable[[], bool]:
    return lambda: health(node, family).get("class") == wanted


def way_out(lab: Lab, client: Client) -> str:
    """The node by whose uplink this client's packets leave."""
    out = client.run("traceroute", "-n", "-q", "1", "-w", "2", "-m", "8", internet.HOST4, check=False).out
    hops = re.findall(r"100\.64\.(\d+)\.1\b", out)
    return owner(lab, int(hops[0])) if hops else ""


def owner(lab: Lab, number: int) -> str:
    return next(node for node, uplink in lab.topology.uplinks.items() if uplink.number == number)


def now(lab: Lab) -> float:
    return float(lab.lab.run("date", "+%s.%N").out)


def run_on(seconds: float) -> None:
    time.sleep(seconds)


@dataclass
class Flow:
    """One connection of a client to the Internet host, made anew as often as it breaks."""

    client: str
    host: str
    replies: list[float]
    breaks: list[float]
    ways: list[tuple[float, str]]

    def way(self, lab: Lab, at: float) -> str:
        """The node by whose uplink it went then."""
        address = next((way for when, way in reversed(self.ways) if when <= at), "")
        number = re.match(r"(?:::ffff:)?100\.64\.(\d+)\.|2001:db8:(\d+):", address)
        return owner(lab, int(number[1] or number[2])) if number else ""

    def pause(self, begin: float, end: float) -> tuple[float, float]:
        """The longest silence that began or ended then: its length and its end."""
        times = [t for t in self.replies if begin - EVERY <= t <= end]
        if not times:
            return end - begin, end
        gaps = [(b - a, b) for a, b in zip(times, times[1:])]
        return max(gaps + [(end - times[-1], end)])


@dataclass
class Seen:
    """What the connections of some clients saw, and when something was done to their way out."""

    lab: Lab
    flows: list[Flow] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    result: list[tuple[str, float, bool]] = field(default_factory=list)  # client, seconds, hit

    def say(self, text: str) -> None:
        self.lines.append(text)

    def tell(self, what: str, gateway: str, begin: float, end: float, family: str = "") -> None:
        """How long who was without; of those who went by this gateway (in this family), and others."""
        self.result = []
        for name in sorted({flow.client for flow in self.flows}):
            for hit in (True, False):
                mine = [
                    flow.pause(begin, end)
                    for flow in self.flows
                    if flow.client == name
                    and (flow.way(self.lab, begin) == gateway and family in ("", flow.host)) == hit
                ]
                if mine:
                    self.tell_one(f"{what}: {name}", mine, begin, hit)
                    self.result += [(name, length, hit) for length, _ in mine]

    def tell_one(self, what: str, pauses: list[tuple[float, float]], begin: float, hit: bool) -> None:
        lengths = [length for length, _ in pauses]
        if not hit:
            self.say(f"  {what}, {len(pauses)} not concerned: longest pause {max(lengths):.1f} s")
            return
        # A pause that is no longer than the time between two messages is none.
        again = [max(0.0, end - begin) if length > 1.5 * EVERY else 0.0 for length, end in pauses]
        self.say(
            f"  {what}, {len(pauses)} flows by it: run again after {statistics.median(again):.1f} s "
            f"(median), {max(again):.1f} s (last)"
        )

    def longest(self, hit: bool | None = None) -> float:
        return max((s for _, s, h in self.result if hit is None or h == hit), default=0.0)

    def n_breaks(self, begin: float, end: float) -> int:
        """The most that one connection was broken then."""
        return max(sum(begin <= t <= end for t in flow.breaks) for flow in self.flows)


@contextlib.contextmanager
def talking(lab: Lab, *clients: str, total: int = 100) -> Iterator[Seen]:
    """A hundred connections, of these clients together, half of them over IPv6."""
    seen, processes = Seen(lab), {}
    half = str(total // len(clients) // 2)
    for name in clients:
        lab[name].write("/run/flows.py", FLOWS)
        argv = ["talk", str(PORT), str(EVERY), internet.HOST4, half, internet.HOST6, half]
        processes[name] = lab[name].spawn("python3", "/run/flows.py", *argv)
    for name in clients:
        connected = f"ss -Htn state established dport = :{PORT} | wc -l"
        enough = lambda name=name: int(lab[name].sh(connected)) >= 1.8 * int(half)  # noqa: E731
        lab.wait_until(enough, 180, every=1, what=f"the connections of {name}")
    try:
        run_on(2)
        yield seen
    finally:
        for name, process in processes.items():
            process.stop(signal.SIGINT)
            seen.flows += [Flow(name, **flow) for flow in map(plain, json.loads(process.text))]


def plain(flow: dict[str, Any]) -> dict[str, Any]:
    family = "ipv6" if ":" in flow["host"] else "ipv4"
    return {"host": family, "replies": flow["replies"], "breaks": flow["breaks"], "ways": flow["ways"]}


# --- what is done to uplinks ---


def pull(lab: Lab, node: str) -> Strike:
    cable = lab.cables[f"{node} internet"]
    return cable.down, cable.up


def cut_provider(lab: Lab, node: str) -> Strike:
    """The cable is good and the provider there, but nothing comes back from behind it."""
    cable = lab.cables[f"{internet.provider_name(node)} core"]
    return (lambda: cable.set(loss=100)), (lambda: cable.set(loss=0))


def lose_much(lab: Lab, node: str) -> Strike:
    cable = lab.cables[f"{node} internet"]
    return (lambda: cable.set(loss=40)), (lambda: cable.set(loss=0))


def no_names(lab: Lab, node: str) -> Strike:
    """Everything works but for servers of names, on the Internet and at the provider."""
    return filtered(lab, node, "inet", "udp dport 53 drop")


def no_ipv6(lab: Lab, node: str) -> Strike:
    return filtered(lab, node, "ip6", "drop")


def filtered(lab: Lab, node: str, family: str, rule: str) -> Strike:
    provider = lab.boxes[internet.provider_name(node)]
    chain = "{ type filter hook forward priority 0; }"
    kill = f"nft add table {family} sick; nft 'add chain {family} sick f {chain}'; nft add rule {family} sick f {rule}"
    return (lambda: provider.sh(kill)), (lambda: provider.sh(f"nft delete table {family} sick"))


@dataclass
class Death:
    """An uplink dies, is noticed, stays dead for a while and comes back."""

    title: str
    node: str
    strike: Callable[[Lab, str], Strike]
    verdict: str = "sick"
    family: str = ""  # the only one that is hit
    reason: str = ""
    times: dict[str, float] = field(default_factory=dict)

    def happen(self, lab: Lab, *clients: str, stay: float = 6, settle: float = 6) -> Seen:
        node, family = lab.node(self.node), self.family or "ipv4"
        kill, revive = self.strike(lab, self.node)
        with talking(lab, *clients) as seen:
            died = now(lab)
            kill()
            lab.wait_until(is_class(node, self.verdict, family), 90, 0.5, f"{self.verdict} at {self.node}")
            noticed = now(lab) - died
            self.reason = health(node, family)["reason"]
            run_on(stay)
            others = health(node, "ipv6" if family == "ipv4" else "ipv4")["class"]
            mended = now(lab)
            revive()
            lab.wait_until(is_class(node, "good", family), 240, 0.5, f"good again at {self.node}")
            well = now(lab)
            run_on(settle)
            end = now(lab)
        self.times = {"died": died, "mended": mended, "well": well, "end": end}
        seen.say(f"{self.title} at {self.node}: noticed after {noticed:.1f} s: it {self.reason}")
        if self.family:
            seen.say(f"  the other family was {others} all the time")
        seen.tell("lost", self.node, died, mended, self.family)
        hit, others_pause = seen.longest(True), seen.longest(False)
        seen.say(f"  mended: good after {well - mended:.1f} s")
        seen.tell("back", self.node, mended, end, self.family)
        self.times |= {"hit": hit, "others": others_pause, "back": seen.longest(), "noticed": noticed}
        # Each connection may break once when the way changes back, not again and again.
        self.times["swings"] = seen.n_breaks(well - 1, end)
        return seen


# --- the stories ---


def online(lab: Lab, *names: str) -> None:
    """All these clients have addresses and the Internet."""
    for name in names:
        lab.client(name).dhcp(120)
    for name in names:
        for host in (internet.HOST4, internet.HOST6):
            reaches = lab.client(name).reaches
            lab.wait_until(lambda: reaches(host), 120, 0.5, f"{host} from {name}")  # noqa: B023


def uplinks_good(lab: Lab, *nodes: str) -> None:
    for name in nodes:
        for family in ("ipv4", "ipv6"):
            lab.wait_until(is_class(lab.node(name), "good", family), 120, 0.5, f"good {family} at {name}")


@dataclass
class Row:
    """A line of LibreMesh's acceptance test: passed or failed, and what was measured."""

    title: str
    passed: bool
    figure: str

    def __str__(self) -> str:
        return f"  {'pass' if self.passed else 'FAIL'}  {self.title}: {self.figure}"


def rows_of(what: str, death: Death, seen: Seen, lab: Lab) -> list[Row]:
    rows = []
    for name, kind in (("wifi", "client by radio"), ("cable", "client by cable")):
        pauses = [
            flow.pause(death.times["died"], death.times["mended"])[0]
            for flow in seen.flows
            if flow.client == name
        ]
        reaches, worst = lab.client(name).reaches, max(pauses)
        passed = worst < NEVER and reaches(internet.HOST4) and reaches(internet.HOST6)
        rows.append(Row(f"{what} down, {kind} online", passed, f"longest pause {worst:.1f} s"))
    return rows


def call_while_walking(lab: Lab) -> Row:
    """Fifty packets a second each way, and a walk to the next node in the middle of it."""
    wifi = lab.client("wifi")
    with wifi.pinging(internet.HOST4, 0.02) as call:
        run_on(2)
        wifi.move_to(lab.node("a3"))
        run_on(4)
    figure = f"longest gap {call.max_gap * 1000:.0f} ms"
    return Row("an audio call goes on while its client walks", call.max_gap < 5, figure)


def cable_between_routers(lab: Lab) -> Row:
    """What a cable from router to router does is defined: it is mesh, and nobody's LAN."""
    a1 = lab.node("a1")
    neighbours = a1.run("batctl", "meshif", "bat0", "neighbors", "-H").out
    bridged = "mesh0" in a1.run("ip", "-o", "link", "show", "master", "br-lan").out
    routed = "mesh0_17" in a1.weft("status", "--json")
    return Row(
        "a cable between routers is mesh, and nobody's LAN",
        "mesh0" in neighbours and routed and not bridged,
        "batman-adv and Babel have the neighbour on it, the bridge has not",
    )


def norte(lab: Lab) -> tuple[list[Death], list[Seen], list[Row]]:
    """Both ends of the line die, in all ways that leave no doubt."""
    clients = ("ana", "wifi", "cable")
    uplinks_good(lab, "a1", "a4")
    online(lab, *clients)
    pulled = Death("cable pulled", "a1", pull)
    six = Death("IPv6 lost", "a1", no_ipv6, family="ipv6")
    behind = Death("Internet behind it lost", "a4", cut_provider)
    seen = [pulled.happen(lab, *clients)]
    rows = rows_of("internet1", pulled, seen[0], lab)
    # From now on wifi is nearer to the other end, and what happens there happens to it.
    rows += [call_while_walking(lab), cable_between_routers(lab)]
    seen.append(six.happen(lab, *clients))
    seen.append(behind.happen(lab, *clients))
    rows += rows_of("internet2", behind, seen[2], lab)
    seen.append(power_cut(lab, "a4", *clients))
    return [pulled, six, behind], seen, rows


def power_cut(lab: Lab, gateway: str, *clients: str) -> Seen:
    """Nobody says goodbye."""
    node = lab.node(gateway)
    with talking(lab, *clients) as seen:
        died = now(lab)
        node.power_off()
        run_on(12)
        end = now(lab)
    seen.say(f"power cut at {gateway}")
    seen.tell("dark", gateway, died, end)
    node.power_on()
    return seen


def sur(lab: Lab) -> tuple[list[Death], list[Seen], list[str]]:
    """An uplink dies in the ways that leave doubts."""
    clients = ("beto", "bea")
    uplinks_good(lab, "b1", "b2")
    online(lab, *clients)
    deaths = [
        Death("no names", "b1", no_names, verdict="poor"),
        Death("40 % of packets lost", "b1", lose_much, verdict="poor"),
    ]
    seen = [death.happen(lab, *clients) for death in deaths]
    flapped, verdicts = flapping(lab, "b1", *clients)
    return deaths, [*seen, flapped], verdicts


def flapping(lab: Lab, gateway: str, *clients: str) -> tuple[Seen, list[str]]:
    """Seven seconds up, seven seconds down."""
    node = lab.node(gateway)
    kill, revive = cut_provider(lab, gateway)
    said = len(node.log())
    with talking(lab, *clients) as seen:
        begin = now(lab)
        for _ in range(5):
            kill()
            run_on(7)
            revive()
            run_on(7)
        end = now(lab)
    verdicts = re.findall(r"IPv4 by wan0: (\w+), was", node.log()[said:])
    seen.say(f"up and down every 7 s at {gateway}: {' '.join(verdicts)}")
    seen.tell("flapping", gateway, begin, end)
    return seen, verdicts


STORIES: dict[str, Callable[[Lab], Any]] = {"norte": norte, "sur": sur}


@pytest.fixture(scope="module")
def stories(lab: Lab, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Any]]]:
    """All stories of which a test is wanted run from now on."""
    asked = {story for item in request.session.items for story in STORIES if f"_{story}" in item.name}
    server = lab["internet"]
    server.write("/run/flows.py", FLOWS)
    server.spawn("python3", "/run/flows.py", "serve", str(PORT))
    with ThreadPoolExecutor(len(STORIES)) as pool:
        yield {name: pool.submit(STORIES[name], lab) for name in sorted(asked)}


def show(*seen: Seen) -> None:
    print()
    for one in seen:
        print("\n".join(one.lines))


def check(death: Death) -> None:
    times = death.times
    assert times["hit"] < NEVER, "those who went by it are back in time"
    assert times["others"] < CALM, "nobody else was disturbed"
    assert times["swings"] <= 1, "it settles at once"


# Named after their stories.


def test_norte_passes_the_acceptance_line(stories: dict[str, Future[Any]]) -> None:
    """LibreMesh's six rows, and a hundred connections through each death."""
    deaths, seen, rows = stories["norte"].result(900)
    show(*seen)
    print("LibreMesh's acceptance line:", *rows, sep="\n")
    for death in deaths:
        check(death)
    assert "nobody on the Internet answers" in deaths[2].reason
    assert len(rows) == 6 and all(row.passed for row in rows)
    assert seen[3].longest(True) < NEVER and seen[3].longest(False) < CALM, "power cut"


def test_sur_gives_way(stories: dict[str, Future[Any]]) -> None:
    """No names, many losses; one that comes and goes is left alone after a few tries."""
    deaths, seen, verdicts = stories["sur"].result(900)
    show(*seen)
    for death in deaths:
        check(death)
    comebacks = [verdict for verdict in verdicts if verdict != "sick"]
    assert "sick" in verdicts and len(comebacks) <= 3, verdicts
    assert seen[2].longest(False) < CALM
