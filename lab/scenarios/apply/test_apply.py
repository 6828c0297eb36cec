# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""`weft apply` on a real kernel: twice, changed, failing, killed, undone."""

from __future__ import annotations

import json
import re

import pytest
from labkit import config, product
from labkit.actors import Node
from labkit.lab import Lab
from labkit.trace import assert_same, settle, trace


def configure(lab: Lab, node: Node, own: str = "") -> None:
    cloud = lab.topology.clouds[node.cloud]
    node.write("/etc/config/lime-community", config.lime_community(cloud, ""))
    node.write("/etc/config/lime-node", config.lime_node(node.line, own))


@pytest.fixture(scope="module", autouse=True)
def product_is_there(lab: Lab) -> None:
    """On a machine that has an address and a route already, as machines have."""
    weft = product.binary().read_bytes()
    for node in lab.nodes:
        node.run("mkdir", "-p", "/etc/config")
        node.write("/usr/sbin/weft", weft, 0o755)
        node.write("/etc/config/lime-defaults", product.defaults())
        node.sh("ip link set eth0 up; ip addr add 192.0.2.7/24 dev eth0")
        node.sh("ip route add 203.0.113.0/24 via 192.0.2.1 proto static")
        node.sh("nft add table inet mine; nft add chain inet mine c; ip rule add from 192.0.2.7 lookup 77")
        configure(lab, node)
        settle(node)


def apply(node: Node, *options: str) -> str:
    done = node.run("weft", "apply", *options)
    assert not done.err, done.err
    return done.out


def index(node: Node, link: str) -> int:
    return int(node.read(f"/sys/class/net/{link}/ifindex"))


def links_of(node: Node, kind: str) -> list[str]:
    return re.findall(r"^\d+: ([^:@]+)", node.run("ip", "-o", "link", "show", "type", kind).out, re.M)


def mesh_vlans(node: Node) -> list[str]:
    """Those in bat0."""
    return re.findall(r"^\d+: ([^:@]+)", node.run("ip", "-o", "link", "show", "master", "bat0").out, re.M)


def down(node: Node) -> None:
    node.run("weft", "apply", "--down")
    assert not node.run("find", "/run/weft", "-name", "*.json").out


@pytest.fixture
def n1(lab: Lab):
    """Applied before each test, taken down after it."""
    node = lab.node("n1")
    configure(lab, node)
    apply(node)
    yield node
    down(node)


def test_down_leaves_the_machine_as_it_was(lab: Lab) -> None:
    node = lab.node("s1")
    before = trace(node)
    first = node.run("weft", "apply")
    assert not first.err
    assert re.search(r"^(\d\d) steps", first.out, re.M)
    print(f"first apply: {first.took * 1000:.0f} ms, {first.out.splitlines()[-1]}")
    again = node.run("weft", "apply")
    assert again.out == "0 steps\n"
    print(f"second apply: {again.took * 1000:.0f} ms")
    assert before != trace(node)
    down(node)
    assert_same(before, trace(node))


def test_a_cloud_of_two_is_one_segment(lab: Lab, n1: Node) -> None:
    n2 = lab.node("n2")
    apply(n2)
    address = re.search(r"inet ([0-9.]+)/16", n2.run("ip", "address", "show", "br-lan").out)
    assert address
    lab.wait_until(lambda: n1.reaches(address[1]), at_most=60, what="n1 reaches n2")
    assert n1.ping(address[1], size=1472, dont_fragment=True).received == 1
    with n1.pinging(address[1]) as pings:
        assert apply(n1) == "0 steps\n"
        assert apply(n2) == "0 steps\n"
    assert pings.received == pings.sent
    down(n2)


def test_the_kernel_says_what_the_plan_says(n1: Node) -> None:
    vlan = mesh_vlans(n1)[0]
    text = n1.run("ip", "-d", "link", "show", vlan).out
    assert "802.1ad" in text and "alias weft" in text and "state UP" in text
    mesh = json.loads(n1.run("batctl", "meshif", "bat0", "mesh_json").out)
    assert mesh["algo_name"] == "BATMAN_IV"
    assert mesh["orig_interval"] == 2000
    assert mesh["bridge_loop_avoidance_enabled"] is True
    assert mesh["distributed_arp_table_enabled"] is False
    assert mesh["multicast_forceflood_enabled"] is True
    assert mesh["gw_mode"] == "client"


