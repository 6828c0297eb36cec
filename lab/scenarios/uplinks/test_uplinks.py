# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What passes through uplinks and what does not, and LibreMesh's gateways beside ours."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Node
from labkit.box import Box
from labkit.lab import Lab
from labkit.system import REPOSITORY

SECOND = "100.64.50"  # the second provider's network
DELEGATED = "2001:db8:100::/40"
PORT = 5000
HOSTS = (internet.HOST4, internet.HOST6)
SIZES = itertools.count()
GOLDEN_BABELD = (REPOSITORY / "tests/golden/cases/003-defaults-dsa/expected/etc/config/babeld").read_text()
TRANSFER = Path(__file__).with_name("transfer.py").read_text()


def uplink(node: Node, ifname: str) -> dict[str, Any]:
    uplinks = json.loads(node.weft("status", "--json"))["uplinks"]
    return next((one for one in uplinks if one["interface"] == ifname), {})


def health(node: Node, ifname: str = "wan0", family: str = "ipv4") -> dict[str, Any]:
    return uplink(node, ifname).get("health", {}).get(family, {})


def is_class(node: Node, wanted: str, ifname: str = "wan0", family: str = "ipv4") -> bool:
    return health(node, ifname, family).get("class") == wanted


def way_of(node: Node, family: str = "-4") -> str:
    """The device by which packets to the Internet leave this node."""
    host = internet.HOST4 if family == "-4" else internet.HOST6
    match = re.search(r" dev (\S+)", node.run("ip", family, "route", "get", host, check=False).out)
    return match[1] if match else ""


@pytest.fixture(scope="module", autouse=True)
def ready(lab: Lab) -> None:
    second_provider(lab)
    delegating_provider(lab)
    for client in lab.clients:
        client.dhcp(120)
    u1 = lab.node("u1")
    lab.wait_until(lambda: is_class(u1, "good"), 120, 0.5, "a good uplink at u1")
    # A provider's router sends a delegated network to whom it was given to.
    lab["isp-u1"].run("ip", "-6", "route", "replace", DELEGATED, "via", link_local(u1), "dev", "lan")
    for client in lab.clients:
        for host in HOSTS:
            lab.wait_until(lambda: client.reaches(host), 120, 0.5, f"the Internet from {client}")  # noqa: B023


def addresses(node: Node, ifname: str) -> list[str]:
    return re.findall(r"inet6? (\S+)/", node.run("ip", "address", "show", "dev", ifname).out)


def link_local(node: Node) -> str:
    return next(each for each in addresses(node, "wan0") if each.startswith("fe80"))


def second_provider(lab: Lab) -> None:
    """On VLAN 100 of the cable, by DHCP; the machine itself is its router."""
    config = f"""port=0
bind-dynamic
interface=isp100
except-interface=lo
dhcp-authoritative
dhcp-leasefile=/run/second.leases
dhcp-range={SECOND}.100,{SECOND}.200,255.255.255.0,10m
pid-file=/run/second.pid
user=root
"""
    lab.lab.write("/run/second.conf", config)
    lab.lab.sh(f"""
ip link set air.calle type bridge mcast_snooping 0
ip link add link air.calle name isp100 type vlan id 100
ip link set air.calle up; ip link set isp100 up
ip address add {SECOND}.1/24 dev isp100
ip address add 198.51.100.150/24 dev core; ip link set core up
ip route add 9.9.9.9 via {internet.HOST4}; ip route add 1.1.1.1 via {internet.HOST4}
ip route add 8.8.8.8 via {internet.HOST4}
sysctl -qw net.ipv4.ip_forward=1
dnsmasq -C /run/second.conf </dev/null >/dev/null 2>&1
""")
    lab["internet"].sh(f"ip route add {SECOND}.0/24 via 198.51.100.150")


def delegating_provider(lab: Lab) -> None:
    """Beside the router's advertisements a DHCPv6 server gives networks of 56 bits."""
    provider = lab["isp-u1"]
    provider.write(
        "/run/dhcpd6.conf",
        """authoritative;
default-lease-time 600;
preferred-lifetime 400;
subnet6 2001:db8:1::/64 {
  range6 2001:db8:1::1000 2001:db8:1::1fff;
  prefix6 2001:db8:100:: 2001:db8:100:ff00:: /56;
}
""",
    )
    provider.sh("""
: >/run/dhcpd6.leases
/usr/sbin/dhcpd -6 -q -cf /run/dhcpd6.conf -lf /run/dhcpd6.leases -pf /run/dhcpd6.pid lan </dev/null >/run/dhcpd6.log 2>&1
""")
    lab["internet"].sh(f"ip -6 route add {DELEGATED} via 2001:db8:ffff::101")


