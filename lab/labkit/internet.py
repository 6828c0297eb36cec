# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The Internet: a host that everybody wants to reach, and a provider for each uplink.

    node's wan0 --- isp-NODE (DHCP, RA, DNS) --- core --- internet

A provider gives 100.64.N.0/24 and 2001:db8:N::/64; the host is `internet.example`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .box import Box
from .cable import Cable
from .topology import Quality, Uplink

if TYPE_CHECKING:
    from .lab import Lab

NAME = "internet.example"
HOST4, HOST6 = "198.51.100.10", "2001:db8:ffff::10"
# Whom nodes ask whether there is an Internet (option gateway_probes of weft).
WELL_KNOWN4 = ("9.9.9.9", "1.1.1.1", "8.8.8.8")
WELL_KNOWN6 = ("2620:fe::fe", "2606:4700:4700::1111", "2001:4860:4860::8888")
INIT = ["/bin/busybox", "init"]


def provider_name(node: str) -> str:
    return f"isp-{node}"


def dnsmasq(number: int) -> str:
    return f"""port=53
no-resolv
no-hosts
bind-dynamic
interface=lan
except-interface=lo
dhcp-authoritative
dhcp-leasefile=/run/leases
dhcp-range=100.64.{number}.100,100.64.{number}.200,255.255.255.0,10m
dhcp-option=option:dns-server,100.64.{number}.1
enable-ra
dhcp-range=2001:db8:{number}::,ra-only,64,10m
ra-param=lan,10,1800
address=/{NAME}/{HOST4}
address=/{NAME}/{HOST6}
pid-file=/run/dnsmasq.pid
user=root
"""


RESOLVER = f"""port=53
no-resolv
no-hosts
bind-dynamic
local=/#/
address=/{NAME}/{HOST4}
address=/{NAME}/{HOST6}
pid-file=/run/dnsmasq.pid
user=root
"""


def add(lab: Lab) -> None:
    """Adds what the topology's internet lines ask for."""
    uplinks = list(lab.topology.uplinks.values())
    if not uplinks:
        return
    lab.steps(["lab", "bridge", "core"])
    lab.add_box(Box(lab.channel, "internet"), "host", INIT)
    end = lab.add_port("internet", "eth0", "02:1e:7e:00:00:01")
    lab.steps(
        ["lab", "master", end, "core"],
        ["internet", "up", "eth0"],
        ["internet", "address", "eth0", f"{HOST4}/24"],
        ["internet", "address", "eth0", f"{HOST6}/64"],
        *(["internet", "address", "lo", f"{ip}/32"] for ip in WELL_KNOWN4),
        *(["internet", "address", "lo", f"{ip}/128"] for ip in WELL_KNOWN6),
    )
    lab.put("internet", "/etc/dnsmasq.conf", RESOLVER)
    for uplink in uplinks:
        add_provider(lab, uplink)


def add_provider(lab: Lab, uplink: Uplink) -> None:
    name, number = provider_name(uplink.node), uplink.number
    lab.add_box(Box(lab.channel, name), "host", INIT)
    lan = lab.add_port(name, "lan", f"02:1e:7e:00:{number:02x}:02")
    core = lab.add_port(name, "core", f"02:1e:7e:00:{number:02x}:03")
    lab.add_cable(f"{uplink.node} internet", f"{uplink.node}.wan0", lan, uplink.quality)
    # What comes back from the Internet; set(loss=100) is a provider that is cut off itself.
    lab.cables[f"{name} core"] = Cable(lab.channel, [core], Quality())
    lab.steps(
        ["lab", "master", core, "core"],
        *([name, "up", port] for port in ("lan", "core")),
        [name, "address", "lan", f"100.64.{number}.1/24"],
        [name, "address", "lan", f"2001:db8:{number}::1/64"],
        [name, "address", "core", f"198.51.100.{100 + number}/24"],
        [name, "address", "core", f"2001:db8:ffff::{100 + number}/64"],
        [name, "sysctl", "net/ipv4/ip_forward", "1"],
        [name, "sysctl", "net/ipv6/conf/all/forwarding", "1"],
        [name, "route", "0.0.0.0/0", HOST4],
        [name, "route", "::/0", HOST6],
        ["internet", "route", f"100.64.{number}.0/24", f"198.51.100.{100 + number}"],
        ["internet", "route", f"2001:db8:{number}::/64", f"2001:db8:ffff::{100 + number}"],
    )
    lab.put(name, "/etc/dnsmasq.conf", dnsmasq(number))


def start(lab: Lab) -> None:
    """Starts the providers' servers, when the boxes run."""
    boxes = [provider_name(node) for node in lab.topology.uplinks]
    for box in [*boxes, "internet"] if boxes else []:
        argv = ["dnsmasq", "-C", "/etc/dnsmasq.conf"]
        lab.send("run", box=box, argv=argv, timeout=30)
