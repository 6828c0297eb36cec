# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A phone that says nothing but unicast to its gateway walks ten times; what it has stays."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from labkit.actors import Client, Node
from labkit.box import Process
from labkit.lab import Lab

TALK = Path(__file__).with_name("talk.py").read_text()
PORT = 5000
KINDS = {"up": "datagrams to the far cloud", "down": "their echoes", "tcp": "a download"}
# Batman-adv lets a client roam five times in twenty seconds.
STAY = 5.0
HALF = STAY / 2  # after so long, whatever is silent is so because the host is busy
GOAL_MEDIAN, GOAL_WORST = 0.1, 0.3  # seconds; what is aimed at
NEVER = 3.0  # what must not happen


def listed(node: Node, client: Client) -> bool:
    """Whether the cloud, as this node knows it, has the client."""
    tables = node.sh("batctl meshif bat0 transglobal -H; batctl meshif bat0 translocal -H")
    return client.mac in tables


def local(node: Node, client: Client) -> bool:
    return client.mac in node.run("batctl", "meshif", "bat0", "translocal", "-H").out


def silence(client: Client) -> None:
    """From now on it asks nobody anything: it knows its gateways for good."""
    for version in ("-4", "-6"):
        route = client.run("ip", version, "route", "show", "default").out.split()
        if "via" not in route:
            continue
        via = route[route.index("via") + 1]
        client.ping(via if version == "-4" else f"{via}%eth0", count=1)
        neighbour = client.run("ip", version, "neigh", "show", via, "dev", "eth0").out.split()
        mac = neighbour[neighbour.index("lladdr") + 1]
        client.run("ip", version, "neigh", "replace", via, "lladdr", mac, "dev", "eth0", "nud", "permanent")


@pytest.fixture(scope="module")
def ana(lab: Lab) -> Client:
    """Has its addresses, and the cloud knows it: bridge loop avoidance is done with waiting."""
    ana, luz = lab.client("ana"), lab.client("luz")
    for node in lab.nodes:
        node.weft("wait", "--timeout", "60")
    ana.dhcp(at_most=60)
    luz.dhcp(at_most=60)
    lab.wait_until(lambda: ana.addresses(6), at_most=60, what="ana's IPv6 address")
    lab.wait_until(lambda: ana.reaches(luz.leased()), at_most=90, what="ana reaches the far cloud")
    lab.wait_until(
        lambda: all(listed(lab.node(n), ana) for n in ("n1", "n2", "n3")),
        at_most=60,
        what="the cloud knows ana",
    )
    return ana


class Talk:
    """ana's conversation with luz."""

    def __init__(self, lab: Lab, ana: Client) -> None:
        self.lab = lab
        luz = lab.client("luz")
        for client in (ana, luz):
            client.write("/tmp/talk.py", TALK)
        self.far: Process = luz.spawn("python3", "/tmp/talk.py", "far", str(PORT))
        lab.wait_until(lambda: f":{PORT}" in luz.run("ss", "-lun").out, what="luz listens")
        self.near: Process = ana.spawn("python3", "/tmp/talk.py", "near", luz.leased(), str(PORT))
        lab.wait_until(lambda: self.goes_on() and "tcp" in self.near.text, what="the download begins")

    def goes_on(self) -> bool:
        """Fetches what was said; fails if one of them has given up."""
        for process in (self.far, self.near):
            assert process.poll() is None, process.err.decode()
        return True

    def times(self) -> dict[str, list[float]]:
        """When something of each kind arrived."""
        found: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for line in (self.far.text + self.near.text).splitlines():
            words = line.split()
            if len(words) == 3 and words[0] in found:
                found[words[0]].append(float(words[1]))
        return found

    def stop(self) -> None:
        for process in (self.near, self.far):
            process.stop()


def gap_in(times: list[float], begin: float, end: float) -> float:
    """The longest silence from just before `begin` until `end`."""
    near = [t for t in times if begin - 0.5 < t < end] + [end]
    return max(b - a for a, b in zip(near, near[1:]))