@pytest.fixture(scope="module")
def server(lab: Lab) -> Iterator[None]:
    for box in (lab["internet"], *lab.clients):
        box.write("/tmp/transfer.py", TRANSFER)
    process = lab["internet"].spawn("python3", "/tmp/transfer.py", "serve", str(PORT))
    for host in HOSTS:
        lab.wait_until(lambda: answers(lab.client("ana"), ["nc.openbsd", "-z", host, str(PORT)]), 30, what="the server")  # noqa: B023
    yield
    process.stop()


SERVICES = (22, 53, 80, 3490, 8080, 30003)  # TCP: what listens on nodes, or might
DATAGRAMS = (53, 67, 547, 3491, 6696)
OPENED = 2222  # node-u1 asks for it: uplink_open


def answers(box: Box, argv: list[str]) -> bool:
    return box.run(*argv, check=False, timeout=30).ok


def connects(box: Box, host: str, port: int) -> bool:
    return answers(box, ["nc.openbsd", "-z", "-w", "2", host, str(port)])


def test_nothing_comes_in_unasked(lab: Lab, server: None) -> None:
    """What a provider, or anybody behind it, tries: services of the node, and the clients behind it."""
    u1, ana, provider = lab.node("u1"), lab.client("ana"), lab["isp-u1"]
    outside = [each for each in addresses(u1, "wan0") if not each.startswith("fe80")]
    assert any(":" in each for each in outside) and any("." in each for each in outside)
    hosts = [*outside, f"{link_local(u1)}%lan"]
    inside = [ana.leased(), *ana.addresses(6)]
    own = [each for each in addresses(u1, "br-lan") if not each.startswith("fe80")]
    u1.sh(f"nc -ll -p {OPENED} -e /bin/true </dev/null >/dev/null 2>&1 &")
    # They are there, for those inside: ana has a server (of `server`), the node listens.
    ana_serves = ana.spawn("python3", "/tmp/transfer.py", "serve", str(PORT))
    for host in inside:
        lab.wait_until(lambda: connects(lab.client("beto"), host, PORT), 30, what=f"ana's server at {host}")  # noqa: B023
    open_inside = [port for port in SERVICES if connects(ana, own[0], port)]
    assert 53 in open_inside and 80 in open_inside, open_inside
    four = next(each for each in outside if "." in each)
    provider.sh(f"ip route replace 10.0.0.0/8 via {four}; ip -6 route replace fd00::/8 via {link_local(u1)} dev lan")
    with u1.capture("wan0", f"udp and src host {four}") as seen:
        tries = [(host, port) for host in [*hosts, *own] for port in SERVICES]
        tries += [(host, PORT) for host in inside]
        begun = [provider.begin("nc.openbsd", "-z", "-w", "2", host, str(port)) for host, port in tries]
        reached = [each for each, answer in zip(tries, begun, strict=True) if answer.result(90)[0]["rc"] == 0]
        for port in DATAGRAMS:
            provider.sh(f"echo hello | nc.openbsd -u -w 1 {four} {port} || true")
    echoes = [host for host in inside if answers(provider, ["ping", "-n", "-c", "1", "-W", "2", host])]
    print(f"\nservices that ana reaches: {open_inside}")
    print(f"from the provider: {len(tries)} connections, {len(DATAGRAMS)} datagrams, {len(inside)} echoes: {len(reached)} got in")
    ana_serves.stop()
    assert not reached and not echoes
    assert not [frame for frame in seen.frames if int.from_bytes(frame.payload[20:22], "big") in DATAGRAMS]
    for host in hosts:
        assert connects(provider, host, OPENED), f"what was asked for is open, {host}"
        assert answers(provider, ["ping", "-n", "-c", "1", "-W", "2", host]), "an echo helps who looks for a fault"
    provider.sh("ip route del 10.0.0.0/8; ip -6 route del fd00::/8")


def babeld_conf(uci: str, ifname: str) -> str:
    """What OpenWrt's /etc/init.d/babeld makes of the filters, and one interface."""
    lines = ["local-port 30003"]
    for section in re.split(r"^config ", uci, flags=re.M):
        if not section.startswith("filter"):
            continue
        options = dict(re.findall(r"option (\S+) '(.*)'", section))
        words = [options["type"], *(["local"] if options.get("local") == "true" else [])]
        for name in ("ip", "le", "proto"):
            words += [name, options[name]] if name in options else []
        lines.append(" ".join([*words, options["action"]]))
    return "\n".join([*lines, f"interface {ifname} type wireless", ""])


