# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""`weft peers` meshes over a link of mode apup, without netifd and without a daemon.

What stands for OpenWrt here: the name of the link, bat0, and a ubus that writes down what it was told.
"""

from __future__ import annotations

import re

import pytest
from labkit import config, product
from labkit.actors import Node
from labkit.lab import Lab

PEER = "wlan0-peer1"
OWN = """
config lime 'wifi'
	list modes 'apup'

config net 'outside'
	option linux_name 'eth0'
	list protocols 'manual'

config lime 'system'
	option hostname '{name}'
"""
UBUS = '#!/bin/dash\necho "$@" >> /run/ubus.log\n'


@pytest.fixture(scope="module", autouse=True)
def boxes_are_ready(lab: Lab) -> None:
    weft = product.binary().read_bytes()
    for node in lab.nodes:
        node.run("mkdir", "-p", "/etc/config", "/run/weft")
        node.write("/usr/sbin/weft", weft, 0o755)
        node.write("/bin/ubus", UBUS, 0o755)
        node.write("/etc/config/lime-defaults", product.defaults())
        node.write("/etc/config/lime-community", config.lime_community(lab.topology.clouds[node.cloud], ""))
        node.write("/etc/config/lime-node", OWN.format(name=node.name))
        node.write("/etc/config/wireless", "config wifi-device 'radio0'\n\toption band '5g'\n")
        node.sh("ip link add bat0 type batadv; ip link set bat0 up")


def port_of(node: Node) -> str:
    return next(port.name for port in node.line.ports if port.name.startswith("mesh"))


def peers(node: Node) -> str:
    done = node.run("weft", "peers")
    assert not done.err, done.err
    return done.out


def members(node: Node) -> list[str]:
    shown = node.run("ip", "-o", "link", "show", "master", "bat0").out
    return re.findall(r"^\d+: ([^:@]+)", shown, re.M)


def test_without_a_peer_there_is_nothing_to_do(lab: Lab) -> None:
    assert peers(lab.node("n1")) == ""


def test_a_link_that_appears_becomes_part_of_the_mesh(lab: Lab) -> None:
    for node in lab.nodes:
        node.sh(f"ip link set {port_of(node)} down; ip link set {port_of(node)} name {PEER}")
        assert peers(node)
        assert len(members(node)) == 1 and members(node)[0].startswith(f"{PEER}_")
        shown = node.run("ip", "-o", "-4", "addr", "show", "dev", f"{PEER}_17").out
        assert re.search(r"inet 10\.\d+\.\d+\.\d+/32 ", shown)
        assert node.read("/run/ubus.log") == f'call babeld add_interface {{"ifname":"{PEER}_17"}}\n'


def test_the_nodes_reach_each_other_through_the_cloud(lab: Lab) -> None:
    n1, n2 = lab.node("n1"), lab.node("n2")
    shown = n2.run("ip", "-o", "-6", "addr", "show", "dev", "bat0", "scope", "link").out
    address = re.search(r"inet6 (fe80\S+)/64", shown)[1]
    lab.wait_until(lambda: n1.run("ping", "-c1", "-W1", f"{address}%bat0", check=False).ok, at_most=60)


def test_a_second_time_nothing_is_done(lab: Lab) -> None:
    node = lab.node("n1")
    before = node.run("ip", "-o", "link").out
    assert peers(node) == ""
    assert node.run("ip", "-o", "link").out == before
    assert node.read("/run/ubus.log").count("\n") == 1


def test_a_link_that_goes_takes_its_vlans_along(lab: Lab) -> None:
    node = lab.node("n1")
    node.sh(f"ip link set {PEER} down; ip link set {PEER} name away0")
    assert "remove" in peers(node)
    assert members(node) == []
    node.sh(f"ip link set away0 name {PEER}")
    assert peers(node)
    assert len(members(node)) == 1
