# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Killed at n1, through which all traffic goes: the daemon, babeld, dnsmasq, dhcpcd."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Node
from labkit.box import Pings
from labkit.lab import Lab

EVERY = 0.1  # seconds, between two pings
CHILDREN = {"babeld", "dnsmasq", "dhcpcd-wan0"}


@pytest.fixture(scope="module")
def paths(lab: Lab) -> dict[str, tuple[str, str]]:
    """Who pings whom, once all of it works: what it shows, then client and address."""
    ana, beto, luz = (lab.client(name) for name in ("ana", "beto", "luz"))
    for client in (ana, beto, luz):
        client.dhcp(90)
    found = {
        "anycast gateway": ("ana", ana.lease()["router"]),
        "own cloud": ("ana", beto.leased()),
        "other cloud": ("ana", luz.leased()),
        "Internet": ("ana", internet.HOST4),
        "Internet through Babel": ("luz", internet.HOST4),
    }
    for what, (client, target) in found.items():
        lab.wait_until(lambda: lab.client(client).reaches(target), 90, what=f"{what}, {client} to {target}")
    lab.wait_until(lambda: "nothing to do" in lab.node("n1").weft("reload"), 30, every=1)
    return found


@contextlib.contextmanager
def traffic(
    lab: Lab, paths: dict[str, tuple[str, str]], title: str, may_lose: dict[str, int] = {}
) -> Iterator[None]:
    """Nothing may be lost while the body runs, but so many pings of some paths."""
    with contextlib.ExitStack() as stack:
        pings: dict[str, Pings] = {
            what: stack.enter_context(lab.client(client).pinging(target, EVERY))
            for what, (client, target) in paths.items()
        }
        yield
    print(f"\n{title}:")
    for what, seen in pings.items():
        silence = seen.max_gap * 1000
        print(f"  {what}: {len(lost(seen))} of {seen.sent} lost, longest silence {silence:.0f} ms")
    for what, seen in pings.items():
        assert len(lost(seen)) <= may_lose.get(what, 0), f"{what}: {lost(seen)}"
        assert seen.duplicates == 0, what


def lost(seen: Pings) -> list[int]:
    """The numbers of those without an answer, but for the last, which may be under way at the end."""
    answered = {int(number) for number in re.findall(r"bytes from .* icmp_seq=(\d+)", seen.text)}
    return sorted(set(range(1, seen.sent)) - answered)


def status(node: Node) -> dict[str, Any]:
    return json.loads(node.weft("status", "--json"))


def programs(node: Node) -> dict[str, dict[str, Any]]:
    return {program["name"]: program for program in status(node)["programs"]}


def pids(node: Node) -> dict[str, int]:
    return {name: program["pid"] for name, program in programs(node).items()}


def daemon_pid(node: Node) -> int:
    return int(node.read("/run/weft/lock") or 0)


def steps_of(news: str) -> list[str]:
    """What a daemon did, but for the class of its way out: on a busy machine that is slow at times."""
    done = re.findall(r" info: (.*)", news)
    return [step for step in done if not re.match(r"\w+ route (0\.0\.0\.0/0|::/0) .* metric 10 ", step)]


def assert_nothing_to_do(node: Node) -> None:
    assert node.weft("reload") == "nothing to do\n"


def run_on(lab: Lab, seconds: float) -> None:
    """What a death breaks may break a while after it: a hold time, a lifetime."""
    end = time.monotonic() + seconds
    lab.wait_until(lambda: time.monotonic() >= end, seconds + 10, every=0.5)


@pytest.mark.parametrize("signal", ["KILL", "TERM"])
def test_the_daemon_dies_and_nobody_notices(lab: Lab, paths: dict[str, tuple[str, str]], signal: str) -> None:
    n1 = lab.node("n1")
    before, old, said = pids(n1), daemon_pid(n1), len(n1.log())
    assert set(before) == CHILDREN
    with traffic(lab, paths, f"daemon, SIG{signal}"):
        died = time.monotonic()
        n1.run("kill", f"-{signal}", str(old))
        lab.wait_until(lambda: daemon_pid(n1) != old and pids(n1), 30, what="a new daemon")
        back = time.monotonic() - died
        run_on(lab, 8)
    print(f"  answers again after {back:.1f} s")
    assert pids(n1) == before
    assert all(program["restarts"] == 0 for program in programs(n1).values())
    news = n1.log()[said:]
    assert "weft runs already" not in news
    for name, pid in before.items():
        assert f"{name}: runs already, pid {pid}" in news, news
    assert not steps_of(news), news
    assert_nothing_to_do(n1)


