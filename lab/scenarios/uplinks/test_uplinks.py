# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Uplinks of all kinds, what passes through them, and what does not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Client, Node
from labkit.lab import Lab

SECOND = "100.64.50"  # the second provider's network
DELEGATED = "2001:db8:100::/40"
MTUS = (1280, 1400, 1496, 1500, 1532)
PORT = 5201
KB = 1024


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
    for name in ("ana", "beto"):
        lab.client(name).dhcp(120)
    u1 = lab.node("u1")
    lab.wait_until(lambda: is_class(u1, "good"), 120, 0.5, "a good uplink at u1")
    for name in ("ana", "beto"):
        reaches = lab.client(name).reaches
        lab.wait_until(lambda: reaches(internet.HOST4), 120, 0.5, f"the Internet from {name}")  # noqa: B023


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


def test_a_second_uplink_takes_over_and_gives_back(lab: Lab) -> None:
    """By its VLAN, and only while the first one does not work."""
    u1, ana = lab.node("u1"), lab.client("ana")
    lab.wait_until(lambda: is_class(u1, "good", "lan1_100"), 60, 0.5, "a good second uplink")
    assert way_of(u1) == "wan0"
    core = lab.cables["isp-u1 core"]
    with ana.pinging(internet.HOST4, 0.1) as pings:
        core.set(loss=100)
        lab.wait_until(lambda: way_of(u1) == "lan1_100", 60, 0.2, "the way by the second")
        lab.wait_until(lambda: ana.reaches(internet.HOST4), 30, what="ana by the second")
        reason = health(u1)["reason"]
        core.set(loss=0)
        lab.wait_until(lambda: way_of(u1) == "wan0", 90, 0.2, "the way by the first")
        lab.wait_until(lambda: ana.reaches(internet.HOST4), 30, what="ana by the first")
    print(f"\nthe first uplink {reason}; ana's longest silence {pings.max_gap:.1f} s")
    assert pings.max_gap < 30


def test_a_poor_one_gives_way_to_a_good_one(lab: Lab) -> None:
    u1 = lab.node("u1")
    provider = lab["isp-u1"]
    provider.sh("nft add table inet sick; nft 'add chain inet sick f { type filter hook forward priority 0; }'")
    provider.sh("nft add rule inet sick f udp dport 53 drop")
    lab.wait_until(lambda: is_class(u1, "poor"), 90, 0.5, "the verdict poor")
    lab.wait_until(lambda: way_of(u1) == "lan1_100", 30, 0.2, "the way by the second")
    provider.sh("nft delete table inet sick")
    lab.wait_until(lambda: way_of(u1) == "wan0", 120, 0.5, "the way by the first")


def global_address(client: Client) -> str:
    return next((a for a in client.addresses(6) if a.startswith("2001:db8:1") and "deprecated" not in a), "")


def lifetime(client: Client) -> str:
    return client.run("ip", "-6", "address", "show", "dev", "eth0", "scope", "global").out


def test_a_delegated_network_is_the_clouds(lab: Lab) -> None:
    """Clients of all nodes have addresses of it, and leave with them; when it dies it is taken back."""
    u1, beto = lab.node("u1"), lab.client("beto")
    lab.wait_until(lambda: is_class(u1, "good", family="ipv6"), 60, 0.5, "good IPv6")
    began = time.monotonic()
    given = lab.wait_until(
        lambda: uplink(u1, "wan0").get("dhcp6", {}).get("delegated"), 60, 0.5, "a delegated network"
    )
    # A provider's router sends it to whom it was given to.
    own = re.search(r"inet6 (fe80\S+)/", u1.run("ip", "-6", "address", "show", "dev", "wan0").out)
    assert own
    lab["isp-u1"].run("ip", "-6", "route", "replace", DELEGATED, "via", own[1], "dev", "lan")
    address = lab.wait_until(lambda: global_address(beto), 90, 0.5, "an address for beto")
    print(f"\n{given} is delegated; beto at u2 has {address} {time.monotonic() - began:.1f} s later")
    lab.wait_until(lambda: beto.reaches(internet.HOST6), 60, 0.5, "the Internet from beto")
    with lab["internet"].capture("eth0", f"icmp6 and src {address}") as seen:
        beto.run("ping", "-n", "-c", "3", "-I", address, internet.HOST6)
    assert len(seen.frames) >= 3, "it leaves with its own address"
    route = lab.node("u2").run("ip", "-6", "route", "show", "default").out
    assert re.search(r"default from 2001:db8:1\S*/64", route), route
    lab["isp-u1"].sh("nft add table ip6 sick; nft 'add chain ip6 sick f { type filter hook forward priority 0; policy drop; }'")
    died = time.monotonic()
    lab.wait_until(lambda: is_class(u1, "sick", family="ipv6"), 60, 0.5, "the verdict sick")
    lab.wait_until(lambda: "deprecated" in lifetime(beto), 60, 0.5, "the network taken back from beto")
    print(f"IPv6 lost: taken back from beto after {time.monotonic() - died:.1f} s")
    lab["isp-u1"].sh("nft delete table ip6 sick")
    lab.wait_until(lambda: is_class(u1, "good", family="ipv6"), 90, 0.5, "good IPv6 again")


