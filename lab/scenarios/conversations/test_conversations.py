# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Leases and names cross a cloud whose nodes have no language in common but through one of them."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from labkit.actors import Node
from labkit.lab import Lab

RESERVATIONS = "/run/weft/dhcp-hosts.d/cloud"
NAMES = "/run/weft/hosts.d/cloud"
HOLDERS = {"ana": "n1", "beto": "n2", "luz": "n3"}


def known(node: Node, path: str = RESERVATIONS) -> str:
    return node.sh(f"cat {path} 2>/dev/null || true")


def net(node: Node) -> dict[str, Any]:
    return json.loads(node.weft("status", "--json"))["net"]


def test_each_lease_is_known_everywhere(lab: Lab) -> None:
    begun = time.monotonic()
    for client in HOLDERS:
        lab.client(client).dhcp(90)
    for client, holder in HOLDERS.items():
        address = lab.client(client).leased()
        for node in ("n1", "n2", "n3"):
            if node == holder:
                continue
            lab.wait_until(
                lambda: address in known(lab.node(node)), 150, what=f"{client} of {holder} at {node}"
            )
            assert f"{lab.client(client).mac},{address}" in known(lab.node(node))
    print(f"\nall leases known everywhere {time.monotonic() - begun:.1f} s after the first question")


def test_names_are_answered_everywhere(lab: Lab) -> None:
    server = lab.client("luz").lease()["dns"]
    address = lab.client("ana").leased()
    answers = ["nslookup", "ana", server]
    lab.wait_until(
        lambda: address in lab.client("luz").run(*answers, check=False).out, 60, what="ana's name at n3"
    )


def test_a_later_lease_is_news(lab: Lab) -> None:
    """Exchanges are minutes apart; news are not."""
    ana, n3 = lab.client("ana"), lab.node("n3")
    before = ana.leased()
    ana.release()
    old = known(n3)
    assert before in old
    ana.run("ip", "link", "set", "eth0", "address", "02:00:00:00:99:01")
    ana.dhcp(60)
    begun = time.monotonic()
    lab.wait_until(lambda: f"02:00:00:00:99:01,{ana.leased()}" in known(n3), 60, what="the new lease at n3")
    print(f"\na new lease at n1 is known at n3, by async and then by HTTP, after {time.monotonic() - begun:.1f} s")


def pings(lab: Lab, seconds: float) -> Any:
    ana, beto = lab.client("ana"), lab.client("beto")
    lab.wait_until(lambda: ana.reaches(beto.leased()), 60, what="ana to beto")
    return ana.pinging(beto.leased(), 0.1)


def test_net_dies_and_nobody_notices(lab: Lab) -> None:
    n2 = lab.node("n2")
    before = net(n2)
    held = known(n2)
    assert held
    with pings(lab, 0.1) as seen:
        died = time.monotonic()
        n2.run("kill", "-KILL", str(before["pid"]))
        lab.wait_until(lambda: net(n2)["pid"] not in (0, before["pid"]), 20, what="a new net")
        back = time.monotonic() - died
        end = time.monotonic() + 5
        lab.wait_until(lambda: time.monotonic() >= end, 15, every=0.5)
    answered = {int(number) for number in re.findall(r"bytes from .* icmp_seq=(\d+)", seen.text)}
    lost = set(range(1, seen.sent)) - answered
    print(f"\nnet runs again after {back:.1f} s; {len(lost)} of {seen.sent} pings lost")
    assert not lost
    assert net(n2)["restarts"] == before["restarts"] + 1
    assert net(n2)["links"] == before["links"] == 2
    # What it knew comes back from the neighbours, in their languages.
    address = lab.client("luz").leased()
    lab.wait_until(lambda: address in known(n2), 120, what="luz at n2 again")


def test_net_has_no_privileges(lab: Lab) -> None:
    n1 = lab.node("n1")
    status = n1.read(f"/proc/{net(n1)['pid']}/status")
    assert re.search(r"^CapEff:\s*0+$", status, re.M), status
    assert re.search(r"^NoNewPrivs:\s*1$", status, re.M), status
    uid = re.search(r"^Uid:\s*(\d+)", status, re.M)
    assert uid and uid[1] != "0", status
    resident = re.search(r"^VmRSS:\s*(\d+) kB", status, re.M)
    print(f"\nnet at n1: {resident[1] if resident else '?'} kB resident")
