# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A way to the Internet dies in each of its ways; another one takes over, and it comes back."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Client, Node
from labkit.lab import Lab

EVERY = 0.1  # seconds, between two pings
CLIENTS = ("ana", "beto", "luz")  # at the gateway, beside it, in another cloud


def health(node: Node, family: str = "ipv4") -> dict[str, Any]:
    uplinks = json.loads(node.weft("status", "--json"))["uplinks"]
    return uplinks[0]["health"][family] if uplinks else {}


def is_class(node: Node, wanted: str, family: str = "ipv4") -> Callable[[], bool]:
    return lambda: health(node, family).get("class") == wanted


def way_out(client: Client) -> str:
    """The node by whose uplink this client's packets leave."""
    out = client.run("traceroute", "-n", "-q", "1", "-w", "2", "-m", "8", internet.HOST4, check=False).out
    hops = re.findall(r"100\.64\.(\d+)\.1\b", out)
    return {"1": "n1", "2": "n3"}.get(hops[0], "") if hops else ""


@pytest.fixture(scope="module", autouse=True)
def ready(lab: Lab) -> None:
    for name in CLIENTS:
        lab.client(name).dhcp(90)
    for name in ("n1", "n3"):
        lab.wait_until(is_class(lab.node(name), "good"), 60, what=f"a good uplink at {name}")
    for name in CLIENTS:
        reaches = lab.client(name).reaches
        lab.wait_until(lambda: reaches(internet.HOST4), 90, what=f"the Internet from {name}")


def run_on(lab: Lab, seconds: float) -> None:
    end = time.monotonic() + seconds
    lab.wait_until(lambda: time.monotonic() >= end, seconds + 10, every=0.5)


@contextlib.contextmanager
def everybody_online(lab: Lab, title: str, silence: dict[str, float], target: str) -> Iterator[None]:
    """Nobody may be without the Internet for longer than this, and all are online at the end."""
    with contextlib.ExitStack() as stack:
        seen = {
            name: stack.enter_context(lab.client(name).pinging(target, EVERY)) for name in CLIENTS
        }
        yield
    print(f"\n{title}: longest silence", end="")
    for name, pings in seen.items():
        print(f" {name} {pings.max_gap:.1f} s", end="")
    print()
    for name, pings in seen.items():
        assert pings.max_gap < silence.get(name, silence["all"]), name
        assert lab.client(name).reaches(target), name


def pull(lab: Lab, node: str) -> tuple[Callable[[], None], Callable[[], None]]:
    cable = lab.cables[f"{node} internet"]
    return cable.down, cable.up


