# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
from typing import Any

from labkit.demo import ClientView, NodeView, node_lines, read_status, way_out


def status(name: str, **members: Any) -> dict[str, Any]:
    own = {"name": name, "ipv4": "10.1.1.1/16", "ipv6": "fd00::1/64"}
    return {"problems": [], "node": own, **members}


def near(name: str, percent: int) -> dict[str, Any]:
    return {"name": name, "mac": "02:00:00:00:00:01", "neighbour": True, "quality_percent": percent}


def babel(name: str, reachable: bool = True) -> dict[str, Any]:
    return {"name": name, "address": "fe80::1", "reachable": reachable}


def test_a_node_without_a_mesh_is_shown_too() -> None:
    view = read_status("n1", status("n1"))
    assert node_lines([view], view) == [
        "  n1    10.1.1.1       hears nobody of its cloud",
        "        no way to the Internet: nothing is known yet",
    ]


def test_neighbours_are_those_of_the_cloud_and_those_beyond() -> None:
    far = {"name": "n4", "mac": "02:00:00:00:00:04", "neighbour": False, "quality_percent": 50}
    clouds = [{"ssid": "norte", "nodes": [near("n1", 96), {**near("", 80), "kbps": 54000}, far]}]
    neighbours = [babel("n1"), babel("n4"), babel("s1"), babel("s2", reachable=False), babel("")]
    view = read_status("n2", status("n2", clouds=clouds, babel={"neighbours": neighbours}))
    assert view.cloud == "norte"
    assert view.hears == ["n1 96 %", "02:00:00:00:00:01 54 Mbit/s"]
    assert view.routes_to == ["fe80::1", "s1"]


def test_the_way_is_the_one_of_ipv4() -> None:
    ways = [
        {"family": 6, "by": "none", "why": ["no"]},
        {"family": 4, "by": "another node", "via": "10.2.0.1", "why": ["a", "b"]},
    ]
    view = read_status("n1", status("n1", internet=ways))
    assert (view.way, view.uplink, view.why) == ("10.2.0.1", "", "a; b")
    ways[1] = {"family": 4, "by": "own uplink", "port": "wan0", "why": []}
    view = read_status("n1", status("n1", internet=ways))
    assert (view.way, view.uplink) == ("", "wan0")


def test_the_way_out_is_followed_by_name() -> None:
    views = [NodeView("a", way="b"), NodeView("b", way="c"), NodeView("c", uplink="wan0")]
    assert way_out(views, views[0]) == "a → b → c → wan0 → Internet"
    views[2] = NodeView("c", why="wan0 is not plugged in")
    assert way_out(views, views[0]) == "no way to the Internet: wan0 is not plugged in"
    views[2] = NodeView("c", way="a")
    assert way_out(views, views[0]) == "in a circle: a → b → c → a"
    assert way_out(views[:1], views[0]) == "no way to the Internet: nothing is known yet"


def test_clients_are_found_by_their_mac() -> None:
    clients = [
        {"name": "ana", "mac": "m1", "ipv4": "10.1.1.7", "here_s": 5},
        {"mac": "m2", "ipv6": [], "idle_s": 1},
    ]
    assert read_status("n1", status("n1", clients=clients)).clients == {
        "m1": ClientView("ana", "10.1.1.7", 5),
        "m2": ClientView("m2", "", 0),
    }
