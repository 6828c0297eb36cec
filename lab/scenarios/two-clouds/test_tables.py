# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What each node sees of itself and of its links is known everywhere, in LibreMesh's shapes."""

from __future__ import annotations

import json
import time
from typing import Any

from labkit.actors import Node
from labkit.lab import Lab


def state(node: Node, kind: str) -> dict[str, Any]:
    """All data of a type, as LibreMesh's tool tells it."""
    tool = "/tmp/shared-state-async"
    return json.loads(node.sh(f"ln -sf $(command -v weft) {tool}; {tool} get {kind}"))


def names(lab: Lab) -> set[str]:
    return {node.name for node in lab.nodes}


def test_every_node_tells_what_it_is(lab: Lab) -> None:
    begun = time.monotonic()
    for node in (lab.node("n1"), lab.node("s2")):
        lab.wait_until(lambda: set(state(node, "node_info")) == names(lab), 90, what=f"all nodes at {node}")
    print(f"\nall nodes known at both ends after {time.monotonic() - begun:.1f} s")
    for name, info in state(lab.node("s2"), "node_info").items():
        own = lab.node(name).run("ip", "-4", "-o", "address", "show", "br-lan").out.split()[3]
        assert info["hostname"] == name
        assert info["ipv4"] == own.split("/")[0]
        assert info["firmware_version"].startswith("weft ")
        assert info["device"] == "Router"
        assert info["macs"] and info["uptime"] >= 0
        assert not set(info) - {
            "hostname", "firmware_version", "board", "ipv4", "ipv6", "coordinates", "macs", "uptime", "device",
        }  # fmt: skip


def test_every_link_is_told_by_both_ends(lab: Lab) -> None:
    s2 = lab.node("s2")
    for kind, links in (("bat_links_info", 4), ("babel_links_info", 5)):

        def ends() -> list[str]:
            told = state(s2, kind)
            return [key for entry in told.values() for key in entry["links"]]

        # Clouds are apart for batman-adv, so the cable between them is Babel's alone.
        lab.wait_until(lambda: len(ends()) == 2 * links, 120, what=f"both ends of {links} {kind}")
        assert all(ends().count(key) == 2 for key in ends())
    # A new link has no quality yet; figures that only grow are told once a minute.
    def qualities() -> list[int]:
        told = state(s2, "bat_links_info").values()
        return [link.get("tq", 0) for entry in told for link in entry["links"].values()]

    lab.wait_until(lambda: min(qualities()) > 200, 200, what="good links, as they are")
    for host, entry in state(s2, "bat_links_info").items():
        for key, link in entry["links"].items():
            assert set(link) == {"src_mac", "dst_mac", "iface", "tq", "last_seen_msecs"}, link
            macs = sorted(link[end].replace(":", "") for end in ("src_mac", "dst_mac"))
            assert key == "".join(macs)
            assert 200 < link["tq"] <= 255, (host, link)
    for entry in state(s2, "babel_links_info").values():
        for key, link in entry["links"].items():
            assert set(link) == {"src_ip", "dst_ip", "iface"}
            assert key == "".join(sorted([link["src_ip"], link["dst_ip"]])).replace(":", "")
    hosts = state(s2, "bat-hosts")
    link = next(iter(state(s2, "bat_links_info")["n1"]["links"].values()))
    assert hosts[link["dst_mac"]].startswith("n2_")
    assert "_" not in set(hosts.values())
    routers = state(s2, "babeld-hosts")
    assert set(routers.values()) == names(lab)


def test_a_place_is_known_as_soon_as_somebody_writes_it(lab: Lab) -> None:
    n1, s2 = lab.node("n1"), lab.node("s2")
    n1.sh(
        "printf \"config location 'settings'\\n\\toption node_latitude '-31.8'\\n"
        "\\toption node_longitude '-64.4'\\n\" > /etc/config/location"
    )
    begun = time.monotonic()
    place = {"lat": "-31.8", "long": "-64.4"}
    lab.wait_until(lambda: state(s2, "node_info")["n1"]["coordinates"] == place, 30, what="the place of n1 at s2")
    print(f"\na place is known at the other end after {time.monotonic() - begun:.1f} s")
    entry = state(s2, "nodes_and_links")["n1"]
    assert entry == {
        "hostname": "n1", "macs": [], "coordinates": {"lat": "-31.8", "lon": "-64.4"}, "links": [],
    }  # fmt: skip
    assert state(s2, "nodes_and_links")["n2"]["coordinates"] == {"lat": "FIXME", "lon": "FIXME"}
    assert state(s2, "bat_links_info")["n1"]["src_loc"] == {"lat": "-31.8", "long": "-64.4"}


def test_a_link_that_is_cut_is_gone_everywhere(lab: Lab) -> None:
    s2, cable = lab.node("s2"), lab.link("n3", "n4")
    before = len(state(s2, "babel_links_info")["n4"]["links"])
    cable.down()
    begun = time.monotonic()
    lab.wait_until(
        lambda: len(state(s2, "babel_links_info").get("n3", {"links": {}})["links"]) == 1,
        120,
        what="the cut link to be gone at the other end",
    )
    print(f"\na cut link is gone at the other end after {time.monotonic() - begun:.1f} s")
    cable.up()
    lab.wait_until(
        lambda: len(state(s2, "babel_links_info").get("n4", {"links": {}})["links"]) == before,
        120,
        what="the link to be back",
    )
