# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A little rtnetlink.

Starting `ip` costs 40 ms in an emulated machine and a message costs one, so
neighbourhoods are built with messages.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
from typing import Any

from kernel import inside_net

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK = 16, 17, 18, 19
RTM_NEWADDR, RTM_NEWROUTE = 20, 24
RTM_NEWQDISC, RTM_DELQDISC = 36, 37
RTM_NEWTFILTER = 44
F_REQUEST, F_ACK, F_REPLACE, F_EXCL, F_CREATE = 1, 4, 0x100, 0x200, 0x400
F_DUMP = 0x300

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_MASTER, IFLA_LINKINFO = 1, 3, 4, 10, 18
IFLA_NET_NS_FD = 28
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
VETH_INFO_PEER = 1
IFLA_BR_FORWARD_DELAY, IFLA_BR_GROUP_FWD_MASK, IFLA_BR_MCAST_SNOOPING = 1, 9, 23
IFF_UP = 1

TCA_KIND, TCA_OPTIONS = 1, 2
TCA_NETEM_RATE, TCA_NETEM_RATE64, TCA_NETEM_LATENCY64, TCA_NETEM_JITTER64 = 6, 8, 10, 11
TC_H_ROOT, TC_H_INGRESS = 0xFFFFFFFF, 0xFFFFFFF1
INGRESS = 0xFFFF0000
TCA_MATCHALL_ACT = 2
TCA_ACT_KIND, TCA_ACT_OPTIONS = 1, 2
TCA_MIRRED_PARMS = 2
TCA_EGRESS_REDIR = 1
TC_ACT_STOLEN = 4
ETH_P_ALL = 0x0003


def attr(kind: int, payload: bytes) -> bytes:
    size = 4 + len(payload)
    return struct.pack("=HH", size, kind) + payload + bytes(-size % 4)


def text(kind: int, value: str) -> bytes:
    return attr(kind, value.encode() + b"\0")


def number(kind: int, value: int) -> bytes:
    return attr(kind, struct.pack("=I", value))


def mac(value: str) -> bytes:
    return attr(IFLA_ADDRESS, bytes.fromhex(value.replace(":", "")))


def ifinfo(index: int = 0, flags: int = 0, change: int = 0) -> bytes:
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, flags, change)


