# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""`weft down` on a machine that was something before weft: with a daemon, without one, with obstacles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from labkit import config, internet, product
from labkit.actors import Node
from labkit.box import Process
from labkit.lab import Lab
from labkit.trace import assert_same, settle, trace

CHILDREN = {"babeld", "dnsmasq", "dhcpcd-wan0"}
SEALED = "/proc/sys/net/ipv4/conf/all/rp_filter"


@pytest.fixture(scope="module")
def n1(lab: Lab) -> Node:
    """Somebody has configured this machine by hand, forwarding on one interface alone included."""
    node = lab.node("n1")
    node.run("mkdir", "-p", "/etc/config")
    node.write("/usr/sbin/weft", product.binary().read_bytes(), 0o755)
    node.write("/etc/config/lime-defaults", product.defaults())
    node.write("/etc/config/lime-community", config.lime_community(lab.topology.clouds[node.cloud], ""))
    node.write("/etc/config/lime-node", config.lime_node(node.line, ""))
    node.sh("ip link set eth0 up; ip addr add 192.0.2.7/24 dev eth0")
    node.sh("ip route add 203.0.113.0/24 via 192.0.2.1 proto static")
    node.sh("nft add table inet mine; nft add chain inet mine c; ip rule add from 192.0.2.7 lookup 77")
    node.sh("sysctl -qw net.ipv4.conf.eth0.forwarding=1 net.ipv6.conf.lan0.forwarding=1")
    settle(node)
    return node


@pytest.fixture(scope="module")
def before(n1: Node) -> str:
    return trace(n1)


@pytest.fixture
def daemon(lab: Lab, n1: Node, before: str) -> Iterator[Process]:
    """One that carries traffic: the tests begin where there is something to take down."""
    process = n1.spawn("sh", "-c", "exec weft daemon 2>>/var/log/console.log")
    lab.wait_until(lambda: n1.run("weft", "status", check=False).ok, 10, what="a daemon")
    n1.weft("wait", "--timeout", "60")
    ana = lab.client("ana")
    ana.dhcp(90)
    lab.wait_until(lambda: ana.reaches(internet.HOST4), 90, what="ana reaches the Internet")
    lab.wait_until(lambda: set(programs(n1)) == CHILDREN, 30, what="all programs")
    yield process
    process.stop()


def status(node: Node) -> dict[str, Any]:
    return json.loads(node.weft("status", "--json"))


def programs(node: Node) -> dict[str, int]:
    return {each["name"]: each["pid"] for each in status(node)["programs"] if each["pid"]}


def running(node: Node) -> str:
    """weft's programs that run there.  One that ended is no such program, although its name stays until init asks."""
    lines = node.sh("cat /proc/[0-9]*/stat 2>/dev/null").splitlines()
    found = (re.match(r"\d+ \((babeld|dnsmasq|dhcpcd)\) ([A-Z])", line) for line in lines)
    return " ".join(sorted(each[1] for each in found if each and each[2] not in "ZX"))


def assert_nothing_left(node: Node, before: str) -> None:
    assert_same(before, trace(node))
    assert running(node) == ""
    left = set(node.run("find", "/run/weft", "-type", "f").out.split())
    assert left <= {"/run/weft/lock", "/run/weft/dnsmasq.leases"}, left


def test_the_daemon_takes_all_down_and_brings_it_up_again(n1: Node, daemon: Process, before: str) -> None:
    done = n1.run("weft", "down")
    print(f"down: {done.took * 1000:.0f} ms, {len(done.out.splitlines())} steps")
    assert "stop babeld" in done.out and "remove bridge br-lan" in done.out
    assert_nothing_left(n1, before)
    assert daemon.poll() is None
    assert status(n1)["problems"] == ["taken down; `weft reload` brings the node up again"]
    assert n1.weft("down") == "nothing to do\n"
    n1.weft("reload")
    assert set(programs(n1)) == CHILDREN
    assert status(n1)["problems"] != ["taken down; `weft reload` brings the node up again"]
    n1.weft("down")
    assert_nothing_left(n1, before)


def test_what_a_killed_daemon_left_is_taken_down_without_it(n1: Node, daemon: Process, before: str) -> None:
    daemon.stop(9)
    assert running(n1)
    done = n1.run("weft", "down")
    print(f"down: {done.took * 1000:.0f} ms, {len(done.out.splitlines())} steps")
    assert "stop babeld" in done.out and "remove bridge br-lan" in done.out
    assert_nothing_left(n1, before)
    assert n1.weft("down") == "nothing to do\n"


def test_nothing_is_left_where_all_were_killed(n1: Node, daemon: Process, before: str) -> None:
    pids = programs(n1)
    daemon.stop(9)
    n1.run("kill", "-KILL", *map(str, pids.values()))
    n1.weft("down")
    assert_nothing_left(n1, before)


@pytest.mark.parametrize("alone", [False, True], ids=["daemon", "alone"])
def test_what_cannot_be_taken_away_is_told_and_the_rest_is(
    n1: Node, daemon: Process, before: str, alone: bool
) -> None:
    if alone:
        daemon.stop(9)
    n1.sh(f"mount --bind {SEALED} {SEALED} && mount -o remount,bind,ro {SEALED}")
    done = n1.run("weft", "down", check=False)
    n1.run("umount", SEALED)
    print(done.err)
    assert done.rc == 1
    assert done.err.count("error:") == 1
    assert f"{SEALED}: Read-only file system" in done.err
    assert "br-lan" not in n1.interfaces() and "bat0" not in n1.interfaces()
    assert running(n1) == ""
    if not alone:
        assert "not all could be taken down" in status(n1)["problems"][0]
    again = n1.run("weft", "down")
    assert again.out.count("\n") == 1 and "rp_filter" in again.out
    assert_nothing_left(n1, before)