@pytest.fixture
def strict(lab: Lab) -> Iterator[None]:
    """Nobody hears that a packet was too big, as on much of the Internet."""
    u1, u2, provider, beto = lab.node("u1"), lab.node("u2"), lab["isp-u1"], lab.client("beto")
    for box in (provider, lab["internet"]):
        box.sh("""
nft add table inet deaf
nft 'add chain inet deaf i { type filter hook prerouting priority -300; }'
nft add rule inet deaf i icmp type destination-unreachable drop
nft add rule inet deaf i icmpv6 type packet-too-big drop
""")
    # A client that does not heed what DHCP and routers say of sizes.
    beto.sh("ip link set eth0 mtu 1500; sysctl -qw net.ipv6.conf.eth0.mtu=1500")
    yield
    for box in (provider, lab["internet"]):
        box.run("nft", "delete", "table", "inet", "deaf")
    for box in (u1, u2):
        box.run("ip", "link", "set", "mesh0_17", "mtu", "1500", check=False)
    u1.run("ip", "link", "set", "wan0", "mtu", "1500")
    provider.run("ip", "link", "set", "lan", "mtu", "1500")


def transfer(client: Client, host: str, size: int, back: bool) -> float:
    argv = ["iperf3", "-c", host, "-n", str(size), "-J", *(["-R"] if back else [])]
    began = time.monotonic()
    result = json.loads(client.run(*argv, timeout=180).out)
    assert result["end"]["sum_received"]["bytes"] >= size * 0.9
    return time.monotonic() - began


def test_every_size_of_packet_passes(lab: Lab, strict: None) -> None:
    """A connection over a mesh link and an uplink of each size, without help of ICMP; both ways."""
    u1, u2, provider, beto = lab.node("u1"), lab.node("u2"), lab["isp-u1"], lab.client("beto")
    server = lab["internet"].spawn("iperf3", "-s")
    took: dict[tuple[int, int], float] = {}
    for wan in MTUS:
        provider.run("ip", "link", "set", "lan", "mtu", str(wan))
        u1.run("ip", "link", "set", "wan0", "mtu", str(wan))
        for mesh in MTUS:
            for box in (u1, u2):
                box.run("ip", "link", "set", "mesh0_17", "mtu", str(mesh))
            host = internet.HOST6 if wan == mesh else internet.HOST4
            took[mesh, wan] = transfer(beto, host, 300 * KB, back=True)
            if wan == mesh:
                took[mesh, wan] += transfer(beto, internet.HOST4, 300 * KB, back=False)
    print("\nseconds, 300 kB from the Internet (on the diagonal IPv6, and as much to it); mesh link by uplink:")
    print("        " + " ".join(f"{wan:6}" for wan in MTUS))
    for mesh in MTUS:
        print(f"  {mesh:5} " + " ".join(f"{took[mesh, wan]:6.1f}" for wan in MTUS))
    # The longest, where sizes differ most.
    provider.run("ip", "link", "set", "lan", "mtu", "1280")
    u1.run("ip", "link", "set", "wan0", "mtu", "1280")
    seconds = transfer(beto, internet.HOST4, 20 * KB * KB, back=True)
    print(f"  20 MB over 1532 and 1280: {seconds:.1f} s")
    server.stop()
    assert max(took.values()) < 60