@pytest.fixture(scope="module")
def libremesh(lab: Lab) -> Box:
    """A node of LibreMesh's: Babel with what lime-config writes (the golden data), no words of ours."""
    l1 = lab["l1"]
    l1.write("/run/babeld.conf", babeld_conf(GOLDEN_BABELD, "mesh0_17"))
    l1.sh("""
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip link set mesh0 up
ip link add link mesh0 name mesh0_17 type vlan protocol 802.1ad id 17
ip link set mesh0_17 mtu 1496 up
ip address add 10.77.0.1/32 dev mesh0_17
ip link add br-lan type bridge; ip link set br-lan up
ip address add 10.77.0.1/16 dev br-lan; ip address add fd77::1/64 dev br-lan nodad
babeld -D -I /run/babeld.pid -c /run/babeld.conf
""")
    return l1


def default_route(box: Box, family: str = "-4") -> str:
    """The one that is used."""
    return box.run("ip", family, "route", "show", "default").out.strip().split("\n")[0]


def echo_as_seen(lab: Lab, box: Box, host: str, *argv: str) -> str:
    """The address from which the Internet sees echoes of this box."""
    size = str(300 + next(SIZES))
    with lab["internet"].capture("eth0", f"(icmp or icmp6) and dst host {host} and greater {size}") as seen:
        box.run("ping", "-n", "-c", "3", "-W", "2", "-s", size, *argv, host, check=False)
    found = re.findall(rf"(\S+) > {re.escape(host)}: .*length {int(size) + 8}\b", seen.text())
    return found[-1] if found else ""


def test_a_libremesh_neighbour_and_we_use_each_other(lab: Lab, libremesh: Box) -> None:
    """Its default routes have protocol 7 and metric 10 beside DHCP's of metric 0, as babeld-auto-gw-mode leaves them."""
    u1, u2, l1, beto = lab.node("u1"), lab.node("u2"), libremesh, lab.client("beto")
    line = lab.topology.uplinks["l1"].number
    ours, theirs = f"100.64.{lab.topology.uplinks['u1'].number}.", f"100.64.{line}."
    seen4 = lambda box, *argv: echo_as_seen(lab, box, internet.HOST4, *argv)  # noqa: E731
    lab.wait_until(lambda: seen4(l1, "-I", "10.77.0.1").startswith(ours), 90, 0.5, "their node by our gateway")
    lab.wait_until(lambda: echo_as_seen(lab, l1, internet.HOST6, "-I", "fd77::1"), 60, 0.5, "the same on IPv6")
    print(f"\ntheir node by our gateway: {default_route(l1)}; {default_route(l1, '-6')}")
    assert "proto babel" in default_route(l1) and "proto babel" in default_route(l1, "-6")
    # Now it has a line of its own: netifd's route (which replaces Babel's, of the same metric), and the copy that is announced.
    l1.sh(f"""
ip link set wan0 up; ip address add 100.64.{line}.50/24 dev wan0
nft add table ip nat; nft 'add chain ip nat p {{ type nat hook postrouting priority 100; }}'
nft add rule ip nat p oifname wan0 masquerade
ip route replace default via 100.64.{line}.1 dev wan0 proto static
ip route add default via 100.64.{line}.1 dev wan0 proto 7 metric 10
""")
    assert way_of(u1) == "wan0" and seen4(l1) == f"{theirs}50", "both have their own, and keep it"
    assert seen4(lab.client("ana")).startswith(ours)
    lab.lab.run("ip", "link", "set", "isp100", "down")
    lab.cables["u1 internet"].down()
    began = time.monotonic()
    lab.wait_until(lambda: way_of(u1).startswith("mesh0"), 90, 0.5, "u1's way by the mesh")
    lab.wait_until(lambda: seen4(beto) == f"{theirs}50", 60, 0.5, "beto by their gateway")
    lab.wait_until(lambda: seen4(lab.client("ana")) == f"{theirs}50", 60, 0.5, "ana by their gateway")
    print(f"our line dead: ana and beto by theirs after {time.monotonic() - began:.1f} s ({default_route(u2)})")
    lab.cables["u1 internet"].up()
    lab.lab.run("ip", "link", "set", "isp100", "up")
    lab.wait_until(lambda: way_of(u1) == "wan0", 90, 0.5, "u1's own way")
    lab.wait_until(lambda: seen4(lab.client("ana")).startswith(ours), 60, 0.5, "ana by ours again")
