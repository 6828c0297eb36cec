# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What a person, and a program, is told of a node: who is around, and which way is out."""

from __future__ import annotations

import json
from typing import Any

from labkit.lab import Lab

Status = dict[str, Any]


def status(lab: Lab, name: str) -> Status:
    return json.loads(lab.node(name).weft("status", "--json"))


def cloud_nodes(said: Status) -> dict[str, Any]:
    """The other nodes of the cloud, by name."""
    return {node.get("name", ""): node for cloud in said["clouds"] for node in cloud["nodes"]}


def babel_neighbours(said: Status) -> dict[str, Any]:
    return {each.get("name", ""): each for each in said["babel"]["neighbours"]}


def way(said: Status, family: int = 4) -> dict[str, Any]:
    return next(each for each in said["internet"] if each["family"] == family)


def test_nodes_of_a_cloud_know_each_other_by_name(lab: Lab) -> None:
    for here, there in (("n1", "n2"), ("n2", "n1")):
        lab.wait_until(
            lambda: set(cloud_nodes(status(lab, here))) == {there}, 60, what=f"{there} at {here}"
        )
        node = cloud_nodes(status(lab, here))[there]
        own = status(lab, there)["node"]
        assert own["name"] == there
        assert node["ipv4"] == own["ipv4"].split("/")[0]
        assert node["neighbour"] and node["quality_percent"] > 0
        assert node["port"].startswith("mesh0_")


def test_neighbours_in_babel_have_names_also_between_clouds(lab: Lab) -> None:
    for here, there in (("n1", {"n2"}), ("n2", {"n1", "s1"}), ("s1", {"n2"})):
        lab.wait_until(
            lambda: set(babel_neighbours(status(lab, here))) == there, 60, what=f"{there} at {here}"
        )
        for neighbour in babel_neighbours(status(lab, here)).values():
            assert neighbour["reachable"], neighbour
            assert 0 < neighbour["cost"] < 65535, neighbour
            assert 0 < neighbour["hellos"] <= 16, neighbour
            assert neighbour["address"].startswith("fe80::")
            assert neighbour["port"].endswith("_17")


def test_other_clouds_are_networks_behind_neighbours(lab: Lab) -> None:
    own = status(lab, "s1")["node"]["ipv4"].split(".")
    network = f"{own[0]}.{own[1]}.0.0/16"

    def networks() -> dict[str, Any]:
        return {each["network"]: each for each in status(lab, "n1")["babel"]["networks"]}

    lab.wait_until(lambda: network in networks(), 60, what=f"{network} at n1")
    assert networks()[network]["name"] == "n2"


def test_a_node_alone_in_its_cloud_is_no_problem(lab: Lab) -> None:
    lab.wait_until(lambda: "n2" in babel_neighbours(status(lab, "s1")), 60)
    said = status(lab, "s1")
    assert cloud_nodes(said) == {}
    assert said["problems"] == []


def test_the_way_to_the_internet_is_told_with_its_reason(lab: Lab) -> None:
    for family in (4, 6):
        lab.wait_until(
            lambda: way(status(lab, "s1"), family)["by"] == "own uplink", 90, what="the uplink"
        )
        assert way(status(lab, "s1"), family)["port"] == "wan0"
        for here, there in (("n2", "s1"), ("n1", "n2")):
            lab.wait_until(
                lambda: way(status(lab, here), family).get("name") == there, 60, what=there
            )
            found = way(status(lab, here), family)
            assert found["by"] == "another node"
            assert "this node has no uplink" in found["why"]
            assert ("the uplink is that neighbour's own" in found["why"]) == (there == "s1")
    used = [each for each in status(lab, "n1")["gateways"] if each["used"]]
    assert sorted(each["family"] for each in used) == [4, 6]


def test_a_client_has_its_name_and_addresses(lab: Lab) -> None:
    ana = lab.client("ana")
    address = ana.dhcp(60)
    six = lab.wait_until(lambda: ana.addresses(6), 60, what="an IPv6 address")[0]

    def client() -> dict[str, Any]:
        ana.reaches(status(lab, "n1")["node"]["ipv6"].split("/")[0])
        return {each["mac"]: each for each in status(lab, "n1")["clients"]}.get(ana.mac, {})

    lab.wait_until(lambda: six in client().get("ipv6", []), 30, what="ana in the status of n1")
    assert client()["name"] == "ana"
    assert client()["ipv4"] == address
    assert client()["port"] == "lan0"
    assert 0 <= client()["here_s"] < 600
    assert status(lab, "n2")["clients"] == []
    assert status(lab, "n2")["clouds"][0]["clients"] == 1


def test_a_person_reads_the_same(lab: Lab) -> None:
    said = lab.node("n2").weft("status")
    print(said)
    assert "n1 " in said.partition("cloud norte.example")[2]
    assert "s1 " in said.partition("neighbours in Babel")[2]
    assert "IPv4 through s1, " in said
    assert not said.startswith("!")


def test_a_client_that_walks_takes_its_name_and_address_along(lab: Lab) -> None:
    ana = lab.client("ana")
    address = ana.leased() or ana.dhcp(60)
    ana.move_to("n2")

    def clients(name: str) -> dict[str, Any]:
        ana.reaches(ana.lease()["router"])
        return {each["mac"]: each for each in status(lab, name)["clients"]}

    lab.wait_until(lambda: clients("n2").get(ana.mac, {}).get("ipv4") == address, 30)
    lab.wait_until(lambda: clients("n2").get(ana.mac, {}).get("name") == "ana", 60)
    lab.wait_until(lambda: ana.mac not in clients("n1"), 30, what="n1 to forget ana")


def test_an_uplink_without_a_cable_is_the_reason_for_no_way(lab: Lab) -> None:
    lab.link("s1", "internet").down()
    lab.wait_until(lambda: way(status(lab, "s1"))["by"] == "none", 60, what="no way at s1")
    assert "no neighbour announces a way" in way(status(lab, "s1"))["why"]
    lab.wait_until(lambda: "wan0 is not plugged in" in way(status(lab, "s1"))["why"], 30)
    lab.wait_until(lambda: way(status(lab, "n1"))["by"] == "none", 60, what="no way at n1")


def test_a_node_that_hears_nobody_says_so_first(lab: Lab) -> None:
    lab.node("n2").power_off()
    lab.wait_until(
        lambda: status(lab, "s1")["problems"] == ["no other node is heard"], 90, what="s1 to notice"
    )
    assert lab.node("s1").weft("status").startswith("! no other node is heard\n")
