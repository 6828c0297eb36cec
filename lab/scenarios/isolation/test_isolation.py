# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What one cloud does to itself must not reach the next one; a rogue server reaches nobody."""

from __future__ import annotations

import ipaddress

from labkit.frames import Frame
from labkit.lab import Client, Lab

FLOOD = 500
ROGUE_DHCP = """port=0
interface=eth0
bind-dynamic
dhcp-authoritative
dhcp-range=192.0.2.50,192.0.2.99,255.255.255.0,10m
dhcp-leasefile=/run/rogue-leases
pid-file=/run/rogue.pid
user=root
"""
ROGUE_RA = """port=0
interface=eth0
bind-dynamic
enable-ra
ra-param=eth0,4,1800
dhcp-range=2001:db8:bad::,ra-only,64,10m
pid-file=/run/rogue-ra.pid
user=root
"""
FLOODER = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
source = open("/sys/class/net/eth0/address").read().strip().replace(":", "")
frame = bytes.fromhex("ffffffffffff" + source + "88b7") + b"weft flood" * 10
for _ in range(int(sys.argv[1])):
    s.send(frame)
"""


def ready(lab: Lab) -> None:
    """Both clouds hold together and the network is one."""
    for name in ("mala", "ana", "luz"):
        client = lab.client(name)
        client.leased() or client.dhcp(60)
    lab.wait_until(lambda: lab.client("mala").reaches(lab.client("ana").leased()), 90)
    lab.wait_until(lambda: lab.client("mala").reaches(lab.client("luz").leased()), 90)


def test_a_broadcast_flood_stays_in_its_cloud(lab: Lab) -> None:
    ready(lab)
    mala = lab.client("mala")
    with lab.client("luz").capture("eth0") as at_luz, lab.node("s2").capture("br-lan") as at_s2:
        with lab.client("ana").capture("eth0") as at_ana:
            mala.run("python3", "-c", FLOODER, str(FLOOD))
            lab.wait_until(lambda: mala.reaches(lab.client("ana").leased()), 30)
    own = [frame for frame in at_ana.frames if frame.source == mala.mac and b"weft flood" in frame.raw]
    print(f"{len(own)} of {FLOOD} frames at the own cloud's client")
    assert own, "the flood itself did not work: this test would prove nothing"
    for capture in (at_luz, at_s2):
        assert not [f for f in capture.frames if f.source == mala.mac or b"weft flood" in f.raw]


def ask_anew(client: Client) -> str:
    client.release()
    return client.dhcp(60)


def test_a_rogue_dhcp_server_gives_no_lease_to_anybody_elsewhere(lab: Lab) -> None:
    ready(lab)
    mala, ana, luz = (lab.client(name) for name in ("mala", "ana", "luz"))
    mala.run("ip", "address", "add", "192.0.2.1/24", "dev", "eth0")
    mala.write("/run/rogue.conf", ROGUE_DHCP)
    rogue = mala.spawn("dnsmasq", "--keep-in-foreground", "-C", "/run/rogue.conf")
    try:
        with luz.capture("eth0") as at_luz, ana.capture("eth0") as at_ana:
            for _ in range(5):
                for client in (ana, luz):
                    assert ipaddress.ip_address(ask_anew(client)) in ipaddress.ip_network("10.0.0.0/8")
        assert rogue.poll() is None, rogue.err
    finally:
        rogue.stop()
        mala.run("ip", "address", "del", "192.0.2.1/24", "dev", "eth0")
    for capture in (at_luz, at_ana):
        assert not [frame for frame in capture.frames if bytes([192, 0, 2, 1]) in frame.payload]
    assert "192.0.2" not in mala.sh("cat /run/rogue-leases 2>/dev/null || true")


def is_advertisement(frame: Frame) -> bool:
    """A router advertisement (RFC 4861): ICMPv6 type 134 right behind the IPv6 header."""
    return frame.kind == 0x86DD and frame.payload[6] == 58 and frame.payload[40] == 134


def test_a_rogue_router_advertisement_reaches_nobody_elsewhere(lab: Lab) -> None:
    ready(lab)
    mala, ana, luz = (lab.client(name) for name in ("mala", "ana", "luz"))
    mala.run("ip", "address", "add", "2001:db8:bad::1/64", "dev", "eth0", "nodad")
    mala.write("/run/rogue-ra.conf", ROGUE_RA)
    with luz.capture("eth0") as at_luz, ana.capture("eth0") as at_ana:
        with mala.capture("eth0", "icmp6 and ip6[40] == 134") as at_mala:
            rogue = mala.spawn("dnsmasq", "--keep-in-foreground", "-C", "/run/rogue-ra.conf")
            try:  # dnsmasq advertises at once, then every few seconds
                for client in (ana, luz):
                    assert client.ping(mala.leased(), count=60, interval=0.2).received > 0
                assert rogue.poll() is None, rogue.err
            finally:
                rogue.stop()
    mine = [frame for frame in at_mala.frames if frame.source == mala.mac]
    print(f"{len(mine)} rogue advertisements sent")
    assert mine, "no rogue advertisement was sent: this test would prove nothing"
    assert not [f for f in at_luz.frames if bytes.fromhex("20010db80bad") in f.payload]
    assert not [f for f in at_ana.frames if f.source == mala.mac and is_advertisement(f)]
    for client in (ana, luz):
        assert not [a for a in client.addresses(6) if a.startswith("2001:db8:bad")]
