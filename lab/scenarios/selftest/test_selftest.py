# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The lab does what it says: cables, mesh by hand, clients that walk, power, the Internet."""

import subprocess

import pytest
from labkit.lab import Lab

CLOUD_OF = {"n1": 1, "n2": 1, "n3": 1, "s1": 2}
BABELD = """
local-path /run/babeld.sock
state-file /run/babeld-state
pid-file /run/babeld.pid
kernel-priority 2000
default type wired hello-interval 1
redistribute local deny
redistribute ip 10.0.0.0/8 le 24 allow
redistribute deny
"""


def mesh_by_hand(lab: Lab, name: str) -> None:
    """What the product will do, with the tools a person has."""
    cloud, number = CLOUD_OF[name], lab.node(name).line.number
    lines = ["link set lan0 up", "link add bat0 type batadv", "link add br-lan type bridge"]
    babel = []
    for port in lab.node(name).line.ports:
        if port.name.startswith("mesh"):
            vlan = f"{port.name}_{100 + cloud}"
            lines += [
                f"link set {port.name} up",
                f"link add link {port.name} name {vlan} type vlan proto 802.1ad id {100 + cloud}",
                f"link set {vlan} up",
                f"link set {vlan} master bat0",
                f"link add link {port.name} name {port.name}_17 type vlan proto 802.1ad id 17",
                f"link set {port.name}_17 up",
            ]
            babel.append(f"{port.name}_17")
    lines += ["link set lan0 master br-lan", "link set bat0 master br-lan"]
    lines += ["link set bat0 up", "link set br-lan up"]
    lines += [f"addr add 10.{cloud}.0.{number}/24 dev br-lan"]
    script = "".join(f"{line}\n" for line in lines)
    lab[name].run("ip", "-batch", "-", input=script)
    lab[name].sh("batctl meshif bat0 bridge_loop_avoidance 0; sysctl -qw net.ipv4.ip_forward=1")
    lab[name].write("/etc/babeld.conf", BABELD)
    lab[name].run("babeld", "-D", "-c", "/etc/babeld.conf", "-L", "/run/babeld.log", *babel)


@pytest.fixture(scope="module", autouse=True)
def meshed(lab: Lab) -> None:
    for name in CLOUD_OF:
        mesh_by_hand(lab, name)


def test_times(lab: Lab) -> None:
    print({what: round(seconds, 2) for what, seconds in lab.times.items()})
    assert lab.times["nodes running"] < 120


def test_box_is_its_own_machine(lab: Lab) -> None:
    n1 = lab.node("n1")
    assert n1.run("hostname").out == "n1\n"
    assert n1.read("/proc/1/comm") == "init\n"
    assert set(lab["n1"].run("ls", "/sys/class/net").out.split()) >= {
        "eth0",
        "mesh0",
        "lan0",
        "wan0",
    }
    n1.write("/etc/mine", "x")
    assert n1.read("/etc/mine") == "x"
    assert not lab["n2"].run("cat", "/etc/mine", check=False).ok


def test_mesh_within_a_cloud(lab: Lab) -> None:
    lab.wait_until(lambda: lab["n1"].reaches("10.1.0.3"), at_most=30, what="n1 reaches n3")


def test_babel_between_clouds(lab: Lab) -> None:
    lab.wait_until(lambda: lab["n3"].reaches("10.2.0.4"), at_most=60, what="n3 reaches s1")


def test_whole_frames_pass(lab: Lab) -> None:
    assert lab["n1"].ping("10.1.0.3", size=1472, dont_fragment=True).received == 1


def test_cables(lab: Lab) -> None:
    n1, link = lab.node("n1"), lab.link("n1", "n2")
    quick = n1.ping("10.1.0.2", count=5)
    assert quick.received == 5
    link.set(delay_ms=50)
    assert "time=1" in n1.ping("10.1.0.2", count=3).text
    link.set(delay_ms=0, loss=100)
    assert n1.ping("10.1.0.2", count=3).loss == 100
    link.set(loss=0)
    link.down()
    for name, port in (("n1", "mesh0"), ("n2", "mesh0")):
        assert lab[name].read(f"/sys/class/net/{port}/carrier") == "0\n"
    link.up()
    lab.wait_until(lambda: n1.reaches("10.1.0.2"), what="n1 reaches n2 again")


def test_capture(lab: Lab) -> None:
    n1 = lab.node("n1")
    with n1.capture("mesh0") as seen:
        n1.ping("10.1.0.3", count=3)
    tags = {tuple(frame.vlans) for frame in seen.frames}
    assert (101,) in tags
    assert 0x4305 in {frame.kind for frame in seen.frames if frame.vlans == [101]}
    assert "vlan 101" in seen.text()


DNSMASQ = """
port=0
interface=br-lan
bind-dynamic
dhcp-range=10.1.0.50,10.1.0.60,255.255.255.0,2m
dhcp-option=option:mtu,1350
enable-ra
dhcp-range=fd01::,ra-only,64
ra-param=br-lan,10,1800
"""


