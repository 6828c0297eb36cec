# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A way to the Internet dies in each of its ways; another one takes over, and it comes back."""

from __future__ import annotations

import contextlib
import json
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
    """Which provider the Internet sees this client come from: its hop behind the gateway."""
    out = client.run("ping", "-n", "-c", "1", "-W", "2", "-R", internet.HOST4, check=False).out
    return next((f"n{hop.split('.')[2]}" for hop in out.split() if hop.startswith("100.64.")), "")


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
