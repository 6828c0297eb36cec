# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Reads captures: just enough to ask who sent what to whom."""

from __future__ import annotations

import struct
from dataclasses import dataclass

ETHERNET = 1
VLAN_TYPES = (0x8100, 0x88A8)


@dataclass
class Frame:
    """An Ethernet frame.  `kind` is its EtherType behind all VLAN tags."""

    time: float
    destination: str
    source: str
    vlans: list[int]
    kind: int
    payload: bytes
    raw: bytes

    @property
    def is_multicast(self) -> bool:
        return bool(int(self.destination[:2], 16) & 1)


def mac_text(data: bytes) -> str:
    return ":".join(f"{byte:02x}" for byte in data)


def read_frame(time: float, raw: bytes) -> Frame | None:
    if len(raw) < 14:
        return None
    at, vlans = 12, []
    kind = int.from_bytes(raw[at : at + 2], "big")
    while kind in VLAN_TYPES and len(raw) >= at + 6:
        vlans.append(int.from_bytes(raw[at + 2 : at + 4], "big") & 0xFFF)
        at += 4
        kind = int.from_bytes(raw[at : at + 2], "big")
    return Frame(time, mac_text(raw[:6]), mac_text(raw[6:12]), vlans, kind, raw[at + 2 :], raw)


def read_pcap(data: bytes) -> list[Frame]:
    """Reads what `tcpdump -w` wrote on an Ethernet interface."""
    if len(data) < 24:
        return []
    magic = data[:4]
    order = "<" if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    fraction = 1e-9 if magic in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e-6
    if struct.unpack_from(order + "I", data, 20)[0] != ETHERNET:
        raise ValueError("not an Ethernet capture: capture one interface, not 'any'")
    frames = []
    at = 24
    while at + 16 <= len(data):
        seconds, parts, size, _ = struct.unpack_from(order + "IIII", data, at)
        raw = data[at + 16 : at + 16 + size]
        at += 16 + size
        frame = read_frame(seconds + parts * fraction, raw)
        if frame and len(raw) == size:
            frames.append(frame)
    return frames