def test_settings_of_the_mesh_change_in_place(lab: Lab, n1: Node) -> None:
    bat0 = index(n1, "bat0")
    own = "config lime 'network'\n\toption batadv_orig_interval '5000'\n"
    configure(lab, n1, own + "\toption batadv_bridge_loop_avoidance '0'\n")
    done = apply(n1)
    assert done == "set of bat0 interval to 5000 ms (was 2000), bridge loop avoidance off\n1 steps\n"
    assert index(n1, "bat0") == bat0
    assert "5000" in n1.run("batctl", "meshif", "bat0", "orig_interval").out
    assert "disabled" in n1.run("batctl", "meshif", "bat0", "bridge_loop_avoidance").out


def test_a_member_of_the_mesh_changes_its_address_and_mtu_in_place(n1: Node) -> None:
    vlan = mesh_vlans(n1)[0]
    before, address = index(n1, vlan), n1.read(f"/sys/class/net/{vlan}/address")
    n1.sh(f"ip link set {vlan} address 02:00:00:00:00:99; ip link set {vlan} mtu 1500")
    done = apply(n1)
    assert re.fullmatch(
        rf"set mtu of {vlan} to 1532 \(was 1500\)\nset mac of {vlan} to \S+ \(was 02:00:00:00:00:99\)\n2 steps\n",
        done,
    ), done
    assert index(n1, vlan) == before
    assert n1.read(f"/sys/class/net/{vlan}/address") == address
    originators = n1.run("batctl", "meshif", "bat0", "hardifs_json").out
    assert address.strip() in originators


def test_another_ssid_changes_the_cloud_and_nothing_else(lab: Lab, n1: Node) -> None:
    kept = {name: index(n1, name) for name in ("br-lan", "bat0", "anygw", "mesh0_17")}
    old = mesh_vlans(n1)
    watch = n1.spawn("ip", "monitor", "link", "address", "route", "rule")
    community = 'config lime "wifi"\n\toption ap_ssid "otra.example"\n'
    n1.write("/etc/config/lime-community", community)
    print(apply(n1))
    lab.wait_until(lambda: watch.poll() is None and mesh_vlans(n1)[0] in watch.text, what="the monitor")
    watch.stop()
    assert mesh_vlans(n1) != old
    assert {name: index(n1, name) for name in kept} == kept
    links = re.findall(r"^(Deleted )?\d+: (\S+?)(?:@\S+)?: <(\S+)>", watch.text, re.M)
    gone = {name for deleted, name, _ in links if deleted}
    assert gone == set(old)
    # The port tells that it listens for another VLAN's address, and stays up.
    assert {name for _, name, _ in links} <= {*old, *mesh_vlans(n1), "anygw", "bat0", "br-lan", "mesh0"}
    assert all("UP" in flags.split(",") for _, name, flags in links if name not in (*old, *mesh_vlans(n1)))
    assert "192.0.2." not in watch.text
    assert apply(n1) == "0 steps\n"


def test_without_anygw_what_it_made_is_gone(lab: Lab, n1: Node) -> None:
    kept = {name: index(n1, name) for name in ("br-lan", "bat0", "mesh0_17")}
    lines = ["lan", "batadv:%N1", "babeld:17"]
    listed = "".join(f"\tlist protocols '{line}'\n" for line in lines)
    configure(lab, n1, f"config lime 'network'\n{listed}")
    print(apply(n1))
    assert "anygw" not in n1.interfaces()
    assert "anygw" not in n1.run("nft", "list", "ruleset").out
    assert n1.run("ip", "route", "show", "table", "170", check=False).out == ""
    assert "proto 79" not in n1.run("ip", "rule").out
    assert {name: index(n1, name) for name in kept} == kept
    assert apply(n1) == "0 steps\n"