def test_client_gets_addresses(lab: Lab) -> None:
    """A lease from a DHCP server, and an IPv6 address from a router's advertisement."""
    n1, ana = lab.node("n1"), lab.client("ana")
    n1.run("ip", "addr", "add", "fd01::1/64", "dev", "br-lan")
    n1.write("/etc/dnsmasq.conf", DNSMASQ)
    n1.run("dnsmasq", "-C", "/etc/dnsmasq.conf")
    address = ana.dhcp()
    assert address.startswith("10.1.0.5")
    assert ana.addresses(4) == [address]
    assert ana.lease()["serverid"] == "10.1.0.1"
    assert ana.read("/sys/class/net/eth0/mtu") == "1350\n"
    seen = lab.wait_until(lambda: ana.addresses(6), what="an IPv6 address")
    assert seen[0].startswith("fd01::")
    assert ana.reaches("10.1.0.3")
    assert ana.reaches("fd01::1")
    ana.release()
    assert ana.addresses(4) == []


def test_client_walks(lab: Lab) -> None:
    """An address by hand here; leases come from the product."""
    ana = lab.client("ana")
    ana.run("ip", "addr", "add", "10.1.0.101/24", "dev", "eth0")
    lab.wait_until(lambda: ana.reaches("10.1.0.2"), what="ana reaches n2")
    changes = ana.read("/sys/class/net/eth0/carrier_changes")
    with ana.pinging("10.1.0.2") as pings:
        ana.move_to("n3")
        lab.wait_until(lambda: ana.reaches("10.1.0.2"), what="ana reaches n2 from n3")
    print(f"walked within {pings.max_gap:.3f} s, {pings.loss:.0f} % lost")
    assert pings.received > 1
    assert ana.read("/sys/class/net/eth0/carrier_changes") == changes
    with lab["n1"].capture("lan0", "icmp") as left:
        assert ana.ping("10.1.0.3", count=3).received == 3
    assert left.frames == []


def test_segment(lab: Lab) -> None:
    """Two nodes and a client on one cable."""
    luz = lab.client("luz")
    luz.run("ip", "addr", "add", "10.9.0.9/24", "dev", "eth0")
    for name, address in (("n2", "10.9.0.2/24"), ("n3", "10.9.0.3/24")):
        lab[name].run("ip", "link", "set", "lan1", "up")
        lab[name].run("ip", "addr", "add", address, "dev", "lan1")
    for target in ("10.9.0.2", "10.9.0.3"):
        lab.wait_until(lambda: luz.reaches(target), what=f"luz reaches {target}")


def test_internet(lab: Lab) -> None:
    """The provider gives a lease, an IPv6 prefix and names; behind it is the host."""
    n1 = lab.node("n1")
    n1.sh("ip link set wan0 up; sysctl -qw net.ipv6.conf.wan0.accept_ra=2")
    n1.sh("udhcpc -i wan0 -n -q -s /bin/true -t 10 -T 1")
    n1.sh("ip addr add 100.64.1.50/24 dev wan0; ip route add default via 100.64.1.1")
    assert n1.reaches("198.51.100.10")
    lab.wait_until(lambda: n1.reaches("2001:db8:ffff::10"), what="IPv6 to the Internet")
    assert "198.51.100.10" in n1.run("nslookup", "internet.example", "100.64.1.1").out
    lab.link("isp-n1", "core").set(loss=100)
    assert not n1.reaches("198.51.100.10")
    assert n1.reaches("100.64.1.1")


def test_power(lab: Lab) -> None:
    n1, n2 = lab.node("n1"), lab.node("n2")
    n2.write("/etc/kept", "flash")
    n2.power_off()
    assert n1.read("/sys/class/net/mesh0/carrier") == "0\n"
    n2.power_on()
    assert n2.read("/etc/kept") == "flash"
    assert "bat0" not in n2.interfaces()
    assert {"eth0", "lan0", "lan1", "mesh0", "mesh1"} <= set(n2.interfaces())
    mesh_by_hand(lab, "n2")
    lab.wait_until(
        lambda: n1.reaches("10.1.0.3"), at_most=40, what="n1 reaches n3 through n2 again"
    )


PAGE = """
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"for " + self.headers["Host"].encode() + b"x" * 2000000)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Page).serve_forever()
"""


def fetch(url: str, *options: str) -> bytes:
    return subprocess.run(["curl", "-sf", *options, url], capture_output=True, check=False).stdout


def test_a_browser_of_this_host_can_be_a_client(lab: Lab) -> None:
    """One that fetches by a forwarded port, and one that asks for a name by a proxy."""
    ana = lab.client("ana")
    ana.sh("ip link set lo up; echo 127.0.0.1 page.example >>/etc/hosts")
    server = ana.spawn("python3", "-c", PAGE)
    door, proxy = ana.forward("127.0.0.1", 8000), ana.proxy()
    by_proxy = ("--socks5-hostname", proxy.address)
    try:
        lab.wait_until(lambda: fetch(f"http://{door.address}/"), 30, what="a page")
        assert fetch(f"http://{door.address}/") == f"for {door.address}".encode() + b"x" * 2000000
        page = fetch("http://page.example:8000/", *by_proxy)
        assert page == b"for page.example:8000" + b"x" * 2000000
        assert not fetch("http://nobody.example:8000/", *by_proxy)
        assert not fetch("http://page.example:8001/", *by_proxy)
    finally:
        door.close()
        proxy.close()
        server.stop(9)
