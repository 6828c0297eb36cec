# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What a neighbour gets: an address, a name, their cloud, the other cloud, the Internet."""

from __future__ import annotations

import hashlib
import ipaddress
import re

from labkit import internet
from labkit.lab import Client, Lab


def network_id(lab: Lab, cloud: str) -> bytes:
    """The first bytes of every address of a cloud: MD5 of its SSID and a newline."""
    return hashlib.md5((lab.topology.clouds[cloud].ssid + "\n").encode()).digest()


def network4(lab: Lab, cloud: str) -> ipaddress.IPv4Network:
    return ipaddress.ip_network(f"10.{network_id(lab, cloud)[0]}.0.0/16")


def network6(lab: Lab, cloud: str) -> ipaddress.IPv6Network:
    n = network_id(lab, cloud)
    return ipaddress.ip_network(f"fd{n[0]:02x}:{n[1]:02x}{n[2]:02x}:{n[3]:02x}{n[4]:02x}::/64")


def address4(client: Client) -> str:
    return client.leased() or client.dhcp(60)


def address6(lab: Lab, client: Client) -> str:
    return lab.wait_until(lambda: client.addresses(6), 60, what=f"an IPv6 address for {client}")[0]


def ttl(pings_text: str) -> int:
    found = re.search(r"ttl=(\d+)", pings_text)
    assert found, pings_text
    return int(found[1])


def test_every_client_gets_ipv4_from_the_anycast_address(lab: Lab) -> None:
    for name, cloud in (("ana", "norte"), ("beto", "norte"), ("luz", "sur")):
        client = lab.client(name)
        address = client.dhcp(60)
        lease = client.lease()
        first = str(next(network4(lab, cloud).hosts()))
        assert ipaddress.ip_address(address) in network4(lab, cloud)
        assert lease["serverid"] == lease["router"] == lease["dns"] == first
        assert lease["subnet"] == "255.255.0.0"
        assert lease["mtu"] == "1350"


def test_every_client_gets_ipv6_from_the_anycast_gateway(lab: Lab) -> None:
    for name, cloud in (("ana", "norte"), ("luz", "sur")):
        client = lab.client(name)
        assert ipaddress.ip_address(address6(lab, client)) in network6(lab, cloud)
        n = network_id(lab, cloud)
        lab.wait_until(lambda: "fe80:" in client.run("ip", "-6", "route", "show", "default").out, 30)
        router = re.search(r"via (\S+)", client.run("ip", "-6", "route", "show", "default").out)
        assert router
        client.ping(router[1] + "%eth0")
        neighbour = client.run("ip", "-6", "neighbour", "show", router[1], "dev", "eth0").out
        assert f"aa:aa:aa:{n[0]:02x}:{n[1]:02x}:aa" in neighbour


def test_the_own_cloud_is_one_layer_2_network_over_three_hops(lab: Lab) -> None:
    ana, beto = lab.client("ana"), lab.client("beto")
    for target in (address4(beto), address6(lab, beto)):
        lab.wait_until(lambda: ana.reaches(target), 60, what=f"{target} from ana")
        assert ttl(ana.ping(target, count=3).text) == 64  # nobody routed it
    answers = ana.run("ip", "neighbour", "show", address4(beto)).out
    assert beto.mac in answers
    hops = lab.node("n1").run("batctl", "meshif", "bat0", "originators", "-H").out
    assert len(re.findall(r"^ \* ", hops, re.M)) >= 3, hops


def test_the_other_cloud_is_reached_through_babel(lab: Lab) -> None:
    ana, luz = lab.client("ana"), lab.client("luz")
    for target in (address4(luz), address6(lab, luz)):
        lab.wait_until(lambda: ana.reaches(target), 90, what=f"{target} from ana")
        assert ttl(ana.ping(target, count=3).text) < 64  # somebody routed it
    assert "proto babel" in lab.node("n1").run("ip", "route").out