def test_a_mesh_of_somebody_else_is_left_alone(lab: Lab) -> None:
    node = lab.node("s1")
    node.run("ip", "link", "add", "bat0", "type", "batadv")
    before = trace(node)
    done = node.run("weft", "apply", check=False)
    assert done.rc == 1
    assert "bat0 is there already and was not made by weft (a batadv)" in done.err
    assert done.out == ""
    assert_same(before, trace(node))
    node.run("ip", "link", "delete", "bat0")


def test_a_step_that_fails_is_told_and_all_is_undone(lab: Lab) -> None:
    """No IPv6 on this machine: half of the steps are done by then."""
    node = lab.node("s1")
    node.sh("sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
    before = trace(node)
    done = node.run("weft", "apply", check=False)
    print(done.err)
    assert done.rc == 1
    assert re.search(r"lime-\S+:\d+:\d+: error: .*cannot add address fd\S+ to \S+: .*(IPv6|Permission)", done.err)
    assert "undo: make batadv bat0" in done.out
    assert "cannot undo" not in done.err
    assert_same(before, trace(node))
    node.sh("sysctl -qw net.ipv6.conf.default.disable_ipv6=0")


def test_a_change_that_fails_leaves_what_ran(lab: Lab, n1: Node) -> None:
    before = trace(n1)
    n1.sh("sysctl -qw net.ipv6.conf.br-lan.disable_ipv6=1")
    broken = trace(n1)
    n1.write("/etc/config/lime-community", 'config lime "wifi"\n\toption ap_ssid "otra.example"\n')
    done = n1.run("weft", "apply", check=False)
    assert done.rc == 1 and "cannot undo" not in done.err, done.err
    assert_same(broken, trace(n1))
    n1.sh("sysctl -qw net.ipv6.conf.br-lan.disable_ipv6=0")
    configure(lab, n1)
    apply(n1)
    assert_same(before, trace(n1))


def test_a_port_that_is_pulled_is_taken_again(lab: Lab, n1: Node) -> None:
    n1.sh("ip link add usb0 type veth peer name usb1")
    own = "config net 'usb'\n\toption linux_name 'usb0'\n\tlist protocols 'lan'\n\tlist protocols 'batadv:%N1'\n"
    configure(lab, n1, own)
    apply(n1)
    assert any(name.startswith("usb0_") for name in mesh_vlans(n1))
    n1.sh("ip link delete usb0")
    done = n1.run("weft", "apply")
    assert "usb0" in done.err and done.out == "0 steps\n"
    n1.sh("ip link add usb0 type veth peer name usb1")
    apply(n1)
    assert any(name.startswith("usb0_") for name in mesh_vlans(n1))
    n1.sh("ip link delete usb0")


def test_killed_at_any_moment_it_can_be_undone(lab: Lab) -> None:
    node = lab.node("s1")
    before = trace(node)
    for delay in (0.02, 0.05, 0.08, 0.12, 0.2):
        node.run("timeout", "-s", "KILL", str(delay), "weft", "apply", check=False)
        node.run("weft", "apply", "--down")
        assert_same(before, trace(node))


def test_killed_at_any_moment_it_can_go_on(lab: Lab) -> None:
    node = lab.node("s1")
    before = trace(node)
    for delay in (0.02, 0.05, 0.1):
        node.run("timeout", "-s", "KILL", str(delay), "weft", "apply", check=False)
    apply(node)
    assert apply(node) == "0 steps\n"
    down(node)
    assert_same(before, trace(node))


def test_what_somebody_else_undid_is_done_again(n1: Node) -> None:
    n1.sh("ip link delete anygw; nft flush table inet weft; ip link set bat0 nomaster; ip rule delete pref 1700")
    done = apply(n1)
    print(done)
    for part in ("make macvlan anygw", "change filter", "put bat0 into br-lan", "rule 1700"):
        assert part in done
    assert "make batadv" not in done
    assert apply(n1) == "0 steps\n"
