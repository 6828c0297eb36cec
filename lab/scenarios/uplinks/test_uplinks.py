# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Uplinks of all kinds, what passes through them, and what does not."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from labkit import internet
from labkit.actors import Client, Node
from labkit.box import Box
from labkit.channel import Answer
from labkit.lab import Lab
from labkit.system import REPOSITORY

SECOND = "100.64.50"  # the second provider's network
DELEGATED = "2001:db8:100::/40"
MTUS = (1280, 1400, 1496, 1500, 1532)
MB = 1024 * 1024
PORT = 5000
PATIENCE = 60  # seconds without a byte, after which a transfer has stalled
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


@pytest.fixture(scope="module")
def server(lab: Lab) -> Iterator[None]:
    for box in (lab["internet"], *lab.clients):
        box.write("/tmp/transfer.py", TRANSFER)
    process = lab["internet"].spawn("python3", "/tmp/transfer.py", "serve", str(PORT))
    for host in HOSTS:
        lab.wait_until(lambda: answers(lab.client("ana"), ["nc.openbsd", "-z", host, str(PORT)]), 30, what="the server")  # noqa: B023
    yield
    process.stop()


def begin(client: Client, size: int, *what: str) -> Future[Answer]:
    """Transfers, one after the other: "get" or "put", and the host of each."""
    argv = ["python3", "/tmp/transfer.py", str(size), str(PATIENCE), str(PORT), *what]
    return client.begin(*argv, timeout=PATIENCE * len(what))


def seconds(client: Client, begun: Future[Answer]) -> list[float]:
    lines = begun.result(600)[1].decode().splitlines()
    assert lines and not [line for line in lines if not line[0].isdigit()], (client, lines)
    return [float(line) for line in lines]


def mesh_links(node: Node, port: str) -> list[str]:
    out = node.run("ip", "-o", "link", "show").out
    return re.findall(rf"^\d+: ({port}_[^@:]+)@", out, re.M)


def mtu(box: Box, link: str, value: int) -> None:
    box.run("ip", "link", "set", link, "mtu", str(value))


@pytest.fixture
def strict(lab: Lab) -> Iterator[None]:
    """Nobody on the Internet hears that a packet was too big, and clients do not heed what DHCP and routers say of sizes."""
    u1, u2, provider = lab.node("u1"), lab.node("u2"), lab["isp-u1"]
    links = [(node, link) for node in (u1, u2) for link in mesh_links(node, "mesh0")]
    were = [int(node.read(f"/sys/class/net/{link}/mtu")) for node, link in links]
    for box in (provider, lab["internet"]):
        box.sh("""
nft add table inet deaf
nft 'add chain inet deaf i { type filter hook prerouting priority -300; }'
nft add rule inet deaf i icmp type destination-unreachable drop
nft add rule inet deaf i icmpv6 type packet-too-big drop
""")
    for client in lab.clients:
        client.sh("ip link set eth0 mtu 1500; sysctl -qw net.ipv6.conf.eth0.mtu=1500")
    yield
    for box in (provider, lab["internet"]):
        box.run("nft", "delete", "table", "inet", "deaf")
    for (node, link), was in zip(links, were, strict=True):
        mtu(node, link, was)
    mtu(u1, "wan0", 1500)
    mtu(provider, "lan", 1500)


def choose(lab: Lab, node: str, client: str) -> None:
    """This client goes through the tunnel to u1."""
    address = lab.client(client).read("/sys/class/net/eth0/address").strip()
    lab.wait_until(
        lambda: lab.node(node).run("weft", "gateway", "use", "u1", "--client", address, check=False).ok,
        60,
        what="a gateway that can be chosen",
    )
    lab.wait_until(lambda: tunnelled(lab.client(client), lab.node(node)) >= 3, 30, what="the tunnel")


def tunnelled(client: Client, node: Node) -> int:
    """Of three echoes, how many left through the tunnel."""
    before = sent(node, "packets")
    client.ping(internet.HOST4, 3)
    return sent(node, "packets") - before