def cut_provider(lab: Lab, node: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """The cable is good and the provider there, but nothing comes back from behind it."""
    cable = lab.cables[f"{internet.provider_name(node)} core"]
    return (lambda: cable.set(loss=100)), (lambda: cable.set(loss=0))


def power(lab: Lab, node: str) -> tuple[Callable[[], None], Callable[[], None]]:
    return lab.node(node).power_off, lab.node(node).power_on


@pytest.mark.parametrize(
    ("title", "death", "limit"),
    [("cable pulled", pull, 15.0), ("provider cut off", cut_provider, 20.0)],
)
def test_an_uplink_dies_and_comes_back(lab: Lab, title: str, death: Any, limit: float) -> None:
    n1 = lab.node("n1")
    kill, revive = death(lab, "n1")
    with everybody_online(lab, f"{title} at n1", {"all": limit}, internet.HOST4):
        run_on(lab, 2)
        died = time.monotonic()
        kill()
        lab.wait_until(is_class(n1, "sick"), 30, what="the verdict sick")
        noticed = time.monotonic() - died
        run_on(lab, 10)
    print(f"  noticed after {noticed:.1f} s")
    assert noticed < 10
    with everybody_online(lab, f"{title} at n1, mended", {"all": limit}, internet.HOST4):
        revive()
        lab.wait_until(is_class(n1, "good"), 90, what="the verdict good")
        run_on(lab, 10)


def no_names(lab: Lab, node: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Everything works but for servers of names, on the Internet and at the provider."""
    return filtered(lab, node, "inet", "udp dport 53 drop")


def no_ipv6(lab: Lab, node: str) -> tuple[Callable[[], None], Callable[[], None]]:
    return filtered(lab, node, "ip6", "drop")


def filtered(
    lab: Lab, node: str, family: str, rule: str
) -> tuple[Callable[[], None], Callable[[], None]]:
    provider = lab.boxes[internet.provider_name(node)]
    chain = "{ type filter hook forward priority 0; }"
    kill = f"nft add table {family} sick; nft 'add chain {family} sick f {chain}'; nft add rule {family} sick f {rule}"
    return (lambda: provider.sh(kill)), (lambda: provider.sh(f"nft delete table {family} sick"))


def test_ipv6_dies_alone(lab: Lab) -> None:
    n1 = lab.node("n1")
    kill, revive = no_ipv6(lab, "n1")
    with everybody_online(lab, "IPv6 lost at n1, seen by IPv4", {"all": 1.5}, internet.HOST4):
        with everybody_online(lab, "IPv6 lost at n1", {"all": 20.0}, internet.HOST6):
            run_on(lab, 2)
            kill()
            lab.wait_until(is_class(n1, "sick", "ipv6"), 30, what="the verdict sick on IPv6")
            run_on(lab, 8)
        assert is_class(n1, "good")()
        revive()
        lab.wait_until(is_class(n1, "good", "ipv6"), 60, what="the verdict good on IPv6")


def test_without_names_it_is_the_last_choice(lab: Lab) -> None:
    n1, luz = lab.node("n1"), lab.client("luz")
    kill, revive = no_names(lab, "n1")
    with everybody_online(lab, "no names at n1", {"all": 5.0}, internet.HOST4):
        kill()
        began = time.monotonic()
        lab.wait_until(is_class(n1, "poor"), 60, what="the verdict poor")
        print(f"  noticed after {time.monotonic() - began:.1f} s")
        lab.wait_until(lambda: way_out(luz) == "n3", 30, what="luz's packets leaving by n3")
        revive()
        lab.wait_until(is_class(n1, "good"), 120, what="the verdict good")


def test_who_loses_much_gives_way(lab: Lab) -> None:
    """Also the gateway's own clients go by the other one, and nothing is lost any more."""
    n1, ana = lab.node("n1"), lab.client("ana")
    cable = lab.cables["n1 internet"]
    cable.set(loss=40)
    began = time.monotonic()
    lab.wait_until(is_class(n1, "poor"), 90, what="the verdict poor")
    noticed = time.monotonic() - began
    lab.wait_until(lambda: way_out(ana) == "n3", 60, what="ana's packets leaving by n3")
    print(f"\n40 % loss at n1: noticed after {noticed:.1f} s, ana by n3 {time.monotonic() - began:.1f} s")
    with everybody_online(lab, "40 % loss at n1", {"all": 1.5}, internet.HOST4):
        run_on(lab, 8)
    cable.set(loss=0)
    lab.wait_until(is_class(n1, "good"), 180, what="the verdict good")
    lab.wait_until(lambda: way_out(ana) == "n1", 30, what="ana's packets leaving by n1")


def test_who_comes_and_goes_is_left_alone(lab: Lab) -> None:
    """Seven seconds up, seven seconds down."""
    n1 = lab.node("n1")
    kill, revive = cut_provider(lab, "n1")
    said = len(n1.log())
    with everybody_online(lab, "n1's provider comes and goes", {"all": 20.0}, internet.HOST4):
        for _ in range(6):
            kill()
            run_on(lab, 7)
            revive()
            run_on(lab, 7)
        verdicts = re.findall(r"IPv4 by wan0: (\w+), was", n1.log()[said:])
        lab.wait_until(is_class(n1, "good"), 180, what="the verdict good")
    print(f"  verdicts: {' '.join(verdicts)}")
    comebacks = [verdict for verdict in verdicts if verdict != "sick"]
    assert "sick" in verdicts and len(comebacks) <= 3, verdicts


def test_the_gateway_loses_its_power(lab: Lab) -> None:
    """Clients of other nodes go on by the other gateway; nobody said goodbye."""
    n3, luz = lab.node("n3"), lab.client("luz")
    lab.node("n1")
    kill, revive = power(lab, "n3")
    with everybody_online(lab, "power cut at n3", {"all": 30.0}, internet.HOST4):
        run_on(lab, 2)
        kill()
        run_on(lab, 20)
    revive()
    lab.wait_until(is_class(n3, "good"), 120, what="n3 and its uplink")
    assert luz.reaches(internet.HOST4)
