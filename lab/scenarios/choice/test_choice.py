# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""One phone of three leaves by the gateway that was chosen for it; the others do not notice."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Client, Node
from labkit.lab import Lab

CLIENTS = ("ana", "beto", "luz")
TARGETS = (internet.HOST4, internet.HOST6)
# What the Internet sees of each gateway.
GATEWAYS = {"100.64.1": "n1", "100.64.2": "s1", "2001:db8:1": "n1", "2001:db8:2": "s1"}


def gateways(node: Node) -> dict[str, Any]:
    return json.loads(node.weft("gateway", "--json"))


def gateway(node: Node, name: str) -> dict[str, Any]:
    return next((one for one in gateways(node)["gateways"] if one["name"] == name), {})


def leaves_by(lab: Lab, client: Client, target: str) -> str:
    """The gateway by whose address the host on the Internet knows this client, by packets larger than others'."""
    with lab["internet"].capture("eth0", f"dst host {target} and (icmp or icmp6) and greater 300") as seen:
        client.ping(target, count=2, size=400)
    found = {name for source, name in GATEWAYS.items() if f" {source}." in seen.text() or f" {source}:" in seen.text()}
    return "+".join(sorted(found))


def mac(client: Client) -> str:
    return client.sh("cat /sys/class/net/eth0/address").strip()


def all_leave_by(lab: Lab, name: str, clients: tuple[str, ...] = CLIENTS) -> None:
    for target in TARGETS:
        for who in clients:
            client = lab.client(who)
            lab.wait_until(lambda: leaves_by(lab, client, target) == name, 60, what=f"{who} by {name} to {target}")


@pytest.fixture(scope="module", autouse=True)
def ready(lab: Lab) -> None:
    for name in CLIENTS:
        lab.client(name).dhcp(90)
    for who in ("n1", "n2", "s1"):
        node = lab.node(who)
        for name in ("n1", "s1"):
            for family in ("ipv4", "ipv6"):
                lab.wait_until(
                    lambda: gateway(node, name).get(family, {}).get("health") == "good",
                    90,
                    what=f"{who} knows that {name} is good",
                )
            lab.wait_until(lambda: gateway(node, name)["path"]["state"] == "works", 60, what=f"{who} reaches {name}")
    for target in TARGETS:
        for name in CLIENTS:
            reaches = lab.client(name).reaches
            lab.wait_until(lambda: reaches(target), 90, what=f"the Internet from {name}")


def test_nobody_is_steered_at_first(lab: Lab) -> None:
    n2 = lab.node("n2")
    all_leave_by(lab, "n1")
    print("\n" + n2.weft("gateway"))
    assert "weft_steer" not in n2.sh("nft list tables")
    assert not n2.run("ip", "link", "show", "weft-way", check=False).ok
    assert re.search(r"n1: 1 hop, ", gateways(n2)["reason"])
    assert gateway(n2, "s1")["path"]["hops"] == 2


def test_one_phone_of_three(lab: Lab) -> None:
    n2, ana = lab.node("n2"), lab.client("ana")
    for target in TARGETS:
        with ana.pinging(target, 0.1) as pings:
            began = time.monotonic()
            n2.weft("gateway", "use", "s1", "--client", mac(ana))
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "s1", 30, what="ana by s1")
            took = time.monotonic() - began
        print(f"\nana by s1 to {target} after {took:.1f} s, longest silence {pings.max_gap:.1f} s")
        assert pings.max_gap < 3
        n2.weft("gateway", "automatic", "--client", mac(ana))
        lab.wait_until(lambda: leaves_by(lab, ana, target) == "n1", 30, what="ana by n1 again")
    n2.weft("gateway", "use", "s1", "--client", mac(ana))
    all_leave_by(lab, "s1", ("ana",))
    all_leave_by(lab, "n1", ("beto", "luz"))
    # What is near is not steered.
    for near in (ana.lease()["router"].split()[0], lab.client("beto").addresses(4)[0].split("/")[0], "thisnode.info"):
        assert ana.reaches(near.split("/")[0]), near
    print(n2.weft("gateway"))


def test_nobody_is_steered_to_what_is_not_there(lab: Lab) -> None:
    n2, ana = lab.node("n2"), lab.client("ana")
    wrong = n2.run("weft", "gateway", "use", "n7", "--client", mac(ana), check=False)
    assert not wrong.ok and "there is no gateway 'n7'" in wrong.err
    wrong = n2.run("weft", "gateway", "use", "s1", check=False)
    assert wrong.rc == 2


def test_a_daemon_that_begins_anew_steers_on(lab: Lab) -> None:
    n2, ana = lab.node("n2"), lab.client("ana")
    with ana.pinging(internet.HOST4, 0.1) as pings:
        pid = n2.sh("pidof weft").split()[0]
        n2.sh("for p in $(pidof weft); do kill -KILL $p; done")
        lab.wait_until(lambda: n2.sh("pidof weft || true").split()[:1] not in ([], [pid]), 60, what="a new daemon")
        lab.wait_until(lambda: n2.run("weft", "wait", check=False).ok, 60, what="a plan in force")
        assert leaves_by(lab, ana, internet.HOST4) == "s1"
    print(f"\ndaemon killed: longest silence {pings.max_gap:.1f} s, lost {pings.loss} %")
    assert pings.max_gap < 1.5
    assert leaves_by(lab, ana, internet.HOST4) == "s1"


def test_the_choice_follows_the_phone(lab: Lab) -> None:
    ana, n1 = lab.client("ana"), lab.node("n1")
    began = time.monotonic()
    ana.move_to(n1)
    ana.dhcp(60)
    lab.wait_until(lambda: leaves_by(lab, ana, internet.HOST4) == "s1", 30, what="ana by s1 from n1's own cable")
    print(f"\nana at n1, by s1 after {time.monotonic() - began:.1f} s")
    lab.wait_until(lambda: leaves_by(lab, ana, internet.HOST6) == "s1", 30, what="the same on IPv6")
    ana.move_to(lab.node("n2"))
    ana.dhcp(60)
    all_leave_by(lab, "s1", ("ana",))


@pytest.mark.parametrize("death", ["power", "provider"])
def test_a_chosen_gateway_dies_and_returns(lab: Lab, death: str) -> None:
    ana, s1 = lab.client("ana"), lab.node("s1")
    provider = lab.cables[f"{internet.provider_name('s1')} core"]
    for target in TARGETS if death == "provider" else TARGETS[:1]:
        with ana.pinging(target, 0.1) as pings, lab.client("beto").pinging(target, 0.1) as others:
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "s1", 90, what="ana by s1")
            died = time.monotonic()
            s1.power_off() if death == "power" else provider.set(loss=100)
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "n1", 60, what="ana by n1")
            left = time.monotonic() - died
            s1.power_on() if death == "power" else provider.set(loss=0)
            back = time.monotonic()
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "s1", 150, what="ana by s1 again")
        print(
            f"\n{death} of s1, {target}: ana by n1 after {left:.1f} s, by s1 again {time.monotonic() - back:.1f} s"
            f" after it was mended; longest silence ana {pings.max_gap:.1f} s beto {others.max_gap:.1f} s"
        )
        assert pings.max_gap < 20 and others.max_gap < 5