def test_the_internet_is_reached_through_a_gateway_of_the_other_cloud(lab: Lab) -> None:
    for name in ("ana", "beto", "luz"):
        client = lab.client(name)
        address4(client)
        lab.wait_until(lambda: client.reaches(internet.HOST4), 90, what=f"the Internet from {name}")
    route = lab.node("n1").run("ip", "route", "get", internet.HOST4).out
    assert "via" in route, route


# Tells each that connects the address it seems to come from.
MIRROR = """
import socket
server = socket.create_server(("::", 8000), family=socket.AF_INET6)
while True:
    client, address = server.accept()
    client.sendall(address[0].encode())
    client.close()
"""
LOOK = """
import socket, sys
print(socket.create_connection((sys.argv[1], 8000), timeout=5).recv(64).decode())
"""


def test_the_ipv6_internet_is_reached_with_an_address_of_the_gateways(lab: Lab) -> None:
    """Nobody out there knows the clouds' own prefixes, so the gateway gives its address (NAT66)."""
    ana, host = lab.client("ana"), lab["internet"]
    mirror = host.spawn("python3", "-c", MIRROR)
    assert ipaddress.ip_address(address6(lab, ana)) in network6(lab, "norte")
    lab.wait_until(lambda: ana.reaches(internet.HOST6), 90, what="the IPv6 Internet from ana")
    seen = ana.run("python3", "-c", LOOK, internet.HOST6).out.strip()
    mirror.stop()
    provider = ipaddress.ip_network(f"2001:db8:{lab.topology.uplinks['s2'].number}::/64")
    assert ipaddress.ip_address(seen) in provider
    gateway = lab.node("s2").run("ip", "-6", "-o", "address", "show", "wan0").out
    assert f" {seen}/" in gateway, gateway
    route = lab.node("n1").run("ip", "-6", "route", "get", internet.HOST6).out
    assert "proto babel" in route, route


def test_a_full_packet_crosses_the_mesh(lab: Lab) -> None:
    """1350 bytes is what clients are told; it must fit everywhere, unfragmented."""
    ana, luz = lab.client("ana"), lab.client("luz")
    address4(ana)
    target = address4(luz)
    lab.wait_until(lambda: ana.reaches(target), 90)
    assert ana.ping(target, count=3, size=1350 - 28, dont_fragment=True).received == 3


def test_names_resolve(lab: Lab) -> None:
    ana = lab.client("ana")
    address4(ana)
    server = ana.lease()["dns"]

    def resolve(name: str) -> str:
        return ana.run("nslookup", name, server, check=False).out

    assert str(network4(lab, "norte")[1]) in lab.wait_until(lambda: resolve("thisnode.info"), 30)
    own = lab.node("n1").run("ip", "-4", "-o", "address", "show", "br-lan").out.split()[3]
    for name in ("n1", "n1.thisnode.info"):
        assert own.split("/")[0] in resolve(name), name
    assert ana.leased() in resolve("ana")
    lab.wait_until(lambda: internet.HOST4 in resolve(internet.NAME), 60)


def test_names_of_the_whole_cloud_resolve(lab: Lab) -> None:
    """At the other end of the cloud; a node's name is never the shared address."""
    ana, beto, n4 = lab.client("ana"), lab.client("beto"), lab.node("n4")
    address4(ana)
    address4(beto)
    shared = str(network4(lab, "norte")[1])
    own = n4.run("ip", "-4", "-o", "address", "show", "br-lan").out.split()[3].split("/")[0]
    wanted = {"n4": own, "n4.thisnode.info": own, "beto": beto.leased()}
    for name, address in wanted.items():
        found = lambda: ana.run("nslookup", name, ana.lease()["dns"], check=False).out.split("Name:", 1)[-1]
        lab.wait_until(lambda: address in found(), 60, what=f"{name} as {address}")
        assert shared not in found(), name