def kill_program(lab: Lab, name: str) -> float:
    """Kills it and gives the seconds until another one runs."""
    n1 = lab.node("n1")
    before = programs(n1)[name]
    died = time.monotonic()
    n1.run("kill", "-KILL", str(before["pid"]))

    def is_back() -> bool:
        now = programs(n1)[name]
        return now["state"] == "running" and now["pid"] != before["pid"]

    lab.wait_until(is_back, 20, what=f"{name} runs again")
    back = time.monotonic() - died
    assert programs(n1)[name]["restarts"] == before["restarts"] + 1
    return back


def assert_others_same(before: dict[str, int], now: dict[str, int], killed: str) -> None:
    assert {**now, killed: 0} == {**before, killed: 0}


def test_babeld_dies_and_its_routes_stay(lab: Lab, paths: dict[str, tuple[str, str]]) -> None:
    n1, s1 = lab.node("n1"), lab.node("s1")
    before = pids(n1)
    # The first that a babeld says when it starts is that all it has ever told is void, then all
    # anew: its neighbours are without these routes for a moment, 60 to 100 ms here.
    may_lose = {"other cloud": 5, "Internet through Babel": 5}
    with traffic(lab, paths, "babeld, SIGKILL", may_lose):
        back = kill_program(lab, "babeld")
        run_on(lab, 30)
    print(f"  runs again after {back:.1f} s")
    assert "proto babel" in n1.run("ip", "route").out
    assert "proto babel" in s1.run("ip", "route").out
    assert_others_same(before, pids(n1), "babeld")
    assert_nothing_to_do(n1)


def test_dnsmasq_dies_and_knows_its_leases(lab: Lab, paths: dict[str, tuple[str, str]]) -> None:
    n1, ana = lab.node("n1"), lab.client("ana")
    before, leases = pids(n1), n1.read("/run/weft/dnsmasq.leases")
    address, server = ana.leased(), ana.lease()["dns"]
    assert address in leases
    with traffic(lab, paths, "dnsmasq, SIGKILL"):
        back = kill_program(lab, "dnsmasq")
        answers = ["nslookup", "ana", server]
        lab.wait_until(lambda: address in ana.run(*answers, check=False).out, 20, what="a name")
        named = time.monotonic()
        ana.sh("rm /run/lease; kill -USR1 $(cat /run/udhcpc.pid)")
        lab.wait_until(ana.leased, 30, what="a renewal")
        renewed = time.monotonic() - named
    print(f"  runs again after {back:.1f} s; renewal took {renewed:.1f} s")
    assert ana.leased() == address
    assert set(lease_owners(leases)) <= set(lease_owners(n1.read("/run/weft/dnsmasq.leases")))
    assert_others_same(before, pids(n1), "dnsmasq")
    assert_nothing_to_do(n1)


def lease_owners(leases: str) -> list[tuple[str, ...]]:
    """MAC, address and name of each line that is a lease."""
    return [tuple(line.split()[1:4]) for line in leases.splitlines() if len(line.split()) >= 4]


def uplink(node: Node) -> tuple[str, str]:
    """The address and the default routes, without their lifetimes."""
    address = node.run("ip", "-4", "-o", "address", "show", "dev", "wan0").out.split("\\")[0]
    return address, node.sh("ip route show default; ip route show table 171")


def test_dhcpcd_dies_and_the_uplink_stays(lab: Lab, paths: dict[str, tuple[str, str]]) -> None:
    n1 = lab.node("n1")
    before, held = pids(n1), uplink(n1)
    assert "inet " in held[0] and "default via" in held[1]
    changes = n1.spawn("ip", "monitor", "address", "route")
    with traffic(lab, paths, "dhcpcd, SIGKILL"):
        back = kill_program(lab, "dhcpcd-wan0")
        run_on(lab, 15)
    changes.stop()
    print(f"  runs again after {back:.1f} s")
    assert not re.search(r"^Deleted .*wan0", changes.text, re.M), changes.text
    assert uplink(n1) == held
    assert status(n1)["uplinks"][0]["up"]
    assert programs(n1)["dhcpcd-wan0"]["state"] == "running"
    assert_others_same(before, pids(n1), "dhcpcd-wan0")
    assert_nothing_to_do(n1)