OPEN_TCP = (22, 53, 80, 443, 3490, 8080, 30003)
OPEN_UDP = (53, 67, 547, 3491, 6696)


def answers(box: Any, argv: list[str]) -> bool:
    return box.run(*argv, check=False, timeout=20).rc == 0


def test_nothing_comes_in_unasked(lab: Lab) -> None:
    """What a provider, or anybody behind it, tries: services of the node, and the clients behind it."""
    u1, ana, provider = lab.node("u1"), lab.client("ana"), lab["isp-u1"]
    six = next(a for a in re.findall(r"inet6 (\S+)/", u1.run("ip", "-6", "address", "show", "dev", "wan0").out) if a.startswith("2001"))
    link = re.search(r"inet6 (fe80\S+)/", u1.run("ip", "-6", "address", "show", "dev", "wan0").out)
    assert link
    four = uplink(u1, "wan0")["dhcp"]["address"].split("/")[0]
    inside = [ana.leased(), *ana.addresses(6)]
    listener = ana.spawn("nc", "-lk", "-p", "8000")
    lab.wait_until(lambda: answers(u1, ["nc", "-z", "-w", "2", ana.leased(), "8000"]), 30, what="ana's server")
    cloud4, cloud6 = "10.0.0.0/8", "fd00::/8"
    provider.sh(f"ip route replace {cloud4} via {four}; ip -6 route replace {cloud6} via {link[1]} dev lan")
    tries: list[tuple[str, list[str]]] = []
    for host in (four, six, f"{link[1]}%lan"):
        tries += [(f"TCP {host} {port}", ["nc", "-z", "-w", "1", host, str(port)]) for port in OPEN_TCP]
    tries += [(f"TCP to ana, {host}", ["nc", "-z", "-w", "1", host, "8000"]) for host in inside]
    tries += [(f"echo to ana, {host}", ["ping", "-n", "-c", "1", "-W", "1", host]) for host in inside]
    with u1.capture("wan0", f"udp and src host {four}") as seen:
        for port in OPEN_UDP:
            provider.sh(f"for i in 1 2; do echo hello | nc -u -w 1 {four} {port} || true; done")
    reached = [what for what, argv in tries if answers(provider, argv)]
    print(f"\n{len(tries)} tries by TCP and echo, {2 * len(OPEN_UDP)} datagrams: {len(reached)} got in")
    listener.stop()
    assert not reached
    assert not [f for f in seen.frames if b"hello" in f.payload]
    assert answers(provider, ["ping", "-n", "-c", "1", four]), "an echo is allowed, who has a problem asks for it"
    assert answers(provider, ["ping", "-n", "-c", "1", six])


PORTAL = "192.168.77.1"


def test_a_login_page_is_told_apart(lab: Lab) -> None:
    """First one that lies about names, then one that tells the truth and takes all connections."""
    u1, provider = lab.node("u1"), lab["isp-u1"]
    provider.write("/run/portal.conf", f"port=5353\nno-resolv\nno-hosts\naddress=/#/{PORTAL}\nlocal=/#/\npid-file=/run/portal.pid\nuser=root\n")
    provider.sh("mkdir -p /run/www; echo 'Please log in' >/run/www/index.html")
    provider.sh("dnsmasq -C /run/portal.conf; busybox httpd -p 80 -h /run/www")
    rules = """
nft add table inet portal
nft 'add chain inet portal pre { type nat hook prerouting priority dstnat; }'
nft 'add chain inet portal f { type filter hook forward priority 0; }'
nft add rule inet portal pre iifname lan tcp dport 80 redirect to :80
nft add rule inet portal f iifname lan drop
"""
    lies = "nft add rule inet portal pre iifname lan udp dport 53 redirect to :5353"
    honest = "nft insert rule inet portal f udp dport 53 accept"
    core = lab.cables["isp-u1 core"]
    for title, extra, wanted in (("false names", lies, "sick"), ("true names", honest, "poor")):
        provider.sh(rules + extra)
        began = time.monotonic()
        portal = lambda: "login page" in health(u1).get("reason", "")  # noqa: E731
        lab.wait_until(portal, 90, 0.5, f"the login page with {title}")
        print(f"\n{title}, a login page: known after {time.monotonic() - began:.1f} s, {health(u1)['class']}")
        lab.wait_until(lambda: is_class(u1, wanted), 30, 0.5, wanted)  # noqa: B023
        assert "login page" in u1.weft("status") or way_of(u1) == "lan1_100"
        provider.sh("nft delete table inet portal")
        lab.wait_until(lambda: is_class(u1, "good"), 150, 0.5, "somebody has logged in")
    core.set(loss=100)
    lab.wait_until(lambda: is_class(u1, "sick"), 60, 0.5, "the verdict sick")
    assert "nobody on the Internet answers" in health(u1)["reason"]
    core.set(loss=0)