class Net:
    """One network namespace, spoken to over a socket that lives in it."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        with inside_net(fd):
            self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        self.socket.bind((0, 0))
        self.sequence = 0

    def close(self) -> None:
        self.socket.close()
        os.close(self.fd)

    def _send(self, kind: int, flags: int, body: bytes) -> None:
        self.sequence += 1
        head = struct.pack("=IHHII", 16 + len(body), kind, F_REQUEST | flags, self.sequence, 0)
        self.socket.send(head + body)

    def ask(self, kind: int, flags: int, body: bytes, what: str) -> None:
        self._send(kind, F_ACK | flags, body)
        while True:
            answer = self.socket.recv(65536)
            _, got, _, sequence, _ = struct.unpack_from("=IHHII", answer)
            if sequence != self.sequence or got != 2:
                continue
            error = -struct.unpack_from("=i", answer, 16)[0]
            if error:
                raise OSError(error, f"{what}: {os.strerror(error)}")
            return

    def index(self, name: str) -> int:
        with inside_net(self.fd):
            try:
                return socket.if_nametoindex(name)
            except OSError as error:
                raise OSError(error.errno, f"no interface {name}") from None

    def names(self) -> list[str]:
        with inside_net(self.fd):
            return [name for _, name in socket.if_nameindex()]

    # What follows is what a topology is made of.

    def veth(self, here: dict[str, Any], there: dict[str, Any], other: Net) -> None:
        """A cable; each end is a dict of name, mac and mtu."""
        peer = attr(VETH_INFO_PEER, ifinfo() + _device(there) + number(IFLA_NET_NS_FD, other.fd))
        info = text(IFLA_INFO_KIND, "veth") + attr(IFLA_INFO_DATA, peer)
        body = ifinfo() + _device(here) + attr(IFLA_LINKINFO, info)
        self.ask(RTM_NEWLINK, F_CREATE | F_EXCL, body, f"cable {here['name']}")

    def dummy(self, device: dict[str, Any]) -> None:
        info = attr(IFLA_LINKINFO, text(IFLA_INFO_KIND, "dummy"))
        self.ask(RTM_NEWLINK, F_CREATE | F_EXCL, ifinfo() + _device(device) + info, device["name"])

    def bridge(self, name: str) -> None:
        """A plain switch: no waiting, no snooping, passes what real bridges keep to themselves."""
        data = (
            number(IFLA_BR_FORWARD_DELAY, 0)
            + attr(IFLA_BR_GROUP_FWD_MASK, struct.pack("=H", 0xFFF8))
            + attr(IFLA_BR_MCAST_SNOOPING, b"\0")
        )
        info = text(IFLA_INFO_KIND, "bridge") + attr(IFLA_INFO_DATA, data)
        body = ifinfo() + text(IFLA_IFNAME, name) + attr(IFLA_LINKINFO, info)
        self.ask(RTM_NEWLINK, F_CREATE | F_EXCL, body, name)

    def change(self, name: str, up: bool | None = None, attributes: bytes = b"") -> None:
        flags = IFF_UP if up else 0
        mask = 0 if up is None else IFF_UP
        self.ask(RTM_NEWLINK, 0, ifinfo(self.index(name), flags, mask) + attributes, name)

    def master(self, name: str, bridge: str | None) -> None:
        index = self.index(bridge) if bridge else 0
        self.change(name, attributes=number(IFLA_MASTER, index))

    def move(self, name: str, other: Net, new_name: str) -> None:
        move = number(IFLA_NET_NS_FD, other.fd) + text(IFLA_IFNAME, new_name)
        self.change(name, up=False, attributes=move)

    def delete(self, name: str) -> None:
        self.ask(RTM_DELLINK, 0, ifinfo(self.index(name)), name)

    def address(self, name: str, address: str) -> None:
        interface = ipaddress.ip_interface(address)
        family = socket.AF_INET if interface.version == 4 else socket.AF_INET6
        # IFA_F_NODAD: the lab gives no address twice, and waiting takes a second.
        flags = 0x02 if family == socket.AF_INET6 else 0
        head = struct.pack(
            "=BBBBi", family, interface.network.prefixlen, flags, 0, self.index(name)
        )
        packed = interface.packed
        body = head + attr(1, packed) + attr(2, packed)
        self.ask(RTM_NEWADDR, F_CREATE | F_REPLACE, body, f"{name} {address}")

    def route(self, to: str, via: str) -> None:
        target, gateway = ipaddress.ip_network(to), ipaddress.ip_address(via)
        family = socket.AF_INET if target.version == 4 else socket.AF_INET6
        head = struct.pack("=BBBBBBBBI", family, target.prefixlen, 0, 0, 254, 3, 0, 1, 0)
        body = head + attr(5, gateway.packed)
        if target.prefixlen:
            body += attr(1, target.network_address.packed)
        self.ask(RTM_NEWROUTE, F_CREATE | F_REPLACE, body, f"route {to}")

    def redirect(self, name: str, to: str) -> None:
        """Sends on by `to` whatever arrives at `name`, untouched: half a cable."""
        index = self.index(name)
        head = struct.pack("=BxxxiIII", socket.AF_UNSPEC, index, INGRESS, TC_H_INGRESS, 0)
        kind = text(TCA_KIND, "ingress")
        self.ask(RTM_NEWQDISC, F_CREATE | F_EXCL, head + kind, f"{name} ingress")
        mirred = struct.pack(
            "=IIiiiiI", 0, 0, TC_ACT_STOLEN, 0, 0, TCA_EGRESS_REDIR, self.index(to)
        )
        action = text(TCA_ACT_KIND, "mirred") + attr(
            TCA_ACT_OPTIONS, attr(TCA_MIRRED_PARMS, mirred)
        )
        options = attr(TCA_OPTIONS, attr(TCA_MATCHALL_ACT, attr(1, action)))
        # Priority 1, every EtherType (in network order).
        info = 1 << 16 | socket.htons(ETH_P_ALL)
        head = struct.pack("=BxxxiIII", socket.AF_UNSPEC, index, 0, INGRESS, info)
        body = head + text(TCA_KIND, "matchall") + options
        self.ask(RTM_NEWTFILTER, F_CREATE | F_EXCL, body, f"{name} redirect")

    def netem(
        self, name: str, delay_ms: float, jitter_ms: float, loss: float, rate_kbps: int
    ) -> None:
        """Sets what a cable does to what leaves by it; all zero takes it away."""
        head = struct.pack("=BxxxiIII", socket.AF_UNSPEC, self.index(name), 0, TC_H_ROOT, 0)
        if not (delay_ms or jitter_ms or loss or rate_kbps):
            try:
                self.ask(RTM_DELQDISC, 0, head, f"{name} netem")
            except OSError as error:
                if error.errno not in (2, 22):  # there was none
                    raise
            return
        lost = min(round(loss / 100 * 0xFFFFFFFF), 0xFFFFFFFF)
        options = struct.pack("=IIIIII", 0, 1000, lost, 0, 0, 0)
        options += attr(TCA_NETEM_LATENCY64, struct.pack("=q", round(delay_ms * 1e6)))
        options += attr(TCA_NETEM_JITTER64, struct.pack("=q", round(jitter_ms * 1e6)))
        if rate_kbps:
            rate = rate_kbps * 125
            options += attr(TCA_NETEM_RATE, struct.pack("=IiIi", rate, 0, 0, 0))
        body = head + text(TCA_KIND, "netem") + attr(TCA_OPTIONS, options)
        self.ask(RTM_NEWQDISC, F_CREATE | F_REPLACE, body, f"{name} netem")


def _device(device: dict[str, Any]) -> bytes:
    out = text(IFLA_IFNAME, device["name"])
    if "mac" in device:
        out += mac(device["mac"])
    if "mtu" in device:
        out += number(IFLA_MTU, device["mtu"])
    return out