def milliseconds(gaps: list[float]) -> str:
    each = " ".join(f"{gap * 1000:.0f}" for gap in gaps)
    return f"median {statistics.median(gaps) * 1000:.0f} ms, worst {max(gaps) * 1000:.0f} ms ({each})"


def report(gaps: dict[str, list[float]], quiet: dict[str, list[float]]) -> None:
    for kind, found in gaps.items():
        print(f"{KINDS[kind]}: silence at a move: {milliseconds(found)}")
        print(f"  without a move, on this host now: {milliseconds(quiet[kind])}")
        if statistics.median(found) > GOAL_MEDIAN or max(found) > GOAL_WORST:
            print(f"  aimed at: median {GOAL_MEDIAN * 1000:.0f} ms, worst {GOAL_WORST * 1000:.0f} ms")


def test_a_silent_client_walks_ten_times(lab: Lab, ana: Client) -> None:
    before = ana.addresses(4), sorted(ana.addresses(6))
    silence(ana)
    talk = Talk(lab, ana)
    moves: list[float] = []
    path = ["n2", "n3", "n2", "n1", "n3", "n1", "n2", "n1", "n2", "n3"]
    offset = float(ana.run("python3", "-c", "import time; print(time.monotonic())").out) - time.monotonic()
    for place in path:
        moves.append(time.monotonic() + offset)
        ana.move_to(lab.node(place))
        lab.wait_until(lambda: time.monotonic() + offset > moves[-1] + STAY, at_most=2 * STAY)
        assert local(lab.node(place), ana), f"{place} does not know that ana is there"
        assert talk.goes_on(), f"the download ended on the way to {place}"
    talk.stop()
    times = talk.times()
    gaps = {kind: [gap_in(times[kind], t, t + HALF) for t in moves] for kind in KINDS}
    quiet = {kind: [gap_in(times[kind], t + HALF, t + STAY) for t in moves] for kind in KINDS}
    report(gaps, quiet)
    assert (ana.addresses(4), sorted(ana.addresses(6))) == before
    assert max(max(found) for found in gaps.values()) < NEVER


def hears(client: Client, target: str) -> bool:
    return client.ping(target, count=3).received > 0


def test_who_comes_back_before_anybody_heard_of_it_is_found(lab: Lab, ana: Client) -> None:
    """n3 saw ana come while it was cut off, and sees no change when the others have her back."""
    luz, cable = lab.client("luz"), lab.link("n2", "n3")
    with ana.pinging(ana.lease()["router"]):
        ana.move_to(lab.node("n1"))
        lab.wait_until(lambda: local(lab.node("n1"), ana), what="ana is at n1")
        cable.down()
        ana.move_to(lab.node("n3"))
        lab.wait_until(lambda: local(lab.node("n3"), ana), what="ana is at n3")
        ana.move_to(lab.node("n1"))
        cable.up()
        began = time.monotonic()
        lab.wait_until(lambda: hears(luz, ana.leased()), at_most=60, what="luz reaches ana")
    print(f"the far cloud reaches her {time.monotonic() - began:.1f} s after the cable is back")


def test_who_comes_while_the_daemon_is_dead_is_announced_when_it_is_back(lab: Lab, ana: Client) -> None:
    luz, n2 = lab.client("luz"), lab.node("n2")
    lab.wait_until(lambda: hears(luz, ana.leased()), at_most=60, what="luz reaches ana")
    with ana.pinging(ana.lease()["router"]) as pings:
        n2.sh("kill -9 $(cat /run/weft/lock)")
        began = time.monotonic()
        ana.move_to(n2)
        lab.wait_until(lambda: local(n2, ana), at_most=30, what="n2 announces ana")
        lab.wait_until(lambda: hears(luz, ana.leased()), at_most=30, what="luz reaches ana")
        print(f"announced and reached {time.monotonic() - began:.1f} s after the move")
    assert pings.max_gap < NEVER