BABELD = """
local-port 30003
redistribute ip fc00::/7 allow
redistribute ip 2000::/3 allow
redistribute ip ::/0 le 0 proto 7 allow
redistribute ip 10.0.0.0/8 allow
redistribute ip 172.16.0.0/12 allow
redistribute ip 0.0.0.0/0 le 0 proto 7 allow
redistribute local deny
redistribute deny
interface mesh0_17 type wireless
"""


def test_a_libremesh_neighbour_and_we_use_each_other(lab: Lab) -> None:
    """Its babeld runs with LibreMesh's filters; its default route has protocol 7 and metric 0."""
    u1, l1, beto = lab.node("u1"), lab["l1"], lab.client("beto")
    l1.write("/run/babeld.conf", BABELD)
    l1.sh("""
sysctl -qw net.ipv4.ip_forward=1
ip link set mesh0 up
ip link add link mesh0 name mesh0_17 type vlan protocol 802.1ad id 17
ip link set mesh0_17 mtu 1496 up
ip address add 10.77.0.1/32 dev mesh0_17
ip link add br-lan type bridge; ip link set br-lan up; ip address add 10.77.0.1/16 dev br-lan
babeld -D -I /run/babeld.pid -c /run/babeld.conf
""")
    theirs = lambda: answers(l1, ["ping", "-n", "-c", "1", "-W", "1", "-I", "10.77.0.1", internet.HOST4])  # noqa: E731
    lab.wait_until(theirs, 90, 0.5, "the Internet from the LibreMesh node, by our gateway")
    route = l1.run("ip", "route", "show", "default").out
    print(f"\ntheir node by our gateway: {route.strip()}")
    assert "proto babel" in route or "proto 42" in route
    # Now it has a line of its own, as babeld-auto-gw-mode announces it.
    line = lab.topology.uplinks["l1"].number
    l1.sh(f"""
ip link set wan0 up; ip address add 100.64.{line}.50/24 dev wan0
nft add table ip nat; nft 'add chain ip nat p {{ type nat hook postrouting priority 100; }}'
nft add rule ip nat p oifname wan0 masquerade
ip route add default via 100.64.{line}.1 dev wan0 proto 7 metric 10
""")
    for cable in ("u1 internet",):
        lab.cables[cable].down()
    lab.lab.run("ip", "link", "set", "isp100", "down")
    seen_from = lambda: way_of(u1).startswith("mesh0")  # noqa: E731
    lab.wait_until(seen_from, 90, 0.5, "u1's way by the mesh")
    lab.wait_until(lambda: beto.reaches(internet.HOST4), 60, 0.5, "the Internet from beto by their gateway")
    with lab["internet"].capture("eth0", f"icmp and src 100.64.{line}.50") as seen:
        lab.client("ana").ping(internet.HOST4, 3)
        beto.ping(internet.HOST4, 3)
    print(f"ours by their gateway: {len(seen.frames)} echoes seen from its address")
    assert len(seen.frames) >= 4


def test_what_hellos_cost(lab: Lab) -> None:
    """Babel's hellos are a second apart on cables, so that a power cut is known in seconds."""
    seconds = 20
    with lab.lab.capture("u1.mesh0", "vlan 17 and udp port 6696") as seen:
        time.sleep(seconds)
    size = sum(len(frame.raw) for frame in seen.frames)
    print(f"\nBabel between two nodes on a cable: {size / seconds:.0f} bytes/s, {len(seen.frames) / seconds:.1f} packets/s, both directions")
    assert size / seconds < 2000