def sent(node: Node, what: str) -> int:
    """Bytes or packets that left by the tunnel."""
    return int(node.run("cat", f"/sys/class/net/weft-way/statistics/tx_{what}", check=False).out or 0)


def test_every_size_of_packet_passes(lab: Lab, server: None, strict: None) -> None:
    """
    Both ways by every pair of a mesh link's and an uplink's size: carla's come from another cloud, with Babel, 20 MB
    where sizes differ most and 2 MB elsewhere: what stalls does so with its first full packets.  At the same time beto's come back through BATMAN-adv, and dina's leave through the tunnel of choices.
    """
    u1, u2, provider = lab.node("u1"), lab.node("u2"), lab["isp-u1"]
    carla, beto, dina = (lab.client(name) for name in ("carla", "beto", "dina"))
    choose(lab, "s1", "dina")
    links = [(node, link) for node in (u1, u2) for link in mesh_links(node, "mesh0")]
    assert len(links) == 4, "a VLAN for Babel and one for BATMAN-adv each"
    took: dict[tuple[int, int], list[float]] = {}
    few = [word for host in HOSTS for verb in ("get", "put") for word in (verb, host)]
    began = time.monotonic()
    for i, wan in enumerate(MTUS):
        mtu(provider, "lan", wan)
        mtu(u1, "wan0", wan)
        for j, mesh in enumerate(MTUS):
            for node, link in links:
                mtu(node, link, mesh)
            down, up = HOSTS[(i + j) % 2], HOSTS[(i + j + 1) % 2]
            begun = [
                (carla, begin(carla, (20 if {mesh, wan} <= {MTUS[0], MTUS[-1]} else 2) * MB, "get", down, "put", up)),
                (beto, begin(beto, MB // 4, *few)),
                (dina, begin(dina, MB // 4, *few)),
            ]
            took[mesh, wan] = [sum(seconds(*each)) for each in begun]
    print(f"\n{2 * len(took)} transfers of 20 or 2 MB and {8 * len(took)} of 256 kB in {time.monotonic() - began:.0f} s, none stalled")
    print("seconds: 2 MB each way (20 in the corners) / 1 MB by BATMAN-adv / 1 MB by the tunnel; mesh link by uplink:")
    print("        " + " ".join(f"{wan:>14}" for wan in MTUS))
    for mesh in MTUS:
        cells = ("/".join(f"{each:.1f}" for each in took[mesh, wan]) for wan in MTUS)
        print(f"  {mesh:5} " + " ".join(f"{cell:>14}" for cell in cells))
    assert sent(lab.node("s1"), "bytes") > MB // 2 * len(took)


# Runs in the lab's machine, as nodes have no Python: a thousand phones' choices, said at a node's control socket.
CHOOSE = """
import glob, json, socket, sys
node, method, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for path in glob.glob("/proc/[0-9]*/root/etc/config/lime-node"):
    root = path.removesuffix("/etc/config/lime-node")
    try:
        if f"option hostname '{node}'" in open(path).read():
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(root + "/run/weft/control")
            break
    except OSError:
        pass
file = peer.makefile("rw")
for n in range(count):
    params = {"client": "02:99:00:00:%02x:%02x" % (n >> 8, n & 255)}
    if method == "gateway_use":
        params["gateway"] = "u1"
    file.write(json.dumps({"method": method, "params": params}) + "\\n")
    file.flush()
    answer = json.loads(file.readline())
    assert "result" in answer, answer
"""
COUNTED = """
echo "$(nft list table inet weft_steer 2>/dev/null | grep -c 'goto to_' || true)" \\
    "$( (nft list table inet weft_steer 2>/dev/null || true) | grep -v 'goto to_' | grep -c . || true)" \\
    "$( (ip rule; ip -6 rule) | wc -l)" "$( (ip route show table all; ip -6 route show table all) | grep -c weft-way || true)" \\
    "$(for p in $(pidof weft); do grep VmRSS /proc/$p/status; done | awk '{ sum += $2 } END { print sum }')"
"""


def counted(node: Node) -> tuple[int, str]:
    """How many clients are steered, and a sentence on what that takes."""
    clients, lines, rules, routes, memory = (int(word) for word in node.sh(COUNTED).split())
    return clients, (
        f"{clients} entries of the map, {lines} other lines of nftables, {rules} policy rules, "
        f"{routes} routes by the tunnel, weft {memory} kB"
    )


def test_what_steering_costs(lab: Lab, server: None) -> None:
    """Carla is not steered and dina is, on the same way; then a thousand others are too."""
    s1, carla, dina = lab.node("s1"), lab.client("carla"), lab.client("dina")
    print(f"\nnobody or one steered: {counted(s1)[1]}")
    choose(lab, "s1", "dina")
    clients, sentence = counted(s1)
    print(f"dina steered: {sentence}")
    assert tunnelled(carla, s1) == 0 and tunnelled(dina, s1) >= 3

    def compare(title: str) -> None:
        best = {carla: [1e9, 1e9], dina: [1e9, 1e9]}
        for _ in range(3):
            for client in (carla, dina):
                for n, verb in enumerate(("put", "get")):
                    took = seconds(client, begin(client, 20 * MB, verb, internet.HOST4))[0]
                    best[client][n] = min(best[client][n], took)
        for n, words in enumerate(("to the Internet, through the tunnel", "from the Internet, by the ordinary way")):
            plain, steered = (160 * 1.048576 / best[client][n] for client in (carla, dina))
            print(f"{title}, {words}: {steered:.0f} Mbit/s, {plain:.0f} without: {steered / plain:.2f}")

    compare("one steered")
    began = time.monotonic()
    lab.lab.run("python3", "-c", CHOOSE, "s1", "gateway_use", "1000", timeout=240)
    said = time.monotonic() - began
    lab.wait_until(lambda: counted(s1)[0] >= 1000, 120, 0.5, "a thousand steered")
    print(f"a thousand choices said in {said:.1f} s, in force after {time.monotonic() - began:.1f} s")
    print(f"a thousand steered: {counted(s1)[1]}")
    many = counted(s1)[1].split(",")[1:-1]
    assert many == sentence.split(",")[1:-1], "only the map grows"
    compare("1,000 steered")
    lab.lab.run("python3", "-c", CHOOSE, "s1", "gateway_automatic", "1000", timeout=240)
    lab.wait_until(lambda: counted(s1)[0] <= clients, 120, 0.5, "nobody else steered")
    print(f"they are automatic again: {counted(s1)[1]}")


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
    # wan-fail of theirs: parked, and no longer announced.
    l1.sh(f"""
ip route add default via 100.64.{line}.1 dev wan0 proto static metric 84831
ip route del default via 100.64.{line}.1 dev wan0 proto static metric 0
ip route del default proto 7
""")
    began = time.monotonic()
    lab.wait_until(lambda: seen4(l1, "-I", "10.77.0.1").startswith(ours), 90, 0.5, "their node by ours again")
    lab.wait_until(lambda: seen4(beto).startswith(ours), 60, 0.5, "beto by ours")
    print(f"their line dead: their node by ours after {time.monotonic() - began:.1f} s")


def test_what_hellos_cost(lab: Lab) -> None:
    """Babel's hellos are a second apart on cables, so that a power cut is known in seconds."""
    length = 20
    with lab.lab.capture("u1.mesh0", "vlan 17 and udp port 6696") as seen:
        end = time.monotonic() + length
        lab.wait_until(lambda: time.monotonic() >= end, length + 30, 0.5)
    size = sum(len(frame.raw) for frame in seen.frames)
    print(f"\nBabel between two nodes on a cable, both directions: {size / length:.0f} bytes/s, {len(seen.frames) / length:.1f} packets/s")
    assert 0 < size / length < 2000
