# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A node that knows nothing of weft answers on a cable for the shared address: weft does not."""

from __future__ import annotations

import json
import re
import time

import pytest
from labkit.actors import Client, Node
from labkit.lab import Lab

SETTLED = 60  # seconds until bridge loop avoidance has ended its waiting
TAKEOVER_NEVER = 120.0  # batman-adv lists a dead backbone for a minute

# What LibreMesh's scripts make: the mesh with bridge loop avoidance, the shared address on a
# macvlan, and the rules that keep it out of the mesh.  The numbers are those of the cloud.
BUILD = """
set -e
ip link set eth0 up; ip link set lan0 up; ip link set lan1 up; ip link set mesh0 mtu 1560; ip link set mesh0 up
ip link add bat0 type batadv
batctl meshif bat0 bridge_loop_avoidance 1
batctl meshif bat0 distributed_arp_table 0
batctl meshif bat0 orig_interval 2000
ip link add link mesh0 name mesh0_b type vlan proto 802.1ad id {vlan}
ip link set mesh0_b address 02:b0:00:00:00:{last} mtu 1532
batctl meshif bat0 interface add mesh0_b
ip link set mesh0_b up; ip link set bat0 up
ip link add br-lan address 02:ca:fe:00:{last}:01 type bridge
for port in bat0 lan0 lan1; do ip link set $port master br-lan; done
ip link set br-lan up
ip address add {own} dev br-lan
ip link add link br-lan name anygw address {mac} type macvlan mode private
sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2 net.ipv4.ip_forward=1
ip link set anygw up
ip address add {shared} dev anygw noprefixroute
nft -f - <<END
table bridge anygw {{
	chain in {{
		type filter hook prerouting priority -300; policy accept;
		iifname "bat0" ether saddr {mac} drop
		iifname "bat0" ether daddr {mac} drop
	}}
	chain through {{
		type filter hook forward priority 0; policy accept;
		oifname "bat0" ether saddr {mac} drop
		oifname "bat0" ether daddr {mac} drop
	}}
	chain out {{
		type filter hook output priority 0; policy accept;
		oifname "bat0" ether saddr {mac} drop
	}}
}}
END
dnsmasq --conf-file=/dev/null --port=0 --interface=br-lan --interface=anygw --bind-dynamic \\
	--dhcp-range={first},{end},255.255.0.0,10m --dhcp-option=3,{router} --dhcp-leasefile=/run/leases \\
	--pid-file=/run/dnsmasq.pid
"""


def cable(node: Node, port: str) -> dict[str, str]:
    status = json.loads(node.weft("status", "--json"))
    return next((each for each in status["cables"] if each["port"] == port), {})


def look(node: Node, pattern: str, *argv: str) -> str:
    found = re.search(pattern, node.run(*argv).out, re.S)
    assert found, argv
    return found[1]


@pytest.fixture(scope="module")
def old(lab: Lab) -> Node:
    """A node of the same cloud that says no hello."""
    n1, old = lab.node("n1"), lab.node("old")
    n1.weft("wait", "--timeout", "60")
    mesh = re.search(r"^\d+: ([^:@]+)", n1.run("ip", "-o", "link", "show", "master", "bat0").out, re.M)
    assert mesh
    shared = look(n1, r"inet (\S+)", "ip", "-4", "address", "show", "dev", "anygw")
    net = ".".join(shared.split(".")[:2])
    old.sh(
        BUILD.format(
            vlan=look(n1, r"vlan protocol 802.1ad id (\d+)", "ip", "-d", "link", "show", mesh[1]),
            mac=look(n1, r"link/ether (\S+)", "ip", "link", "show", "anygw"),
            last=old.mac.split(":")[4],
            own=f"{net}.2.1/16",
            shared=shared,
            router=shared.split("/")[0],
            first=f"{net}.200.1",
            end=f"{net}.200.99",
        )
    )
    return old


@pytest.fixture(scope="module")
def ana(lab: Lab, old: Node) -> Client:
    for client in lab.clients:
        client.dhcp(at_most=90)
    ana, carla = lab.client("ana"), lab.client("carla")
    lab.wait_until(lambda: ana.reaches(carla.leased()), at_most=SETTLED, what="ana reaches carla")
    return ana


def test_weft_is_silent_beside_it(lab: Lab, old: Node, ana: Client) -> None:
    n1 = lab.node("n1")
    assert n1.mac < old.mac, "among weft nodes n1 would answer"
    lab.wait_until(
        lambda: cable(n1, "lan1").get("state") == "silent beside another kind of node", 30, what="silence"
    )
    print(n1.run("batctl", "meshif", "bat0", "backbonetable", "-n").out)
    assert cable(n1, "lan1")["other"] == look(old, r"link/ether (\S+)", "ip", "link", "show", "mesh0_b")
    assert cable(n1, "lan0")["state"] == "alone"
    assert ana.lease()["ip"].split(".")[2] == "200", "the other one gives the addresses there"


def test_nothing_is_lost_or_double_and_only_one_of_them_is_heard(lab: Lab, old: Node, ana: Client) -> None:
    n1, router = lab.node("n1"), ana.lease()["router"]
    beto, carla = lab.client("beto"), lab.client("carla")
    mac = look(n1, r"link/ether (\S+)", "ip", "link", "show", "anygw")
    with (
        n1.capture("lan1", f"outbound and ether src {mac}") as weft,
        old.capture("lan1", f"outbound and ether src {mac}") as other,
    ):
        for client in (ana, beto, carla):
            for target in (router, carla.leased() if client is not carla else ana.leased()):
                lab.wait_until(lambda: client.reaches(target), SETTLED, what=f"{client} reaches {target}")
                pings = client.ping(target, count=100)
                print(f"{client} to {target}: {pings.loss:.0f} % lost, {pings.duplicates} double")
                assert pings.loss == 0 and pings.duplicates == 0
    print(f"frames of the shared address on the cable: {len(weft.frames)} by weft, {len(other.frames)} by the other")
    assert not weft.frames
    assert other.frames


def test_weft_answers_once_the_other_is_gone(lab: Lab, old: Node, ana: Client) -> None:
    n1, router = lab.node("n1"), ana.lease()["router"]
    began = time.monotonic()
    old.power_off()
    lab.wait_until(lambda: cable(n1, "lan1")["state"] == "alone", TAKEOVER_NEVER, what="n1 notices")
    lab.wait_until(lambda: ana.reaches(router), 15, what="ana has a gateway again")
    print(f"n1 answers {time.monotonic() - began:.0f} s after the other's death")
